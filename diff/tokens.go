package diff

import (
	"regexp"
	"unicode/utf8"
)

// token is what counts as one: a date, a time of day, a number with its separators and percent sign, a Latin word or
// address, a run of blanks or tabs, else a single character.
var token = regexp.MustCompile(`^(?:(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日|(?:19|20)\d\d([-/.])\d{1,2}[-/.]\d{1,2}\b|\d{1,2}:\d\d(?::\d\d)?\b` +
	`|[-+]?\d+(?:,\d{3})*(?:\.\d+)?[%‰]?|[A-Za-z\x{c0}-\x{24f}](?:[A-Za-z0-9\x{c0}-\x{24f}_]|[-'.@/:&?=](?:[A-Za-z0-9\x{c0}-\x{24f}]))*|[ \t]+)`)

// longest is how many octets of a paragraph one token is looked for in: none is longer.
const longest = 200

// tokens parts a paragraph; joined they are the paragraph again.
func tokens(s string) []string {
	var out []string
	signed := false // a sign may begin a number here: none stands before it that it could be a dash after
	for len(s) > 0 {
		n := 0
		if c := s[0]; c < utf8.RuneSelf || c == 0xc3 || c == 0xc4 || c == 0xc5 || c == 0xc6 || c == 0xc7 || c == 0xc8 || c == 0xc9 {
			n = len(token.FindString(s[:min(len(s), longest)]))
			if n > 1 && (s[0] == '-' || s[0] == '+') && !signed {
				n = 0
			}
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
		}
		signed = n == 1 && (s[0] == '\t' || s[0] == ' ' || s[0] == ':' || s[0] == '(') || n > 1 && s[0] >= 0x80
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}
