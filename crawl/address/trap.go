package address

import (
	"net/url"
	"path"
	"regexp"
	"strings"
)

const (
	maxSegments   = 24 // of a path
	maxRepeats    = 3  // of one segment, or of a run of segments, in a path
	maxParameters = 16
)

var (
	calendar = regexp.MustCompile(`(?i)(?:^|&)(?:month|day|calendar|yearmonth|riqi)=`)
	months   = regexp.MustCompile(`(?i)/(?:calendar|rili|riqi|wannianli)/`)
	search   = regexp.MustCompile(`(?i)/(?:jsearchfront|jsearch|search5?|sousuo|so|zhannei|znss|ssjg)(?:/|\.|$)|/(?:search|sousuo|searchresult)\.\w+$`)
	asks     = regexp.MustCompile(`(?i)(?:^|&)(?:searchword|keyword|keywords|q|wd|kw|query|searchkey)=[^&]`)
	private  = regexp.MustCompile(`(?i)/(?:login|logout|register|sso|passport|oauth|ysqgk\w*|mailbox|ldxx|liuyan|hdjl|wsdc|captcha|yzm|admin)(?:/|\.|$)`)
	aside    = regexp.MustCompile(`(?i)/(?:print|share|favorite|sendmail|fenxiang|dayin)(?:/|\.|_|$)|visitcount|(?:^|[?&])(?:print|share|style|fontsize)=`)
	noise    = map[string]bool{".css": true, ".woff": true, ".woff2": true, ".ttf": true, ".eot": true, ".mp4": true, ".mp3": true, ".avi": true, ".flv": true, ".wmv": true,
		".swf": true, ".exe": true, ".apk": true, ".ico": true, ".svg": true, ".rss": true, ".mov": true, ".m3u8": true, ".dmg": true, ".iso": true}
)

// Trap names why an address is never asked for, or is empty: it repeats itself, never ends, searches, logs in, or shows
// the same page for another purpose.
func Trap(canonical string) string {
	u, err := url.Parse(canonical)
	switch {
	case err != nil || len(canonical) > maxLength:
		return "malformed"
	case noise[strings.ToLower(path.Ext(u.Path))]:
		return "media"
	case repeats(u.Path):
		return "repeated_segments"
	case strings.Count(u.RawQuery, "&") >= maxParameters:
		return "parameters"
	case calendar.MatchString(u.RawQuery) || months.MatchString(u.Path):
		return "calendar"
	case search.MatchString(u.Path) && (asks.MatchString(u.RawQuery) || !strings.Contains(strings.ToLower(u.RawQuery), "channelid=")):
		return "search"
	case private.MatchString(u.Path):
		return "form"
	case aside.MatchString(u.RequestURI()):
		return "print_or_share"
	}
	return ""
}

// repeats reports whether a path is too deep, or a segment or a pair of segments comes again and again.
func repeats(p string) bool {
	segments := strings.FieldsFunc(p, func(r rune) bool { return r == '/' })
	if len(segments) > maxSegments {
		return true
	}
	count := map[string]int{}
	for i, s := range segments {
		if len(s) < 2 {
			continue
		}
		if count[s]++; count[s] > maxRepeats {
			return true
		}
		if i+3 < len(segments) && s == segments[i+2] && segments[i+1] == segments[i+3] {
			return true
		}
	}
	return false
}
