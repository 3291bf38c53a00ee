package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/fetch/exchange"
)

func gbk(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFilename(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"inline":                               "",
		`attachment; filename="a.pdf"`:         "a.pdf",
		`attachment;filename=a.pdf`:            "a.pdf",
		`attachment; filename=年报 2023.docx`:    "年报 2023.docx",
		`attachment; filename="unclosed.pdf`:   "unclosed.pdf",
		`attachment; FileName = "b.doc" ; x=1`: "b.doc",
		`attachment; filename*=UTF-8''%E5%B9%B4%E6%8A%A5.pdf; filename="x.pdf"`: "年报.pdf",
		`attachment; filename="x.pdf"; filename*=utf-8'zh-CN'%E5%B9%B4.pdf`:     "年.pdf",
		`attachment; filename*=GB2312''%C4%EA%B1%A8.pdf`:                        "年报.pdf",
		`attachment; filename*0*=UTF-8''%E5%B9%B4; filename*1="b.pdf"`:          "年b.pdf",
		`attachment; filename="=?UTF-8?B?5bm05oqlLnBkZg==?="`:                   "年报.pdf",
		`attachment; filename="=?GBK?B?xOqxqC5wZGY=?="`:                         "年报.pdf",
		`attachment; filename=%E5%B9%B4%E6%8A%A5.xls`:                           "年报.xls",
		`attachment; filename="` + gbk(t, "年报") + `.ofd"`:                       "年报.ofd",
		"attachment; filename=\"\u00e5\u00b9\u00b4.pdf\"":                       "年.pdf",
		`attachment; filename="../../etc/passwd"`:                               "passwd",
		`attachment; filename="C:\Users\x\年报.doc"`:                              "年报.doc",
		`attachment; filename=".."`:                                             "",
		"attachment; filename=\"a\u202egnp.exe\"":                               "agnp.exe",
		`attachment; filename="a\"b.pdf"`:                                       "ab.pdf",
		`attachment; filename="` + strings.Repeat("年", 400) + `.pdf"`:           strings.Repeat("年", 251) + ".pdf",
		`attachment; filename="100%.pdf"`:                                       "100%.pdf",
		`attachment; filename=""; filename*=UTF-8''`:                            "",
		`attachment; filename="` + strings.Repeat("a", 9000) + `"`:              "",
		`attachment; name="field"; filename="附件1:永宁县“年报”<终稿>|v2?.docx"; size=5`: "附件1永宁县“年报”终稿v2.docx",
	} {
		if got := filename(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzFilename(f *testing.F) {
	for _, s := range []string{`attachment; filename*=UTF-8''%E5; filename="a\"b`, "x;filename*0*=a'b'c;filename*1=d", "; =;;filename==?GBK?B?xOq=?=", "a;filename=\xc4\xea/.."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := filename(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\n\r") || utf8.RuneCountInString(got) > maxFilename || strings.Trim(got, ". ") == "" && got != "" {
			t.Errorf("%q gives %q", s, got)
		}
	})
}

func TestSniff(t *testing.T) {
	zip := func(name string) string {
		return "PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" + string([]byte{byte(len(name)), 0, 0, 0}) + name
	}
	ole := func(name string) string {
		b := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
		for _, c := range name {
			b += string(c) + "\x00"
		}
		return b + "\x00\x00"
	}
	for _, tt := range []struct{ name, body, declared, want string }{
		{"HTML", "<!DOCTYPE html><html>", "text/html", typeHTML},
		{"HTML without a type", "  \r\n<html>", "", typeHTML},
		{"HTML called a download", "<div>x</div>", "application/octet-stream", typeHTML},
		{"HTML behind a comment", "<!-- x --><table>", "application/msword", typeHTML},
		{"a PDF called HTML", "%PDF-1.7\n", "text/html", typePDF},
		{"a PDF behind rubbish", "\r\n\r\n%PDF-1.4", "application/octet-stream", typePDF},
		{"HTML that mentions a PDF", "<html>%PDF-1.4", "text/html", typeHTML},
		{"a page called a PDF", "<html>没有权限</html>", "application/pdf", typeHTML},
		{"DOCX", zip("word/document.xml"), "application/octet-stream", typeDOCX},
		{"XLSX", zip("xl/workbook.xml"), "", typeXLSX},
		{"OFD", zip("OFD.xml"), "application/zip", typeOFD},
		{"ZIP", zip("年报.pdf"), "application/x-zip", typeZIP},
		{"DOC", ole("WordDocument"), "text/plain", typeDOC},
		{"XLS", ole("Workbook"), "application/msword", typeXLS},
		{"OLE of another kind", ole("Other"), "", typeOLE},
		{"RAR", "Rar!\x1a\x07\x00", "", "application/vnd.rar"},
		{"RTF", `{\rtf1`, "application/msword", "application/rtf"},
		{"PNG", "\x89PNG\r\n\x1a\n", "text/html", "image/png"},
		{"gzip", "\x1f\x8b\x08\x00", "", "application/gzip"},
		{"JSON", `{"a":1}`, "text/html", typeJSON},
		{"JSON declared", "[1,", "application/json", typeJSON},
		{"not quite JSON", "{a", "text/plain", typeText},
		{"XML", `<?xml version="1.0"?><datastore>`, "text/plain", typeXML},
		{"XHTML", `<?xml version="1.0"?><!DOCTYPE html><html>`, "application/xml", typeHTML},
		{"script", "var a=1;", "application/javascript", "application/javascript"},
		{"text", "年报", "", typeText},
		{"octets", "\x00\x01\x02", "text/html", typeBytes},
		{"nothing", "", "text/html; charset=x", "text/html"},
		{"a saved page", "MIME-Version: 1.0\r\n", "application/msword", "multipart/related"},
	} {
		if got := sniff([]byte(tt.body), tt.declared); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	for _, s := range []string{"PK\x03\x04", "PK\x05\x06", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "<!--", "%PDF-", "{\"a\":", "\xff\xfe<\x00", "RIFF....WEBP"} {
		f.Add([]byte(s), "text/html;")
	}
	f.Fuzz(func(t *testing.T, data []byte, declared string) { sniff(data, declared) })
}

func TestRetryAfterHeader(t *testing.T) {
	now := time.Date(2026, 1, 15, 8, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, " 5 ": 5 * time.Second, "1.5": 1500 * time.Millisecond, "-3": 0, "0": 0, "NaN": 0, "Inf": 24 * time.Hour, "1e300": 24 * time.Hour, "172800": 24 * time.Hour, "soon": 0,
		"Thu, 15 Jan 2026 08:01:00 GMT": time.Minute, "Thu, 15 Jan 2026 07:00:00 GMT": 0, "Fri, 15 Jan 2027 08:00:00 GMT": 24 * time.Hour, "Thursday, 15-Jan-26 08:00:30 GMT": 30 * time.Second,
	} {
		if got := retryAfter(in, now); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("1e9")
	f.Add("Thu, 15 Jan 2026 08:01:00 GMT")
	f.Fuzz(func(t *testing.T, v string) {
		if d := retryAfter(v, time.Unix(0, 0)); d < 0 || d > mostRetryAfter {
			t.Errorf("%q: %s", v, d)
		}
	})
}

// FuzzAnswer puts any octets on the wire in answer to a request: whatever they are there is an exchange with an outcome, in
// bounded memory, with the octets kept as they came.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<p>ab",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, br, deflate\r\n\r\n\x1f\x8b\x08\x00",
		"HTTP/1.1 302 Found\r\nLocation: //\x00\r\nSet-Cookie: a=b; Max-Age=\xff\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 206 X\r\nContent-Disposition: a;filename*=\r\n\r\n",
		"HTTP/1.1 429\nRetry-After: 1e999\n\n", "\r\n\r\nHTTP/ 200", "HTTP/1.1 304 x\r\n\r\n",
	} {
		f.Add([]byte(s))
	}
	known := map[exchange.Outcome]bool{}
	for _, o := range exchange.All {
		known[o] = true
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		fetcher, err := New(Options{Resolver: names{"www.yongning.gov.cn": {"8.8.4.4"}}, MaxText: 64 << 10, MaxBinary: 64 << 10, MaxHeader: 8 << 10,
			Dial: func(context.Context, string, string) (net.Conn, error) {
				return &canned{r: bytes.NewReader(answer)}, nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		ex := fetcher.Do(context.Background(), Request{URL: home, ETag: `"1"`})
		if !known[ex.Outcome] || (ex.Outcome != exchange.OK && ex.Outcome != exchange.NotModified && ex.Outcome != exchange.Redirect) != (ex.Err != nil) {
			t.Fatalf("outcome %q, %v", ex.Outcome, ex.Err)
		}
		if len(ex.Payload) > 64<<10 || len(ex.RawResponse) > len(answer) || ex.HeaderLen > len(ex.RawResponse) {
			t.Fatalf("%d octets decoded, %d kept of %d, header %d", len(ex.Payload), len(ex.RawResponse), len(answer), ex.HeaderLen)
		}
		if !bytes.Contains(answer, ex.RawResponse) {
			t.Fatal("what is kept is not what came")
		}
	})
}

// canned is a connection that swallows the request and holds an answer.
type canned struct {
	net.Conn
	r io.Reader
}

func (c *canned) Read(p []byte) (int, error)       { return c.r.Read(p) }
func (c *canned) Write(p []byte) (int, error)      { return len(p), nil }
func (c *canned) Close() error                     { return nil }
func (c *canned) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(8, 8, 4, 4), Port: 80} }
func (c *canned) SetDeadline(time.Time) error      { return nil }
func (c *canned) SetReadDeadline(time.Time) error  { return nil }
func (c *canned) SetWriteDeadline(time.Time) error { return nil }

func FuzzGunzip(f *testing.F) {
	f.Add([]byte(gz("年报")))
	f.Add([]byte("\x1f\x8b\x08\x1e"))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := Gunzip(data, 4096)
		if len(out) > 4096 || err != nil && out != nil {
			t.Errorf("%d octets, %v", len(out), err)
		}
	})
}

func TestGunzip(t *testing.T) {
	if out, err := Gunzip([]byte(gz("<urlset/>")), 100); err != nil || string(out) != "<urlset/>" {
		t.Errorf("%q %v", out, err)
	}
	if _, err := Gunzip([]byte(gz(strings.Repeat("x", 5000))), 4999); !errors.Is(err, errBomb) {
		t.Errorf("past its bound: %v", err)
	}
	if _, err := Gunzip([]byte("plain"), 100); err == nil {
		t.Error("plain text was inflated")
	}
}

// The address that passed the guard is the address dialled, however the name turns meanwhile.
func TestRebinding(t *testing.T) {
	r := &turning{answers: [][]string{{"8.8.4.4"}, {"127.0.0.1"}, {"169.254.169.254"}}}
	now := time.Date(2026, 1, 15, 8, 0, 0, 0, time.UTC)
	var dialled []string
	f, err := New(Options{Resolver: r, Now: func() time.Time { return now }, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		dialled = append(dialled, address)
		return &canned{r: strings.NewReader("HTTP/1.1 200 OK\r\n\r\nx")}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []exchange.Outcome{exchange.OK, exchange.OutOfScope, exchange.OutOfScope} {
		if ex := f.Do(context.Background(), Request{URL: home}); ex.Outcome != want {
			t.Errorf("fetch %d: %s %v", i, ex.Outcome, ex.Err)
		}
		now = now.Add(time.Hour)
	}
	if strings.Join(dialled, ",") != "8.8.4.4:80" || r.asked != 3 {
		t.Errorf("dialled %v after %d questions", dialled, r.asked)
	}
}

// Each hop of a redirect is a request of its own, and passes the guard.
func TestRedirectsToForbiddenAddresses(t *testing.T) {
	hits := 0
	for _, to := range []string{"http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "http://100.64.0.1/", "http://100.127.255.254/",
		"http://inside.gov.cn/", "http://mapped.gov.cn/", "http://cgn.gov.cn/", "https://zero.gov.cn/", "http://0x7f000001/", "http://[::ffff:a9fe:a9fe]/", "http://192.168.1.1:8080/"} {
		f, err := New(Options{Resolver: names{"www.yongning.gov.cn": {"8.8.4.4"}, "inside.gov.cn": {"10.0.0.1"}, "mapped.gov.cn": {"::ffff:169.254.169.254"}, "cgn.gov.cn": {"100.100.100.200"}, "zero.gov.cn": {"0.0.0.0", "::"}},
			Dial: func(_ context.Context, _, address string) (net.Conn, error) {
				if address != "8.8.4.4:80" {
					hits++
				}
				return &canned{r: strings.NewReader("HTTP/1.1 302 Found\r\nLocation: " + to + "\r\n\r\n")}, nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		ex := f.Do(context.Background(), Request{URL: home})
		if ex.Outcome != exchange.Redirect {
			t.Fatalf("%s: %s %v", to, ex.Outcome, ex.Err)
		}
		if ex = f.Do(context.Background(), Request{URL: ex.Location}); ex.Outcome != exchange.OutOfScope || !strings.Contains(ex.Err.Error(), "forbidden address") {
			t.Errorf("%s: %s %v", to, ex.Outcome, ex.Err)
		}
	}
	if hits != 0 {
		t.Errorf("%d connections to forbidden addresses", hits)
	}
}

func BenchmarkDo(b *testing.B) {
	body := "<html><body>" + strings.Repeat("<p>本年新收政府信息公开申请数量</p>", 600) + "</body></html>"
	answer := "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
	f, err := New(Options{Resolver: names{"www.yongning.gov.cn": {"8.8.4.4"}}, Dial: func(context.Context, string, string) (net.Conn, error) {
		return &canned{r: strings.NewReader(answer)}, nil
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(answer)))
	for b.Loop() {
		if ex := f.Do(context.Background(), Request{URL: home}); ex.Outcome != exchange.OK {
			b.Fatal(ex.Err)
		}
	}
}
