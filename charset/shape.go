package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	// lookAt bounds, in octets, what is looked at to tell UTF-16 from other charsets.
	lookAt = 64 << 10
	// leastZeros is the percentage of units of UTF-16 whose high octet is zero, in a page with markup.
	leastZeros = 20
	// leastHan is the percentage of units that are Chinese characters, their punctuation or ASCII, in a text without markup.
	leastHan = 97
	// leastCommon is the percentage of Chinese characters that are among the commonest, in any text of some length. By
	// chance it is below 3.
	leastCommon = 12
	// leastUsual is the percentage of pairs of octets that are characters of GB 2312 level 1 or punctuation, in Chinese text.
	leastUsual = 85
	// surely is how long a stretch above ASCII, in octets, is UTF-8 beyond doubt when it is valid: four characters.
	surely = 12
)

// common are characters of which every Chinese text of some length is full, more so one of an office.
const common = "的一是在不了有和人中大为上个国以要时来用到作地于出分对成会可主发年动同工也能下过生产种面方后多定行学法所民得经十三之进等部度家二理本公开信息政府办室报告情况申请机关收件数总计其他无第项、。，：（）《》“”"

// wideByZeros tells UTF-16 without a mark by its zeros: those of the ASCII characters in it stand on one side.
func wideByZeros(data []byte) string {
	data = data[:min(len(data), lookAt)&^1]
	if bytes.IndexByte(data, 0) < 0 {
		return ""
	}
	even, odd := 0, 0
	for i := 0; i+1 < len(data); i += 2 {
		if data[i] == 0 {
			even++
		}
		if data[i+1] == 0 {
			odd++
		}
	}
	units := len(data) / 2
	switch {
	case units < 4:
	case odd*100 >= units*leastZeros && even*20 <= odd:
		return UTF16LE
	case even*100 >= units*leastZeros && odd*20 <= even:
		return UTF16BE
	}
	return ""
}

// wideByHan tells UTF-16 without a mark by its Chinese characters, in octets that are no UTF-8.
func wideByHan(data []byte) string {
	data = data[:min(len(data), lookAt)&^1]
	units := len(data) / 2
	if units < 8 {
		return ""
	}
	for _, name := range []string{UTF16LE, UTF16BE} {
		plausible, han, usual := 0, 0, 0
		for i := 0; i+1 < len(data); i += 2 {
			r := rune(data[i]) | rune(data[i+1])<<8
			if name == UTF16BE {
				r = rune(data[i+1]) | rune(data[i])<<8
			}
			switch {
			case r >= 0x4e00 && r <= 0x9fff || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef || r >= 0x2014 && r <= 0x2026:
				han++
				plausible++
				if strings.ContainsRune(common, r) {
					usual++
				}
			case r == '\n' || r == '\r' || r == '\t' || r >= 0x20 && r < 0x7f:
				plausible++
			}
		}
		if plausible*100 >= units*leastHan && usual*100 >= han*leastCommon && han > 0 {
			return name
		}
	}
	return ""
}

// validUTF8 allows for a character cut off at the end.
func validUTF8(data []byte) bool {
	for i := 0; i < utf8.UTFMax && i <= len(data); i++ {
		if utf8.Valid(data[:len(data)-i]) {
			return true
		}
	}
	return false
}

// brokenUTF8 reports whether data is UTF-8 but for a few octets, in a text with too few Chinese characters to weigh.
func brokenUTF8(data []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else if n > 1 {
			good++
		}
		i += n
	}
	return good > 4*bad
}

// stretch is the length of the octets above ASCII that data begins with.
func stretch(data []byte) int {
	n := 0
	for n < len(data) && data[n] >= utf8.RuneSelf {
		n++
	}
	return n
}

// weigh counts the octets of stretches above ASCII that can only be UTF-8, and of those that cannot.
func weigh(data []byte) (u, g int) {
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		n := stretch(data[i:])
		switch s := data[i : i+n]; {
		case looksUTF8(s):
			if n >= 6 {
				u += n
			}
		default:
			g += n
		}
		i += n
	}
	return u, g
}

// looksUTF8 reports whether a stretch is UTF-8 as Chinese text is, but for a character cut in half at its end or, in a
// long one, a few octets between. Pairs of octets are also valid by chance.
func looksUTF8(s []byte) bool {
	threes, bad := 0, 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRune(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			if !utf8.FullRune(s[i:]) {
				return threes > 0 && bad*20 <= threes
			}
			bad++
		case n >= 3:
			threes++
		}
		i += n
	}
	return threes > 0 && bad*20 <= threes
}

// mixed decodes text of which some stretches are UTF-8 and some GBK. A stretch that could be either is what most of the
// text is.
func mixed(data []byte, mostlyGB bool) string {
	var b strings.Builder
	b.Grow(len(data) + len(data)/2)
	dec := simplifiedchinese.GB18030.NewDecoder()
	for i := 0; i < len(data); {
		from := i
		for i < len(data) && data[i] < utf8.RuneSelf {
			i++
		}
		b.Write(data[from:i])
		n := stretch(data[i:])
		if n == 0 {
			continue
		}
		s := data[i : i+n]
		if asUTF8(s, mostlyGB) {
			b.WriteString(strings.ToValidUTF8(string(s), "\ufffd"))
			i += n
			continue
		}
		end := i + gbLength(data[i:], n)
		out, err := dec.Bytes(data[i:end])
		if err != nil {
			out = []byte(strings.ToValidUTF8(string(data[i:end]), "\ufffd"))
		}
		b.Write(out)
		i = end
	}
	return b.String()
}

func asUTF8(s []byte, mostlyGB bool) bool {
	if mostlyGB {
		return len(s) >= surely && utf8.Valid(s) && looksUTF8(s) && commonIn(string(s))
	}
	if looksUTF8(s) || utf8.Valid(s) {
		return true
	}
	pairs, _ := chinese(s)
	return pairs*2 < len(s)-1 // damage, and no GBK
}

// commonIn reports whether a text holds one of the commonest characters.
func commonIn(s string) bool { return strings.ContainsAny(s, common) }

// gbLength is how far a text in GB18030 reaches that begins with n octets above ASCII: the second octet of a character,
// and the second and fourth of one of four, may be ASCII.
func gbLength(data []byte, n int) int {
	i := 0
	for i < n {
		switch {
		case data[i] == 0x80 || data[i] == 0xff || i+1 == len(data):
			i++
		case data[i+1] >= 0x30 && data[i+1] <= 0x39 && i+3 < len(data) && data[i+2] > 0x80:
			i += 4
			n = max(n, i+stretch(data[i:]))
		case data[i+1] >= 0x40 && data[i+1] != 0x7f && data[i+1] != 0xff:
			if i += 2; i > n {
				n = i + stretch(data[i:])
			}
		default:
			i++
		}
	}
	return min(i, len(data))
}

// LooksGBK reports whether octets said to be in a charset of single octets are Chinese in GBK: nearly all above ASCII
// pair up as usual characters.
func LooksGBK(data []byte) bool {
	pairs, usual := chinese(data)
	return pairs > 0 && usual*100 >= pairs*leastUsual
}

// chinese counts the pairs of octets above ASCII that would be characters of GBK, and those of them that are the usual
// ones: GB 2312 level 1 and punctuation. A stretch of an odd length makes what is left over one unusual pair.
func chinese(data []byte) (pairs, usual int) {
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		pairs++
		if i+1 >= len(data) || data[i+1] < 0x40 {
			i++
			continue
		}
		lead, trail := data[i], data[i+1]
		if trail >= 0xa1 && (lead >= 0xb0 && lead <= 0xd7 || lead >= 0xa1 && lead <= 0xa3) {
			usual++
		}
		i += 2
	}
	return pairs, usual
}
