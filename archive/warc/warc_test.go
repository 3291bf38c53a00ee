package warc_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/archive/warc"
)

func file(t testing.TB, n int) ([]byte, []*warc.Record, []int64) {
	t.Helper()
	var b bytes.Buffer
	var recs []*warc.Record
	var ends []int64
	for i := range n {
		r := &warc.Record{Type: warc.Response, ID: "urn:uuid:0000", Date: time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC), Block: bytes.Repeat([]byte{byte('a' + i)}, 100*i+1)}
		r.Add("WARC-Target-URI", "http://www.yongning.test/年报")
		r.Add("Empty", "")
		if _, err := warc.Append(&b, r); err != nil {
			t.Fatal(err)
		}
		recs, ends = append(recs, r), append(ends, int64(b.Len()))
	}
	return b.Bytes(), recs, ends
}

func TestRoundTrip(t *testing.T) {
	data, want, ends := file(t, 5)
	r := warc.NewReader(bytes.NewReader(data), 0)
	for i := range want {
		got, off, length, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if off+length != ends[i] {
			t.Errorf("record %d ends at %d, want %d", i, off+length, ends[i])
		}
		if d := cmp.Diff(want[i], got); d != "" {
			t.Error(d)
		}
	}
	if _, _, _, err := r.Next(); err != io.EOF {
		t.Errorf("end: %v", err)
	}
}

// Every truncation inside a record is an error, never a short record.
func TestTruncationIsFound(t *testing.T) {
	data, _, ends := file(t, 2)
	for cut := range len(data) {
		r := warc.NewReader(bytes.NewReader(data[:cut]), 0)
		n := 0
		var err error
		for err == nil {
			if _, _, _, err = r.Next(); err == nil {
				n++
			}
		}
		whole := int64(cut) == 0 || int64(cut) == ends[0]
		if whole != (err == io.EOF) || !whole && !errors.Is(err, warc.ErrDamaged) {
			t.Fatalf("cut at %d: %d records, then %v", cut, n, err)
		}
	}
}

func TestBitFlipsAreFound(t *testing.T) {
	data, want, _ := file(t, 2)
	for i := range data {
		for bit := range 8 {
			bad := bytes.Clone(data)
			bad[i] ^= 1 << bit
			r := warc.NewReader(bytes.NewReader(bad), 0)
			for n := 0; ; n++ {
				got, _, _, err := r.Next()
				if err != nil {
					break
				}
				// A flip in the gzip header's own fields (time, system) leaves the record as it was.
				if n >= len(want) || !cmp.Equal(want[n], got) {
					t.Fatalf("flip of bit %d at %d read as %+v", bit, i, got)
				}
			}
		}
	}
}

func FuzzReader(f *testing.F) {
	data, _, _ := file(f, 2)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		r := warc.NewReader(bytes.NewReader(data), 0)
		for range 100 {
			if _, _, _, err := r.Next(); err != nil {
				return
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(warc.Encode(&warc.Record{Type: "metadata", ID: "urn:uuid:1", Block: []byte("x")}))
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = warc.Decode(data) })
}

func FuzzForeign(f *testing.F) {
	data, _, _ := file(f, 2)
	f.Add(data)
	f.Add([]byte("WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2025-01-01T00:00:00Z\r\nContent-Length: 1\r\n\r\nx\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		problems := 0
		r := warc.NewForeign(bytes.NewReader(data), int64(len(data)), func(warc.Problem) { problems++ })
		for n := 0; ; n++ {
			if n+problems > len(data)+2 {
				t.Fatalf("%d records and %d problems in %d octets", n, problems, len(data))
			}
			if _, err := r.Next(); err != nil {
				return
			}
		}
	})
}

func TestDigestForms(t *testing.T) {
	for stated, want := range map[string]bool{
		"sha1:VV54VKBU6NEKJHWFYMAFTIGA3WJEGIVH":                                    false,
		"sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=":                                        false,
		"sha1:" + "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ":                               true, // of no octets
		"sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709":                            true,
		"sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk":                                         true,
		"SHA-256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": true,
		"sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ====":          true,
		"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b856":  false,
		"md5:d41d8cd98f00b204e9800998ecf8427e":                                     true,
		"sha1:short":                                                               false,
		"blake9:whatever":                                                          true,
		"nothing":                                                                  true,
	} {
		if stated == "sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=" {
			want = true // the same with its padding
		}
		if got := warc.Matches(stated, nil); got != want {
			t.Errorf("%s: %v", stated, got)
		}
	}
}
