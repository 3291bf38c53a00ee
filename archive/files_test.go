package archive

import (
	"strings"
	"testing"
	"time"
)

func TestFileNames(t *testing.T) {
	for _, c := range []struct{ stated, address, media, want string }{
		{"年报.pdf", "http://a.test/x", "application/pdf", "年报.pdf"},
		{"", "http://a.test/d/P020240118.docx?v=1", "", "P020240118.docx"},
		{"", "http://a.test/art/", "text/html; charset=utf-8", "art.html"},
		{"", "http://a.test/", "text/html", "report.html"},
		{"../../etc/passwd", "http://a.test/", "", "_.._etc_passwd"},
		{"..", "http://a.test/", "application/pdf", "report.pdf"},
		{"a\u202egpj.exe\x1b[31m", "", "", "agpj.exe[31m"},
		{"-rf.pdf", "", "", "rf.pdf"},
		{"con.pdf", "", "", "con_.pdf"},
		{`C:\dir\a.doc`, "", "", "C__dir_a.doc"},
		{"a" + strings.Repeat("年", 300) + ".pdf", "", "", "a" + strings.Repeat("年", 65) + ".pdf"},
		{"", "::bad", "application/msword", "report.doc"},
	} {
		if got := FileName(c.stated, c.address, c.media); got != c.want {
			t.Errorf("%q %q: %q, want %q", c.stated, c.address, got, c.want)
		}
	}
}

func TestFilesAtATime(t *testing.T) {
	dir := filled(t, quick)
	a := must[*Archive](t)(OpenReader(dir, quick))
	defer a.Close()
	for r, err := range a.Reports(Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		files := must[[]File](t)(a.Files(&r))
		if len(files) != 1 || !strings.HasPrefix(r.Sources[0].URL, "http://a.test/"+files[0].Name) {
			t.Fatalf("%+v", files)
		}
		data, c, err := a.FileAt(&files[0], t0.Add(3*time.Minute))
		if err != nil || c.Time.After(t0.Add(3*time.Minute)) || Sum(data) != c.SHA256 {
			t.Errorf("%q %+v %v", data, c, err)
		}
	}
	if _, _, err := a.PayloadAt("http://a.test/0", t0.Add(-time.Hour)); err == nil {
		t.Error("a file before there was one")
	}
}
