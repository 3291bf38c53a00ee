package discover

import (
	"regexp"
	"strings"
)

var (
	// reportToken are path segments that columns of reports carry, by the abbreviations of their names:
	// z(heng)f(u)x(in)x(i)g(ong)k(ai) n(ian)d(u) b(ao)g(ao), and the forms seen around them.
	reportToken = regexp.MustCompile(`(?i)(?:^|[^a-z])\w*?(?:xxgkn(?:d)?b(?:g)?|xxgkgznd?bg?|gknd?b(?:g)?|xxgkndgzbg|gkgzndbg|ndxxgkbg|xxgkbg|ndgzbg|zfxxgkbg|gknbg|bmnb|nbyear|annual_?report|opennessannualreport|xxgkannualreport)\w*`)
	shortToken  = regexp.MustCompile(`(?i)(?:^|/)(?:nb|ndbg|gkbg|ndgb|gznb|\d{4}nb|nb_?\d{4}n?|ndbg\d*|nb_\w+)(?:/|$|\.|_)`)
	friendToken = regexp.MustCompile(`(?i)(?:zfgzbg|wzndbb|zfwzndbb|zfgzwzbb|wzgzndbb|ndgzbb|wzbb|fzzf|fzzfjs|yfxz|gjj|czyjs|czjs|bmjs|tjgb|tjnb|gbgb|ysqgk|xxgkzn|xxgkzd|gkzn|gkzd)(?:/|_|\d|$)`)
	hubToken    = regexp.MustCompile(`(?i)/(?:zfxxgk\w*|xxgk\w*|gkml\w*|zfxxgkml|zwgk\w*|gkmlpt|zfgk|openness|public|govopen|fdzdgk\w*|fdzdgknr|gongkai)(?:/|$|\.)`)
)

// pathKind says what an address promises.
func pathKind(path string) kind {
	low := strings.ToLower(path)
	hints := func(parts ...string) bool { // spares most paths the slower look
		for _, p := range parts {
			if strings.Contains(low, p) {
				return true
			}
		}
		return false
	}
	switch {
	case hints("bg", "bb", "fzzf", "yfxz", "gjj", "js", "tj", "gb", "ysqgk", "xxgkz", "gkz") && friendToken.MatchString(low):
		return falseClass
	case hints("nb", "bg", "report") && reportToken.MatchString(low):
		return column
	case shortToken.MatchString(path):
		return year // weaker than a column's full name
	case hubToken.MatchString(path):
		return hub
	}
	return silent
}
