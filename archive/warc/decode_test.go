package warc_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"nianbao/archive/warc"
)

var when = time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC)

// head is the header of a record as text, with further lines before its length, and the block behind it.
func head(length int, block string, lines ...string) string {
	all := append([]string{"WARC/1.1", "WARC-Type: metadata", "WARC-Record-ID: <urn:uuid:1>", "WARC-Date: 2026-01-02T03:04:05.000678Z"}, lines...)
	return strings.Join(append(all, fmt.Sprintf("Content-Length: %d", length)), "\r\n") + "\r\n\r\n" + block
}

// TestDecodeRefuses states what is no record, and what the error says of it.
func TestDecodeRefuses(t *testing.T) {
	other := warc.Digest([]byte("other"))
	for name, c := range map[string]struct{ data, want string }{
		"nothing":              {"", "no end of header"},
		"no empty line":        {"WARC/1.1\r\nWARC-Type: metadata\r\n", "no end of header"},
		"header of 256 KiB":    {head(1, "x\r\n\r\n", "X: "+strings.Repeat("x", 256<<10)), "no end of header"},
		"another format":       {"HTTP/1.1 200 OK\r\n\r\n", `not a WARC record: "HTTP/1.1 200 OK"`},
		"line without a colon": {head(1, "x\r\n\r\n", "no colon"), `header line "no colon"`},
		"date":                 {head(1, "x\r\n\r\n", "WARC-Date: yesterday"), `date "yesterday"`},
		"length in words":      {head(1, "x\r\n\r\n", "Content-Length: one"), `length "one"`},
		"length below zero":    {head(1, "x\r\n\r\n", "Content-Length: -1"), `length "-1"`},
		"length past 1 GiB":    {head(1, "x\r\n\r\n", "Content-Length: 1073741825"), `length "1073741825"`},
		"length of 1 GiB":      {head(1<<30, "x\r\n\r\n"), "block of 1 octets where the header says 1073741824"},
		"two block digests":    {head(1, "x\r\n\r\n", "WARC-Block-Digest: "+warc.Digest([]byte("x")), "WARC-Block-Digest: "+warc.Digest([]byte("x"))), "two block digests"},
		"digest of another":    {head(1, "x\r\n\r\n", "WARC-Block-Digest: "+other), "block digest does not match"},
		"our digest":           {head(1, "x\r\n\r\n", "WARC-Block-Digest: blake9:q", "Nianbao-Block-Digest: "+other), "block digest does not match"},
		"no length":            {"WARC/1.1\r\nWARC-Type: metadata\r\n\r\n\r\n\r\n", "block of 0 octets where the header says -1"},
		"too long a length":    {head(2, "x\r\n\r\n"), "block of 1 octets where the header says 2"},
		"too short a length":   {head(0, "x\r\n\r\n"), "block of 1 octets where the header says 0"},
		"another end":          {head(1, "x\r\n\r\t"), "block of 1 octets where the header says 1"},
		"no end":               {head(4, "x"), "block of -3 octets where the header says 4"},
	} {
		r, err := warc.Decode([]byte(c.data))
		if r != nil || err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, error %v, want %s", name, r, err, c.want)
		}
	}
}

// TestDecodeTakes states what is a record, and what is kept of its header.
func TestDecodeTakes(t *testing.T) {
	x := warc.Digest([]byte("x"))
	sha1 := "sha1:11f6ad8ec52a2984abaafd7c3b516503785c2072" // of "x"
	x32 := "sha256:FVYRMQVXE2YEIALCPSU7XLBS6XEFGD5RSA6MJWYCEWDRPEQ2JCAQ===="
	sha224 := "sha224:" + strings.Repeat("0", 64)
	for name, c := range map[string]struct {
		data   string
		fields []warc.Field
		block  string
	}{
		"empty block":           {head(0, "\r\n\r\n"), nil, ""},
		"block like an end":     {head(4, "\r\n\r\n\r\n\r\n"), nil, "\r\n\r\n"},
		"our digest is no part": {head(1, "x\r\n\r\n", "WARC-Block-Digest: "+x), nil, "x"},
		"names in any case":     {head(1, "x\r\n\r\n", "warc-block-digest:"+x, "x-NAME:  v "), []warc.Field{{Name: "x-NAME", Value: "v"}}, "x"},
		"another's digest":      {head(1, "x\r\n\r\n", "WARC-Block-Digest: "+sha1, "Nianbao-Block-Digest: "+x), []warc.Field{{Name: "WARC-Block-Digest", Value: sha1}}, "x"},
		"sha256 in base32":      {head(1, "x\r\n\r\n", "WARC-Block-Digest: "+x32), []warc.Field{{Name: "WARC-Block-Digest", Value: x32}}, "x"},
		"unknown hash":          {head(1, "x\r\n\r\n", "WARC-Block-Digest: "+sha224), []warc.Field{{Name: "WARC-Block-Digest", Value: sha224}}, "x"},
	} {
		r, err := warc.Decode([]byte(c.data))
		want := &warc.Record{Type: warc.Metadata, ID: "urn:uuid:1", Date: when, Fields: c.fields, Block: []byte(c.block)}
		if d := cmp.Diff(want, r); err != nil || d != "" {
			t.Errorf("%s: error %v\n%s", name, err, d)
		}
	}
}

// TestHeaderOrder states the lines of a header and their order, with and without a digest that the record brings along.
func TestHeaderOrder(t *testing.T) {
	r := &warc.Record{Type: warc.Response, ID: "urn:uuid:1", Date: when.In(time.FixedZone("", 8*3600)), Block: []byte("x")}
	r.Add("B", " two\r\nlines ")
	r.Add("Empty", " ")
	r.Add("A", "年报")
	lines := []string{"WARC/1.1", "WARC-Type: response", "WARC-Record-ID: <urn:uuid:1>", "WARC-Date: 2026-01-02T03:04:05.000678Z", "B: two  lines", "A: 年报"}
	want := strings.Join(append(lines[:len(lines):len(lines)], "WARC-Block-Digest: "+warc.Digest(r.Block), "Content-Length: 1", "", ""), "\r\n")
	if d := cmp.Diff(want, string(warc.Header(r))); d != "" {
		t.Error(d)
	}
	r.Add("WARC-Block-Digest", "sha1:11f6ad8ec52a2984abaafd7c3b516503785c2072")
	want = strings.Join(append(lines, "WARC-Block-Digest: sha1:11f6ad8ec52a2984abaafd7c3b516503785c2072", "Nianbao-Block-Digest: "+warc.Digest(r.Block), "Content-Length: 1", "", ""), "\r\n")
	if d := cmp.Diff(want, string(warc.Header(r))); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want+"x\r\n\r\n", string(warc.Encode(r))); d != "" {
		t.Error(d)
	}
	got, err := warc.Decode(warc.Encode(r))
	if err != nil || got.Get("wArC-bLoCk-DiGeSt") != "sha1:11f6ad8ec52a2984abaafd7c3b516503785c2072" || got.Get("B") != "two  lines" || got.Get("C") != "" {
		t.Errorf("read back: %+v, error %v", got, err)
	}
	if again := warc.Encode(got); !bytes.Equal(again, warc.Encode(r)) {
		t.Errorf("written again:\n%s", again)
	}
}

// TestReaderStandsInItsFile reads from the middle of a file: offsets are those of the file, and the header is as it was written.
func TestReaderStandsInItsFile(t *testing.T) {
	var w warc.Writer
	var out bytes.Buffer
	var heads [][]byte
	for _, id := range []string{"urn:uuid:1", "urn:uuid:2"} {
		h, err := w.Append(&out, &warc.Record{Type: warc.Metadata, ID: id, Date: when, Block: []byte(id)})
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, h)
	}
	r, at := warc.NewReader(bytes.NewReader(out.Bytes()), 1000), int64(1000)
	for _, h := range heads {
		rec, offset, length, err := r.Next()
		if err != nil || offset != at || length <= 0 || !bytes.Equal(h, r.Header()) || !bytes.HasPrefix(warc.Encode(rec), h) {
			t.Fatalf("at %d: %d octets at %d, header %q, error %v", at, length, offset, r.Header(), err)
		}
		at += length
	}
	if at != 1000+int64(out.Len()) {
		t.Errorf("ends at %d, want %d", at, 1000+out.Len())
	}
}

// TestReaderNamesTheOffset states how a damaged member is told: where it begins, and what is wrong in it.
func TestReaderNamesTheOffset(t *testing.T) {
	first, _, _ := file(t, 1)
	member := func(text string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		io.WriteString(z, text)
		z.Close()
		return b.Bytes()
	}
	cut := member(head(1, "x\r\n\r\n"))
	cut = cut[:len(cut)-1]
	at := 70 + len(first)
	for name, c := range map[string]struct {
		behind []byte
		want   string
	}{
		"no gzip":     {[]byte("plain text, no gzip"), fmt.Sprintf("warc: damaged record at %d: gzip: invalid header", at)},
		"no record":   {member("plain\r\n\r\n"), fmt.Sprintf(`warc: damaged record at %d: not a WARC record: "plain"`, at)},
		"cut":         {cut, fmt.Sprintf("warc: damaged record at %d: unexpected EOF", at)},
		"two in one":  {member(head(1, "x\r\n\r\n") + head(1, "x\r\n\r\n")), fmt.Sprintf("warc: damaged record at %d: block of", at)},
		"cut at once": {[]byte{0x1f}, fmt.Sprintf("warc: damaged record at %d: unexpected EOF", at)},
	} {
		r := warc.NewReader(bytes.NewReader(append(bytes.Clone(first), c.behind...)), 70)
		if _, _, _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		rec, offset, length, err := r.Next()
		if rec != nil || offset != int64(at) || length != 0 || !errors.Is(err, warc.ErrDamaged) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: record %v, %d octets at %d, error %v, want %s", name, rec, length, offset, err, c.want)
		}
	}
}

// failing takes most octets and then fails.
type failing struct{ most int }

func (f *failing) Write(p []byte) (int, error) {
	n := min(f.most, len(p))
	if f.most -= n; n < len(p) {
		return n, errors.New("no room")
	}
	return n, nil
}

func TestAppendTellsWhatWasWritten(t *testing.T) {
	r := &warc.Record{Type: warc.Metadata, ID: "urn:uuid:1", Date: when, Block: []byte("x")}
	var b bytes.Buffer
	n, err := warc.Append(&b, r)
	if err != nil || n != int64(b.Len()) || n == 0 {
		t.Fatalf("%d of %d octets, error %v", n, b.Len(), err)
	}
	n, err = warc.Append(&failing{10}, r)
	if n != 10 || err == nil || err.Error() != "warc: write: no room" {
		t.Errorf("%d octets, error %v", n, err)
	}
}

// TestDigestIsComparedByItsForm gives one sum in each form, sound, altered and cut.
func TestDigestIsComparedByItsForm(t *testing.T) {
	for form, value := range map[string]string{
		"hex":         "sha1:11f6ad8ec52a2984abaafd7c3b516503785c2072",
		"hex, upper":  "SHA-1:11F6AD8EC52A2984ABAAFD7C3B516503785C2072",
		"base32":      "sha1:CH3K3DWFFIUYJK5K7V6DWULFAN4FYIDS",
		"base32, low": "sha1:ch3k3dwffiuyjk5k7v6dwulfan4fyids",
		"base64":      "sha1:EfatjsUqKYSrqv18O1FlA3hcIHI=",
	} {
		if !warc.Matches(value, []byte("x")) {
			t.Errorf("%s: %s does not match", form, value)
		}
		for _, bad := range []string{strings.TrimRight(value, "=")[:len(value)-2], value[:len(value)-3] + "_" + value[len(value)-2:]} {
			if warc.Matches(bad, []byte("x")) {
				t.Errorf("%s: %s matches", form, bad)
			}
		}
		if warc.Matches(value, []byte("y")) {
			t.Errorf("%s: %s matches other octets", form, value)
		}
	}
	for _, value := range []string{"sha1:sdV4ERHYT3s/5FoIUuWXWM16h+U=", "sha1:sdV4ERHYT3s_5FoIUuWXWM16h-U"} { // both alphabets of base64
		if !warc.Matches(value, []byte("10")) || warc.Matches(value, []byte("11")) {
			t.Errorf("%s", value)
		}
	}
}
