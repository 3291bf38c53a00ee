package export

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// SURT is the key under which CDX indexes hold an address: the host's labels from the right, then path and query, without
// what does not tell pages apart (letter case, www, default ports, session ids, the order of parameters).
func SURT(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return strings.ToLower(address)
	}
	rest, _, _ = strings.Cut(rest, "#")
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host, tail := strings.ToLower(rest[:end]), rest[end:]
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	for s, port := range map[string]string{"http": ":80", "https": ":443"} {
		if strings.EqualFold(scheme, s) {
			host = strings.TrimSuffix(host, port)
		}
	}
	host = www.ReplaceAllString(strings.TrimRight(host, "."), "")
	name, port := host, ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.Contains(host, "]") {
		name, port = host[:i], host[i:]
	}
	labels := strings.Split(name, ".")
	slices.Reverse(labels)
	where, query, hasQuery := strings.Cut(tail, "?")
	where = path.Clean("/" + strings.ToLower(minimal(where)))
	out := strings.Join(labels, ",") + port + ")" + where
	if hasQuery {
		args := strings.Split(strings.ToLower(minimal(query)), "&")
		args = slices.DeleteFunc(args, func(a string) bool { return querySession.MatchString(a) })
		slices.Sort(args)
		if q := strings.Join(args, "&"); q != "" {
			out += "?" + q
		}
	}
	return out
}

var (
	www          = regexp.MustCompile(`^www\d*\.`)
	querySession = regexp.MustCompile(`^(?:jsessionid=[0-9a-z]{32}|phpsessid=[0-9a-z]{32}|sid=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&]+|cftoken=[^&]+)$`)
)

// minimal undoes escapes until none is left, and then escapes what must be.
func minimal(s string) string {
	for range 8 {
		u, err := url.PathUnescape(s)
		if err != nil || u == s {
			break
		}
		s = u
	}
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '#' || c == '%' {
			b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
