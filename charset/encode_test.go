package charset_test

import (
	"testing"

	"nianbao/charset"
)

func TestEncode(t *testing.T) {
	for _, c := range []struct{ text, name, want string }{
		{"年报", "gbk", "\xc4\xea\xb1\xa8"},
		{"年报", "gb18030", "\xc4\xea\xb1\xa8"},
		{"年报", "big5", "\xa6~&#25253;"}, // Big5 has no simplified character
		{"年报", "utf-8", "年报"},
		{"年报", "", "年报"},
		{"年报", "nosuch", "年报"},
		{"a=1&b", "gbk", "a=1&b"},
		{"", "gbk", ""},
	} {
		if got := string(charset.Encode(c.text, c.name)); got != c.want {
			t.Errorf("%q in %s is %q, want %q", c.text, c.name, got, c.want)
		}
	}
}
