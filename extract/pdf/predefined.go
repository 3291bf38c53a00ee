package pdf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// A charset is a predefined CMap (PDF 32000-1, table 118): how its codes are cut and what they mean. Their CIDs are not
// needed to read text, only for the widths of the half-wide ones.
type charset struct {
	utf16 bool
	utf32 bool
	utf8  bool
	enc   encoding.Encoding
	// doubles reports whether a byte begins a code of two.
	doubles func(byte) bool
	// high says that codes are rows and cells of seven bits, as in ISO 2022: with the high bits set they are those of enc.
	high bool
	// ascii is the CID of the blank, from which those of ASCII count up; 0 when only DW is known.
	ascii uint32
}

func euc(b byte) bool    { return b >= 0xa1 && b <= 0xfe }
func gbkBig(b byte) bool { return b >= 0x81 && b <= 0xfe }
func sevenBit(byte) bool { return true }
func sjis(b byte) bool   { return b >= 0x81 && b <= 0x9f || b >= 0xe0 && b <= 0xfc }

// predefined looks a CMap up by its name without -H or -V; ok is false for names that are not in the standard.
func predefined(name string) (c charset, vertical, ok bool) {
	base, dir := name, ""
	if i := strings.LastIndexByte(name, '-'); i >= 0 {
		base, dir = name[:i], name[i+1:]
	}
	vertical = dir == "V" || name == "V"
	switch base {
	case "GB-EUC", "GBpc-EUC":
		c = charset{enc: simplifiedchinese.GBK, doubles: euc, ascii: 1}
		if base == "GB-EUC" {
			c.ascii = 814
		}
	case "GBK-EUC":
		c = charset{enc: simplifiedchinese.GBK, doubles: gbkBig, ascii: 814}
	case "GBKp-EUC":
		c = charset{enc: simplifiedchinese.GBK, doubles: gbkBig, ascii: 1}
	case "GBK2K", "GBTpc-EUC", "GBT-EUC":
		c = charset{enc: simplifiedchinese.GB18030, doubles: gbkBig, ascii: 1}
	case "B5pc", "ETen-B5", "ETenms-B5", "HKscs-B5":
		c = charset{enc: traditionalchinese.Big5, doubles: gbkBig, ascii: 13648}
		if base != "ETen-B5" {
			c.ascii = 1
		}
	case "83pv-RKSJ", "90ms-RKSJ", "90msp-RKSJ", "90pv-RKSJ", "Add-RKSJ", "Ext-RKSJ":
		c = charset{enc: japanese.ShiftJIS, doubles: sjis, ascii: 1}
		if base == "90ms-RKSJ" {
			c.ascii = 231
		}
	case "GB", "GBT", "GBpc":
		c = charset{enc: simplifiedchinese.GBK, doubles: sevenBit, high: true, ascii: 0}
	case "H", "V", "78", "Add", "Ext":
		c = charset{enc: japanese.EUCJP, doubles: sevenBit, high: true, ascii: 0}
	case "KSC":
		c = charset{enc: korean.EUCKR, doubles: sevenBit, high: true, ascii: 0}
	case "EUC", "78-EUC":
		c = charset{enc: japanese.EUCJP, doubles: euc, ascii: 231}
	case "KSC-EUC", "KSCms-UHC", "KSCms-UHC-HW", "KSCpc-EUC":
		c = charset{enc: korean.EUCKR, doubles: gbkBig, ascii: 1}
		if base == "KSCms-UHC-HW" || base == "KSC-EUC" {
			c.ascii = 8094
		}
	case "UniGB-UCS2", "UniGB-UTF16", "UniCNS-UCS2", "UniCNS-UTF16", "UniJIS-UCS2", "UniJIS-UTF16", "UniJIS2004-UTF16", "UniJISX0213-UTF16", "UniKS-UCS2", "UniKS-UTF16", "UniJIS-UCS2-HW":
		c = charset{utf16: true, ascii: 1}
	case "UniGB-UTF32", "UniCNS-UTF32", "UniJIS-UTF32", "UniJIS2004-UTF32", "UniKS-UTF32":
		c = charset{utf32: true, ascii: 1}
	case "UniGB-UTF8", "UniCNS-UTF8", "UniJIS-UTF8", "UniKS-UTF8":
		c = charset{utf8: true, ascii: 1}
	default:
		return c, vertical, false
	}
	return c, vertical, true
}

// next cuts the first code off b and says what it means.
func (c *charset) next(b []byte) (n int, s string) {
	switch {
	case c.utf16:
		if len(b) < 2 {
			return len(b), ""
		}
		u := rune(b[0])<<8 | rune(b[1])
		if utf16.IsSurrogate(u) && len(b) >= 4 {
			return 4, string(utf16.DecodeRune(u, rune(b[2])<<8|rune(b[3])))
		}
		return 2, string(u)
	case c.utf32:
		if len(b) < 4 {
			return len(b), ""
		}
		return 4, string(rune(code(b[:4])))
	case c.utf8:
		r, n := utf8.DecodeRune(b)
		return n, string(r)
	}
	n = 1
	if c.doubles(b[0]) && len(b) > 1 {
		n = 2
		if c.enc == simplifiedchinese.GB18030 && b[1] >= 0x30 && b[1] <= 0x39 && len(b) >= 4 {
			n = 4
		}
	}
	raw := b[:n]
	if c.high && n == 2 {
		raw = []byte{b[0] | 0x80, b[1] | 0x80}
	}
	out, err := c.enc.NewDecoder().Bytes(raw)
	if err != nil {
		return n, "\uFFFD"
	}
	return n, string(out)
}
