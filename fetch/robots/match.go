package robots

import (
	"strings"
)

// rule is one Allow or Disallow line, normalised.
type rule struct {
	parts    []string // the pattern between its "*"; there is at least one part
	anchored bool     // the pattern ended in "$"
	allow    bool
	length   int // octets of the normalised pattern: the longest match decides (RFC 9309 §2.2.2)
}

func compile(pattern string, allow bool) rule {
	body, anchored := strings.CutSuffix(pattern, "$")
	body = normalise(body, true)
	r := rule{anchored: anchored, allow: allow, length: len(body)}
	if anchored {
		r.length++
	}
	for strings.Contains(body, "**") { // a run of stars means one star, and must not cost a step each
		body = strings.ReplaceAll(body, "**", "*")
	}
	r.parts = strings.Split(body, "*")
	return r
}

// matches takes the leftmost place for each part in turn: with "*" as the only wildcard that finds a match whenever
// there is one, and it never looks at an octet of the path twice for the same part.
func (r *rule) matches(path string) bool {
	first, rest := r.parts[0], r.parts[1:]
	if !strings.HasPrefix(path, first) {
		return false
	}
	path = path[len(first):]
	if len(rest) == 0 {
		return !r.anchored || path == ""
	}
	last := rest[len(rest)-1]
	for _, part := range rest[:len(rest)-1] {
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	if r.anchored {
		return strings.HasSuffix(path, last)
	}
	return strings.Contains(path, last)
}

// String is the rule's pattern in its normal form.
func (r *rule) String() string {
	s := strings.Join(r.parts, "*")
	// stars that were folded count towards the length, which decides between rules
	if fold := r.length - len(s); fold > 0 {
		if r.anchored {
			fold--
		}
		s = strings.Replace(s, "*", strings.Repeat("*", fold+1), 1)
	}
	if r.anchored {
		s += "$"
	}
	return s
}

// matchPath is what rules are held against: the path and query of rawURL, normalised, without fragment. It is false
// for addresses that no robots.txt governs because they are not HTTP.
func matchPath(rawURL string) (string, bool) {
	s, _, _ := strings.Cut(rawURL, "#")
	if i := strings.Index(s, "://"); i > 0 && !strings.ContainsAny(s[:i], "/?") {
		if scheme := strings.ToLower(s[:i]); scheme != "http" && scheme != "https" {
			return "", false
		}
		s = s[i+3:]
		if j := strings.IndexAny(s, "/?"); j >= 0 {
			s = s[j:]
		} else {
			s = "/"
		}
	}
	if !strings.HasPrefix(s, "/") {
		s = "/" + s
	}
	return normalise(s, false), true
}

// normalise brings a path or a pattern to the one form in which octets are compared (RFC 9309 §2.2.2): escaped
// unreserved octets are unescaped, octets outside ASCII and those never allowed raw are escaped, hex is upper case.
// In the query ":", "/", "?" and "@" mean the same escaped or not. "*" and "$" are literal in an address and wherever a
// pattern does not give them a meaning, and are then escaped.
func normalise(s string, pattern bool) string {
	const hex = "0123456789ABCDEF"
	clean := true
	for i := range len(s) {
		if c := s[i]; c == '%' || c == '$' || c == '*' && !pattern || mustEscape(c) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	escape := func(c byte) {
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	query := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
			if unreserved(c) || query && (c == ':' || c == '/' || c == '?' || c == '@') {
				b.WriteByte(c)
			} else {
				escape(c)
			}
			continue
		}
		if c == '%' || c == '$' || c == '*' && !pattern || mustEscape(c) {
			escape(c)
			continue
		}
		query = query || c == '?'
		b.WriteByte(c)
	}
	return b.String()
}

// mustEscape is true for octets that RFC 3986 never allows raw.
func mustEscape(c byte) bool {
	return c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10 // in lower case
}
