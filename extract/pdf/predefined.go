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
	// ascii is the CID of the blank, from which those of ASCII count up; 0 when only DW is known.
	ascii uint32
}

func euc(b byte) bool    { return b >= 0xa1 && b <= 0xfe }
func gbkBig(b byte) bool { return b >= 0x81 && b <= 0xfe }
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
	case "GBK2K", "GBT", "GBTpc-EUC", "GBT-EUC":
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
	case "EUC":
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
	out, err := c.enc.NewDecoder().Bytes(b[:n])
	if err != nil {
		return n, "\uFFFD"
	}
	return n, string(out)
}

// gb1 turns a CID of Adobe-GB1 into text as far as the collection follows GB 2312, whose rows it numbers in order.
func gb1(cid uint32) (string, bool) {
	switch {
	case cid >= 1 && cid <= 95:
		return string(rune(cid + 0x1f)), true
	case cid >= 814 && cid <= 908:
		return string(rune(cid - 814 + 0x20)), true
	}
	for _, r := range gb1Rows {
		if cid >= r.cid && cid < r.cid+r.n {
			at := r.code + cid - r.cid
			if r.rows {
				at = r.code + (cid-r.cid)/94<<8 + (cid-r.cid)%94
			}
			b, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{byte(at >> 8), byte(at)})
			return string(b), err == nil
		}
	}
	return "", false
}

// gb1Rows lists where the rows of GB 2312 stand in Adobe-GB1.
var gb1Rows = []struct {
	cid, n, code uint32
	rows         bool
}{
	{96, 94, 0xa1a1, false}, {190, 50, 0xa2b1, false}, {240, 10, 0xa2e5, false}, {250, 12, 0xa2f1, false},
	{262, 94, 0xa3a1, false}, {356, 83, 0xa4a1, false}, {439, 86, 0xa5a1, false}, {525, 24, 0xa6a1, false},
	{549, 24, 0xa6c1, false}, {573, 33, 0xa7a1, false}, {606, 33, 0xa7d1, false}, {639, 26, 0xa8a1, false},
	{665, 37, 0xa8c5, false}, {702, 76, 0xa9a4, false}, {939, 39*94 + 89, 0xb0a1, true}, {4694, 32 * 94, 0xd8a1, true},
}
