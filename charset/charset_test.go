package charset_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"nianbao/charset"
)

func gbk(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func utf16(t testing.TB, s string, end unicode.Endianness) string {
	t.Helper()
	out, err := unicode.UTF16(end, unicode.IgnoreBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const prose = "政府信息公开工作年度报告，本机关主动公开各类信息，收到申请后在法定期限内办理。"

func TestOf(t *testing.T) {
	text := "<html><head></head><body>" + prose + "</body></html>"
	meta := func(cs string) string {
		return strings.Replace(text, "<head>", "<head><meta http-equiv=Content-Type content='text/html; charset="+cs+"'>", 1)
	}
	russian, err := charmap.KOI8R.NewEncoder().String("Отчёт об открытости информации государственных органов")
	if err != nil {
		t.Fatal(err)
	}
	big5 := "<html><head><meta charset=big5></head>\xacF\xa9\xb2\xb8\xea\xb0T</html>"
	for _, tt := range []struct{ name, body, declared, want string }{
		{"UTF-8 whatever is declared", meta("gb2312"), "text/html; charset=gbk", "utf-8"},
		{"UTF-8 cut in the middle of a character", text[:len(text)-20], "text/html", "utf-8"},
		{"UTF-8 with a bad octet in a long page", strings.Repeat(text, 30) + "\xff", "", "utf-8"},
		{"a byte order mark", "\xef\xbb\xbf" + text, "text/html; charset=gbk", "utf-8"},
		{"UTF-16", "\xff\xfe<\x00h\x00", "", "utf-16le"},
		{"UTF-16, the other way", "\xfe\xff\x00<", "", "utf-16be"},
		{"UTF-16 without a mark", utf16(t, text, unicode.LittleEndian), "", "utf-16le"},
		{"UTF-16 without a mark, the other way", utf16(t, text, unicode.BigEndian), "text/html; charset=gbk", "utf-16be"},
		{"UTF-16 of Chinese only", utf16(t, prose, unicode.LittleEndian), "", "utf-16le"},
		{"UTF-16 of Chinese only, the other way", utf16(t, prose, unicode.BigEndian), "", "utf-16be"},
		{"GBK undeclared", gbk(t, text), "text/html", "gb18030"},
		{"GBK text without markup", gbk(t, prose), "", "gb18030"},
		{"GBK in the header", gbk(t, text), "text/html; charset=GBK", "gb18030"},
		{"GBK in the page", gbk(t, meta("gb2312")), "text/html", "gb18030"},
		{"GBK said to be UTF-8", gbk(t, meta("utf-8")), "text/html; charset=utf-8", "gb18030"},
		{"GBK said to be Latin", gbk(t, meta("iso-8859-1")), "", "gb18030"},
		{"GBK said to be Cyrillic", gbk(t, meta("koi8-r")), "koi8-r", "gb18030"},
		{"Cyrillic that is", russian, "koi8-r", "koi8-r"},
		{"Latin that is", "rapport annuel sur l'acc\xe8s \xe0 l'information d\xe9livr\xe9e", "iso-8859-1", "windows-1252"},
		{"GBK in XML", `<?xml version="1.0" encoding="GB2312"?>` + gbk(t, text), "", "gb18030"},
		{"Big5 declared", big5, "", "big5"},
		{"a charset that is none", gbk(t, text), "text/html; charset=x-none", "gb18030"},
		{"ASCII", "<html>", "text/html; charset=gbk", "utf-8"},
		{"nothing", "", "", "utf-8"},
		{"ASCII in pairs", strings.Repeat("annual report ", 40) + "\xff", "", "utf-8"},
	} {
		if got := charset.Of([]byte(tt.body), tt.declared); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A page may be put together from parts in two charsets, and each is to be read.
func TestTwoCharsetsInOnePage(t *testing.T) {
	body := strings.Repeat("<p>"+prose+"</p>\n", 5)
	foot := "<div>主办：永宁县人民政府办公室　版权所有</div>"
	odd := "<div>瑭朱镕基</div>" // characters whose second octet in GBK is ASCII
	for _, tt := range []struct{ name, in, want string }{
		{"a block of GBK in UTF-8", body + gbk(t, foot), body + foot},
		{"GBK first", gbk(t, foot) + body, foot + body},
		{"characters beyond GB 2312 in the block", body + gbk(t, odd), body + odd},
		{"a block of UTF-8 in GBK", gbk(t, body) + foot, body + foot},
		{"GBK and nothing else", gbk(t, body+odd), body + odd},
		{"half a character before a tag", body + "<td>公开\xe4\xbf</td>", body + "<td>公开\ufffd</td>"},
	} {
		got, _ := charset.Decode([]byte(tt.in), "text/html; charset=utf-8")
		if got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

func TestName(t *testing.T) {
	const name = "永宁县2023年年报.docx"
	latin, err := charmap.ISO8859_1.NewDecoder().String(gbk(t, name))
	if err != nil {
		t.Fatal(err)
	}
	dos, err := charmap.CodePage437.NewDecoder().String(gbk(t, name))
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := charmap.ISO8859_1.NewDecoder().String(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{name, gbk(t, name), latin, dos, hidden} {
		if got := charset.Name(in); got != name {
			t.Errorf("%q: %q", in, got)
		}
	}
	for _, in := range []string{"report.pdf", "Übersicht é.pdf", ""} {
		if got := charset.Name(in); got != in {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("<meta charset=gbk>\xc4\xea"), "text/html; charset=\xff")
	f.Add([]byte("\xff\xfe\x00"), "a;charset=utf-16")
	f.Add([]byte("\xe5\xb9\xb4\xb1\xa8\x81\x30\x81"), "koi8-r")
	f.Fuzz(func(t *testing.T, data []byte, declared string) {
		s, name := charset.Decode(data, declared)
		if !utf8.ValidString(s) || !utf8.ValidString(charset.Name(string(data))) {
			t.Errorf("%s leaves octets that are no UTF-8", name)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	page := strings.Repeat("<p>"+prose+"</p>\n", 1000)
	for _, in := range []struct{ name, data string }{{"UTF-8", page}, {"GBK", gbk(b, page)}, {"mixed", page + gbk(b, prose)}} {
		b.Run(in.name, func(b *testing.B) {
			b.SetBytes(int64(len(in.data)))
			for b.Loop() {
				charset.Decode([]byte(in.data), "")
			}
		})
	}
}
