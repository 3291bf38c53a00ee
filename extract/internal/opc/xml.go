package opc

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Decoder reads a member's markup leniently: entities that are not known stay as they are (none is ever expanded), and
// the charset is what a byte order mark or the declaration says.
func Decoder(b []byte) *xml.Decoder {
	var r io.Reader = bytes.NewReader(b)
	wide := bytes.HasPrefix(b, []byte{0xFF, 0xFE}) || bytes.HasPrefix(b, []byte{0xFE, 0xFF})
	if wide {
		r = transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	}
	d := xml.NewDecoder(r)
	d.Strict = false
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		switch name := strings.ToLower(charset); {
		case wide:
			return in, nil
		case strings.HasPrefix(name, "gb"):
			return transform.NewReader(in, simplifiedchinese.GB18030.NewDecoder()), nil
		default:
			enc, err := htmlindex.Get(name)
			if err != nil {
				return nil, fmt.Errorf("opc: charset %q: %w", charset, err)
			}
			return transform.NewReader(in, enc.NewDecoder()), nil
		}
	}
	return d
}

// Unmarshal is xml.Unmarshal over Decoder.
func Unmarshal(b []byte, x any) error {
	if err := Decoder(b).Decode(x); err != nil {
		return fmt.Errorf("opc: markup: %w", err)
	}
	return nil
}
