package archive

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// foreignRecords are records as other programs write them, with what they hold.
func foreignRecords() (records []string, payloads map[string]string) {
	payloads = map[string]string{}
	rec := func(typ, id, uri, block string, more ...string) {
		head := "WARC/1.0\r\nWARC-Type: " + typ + "\r\nWARC-Record-ID: <" + id + ">\r\nWARC-Date: 2025-03-01T08:00:00Z\r\n"
		if uri != "" {
			head += "WARC-Target-URI: " + uri + "\r\n"
		}
		records = append(records, head+strings.Join(more, "")+fmt.Sprintf("Content-Length: %d\r\n\r\n%s\r\n\r\n", len(block), block))
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte("packed"))
	w.Close()
	rec("warcinfo", "urn:uuid:00000000-0000-4000-8000-000000000001", "", "software: other\r\n")
	rec("request", "urn:uuid:00000000-0000-4000-8000-000000000002", "<http://a.test/1>", "GET /1 HTTP/1.1\r\n\r\n")
	rec("response", "urn:uuid:00000000-0000-4000-8000-000000000003", "<http://a.test/1>", "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=GBK\r\n\r\nplain", "WARC-Block-Digest: sha1:AAAA\r\n")
	rec("response", "urn:uuid:00000000-0000-4000-8000-000000000004", "http://a.test/2", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"+fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", z.Len(), z.String()))
	rec("response", "urn:uuid:00000000-0000-4000-8000-000000000005", "http://a.test/3", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nundone before it was written")
	rec("revisit", "id of another form", "http://a.test/4", "HTTP/1.1 200 OK\r\n\r\n", "WARC-Refers-To-Target-URI: http://a.test/2\r\nWARC-Refers-To-Date: 2025-03-01T08:00:00Z\r\n")
	rec("response", "urn:uuid:00000000-0000-4000-8000-000000000006", "dns:a.test", "20250301 a.test. A 192.0.2.7")
	rec("resource", "urn:uuid:00000000-0000-4000-8000-000000000007", "http://a.test/5.pdf", "%PDF", "Content-Type: application/pdf\r\n")
	rec("metadata", "urn:uuid:00000000-0000-4000-8000-000000000008", "http://a.test/5.pdf", "via: x")
	rec("response", "urn:uuid:00000000-0000-4000-8000-000000000009", "http://a.test/6", "HTTP/1.1 404 Not Found\r\n\r\nno")
	for u, p := range map[string]string{"1": "plain", "2": "packed", "3": "undone before it was written", "4": "packed", "5.pdf": "%PDF", "6": "no"} {
		payloads["http://a.test/"+u] = p
	}
	records[2] = strings.Replace(records[2], "WARC-Block-Digest: sha1:AAAA\r\n", "", 1)
	return records, payloads
}

func gzipped(parts ...string) []byte {
	var z bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&z)
		w.Write([]byte(p))
		w.Close()
	}
	return z.Bytes()
}

func zstded(t *testing.T, dict []byte, parts ...string) []byte {
	t.Helper()
	enc := must[*zstd.Encoder](t)(zstd.NewWriter(nil))
	var out []byte
	for _, p := range parts {
		out = enc.EncodeAll([]byte(p), out)
	}
	return out
}

func TestImportOfEveryForm(t *testing.T) {
	records, want := foreignRecords()
	whole := strings.Join(records, "")
	var wacz bytes.Buffer
	z := zip.NewWriter(&wacz)
	for i, part := range [][]byte{gzipped(records[:4]...), gzipped(records[4:]...)} {
		w := must[interface{ Write([]byte) (int, error) }](t)(func() (interface{ Write([]byte) (int, error) }, error) {
			return z.Create(fmt.Sprintf("archive/%d.warc.gz", i))
		}())
		w.Write(part)
	}
	z.Close()
	for name, data := range map[string][]byte{
		"plain.warc":                   []byte(whole),
		"members.warc.gz":              gzipped(records...),
		"one member.warc.gz":           gzipped(whole),
		"frames.warc.zst":              zstded(t, nil, records...),
		"a.wacz":                       wacz.Bytes(),
		"broken in the middle.warc.gz": append(append(gzipped(records[:2]...), gzipped("WARC/1.0\r\nnothing of use\r\n\r\n")...), gzipped(records[2:]...)...),
		"garbage between.warc.gz":      append(append(gzipped(records[:2]...), "\x1f\x8b\x08 garbage"...), gzipped(records[2:]...)...),
		"garbage between.warc":         []byte(strings.Join(records[:2], "") + "garbage\r\n\r\nof all kinds\r\n" + strings.Join(records[2:], "")),
	} {
		dir := filepath.Join(t.TempDir(), "a")
		file := filepath.Join(t.TempDir(), name)
		putFile(t, file, data)
		a := must[*Archive](t)(Open(dir, quick))
		out, err := a.Import(context.Background(), file)
		if err != nil || out.Count != 6 || out.Known != 0 || (len(out.Problems) > 0) != (strings.Contains(name, "broken") || strings.Contains(name, "garbage")) {
			t.Errorf("%s: %v %d captures, problems %q", name, err, out.Count, out.Problems)
		}
		again := must[*Imported](t)(a.Import(context.Background(), file))
		if again.Count != 0 || again.Known != 6 {
			t.Errorf("%s again: %+v", name, again)
		}
		for u, p := range want {
			c, got, err := a.PayloadAt(u, t0)
			if err != nil || string(got) != p || !strings.HasPrefix(c.Imported, name) {
				t.Errorf("%s: %s: %q %v, from %q", name, u, got, err, c.Imported)
			}
		}
		if c, ok := a.Latest("http://a.test/1"); !ok || c.Charset != "gbk" || c.MediaType != "text/html" || c.Time.Year() != 2025 {
			t.Errorf("%s: %+v", name, c)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if r, err := Rebuild(dir, quick, false); err != nil || r.Captures != 6 {
			t.Errorf("%s: rebuild: %v %+v", name, err, r)
		}
		if v, err := Verify(t.Context(), dir, quick, VerifyOptions{}); err != nil {
			t.Errorf("%s: verify: %v %+v", name, err, v.Findings)
		}
	}
}

func TestImportOfCutFiles(t *testing.T) {
	records, _ := foreignRecords()
	data := gzipped(records...)
	dir := filepath.Join(t.TempDir(), "a")
	a := must[*Archive](t)(Open(dir, quick))
	defer a.Close()
	file := filepath.Join(t.TempDir(), "cut.warc.gz")
	for cut := 0; cut < len(data); cut += 37 {
		putFile(t, file, data[:cut])
		if out, err := a.Import(t.Context(), file); err != nil {
			t.Errorf("cut at %d: %v %+v", cut, err, out)
		}
	}
	if _, err := a.Import(t.Context(), filepath.Join(dir, "none")); err == nil {
		t.Error("a file that is not there")
	}
	if err := os.WriteFile(file, []byte("PK\x03\x04 no package"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(t.Context(), file); err == nil {
		t.Error("a package that is none")
	}
}
