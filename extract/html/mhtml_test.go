package html_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/extract/html"
)

func TestSavedPage(t *testing.T) {
	lines := func(s ...string) []byte { return []byte(strings.Join(s, "\r\n")) }
	tests := []struct {
		name string
		in   []byte
		want string
	}{
		{"quoted-printable in GBK, behind a picture", lines("MIME-Version: 1.0", `Content-Type: multipart/related; boundary="x"`, "", "--x", "Content-Type: image/png", "Content-Transfer-Encoding: base64", "", "AAAA",
			"--x", `Content-Type: text/html; charset="gb2312"`, "Content-Transfer-Encoding: quoted-printable", "", "<p>=B9=AB=", "=BF=AA</p>", "--x--"), "公开"},
		{"base64, parts within parts", lines("From: x", "MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary=x`, "", "--x", `Content-Type: multipart/related; boundary=y`, "", "--y", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", "", "PHA+5YWs5byAPC9wPg==", "--y--", "--x--"), "公开"},
		{"GBK said to be Cyrillic", lines("MIME-Version: 1.0", "Content-Type: text/html; charset=koi8-r", "", "<p>\xb9\xab\xbf\xaa</p>"), "公开"},
		{"a single part", lines("MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8", "", "<p>公开</p>"), "公开"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := html.ReadMHTML(context.Background(), tt.in, html.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(d.Text()); got != tt.want {
				t.Errorf("got %q", got)
			}
		})
	}
	deep := "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n" + strings.Repeat("--x\r\nContent-Type: multipart/related; boundary=x\r\n\r\n", 100)
	for _, in := range []string{"", "no header at all", deep, "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x--"} {
		if _, err := html.ReadMHTML(context.Background(), []byte(in), html.Options{}); !errors.Is(err, document.ErrMalformed) {
			t.Errorf("%.40q: %v", in, err)
		}
	}
}

func FuzzReadMHTML(f *testing.F) {
	f.Add([]byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=41\r\n--x--"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := html.ReadMHTML(context.Background(), data, html.Options{})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
	})
}
