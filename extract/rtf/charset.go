package rtf

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	gbk "nianbao/charset"
)

// decode turns octets into text by the charset of their font, else by the file's code page. Text that is ASCII is the
// same in all of them.
func decode(b []byte, charset, page int) string {
	var enc encoding.Encoding
	switch charset {
	case 134:
		enc = simplifiedchinese.GB18030
	case 136:
		enc = traditionalchinese.Big5
	case 128:
		enc = japanese.ShiftJIS
	case 129:
		enc = korean.EUCKR
	default:
		enc = codePage(page)
	}
	if enc == charmap.Windows1252 && gbk.LooksGBK(b) { // a font or a file said to be Latin
		enc = simplifiedchinese.GB18030
	}
	s, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(s)
}

func codePage(page int) encoding.Encoding {
	switch page {
	case 936, 54936, 20936:
		return simplifiedchinese.GB18030
	case 950:
		return traditionalchinese.Big5
	case 932:
		return japanese.ShiftJIS
	case 949:
		return korean.EUCKR
	case 65001:
		return encoding.Nop
	}
	return charmap.Windows1252
}
