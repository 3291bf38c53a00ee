package charset

import "golang.org/x/text/encoding"

// Encode writes text in a charset, as browsers send it back to a page in that charset: what the charset lacks is written
// as a character reference. A charset that is not known, and UTF-8, leave the text as it is.
func Encode(text, name string) []byte {
	enc, _ := lookup(name)
	if enc == nil {
		return []byte(text)
	}
	out, err := encoding.HTMLEscapeUnsupported(enc.NewEncoder()).Bytes([]byte(text))
	if err != nil {
		return []byte(text)
	}
	return out
}
