package discover

import "strings"

// Addresses carry the abbreviations of names: z(heng)f(u)x(in)x(i)g(ong)k(ai) n(ian)d(u) b(ao)g(ao) and the like.
var (
	// friendTokens are those of false friends; a slash, an underscore, a digit or nothing stands behind.
	friendTokens = []string{"zfgzbg", "wzndbb", "zfwzndbb", "zfgzwzbb", "wzgzndbb", "ndgzbb", "wzbb", "fzzf", "fzzfjs", "yfxz", "gjj", "czyjs", "czjs", "bmjs", "tjgb", "tjnb", "gbgb", "ysqgk", "xxgkzn", "xxgkzd", "gkzn", "gkzd"}
	// reportTokens are those of columns of reports, wherever they stand.
	reportTokens = []string{"gknb", "gkndb", "xxgkgznb", "xxgkgzndb", "xxgkndgzbg", "gkgzndbg", "xxgkbg", "ndgzbg", "bmnb", "nbyear", "annualreport", "annual_report"}
	// shortTokens begin a segment and end it, or stand before a dot or an underscore. They are weaker than full names.
	shortTokens = []string{"nb", "ndbg", "gkbg", "ndgb", "gznb"}
	// hubBeginnings begin a segment of pages of disclosure, hubSegments are one.
	hubBeginnings = []string{"zfxxgk", "xxgk", "gkml", "zwgk", "fdzdgk"}
	hubSegments   = []string{"zfgk", "openness", "public", "govopen", "gongkai"}
)

// pathKind says what an address promises, given its path with or without its query.
func pathKind(path string) kind {
	low := strings.ToLower(path)
	if holdsToken(low, friendTokens, func(rest string) bool { return rest == "" || rest[0] == '/' || rest[0] == '_' || isDigit(rest[0]) }) {
		return falseClass
	}
	if holdsToken(low, reportTokens, func(string) bool { return true }) {
		return column
	}
	short, hubs := false, false
	for segment := range strings.SplitSeq(low, "/") {
		short = short || isShort(segment)
		hubs = hubs || isHub(segment)
	}
	switch {
	case short:
		return year
	case hubs:
		return hub
	}
	return silent
}

// holdsToken reports whether a path holds one of some tokens with the right thing behind it.
func holdsToken(path string, tokens []string, behind func(rest string) bool) bool {
	for _, t := range tokens {
		for rest := path; ; {
			i := strings.Index(rest, t)
			if i < 0 {
				break
			}
			if behind(rest[i+len(t):]) {
				return true
			}
			rest = rest[i+1:]
		}
	}
	return false
}

// isShort reports whether a segment is a short token: nb, ndbg, 2023nb, nb2023, nb_2023n, ndbg2023.
func isShort(segment string) bool {
	ends := func(rest string) bool { return rest == "" || rest[0] == '.' || rest[0] == '_' }
	for _, t := range shortTokens {
		if rest, ok := strings.CutPrefix(segment, t); ok && ends(rest) {
			return true
		}
	}
	if rest, ok := strings.CutPrefix(segment, "ndbg"); ok {
		return ends(strings.TrimLeft(rest, "0123456789"))
	}
	if rest, ok := strings.CutPrefix(segment, "nb"); ok && len(rest) >= 4 && allDigits(rest[:4]) {
		return ends(rest[4:]) || rest[4] == 'n' && ends(rest[5:])
	}
	return len(segment) >= 6 && allDigits(segment[:4]) && segment[4:6] == "nb" && ends(segment[6:])
}

// isHub reports whether a segment is one of pages of disclosure.
func isHub(segment string) bool {
	n := 0
	for n < len(segment) && isWord(segment[n]) {
		n++
	}
	if n == 0 || n < len(segment) && segment[n] != '.' {
		return false
	}
	for _, t := range hubBeginnings {
		if strings.HasPrefix(segment[:n], t) {
			return true
		}
	}
	for _, t := range hubSegments {
		if segment[:n] == t {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isWord reports whether an octet, in lower case, may stand in the middle of a name.
func isWord(c byte) bool { return isDigit(c) || c == '_' || c >= 'a' && c <= 'z' }
