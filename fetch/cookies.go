package fetch

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	mostCookies = 20      // of one host
	mostCookie  = 4 << 10 // octets of all names and values together, so that the header stays short
	mostPath    = 1 << 10 // octets of a cookie's path
	mostSet     = 50      // Set-Cookie headers of one answer that are looked at
	sessionLife = 24 * time.Hour
	longestLife = 30 * 24 * time.Hour // what a server asks to be kept longer is kept so long
)

// Cookies are the cookies of one host, for every request to it, robots.txt included (RFC 6265). They are a plain value: Take
// and Header need nothing but what they are given, and JSON keeps them. The zero value holds none. A host's cookies never go
// to another, whatever Domain says.
type Cookies struct {
	List []Cookie `json:"list,omitempty"`
}

// Cookie is one of them.
type Cookie struct {
	Name    string    `json:"name"`
	Value   string    `json:"value"`
	Path    string    `json:"path"`
	Secure  bool      `json:"secure,omitempty"`
	Expires time.Time `json:"expires"`
}

// Take keeps what an answer from an address sets, and forgets what it takes back. It reports whether anything changed.
func (c *Cookies) Take(from string, answer http.Header, now time.Time) bool {
	u, err := url.Parse(from)
	if err != nil || u.Host == "" {
		return false
	}
	before := slices.Clone(c.List)
	set := answer["Set-Cookie"]
	for _, line := range set[:min(len(set), mostSet)] {
		k, ok := parseCookie(line, u, now)
		if !ok {
			continue
		}
		i := slices.IndexFunc(c.List, func(o Cookie) bool { return o.Name == k.Name && o.Path == k.Path })
		switch {
		case i >= 0 && c.List[i].Secure && u.Scheme != "https":
			// RFC 6265bis §5.7: plain HTTP does not overwrite what HTTPS has set
		case !k.Expires.After(now):
			if i >= 0 {
				c.List = slices.Delete(c.List, i, i+1)
			}
		case i >= 0:
			c.List[i] = k
		default:
			c.List = append(c.List, k)
		}
	}
	c.List = slices.DeleteFunc(c.List, func(k Cookie) bool { return !k.Expires.After(now) })
	for len(c.List) > mostCookies || c.size() > mostCookie {
		c.List = slices.Delete(c.List, 0, 1) // the one set first
	}
	return !slices.Equal(before, c.List)
}

func (c *Cookies) size() int {
	n := 0
	for _, k := range c.List {
		n += len(k.Name) + len(k.Value) + len("=; ")
	}
	return n
}

// Header is the Cookie header for a request to an address, empty when none belongs to it: those with longer paths first, then
// in the order in which they were set (RFC 6265 §5.4).
func (c *Cookies) Header(to string, now time.Time) string {
	u, err := url.Parse(to)
	if err != nil {
		return ""
	}
	var fit []Cookie
	for _, k := range c.List {
		if k.Expires.After(now) && (!k.Secure || u.Scheme == "https") && underPath(u.EscapedPath(), k.Path) && validCookie(k.Name, k.Value) {
			fit = append(fit, k)
		}
	}
	slices.SortStableFunc(fit, func(a, b Cookie) int { return cmp.Compare(len(b.Path), len(a.Path)) })
	var b strings.Builder
	for _, k := range fit[:min(len(fit), mostCookies)] {
		if b.Len()+len(k.Name)+len(k.Value) > mostCookie {
			break
		}
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(k.Name + "=" + k.Value)
	}
	return b.String()
}

// parseCookie reads one Set-Cookie line as browsers do (RFC 6265 §5.2). It is not ok when the line sets nothing that the address
// may set.
func parseCookie(line string, from *url.URL, now time.Time) (Cookie, bool) {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, ok := strings.Cut(pair, "=")
	k := Cookie{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value), Path: defaultPath(from.EscapedPath()), Expires: now.Add(sessionLife)}
	if !ok || !validCookie(k.Name, k.Value) || len(k.Name)+len(k.Value) > mostCookie-len("=; ") {
		return k, false
	}
	aged := false // Max-Age goes before Expires, wherever it stands
	for a := range strings.SplitSeq(attributes, ";") {
		key, v, _ := strings.Cut(a, "=")
		v = strings.TrimSpace(v)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "max-age":
			if n, err := strconv.ParseInt(v, 10, 64); err == nil {
				aged = true
				k.Expires = now.Add(time.Duration(min(max(n, 0), int64(longestLife/time.Second))) * time.Second)
			}
		case "expires":
			if t, ok := cookieDate(v); ok && !aged {
				k.Expires = t
			}
		case "path":
			if strings.HasPrefix(v, "/") && len(v) <= mostPath {
				k.Path = v
			}
		case "domain":
			if d := strings.ToLower(strings.TrimPrefix(v, ".")); d != "" && !ofDomain(strings.ToLower(from.Hostname()), d) {
				return k, false
			}
		case "secure":
			k.Secure = true
		}
	}
	if most := now.Add(longestLife); k.Expires.After(most) {
		k.Expires = most
	}
	return k, !k.Secure || from.Scheme == "https"
}

// validCookie reports whether a name and value can be sent as one cookie.
func validCookie(name, value string) bool {
	return name != "" && validValue(name) && validValue(value) && !strings.ContainsAny(name, "=; \t,") && !strings.ContainsRune(value, ';')
}

// cookieDate reads the forms of a date that servers write.
func cookieDate(v string) (time.Time, bool) {
	if t, err := http.ParseTime(v); err == nil {
		return t.UTC(), true
	}
	for _, layout := range []string{"Mon, 02-Jan-2006 15:04:05 MST", "Mon, 02-Jan-06 15:04:05 MST", "Monday, 02-Jan-06 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 MST", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// defaultPath is the directory of a path (RFC 6265 §5.1.4).
func defaultPath(p string) string {
	if i := strings.LastIndexByte(p, '/'); i > 0 && i <= mostPath {
		return p[:i]
	}
	return "/"
}

// underPath reports whether a path lies under a cookie's (RFC 6265 §5.1.4).
func underPath(p, under string) bool {
	if p == "" {
		p = "/"
	}
	return p == under || strings.HasPrefix(p, under) && (strings.HasSuffix(under, "/") || p[len(under)] == '/')
}

func ofDomain(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// onlySent reports whether an answer sets no cookie but those whose names went out with the request.
func onlySent(answer http.Header, sent string) bool {
	var names []string
	for pair := range strings.SplitSeq(sent, ";") {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, strings.TrimSpace(name))
	}
	for _, line := range answer["Set-Cookie"] {
		if name, _, ok := strings.Cut(line, "="); ok && !slices.Contains(names, strings.TrimSpace(name)) {
			return false
		}
	}
	return true
}
