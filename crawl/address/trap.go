package address

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// A trap is a set of reasons not to ask for an address.
type trap uint8

const (
	calendar trap = 1 << iota // a page for every day or month
	search                    // the answer to a search
	form                      // something to log in to or to fill in
	aside                     // the same page for another purpose, or a counter
)

// trapNames are the stable names of traps; of several the first counts.
var trapNames = []struct {
	trap trap
	name string
}{{calendar, "calendar"}, {search, "search"}, {form, "form"}, {aside, "print_or_share"}}

// segmentTraps are names of directories and programs. Behind one stands the end of the path or one of the octets of then.
var segmentTraps = []struct {
	trap  trap
	then  string
	names []string
}{
	{search, "/.", []string{"jsearchfront", "jsearch", "search", "search5", "sousuo", "so", "zhannei", "znss", "ssjg"}},
	{form, "/.", []string{"login", "logout", "register", "sso", "passport", "oauth", "mailbox", "ldxx", "liuyan", "hdjl", "wsdc", "captcha", "yzm", "admin"}},
	{aside, "/._", []string{"print", "share", "favorite", "sendmail", "fenxiang", "dayin"}},
}

// calendars are directories of calendars: something lies below.
var calendars = []string{"calendar", "rili", "riqi", "wannianli"}

// Parameters that make a trap; those of a search must say what is searched for.
var (
	calendarParameters = []string{"month", "day", "calendar", "yearmonth", "riqi"}
	searchParameters   = []string{"searchword", "keyword", "keywords", "q", "wd", "kw", "query", "searchkey"}
	asideParameters    = []string{"print", "share", "style", "fontsize"}
)

// media are files that hold neither text nor links.
var media = map[string]bool{".css": true, ".woff": true, ".woff2": true, ".ttf": true, ".eot": true, ".mp4": true, ".mp3": true, ".avi": true, ".flv": true, ".wmv": true,
	".swf": true, ".exe": true, ".apk": true, ".ico": true, ".svg": true, ".rss": true, ".mov": true, ".m3u8": true, ".dmg": true, ".iso": true}

// Trap names why an address is never asked for, or is empty: it repeats itself, never ends, searches, logs in, or shows
// the same page for another purpose.
func Trap(canonical string) string {
	u, err := url.Parse(canonical)
	if err != nil {
		return "malformed"
	}
	return TrapURL(u, len(canonical))
}

// TrapURL is Trap for an address that has been parsed, of a length in octets.
func TrapURL(u *url.URL, length int) string {
	if length > maxLength {
		return "malformed"
	}
	if media[strings.ToLower(path.Ext(u.Path))] {
		return "media"
	}
	if repeats(u.Path) {
		return "repeated_segments"
	}
	if strings.Count(u.RawQuery, "&") >= maxParameters {
		return "parameters"
	}
	found := inSegments(u)
	if u.RawQuery != "" {
		found = inParameters(strings.ToLower(u.RawQuery), found)
	}
	for _, t := range trapNames {
		if found&t.trap != 0 {
			return t.name
		}
	}
	return ""
}

// inSegments finds the traps that a path tells of.
func inSegments(u *url.URL) (found trap) {
	low := strings.ToLower(u.Path)
	for i := strings.IndexByte(low, '/'); i >= 0; {
		rest := low[i+1:]
		name := rest[:run(rest, isLetterOrDigit)]
		behind := rest[len(name):]
		for _, s := range segmentTraps {
			if (behind == "" || strings.IndexByte(s.then, behind[0]) >= 0) && slices.Contains(s.names, name) {
				found |= s.trap
			}
		}
		if strings.HasPrefix(behind, "/") && slices.Contains(calendars, name) {
			found |= calendar
		}
		if extension, ok := strings.CutPrefix(behind, "."); ok && name == "searchresult" && extension != "" && run(extension, isWord) == len(extension) {
			found |= search
		}
		if strings.HasPrefix(name, "ysqgk") { // 依申请公开, with anything behind that belongs to the name
			if b := rest[run(rest, isWord):]; b == "" || b[0] == '/' || b[0] == '.' {
				found |= form
			}
		}
		next := strings.IndexByte(rest, '/')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if strings.Contains(low, "visitcount") {
		found |= aside
	}
	return found
}

// inParameters adds the traps that a query tells of, in lower case, and takes away a search that is none: a channel of
// a search engine is a list.
func inParameters(query string, found trap) trap {
	asked := false
	for part := range strings.SplitSeq(query, "&") {
		name, value, given := strings.Cut(part, "=")
		if !given {
			continue
		}
		if slices.Contains(calendarParameters, name) {
			found |= calendar
		}
		if slices.Contains(asideParameters, name) {
			found |= aside
		}
		asked = asked || value != "" && slices.Contains(searchParameters, name)
	}
	if !asked && strings.Contains(query, "channelid=") {
		found &^= search
	}
	if strings.Contains(query, "visitcount") {
		found |= aside
	}
	return found
}

// run is how many octets at the beginning of s are of a class.
func run(s string, class func(byte) bool) int {
	for i := range len(s) {
		if !class(s[i]) {
			return i
		}
	}
	return len(s)
}

func isLetterOrDigit(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

func isWord(c byte) bool { return isLetterOrDigit(c) || c == '_' }

// repeats reports whether a path is too deep, or a segment or a pair of segments comes again and again.
func repeats(p string) bool {
	var of [maxSegments]string
	n := 0
	for s := range strings.SplitSeq(p, "/") {
		if s == "" {
			continue
		}
		if n == maxSegments {
			return true
		}
		of[n] = s
		n++
	}
	for i, s := range of[:n] {
		if len(s) < 2 {
			continue
		}
		same := 1
		for _, before := range of[:i] {
			if before == s {
				same++
			}
		}
		if same > maxRepeats || i+3 < n && s == of[i+2] && of[i+1] == of[i+3] {
			return true
		}
	}
	return false
}
