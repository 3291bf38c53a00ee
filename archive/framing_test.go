package archive

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"nianbao/archive/warc"
	"nianbao/fetch/exchange"
)

func TestHeadLength(t *testing.T) {
	for _, c := range []struct {
		block, stated string
		want          int
	}{
		{"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\r\n\r\n", "", 25},
		{"HTTP/1.1 200 OK\nA: b\n\nbody", "", 22},
		{"\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody", "", 23}, // empty lines before the status line
		{"HTTP/1.1 200 OK\r\nA: b", "", 21},             // no end: all of it
		{"HTTP/1.1 200 OK\r\nA: b\r\n", "", 23},
		{"", "", 0},
		{"\n\n", "", 2},
		{"HTTP/1.1 200 OK\r\n\r\nbody", "0", 0},
		{"HTTP/1.1 200 OK\r\n\r\nbody", "23", 23},
		{"HTTP/1.1 200 OK\r\n\r\nbody", "24", 19}, // beyond the block: it is found
		{"HTTP/1.1 200 OK\r\n\r\nbody", "-1", 19},
		{"HTTP/1.1 200 OK\r\n\r\nbody", "all", 19},
	} {
		r := &warc.Record{Block: []byte(c.block)}
		r.Add("Nianbao-Header-Length", c.stated)
		if got := headLength(r); got != c.want {
			t.Errorf("%q, stated %q: %d, want %d", c.block, c.stated, got, c.want)
		}
	}
}

func TestFramingIn(t *testing.T) {
	for head, want := range map[string]exchange.Framing{
		"":                            exchange.FramingClose,
		"HTTP/1.1 200 OK\r\nA: b\r\n": exchange.FramingClose,
		"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n":                                     exchange.FramingLength,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nContent-Length: 3\r\n":       exchange.FramingChunked,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n": exchange.FramingChunked,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n":                      exchange.FramingClose,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip,\r\n\tchunked\r\n":                 exchange.FramingChunked,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip,\r\n chunked\r\n":                  exchange.FramingChunked,
		"HTTP/1.1 200 OK\r\nX: y\r\n Content-Length: 3\r\n":                            exchange.FramingClose,  // folded: part of X
		"HTTP/1.1 200 OK\r\n Content-Length: 3\r\n":                                    exchange.FramingLength, // nothing to fold into
		"HTTP/1.1 200 OK\r\n: chunked\r\n\r\nContent-Length : 3":                       exchange.FramingLength,
	} {
		if got := framingIn([]byte(head)); got != want {
			t.Errorf("%q: %v, want %v", head, got, want)
		}
	}
}

// TestPayloadIn finds a payload by its digest under whatever codings lie over it, whatever the header said.
func TestPayloadIn(t *testing.T) {
	text := []byte("年报 of 2023")
	sum := Sum(text)
	zip := func(b []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		z.Write(b)
		z.Close()
		return out.Bytes()
	}
	flat := func(b []byte) []byte {
		var out bytes.Buffer
		z := zlib.NewWriter(&out)
		z.Write(b)
		z.Close()
		return out.Bytes()
	}
	chunks := func(b []byte) []byte { return fmt.Appendf(nil, "%x\r\n%s\r\n0\r\n\r\n", len(b), b) }
	long := append(slices.Clone(text), "more"...)
	for name, c := range map[string]struct {
		body    []byte
		framing exchange.Framing
		length  int
		kind    string
		found   bool
	}{
		"plain":                {text, exchange.FramingLength, len(text), warc.Response, true},
		"chunked":              {chunks(text), exchange.FramingChunked, len(text), warc.Response, true},
		"chunked, gzip":        {chunks(zip(text)), exchange.FramingChunked, len(text), warc.Response, true},
		"said to be chunked":   {text, exchange.FramingChunked, len(text), warc.Response, true},
		"deflate in zlib":      {flat(text), exchange.FramingClose, len(text), warc.Response, true},
		"deflate without zlib": {flat(text)[2:], exchange.FramingClose, len(text), warc.Response, true},
		"three layers":         {zip(flat(zip(text))), exchange.FramingClose, len(text), warc.Response, true},
		"four layers":          {zip(zip(zip(zip(text)))), exchange.FramingClose, len(text), warc.Response, false},
		"cut behind it":        {long, exchange.FramingClose, len(text), warc.Response, true},
		"another length":       {long, exchange.FramingClose, len(text) - 1, warc.Response, false},
		"nothing":              {nil, exchange.FramingClose, 0, warc.Response, false},
		"resource":             {text, exchange.FramingClose, len(text), warc.Resource, true},
		"resource, coded":      {zip(text), exchange.FramingClose, len(text), warc.Resource, false},
	} {
		rec := &warc.Record{Type: c.kind, Block: c.body}
		if c.kind == warc.Response {
			rec.Block = append([]byte("HTTP/1.1 200 OK\r\n\r\n"), c.body...)
		}
		got, ok := payloadIn(rec, &Capture{framing: c.framing}, sum, c.length)
		if ok != c.found || ok && !bytes.Equal(got, text) || !ok && got != nil {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}

func TestSegmentNames(t *testing.T) {
	for _, c := range []struct {
		stream byte
		n      uint32
		want   string
	}{{streamWARC, 1, "nianbao-warc-00000001-20260102030405.warc.gz"}, {streamReports, 12345678, "nianbao-reports-12345678-20260102030405.warc.gz"}} {
		name := segmentName(c.stream, c.n, "20260102030405")
		if m := nameForm.FindStringSubmatch(name); name != c.want || m == nil || m[1] != folderOf(c.stream) || legacyForm.MatchString(name) {
			t.Errorf("%s, want %s", name, c.want)
		}
	}
}

// TestManifestIsAChain states which manifests are read, and at which line one is damaged.
func TestManifestIsAChain(t *testing.T) {
	line := func(n uint32, previous string) string {
		b, err := json.Marshal(Sealed{File: "warc/x", Segment: n, Length: 5, SHA256: Sum(nil), FirstLeaf: 7, Previous: previous})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := line(1, "")
	two := line(2, Sum([]byte(one)))
	for name, c := range map[string]struct {
		text      string
		good, bad int
	}{
		"empty":            {"", 0, 0},
		"one":              {one + "\n", 1, 0},
		"two":              {one + "\n" + two + "\n", 2, 0},
		"last line cut":    {one + "\n" + two, 1, 2},
		"first is missing": {two + "\n", 0, 1},
		"out of order":     {two + "\n" + one + "\n", 0, 1},
		"repeated":         {one + "\n" + one + "\n", 1, 2},
		"an empty line":    {one + "\n\n" + two + "\n", 1, 2},
		"another spelling": {" " + one + "\n", 0, 1},
		"unknown field":    {`{"x":1,` + one[1:] + "\n", 0, 1},
		"no JSON":          {"x\n", 0, 1},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, manifestFile), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		lines, data, err := readManifest(dir)
		told := fmt.Sprintf("archive: MANIFEST: line %d is damaged, or does not follow from the one before", c.bad)
		if len(lines) != c.good || string(data) != c.text || c.bad == 0 && err != nil || c.bad > 0 && (err == nil || err.Error() != told) {
			t.Errorf("%s: %d lines, error %v", name, len(lines), err)
		}
	}
	if lines, data, err := readManifest(t.TempDir()); lines != nil || data != nil || err != nil {
		t.Errorf("no manifest: %v, error %v", lines, err)
	}
}
