package warc_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"nianbao/archive/warc"
)

// told is what was read of a foreign file: the ids of its records in order, and its problems.
type told struct {
	records  []*warc.Record
	ids      []string
	problems []string
}

func foreign(t *testing.T, f io.ReaderAt, size int) (out told) {
	t.Helper()
	x := warc.NewForeign(f, int64(size), func(p warc.Problem) { out.problems = append(out.problems, fmt.Sprintf("%d: %v", p.Offset, p.Err)) })
	for {
		r, err := x.Next()
		if err != nil {
			if err != io.EOF {
				t.Errorf("the end: %v", err)
			}
			if _, again := x.Next(); again != io.EOF {
				t.Errorf("behind the end: %v", again)
			}
			return out
		}
		out.records = append(out.records, r)
		out.ids = append(out.ids, r.ID)
		if len(out.records)+len(out.problems) > size+2 {
			t.Fatal("it does not end")
		}
	}
}

func foreignText(t *testing.T, s string) told {
	t.Helper()
	return foreign(t, strings.NewReader(s), len(s))
}

func zipped(s string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.Bytes()
}

// numbered is a record of WARC 1.0 with n in its id and random octets as its block.
func numbered(n, length int) string {
	block := make([]byte, length)
	rnd := rand.New(rand.NewPCG(uint64(n), 1))
	for i := range block {
		block[i] = byte(rnd.Uint32())
	}
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:%d>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\nWARC-Block-Digest: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", n, warc.Digest(block), length, block)
}

// TestForeignForgives states what other programs do that is taken as a record.
func TestForeignForgives(t *testing.T) {
	const rest = "WARC-Record-ID: <urn:1>\r\nWARC-Date: 2026-01-02T03:04:05.000678Z\r\nContent-Length: 1\r\n"
	for name, c := range map[string]struct {
		data   string
		fields []warc.Field
	}{
		"plain":                {"WARC/1.0\r\nWARC-Type: Resource\r\n" + rest + "\r\nx\r\n\r\n", nil},
		"version 0.18":         {"WARC/0.18\r\nWARC-Type: resource\r\n" + rest + "\r\nx\r\n\r\n", nil},
		"no carriage returns":  {strings.ReplaceAll("WARC/1.1\r\nWARC-Type: resource\r\n"+rest+"\r\nx\r\n\r\n", "\r\n", "\n"), nil},
		"no end":               {"WARC/1.1\r\nWARC-Type: resource\r\n" + rest + "\r\nx", nil},
		"empty lines before":   {"\r\n\n\r\nWARC/1.1\r\nWARC-Type: resource\r\n" + rest + "\r\nx", nil},
		"id without brackets":  {"WARC/1.1\r\nWARC-Type: resource\r\n" + strings.NewReplacer("<", "", ">", "").Replace(rest) + "\r\nx", nil},
		"folded by a blank":    {"WARC/1.1\r\nA: one\r\n  two \r\nWARC-Type: resource\r\n" + rest + "\r\nx", []warc.Field{{Name: "A", Value: "one two"}}},
		"folded by a tab":      {"WARC/1.1\r\nWARC-Type: resource\r\nA: one\r\n\ttwo\r\n" + rest + "\r\nx", []warc.Field{{Name: "A", Value: "one two"}}},
		"nothing to fold":      {"WARC/1.1\r\n A: one\r\nWARC-Type: resource\r\n" + rest + "\r\nx", []warc.Field{{Name: "A", Value: "one"}}},
		"a line with no name":  {"WARC/1.1\r\n: one\r\nWARC-Type: resource\r\n" + rest + "\r\nx", nil},
		"a line with no colon": {"WARC/1.1\r\nWARC-Type: resource\r\nA\r\n" + rest + "\r\nx", []warc.Field{{Name: "A"}}},
		"a digest":             {"WARC/1.1\r\nWARC-Type: resource\r\nwarc-block-digest: md5:9dd4e461268c8034f5c8564e155c67a6\r\n" + rest + "\r\nx", []warc.Field{{Name: "warc-block-digest", Value: "md5:9dd4e461268c8034f5c8564e155c67a6"}}},
	} {
		got := foreignText(t, c.data)
		want := []*warc.Record{{Type: "resource", ID: "urn:1", Date: when, Fields: c.fields, Block: []byte("x")}}
		if d := cmp.Diff(want, got.records); d != "" || got.problems != nil {
			t.Errorf("%s: problems %v\n%s", name, got.problems, d)
		}
	}
}

// TestForeignPassesOver states which records are told and left out while the one behind them is read.
func TestForeignPassesOver(t *testing.T) {
	good := numbered(2, 30)
	for name, c := range map[string]struct{ bad, want string }{
		"no id":     {"WARC/1.0\r\nWARC-Date: 2026-01-02T03:04:05Z\r\nContent-Length: 1\r\n\r\nx\r\n\r\n", "a record was passed over: it has no id or no date"},
		"no date":   {"WARC/1.0\r\nWARC-Record-ID: <urn:1>\r\nContent-Length: 1\r\n\r\nx\r\n\r\n", "a record was passed over: it has no id or no date"},
		"odd date":  {"WARC/1.0\r\nWARC-Record-ID: <urn:1>\r\nWARC-Date: soon\r\nContent-Length: 1\r\n\r\nx\r\n\r\n", "a record was passed over: it has no id or no date"},
		"digest":    {strings.Replace(numbered(1, 1), "sha256:", "sha256:0", 1), "a record was passed over: urn:1: its block digest does not match"},
		"no length": {"WARC/1.0\r\nWARC-Record-ID: <urn:1>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n\r\nx\r\n\r\n", "a record without a length"},
		"in words":  {"WARC/1.0\r\nContent-Length: many\r\n\r\nx\r\n\r\n", `a record of the length "many"`},
		"below 0":   {"WARC/1.0\r\nContent-Length: -1\r\n\r\nx\r\n\r\n", `a record of the length "-1"`},
		"no record": {"something else\r\n\r\n", `not a WARC record: "something else\r\n"`},
		"version 2": {"WARC/2.0\r\n\r\n", `not a WARC record: "WARC/2.0\r\n"`},
		"long line": {"WARC/1.0\r\nA: " + strings.Repeat("a", 256<<10) + "\r\n\r\n", "a header that is too long"},
		"long head": {"WARC/1.0\r\n" + strings.Repeat("A: "+strings.Repeat("a", 1<<10)+"\r\n", 256) + "\r\n", "a header that is too long"},
	} {
		for form, data := range map[string]string{"plain": c.bad + good, "gzip": string(zipped(c.bad)) + string(zipped(good))} {
			got := foreignText(t, data)
			if !slices.Equal(got.ids, []string{"urn:2"}) || len(got.problems) != 1 || !strings.HasSuffix(got.problems[0], ": "+c.want) {
				t.Errorf("%s, %s: records %v, problems %v, want %s", name, form, got.ids, got.problems, c.want)
			}
		}
	}
	if got := foreignText(t, ""); got.ids != nil || got.problems != nil {
		t.Errorf("an empty file: %+v", got)
	}
}

// TestForeignCut cuts a file in its last record: the ones before it are read, and the loss is told once.
func TestForeignCut(t *testing.T) {
	a, b := numbered(1, 40), numbered(2, 40)
	for cut := 1; cut < len(b)-4; cut++ {
		got := foreignText(t, a+b[:cut])
		if len(got.ids) == 0 || got.ids[0] != "urn:1" || len(got.problems) == 0 {
			t.Fatalf("cut at %d: %+v", cut, got)
		}
	}
	head := strings.Index(b, "\r\n\r\n")
	got := foreignText(t, a+b[:head+20])
	want := fmt.Sprintf("%d: the file ends in a record: unexpected EOF", len(a))
	if !slices.Contains(got.problems, want) {
		t.Errorf("problems %v, want %s", got.problems, want)
	}
}

// TestForeignForms reads the same records in every form that WARC files come in.
func TestForeignForms(t *testing.T) {
	var plain, members, frames, dictFrames bytes.Buffer
	dict := bytes.Repeat([]byte("WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:"), 20)
	raw, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for n := range 6 {
		text := numbered(n, n*1000)
		plain.WriteString(text)
		members.Write(zipped(text))
		frames.Write(raw.EncodeAll([]byte(text), nil))
		want = append(want, fmt.Sprintf("urn:%d", n))
	}
	skippable := func(d []byte) []byte {
		return append(binary.LittleEndian.AppendUint32([]byte{0x5d, 0x2a, 0x4d, 0x18}, uint32(len(d))), d...)
	}
	samples := [][]byte{}
	for n := range 40 {
		samples = append(samples, []byte(numbered(n, 100)))
	}
	trained, err := zstd.BuildDict(zstd.BuildDictOptions{ID: 7, Contents: samples, History: dict, Offsets: [3]int{1, 4, 8}})
	if err != nil {
		t.Fatal(err)
	}
	with, err := zstd.NewWriter(nil, zstd.WithEncoderDict(trained))
	if err != nil {
		t.Fatal(err)
	}
	for n := range 6 {
		dictFrames.Write(with.EncodeAll([]byte(numbered(n, n*1000)), nil))
	}
	for name, data := range map[string][]byte{
		"plain":                    plain.Bytes(),
		"gzip, a member a record":  members.Bytes(),
		"gzip, one member":         zipped(plain.String()),
		"zstd, a frame a record":   frames.Bytes(),
		"zstd, one frame":          raw.EncodeAll(plain.Bytes(), nil),
		"zstd, dictionary":         append(skippable(trained), dictFrames.Bytes()...),
		"zstd, dictionary in zstd": append(skippable(raw.EncodeAll(trained, nil)), dictFrames.Bytes()...),
	} {
		got := foreign(t, bytes.NewReader(data), len(data))
		if !slices.Equal(got.ids, want) || got.problems != nil {
			t.Errorf("%s: records %v, problems %v", name, got.ids, got.problems)
		}
	}
	// A dictionary that cannot be had is told, whatever is wrong with it.
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"length cut":      {skippable(trained)[:6], "0: unexpected EOF"},
		"octets cut":      {skippable(trained)[:100], "0: unexpected EOF"},
		"too large":       {append(binary.LittleEndian.AppendUint32([]byte{0x5d, 0x2a, 0x4d, 0x18}, 16<<20+1), 1), "0: a dictionary of 16777217 octets"},
		"at the bound":    {append(binary.LittleEndian.AppendUint32([]byte{0x5d, 0x2a, 0x4d, 0x18}, 16<<20), 1), "0: unexpected EOF"},
		"length by octet": {append([]byte{0x5d, 0x2a, 0x4d, 0x18, 1, 2, 3, 4}, 1), "0: a dictionary of 67305985 octets"},
		"broken zstd":     {skippable([]byte{0x28, 0xb5, 0x2f, 0xfd, 0xff}), "0: reserved bit set on frame header"},
	} {
		got := foreign(t, bytes.NewReader(c.data), len(c.data))
		if got.ids != nil || len(got.problems) == 0 || got.problems[0] != c.want {
			t.Errorf("dictionary, %s: records %v, problems %v, want %s", name, got.ids, got.problems, c.want)
		}
	}
}

// TestForeignDamage spoils one record of many: each of the others is read, and the damage is told.
func TestForeignDamage(t *testing.T) {
	raw, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	const n, bad = 40, 20
	for name, pack := range map[string]func(string) []byte{
		"plain": func(s string) []byte { return []byte(s) },
		"gzip":  zipped,
		"zstd":  func(s string) []byte { return raw.EncodeAll([]byte(s), nil) },
	} {
		var data []byte
		at := 0 // of the spoiled record
		for i := range n {
			part := pack(numbered(i, 60_000))
			if i == bad {
				at = len(data)
				part[10] ^= 0xff
				if name == "plain" {
					copy(part, "spoiled!")
				} else {
					copy(part[2000:], make([]byte, 20_000))
				}
			}
			data = append(data, part...)
		}
		got := foreign(t, bytes.NewReader(data), len(data))
		seen := map[string]int{}
		for _, id := range got.ids {
			seen[id]++
		}
		for i := range n {
			want := 1
			if i == bad {
				want = 0
			}
			id := fmt.Sprintf("urn:%d", i)
			if name == "zstd" { // what the decoder had read ahead is read again
				seen[id] = min(seen[id], 1)
			}
			if seen[id] != want {
				t.Errorf("%s: %s was read %d times, want %d", name, id, seen[id], want)
			}
		}
		if len(got.problems) == 0 || name != "zstd" && (len(got.problems) > 1 || !strings.HasPrefix(got.problems[0], fmt.Sprintf("%d: ", at))) {
			t.Errorf("%s: damage in the record at %d, problems %v", name, at, got.problems)
		}
	}
}

// TestForeignWrongLength has a record that says more than its block holds: it swallows the one behind it and is told; the
// swallowed one is found again, and none is read twice.
func TestForeignWrongLength(t *testing.T) {
	for name, pack := range map[string]func(string) []byte{"plain": func(s string) []byte { return []byte(s) }, "gzip": zipped} {
		var data []byte
		for i := range 6 {
			text := numbered(i, 5000)
			if i == 2 {
				text = strings.Replace(text, "Content-Length: 5000", "Content-Length: 5300", 1)
			}
			data = append(data, pack(text)...)
		}
		got := foreign(t, bytes.NewReader(data), len(data))
		if d := cmp.Diff([]string{"urn:0", "urn:1", "urn:3", "urn:4", "urn:5"}, got.ids); d != "" || len(got.problems) != 2 {
			t.Errorf("%s: problems %v\n%s", name, got.problems, d)
		}
	}
}

// sparse is a file of zeros with some octets at its beginning and its end.
type sparse struct {
	head, tail []byte
	size       int64
}

func (s sparse) ReadAt(p []byte, at int64) (int, error) {
	if at >= s.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), s.size-at))
	clear(p[:n])
	if at < int64(len(s.head)) {
		copy(p[:n], s.head[at:])
	}
	if from := s.size - int64(len(s.tail)); at+int64(n) > from {
		copy(p[max(0, from-at):n], s.tail[max(0, at-from):])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// TestForeignLargeRecord has a record past 256 MiB: it is told and passed over, without being held.
func TestForeignLargeRecord(t *testing.T) {
	const length = 256<<20 + 1
	head := []byte(fmt.Sprintf("WARC/1.0\r\nWARC-Record-ID: <urn:1>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\nContent-Length: %d\r\n\r\n", length))
	tail := []byte("\r\n\r\n" + numbered(2, 10))
	f := sparse{head: head, tail: tail, size: int64(len(head)) + length + int64(len(tail))}
	got := foreign(t, f, int(f.size))
	if !slices.Equal(got.ids, []string{"urn:2"}) || len(got.problems) != 1 || !strings.HasSuffix(got.problems[0], "a record was passed over: urn:1 of 268435457 octets, at most 268435456 are taken") {
		t.Errorf("records %v, problems %v", got.ids, got.problems)
	}
}

// unreadable fails at every place from an offset on.
type unreadable struct {
	data []byte
	from int64
}

func (u unreadable) ReadAt(p []byte, at int64) (int, error) {
	if at >= u.from {
		return 0, errors.New("bad sector")
	}
	n := copy(p[:min(int64(len(p)), u.from-at)], u.data[at:])
	if n < len(p) {
		return n, errors.New("bad sector")
	}
	return n, nil
}

// TestForeignDiskError has the disk fail: the reason is told, at the beginning and on the way.
func TestForeignDiskError(t *testing.T) {
	data := []byte(numbered(1, 100_000) + numbered(2, 100_000))
	for from, want := range map[int64]int{0: 0, 150_000: 1} {
		got := foreign(t, unreadable{data, from}, len(data))
		if len(got.ids) != want || len(got.problems) == 0 || !strings.HasSuffix(got.problems[0], "bad sector") {
			t.Errorf("from %d: records %v, problems %v", from, got.ids, got.problems)
		}
	}
}
