package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/archive"
	"nianbao/archive/evidence"
	"nianbao/archive/warc"
	"nianbao/fetch/exchange"
)

// published is a closed and opened archive with a report whose page and file were captured, the page twice.
func published(t *testing.T) (*archive.Archive, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a")
	at := time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC)
	a, err := archive.Open(dir, archive.Options{GroupDelay: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	get := func(u, body string, at time.Time) archive.Capture {
		head := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
		c, err := a.Append(context.Background(), &exchange.Exchange{Method: "GET", URL: u, Started: at, Completed: at, RawRequest: []byte("GET / HTTP/1.1\r\n\r\n"), RawResponse: []byte(head + body),
			HeaderLen: len(head), Status: 200, Header: http.Header{}, Payload: []byte(body), MediaType: "text/html", Outcome: exchange.OK}, archive.Provenance{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var ids []string
	for i := range 5 {
		u := fmt.Sprintf("http://www.a.test/%d/NB.html?b=1&a=2", i)
		get(u, "页", at)
		c := get(u, "页", at.Add(time.Hour)) // the same octets again, and those of another address
		events, err := a.PutReport(context.Background(), archive.Observation{At: at, URL: u, Publisher: archive.Publisher{Name: fmt.Sprintf("永宁县第%d局", i), Code: "990101"}, Year: 2023, Title: "甲 <b>",
			Source: archive.Source{URL: u, Role: "page", SHA256: c.SHA256, MediaType: "text/html", CapturedAt: c.Time, WARC: c.WARC}, TextSHA256: archive.Sum([]byte(u)), Text: "全文"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, events[0].Data.Report)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if a, err = archive.OpenReader(dir, archive.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a, ids[3]
}

func TestEvidenceIsChecked(t *testing.T) {
	a, id := published(t)
	var b bytes.Buffer
	opt := Options{Software: "test", Now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	if err := New(a, archive.Filter{}, &b, opt).Evidence(id); err != nil {
		t.Fatal(err)
	}
	sound := b.Bytes()
	got, err := evidence.CheckBundle(bytes.NewReader(sound), int64(len(sound)), "")
	if err != nil || got.Proved != 3 || got.Title != "甲 <b>" || got.Size != 15 {
		t.Fatalf("%+v: %v", got, err) // the capture, the one it repeats, and the observation
	}
	z, err := zip.NewReader(bytes.NewReader(sound), int64(len(sound)))
	if err != nil {
		t.Fatal(err)
	}
	body := func(name string) []byte {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if page := string(body(evidence.ReadmeFile)); !strings.Contains(page, "甲 &lt;b&gt;") || strings.Contains(page, "@") && strings.Contains(page, "@TITLE@") {
		t.Error("the page that explains is not filled in, or not escaped")
	}
	if _, err := evidence.CheckBundle(bytes.NewReader(sound), int64(len(sound)), "other+00000000+AAAA"); err == nil {
		t.Error("another key will do")
	}
	// No octet that the ZIP's readers look at can be another.
	script := filepath.Join("..", "..", "examples", "verify_evidence.py")
	python, pythonErr := exec.LookPath("python3")
	rng := rand.New(rand.NewPCG(1, 1))
	passed := 0
	for n := range 150 {
		at := rng.IntN(len(sound))
		bad := slices.Clone(sound)
		bad[at] ^= 1 << rng.IntN(8)
		if _, err := evidence.CheckBundle(bytes.NewReader(bad), int64(len(bad)), ""); err == nil && !same(sound, bad) {
			t.Errorf("octet %d of %d may be another", at, len(sound))
		} else if err == nil {
			passed++
		}
		if n == 0 && pythonErr == nil {
			for want, data := range map[bool][]byte{true: sound, false: bad} {
				file := filepath.Join(t.TempDir(), "x.wacz")
				if err := os.WriteFile(file, data, 0o600); err != nil {
					t.Fatal(err)
				}
				if out, err := exec.Command(python, script, file).CombinedOutput(); (err == nil) != want {
					t.Errorf("the script says of a bundle that is sound (%v): %s", want, out)
				}
			}
		}
	}
	if passed > 60 {
		t.Errorf("%d of 150 changes concern the ZIP alone", passed)
	}
}

// same reports whether two ZIP files hold the same files: names, times and the like may differ.
func same(a, b []byte) bool {
	read := func(data []byte) map[string]string {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return nil
		}
		out := map[string]string{}
		for _, f := range z.File {
			if r, err := f.Open(); err == nil {
				d, err := io.ReadAll(r)
				out[f.Name] = string(d) + fmt.Sprint(err)
			}
		}
		return out
	}
	x, y := read(a), read(b)
	if len(x) != len(y) {
		return false
	}
	for k, v := range x {
		if y[k] != v {
			return false
		}
	}
	return true
}

func TestWACZHoldsWhatItLists(t *testing.T) {
	a, _ := published(t)
	var b bytes.Buffer
	if err := New(a, archive.Filter{}, &b, Options{Software: "test"}).WACZ("all"); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		if f.Method != zip.Store {
			t.Errorf("%s is compressed: it cannot be read where it lies", f.Name)
		}
	}
	lines := strings.Split(strings.TrimSpace(string(files["indexes/index.cdx"])), "\n")
	if len(lines) != 6 || !slices.IsSorted(lines) { // five captures, and the one that all of them repeat
		t.Fatalf("%d lines: %s", len(lines), files["indexes/index.cdx"])
	}
	for _, l := range lines {
		key, rest, _ := strings.Cut(l, " ")
		stamp, raw, _ := strings.Cut(rest, " ")
		var x struct{ URL, Offset, Length, Filename, MIME, Status string }
		if err := json.Unmarshal([]byte(raw), &x); err != nil || key != SURT(x.URL) || len(stamp) != 14 || x.Status != "200" {
			t.Fatalf("%s: %v", l, err)
		}
		var off, length int64
		fmt.Sscan(x.Offset, &off)
		fmt.Sscan(x.Length, &length)
		r := warc.NewReader(bytes.NewReader(files["archive/"+x.Filename][off:off+length]), 0)
		rec, _, n, err := r.Next()
		if err != nil || n != length || rec.Get("WARC-Target-URI") != x.URL || (rec.Type == warc.Revisit) != (x.MIME == "warc/revisit") {
			t.Errorf("%s: %v %+v", l, err, rec)
		}
	}
	if n := strings.Count(string(files["pages/pages.jsonl"]), "\n"); n != 6 {
		t.Errorf("%d lines of pages", n)
	}
	var out bytes.Buffer
	if err := New(a, archive.Filter{}, &out, Options{}).CDXJ(); err != nil || strings.Count(out.String(), "\n") != 10 {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestSURT(t *testing.T) {
	for in, want := range map[string]string{
		"http://www.Example.gov.cn:80/A/B.html":                  "cn,gov,example)/a/b.html",
		"https://example.gov.cn:443":                             "cn,gov,example)/",
		"http://example.gov.cn:8080/x/":                          "cn,gov,example:8080)/x",
		"http://a.cn/?b=2&a=1#f":                                 "cn,a)/?a=1&b=2",
		"http://a.cn/%E5%B9%B4.pdf":                              "cn,a)/%e5%b9%b4.pdf",
		"http://a.cn/年.pdf":                                      "cn,a)/%e5%b9%b4.pdf",
		"http://a.cn/x?":                                         "cn,a)/x",
		"http://192.0.2.7/x":                                     "7,2,0,192)/x",
		"http://a.cn/a//b/../c/./d":                              "cn,a)/a/c/d",
		"http://a.cn/x?sid=0123456789abcdef0123456789abcdef&q=1": "cn,a)/x?q=1",
	} {
		if got := SURT(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestSorterSpills(t *testing.T) {
	s := &sorter{}
	defer s.close()
	var want []string
	for i := range 500 {
		l := fmt.Sprintf("%03d\n", i*7919%500)
		want = append(want, l)
		if err := s.add(l); err != nil {
			t.Fatal(err)
		}
		if i%90 == 0 {
			if err := s.spill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	slices.Sort(want)
	var got []string
	for l, err := range s.sorted() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, l)
	}
	if !slices.Equal(want, got) {
		t.Errorf("%d lines, %d wanted", len(got), len(want))
	}
}
