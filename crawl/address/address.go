// Package address says when two addresses are one, and which ones a crawl never asks for.
//
// In goes an address as a page writes it; out come its canonical form (what is asked for and shown), its key (what
// identifies it: twins that differ only in scheme, www, session or order of parameters share one), and, for what leads
// nowhere or without end, the name of the trap. The room is pure and takes time linear in the address.
package address

import (
	"crypto/sha256"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Canonical is an absolute http or https address in its canonical form, or empty for anything else. It is parsed as
// browsers do (WHATWG URL): the host in lower case and ASCII, default ports, fragments and dot segments gone. Percent
// escapes are upper case and only where they are needed; parameters that only tell sessions apart or defeat caches are
// dropped, as are those that ask for a mirror of the same page. The order of parameters is kept.
// A canonical address is its own canonical form.
func Canonical(raw string) string {
	for range maxPasses {
		c, whole := canonical(raw)
		if whole {
			return c
		}
		raw = c // what was dropped may have uncovered something else to drop
	}
	return ""
}

// canonical makes one pass; whole says that it dropped nothing of the path and the query.
func canonical(raw string) (out string, whole bool) {
	if len(raw) > longestRaw {
		return "", true
	}
	p, ok := plain(raw)
	if !ok {
		if p, ok = parse(raw); !ok {
			return "", true
		}
	}
	host, path := p.host, normalise(p.path)
	before := path
	host, path = ungate(host, path)
	if i := strings.Index(strings.ToLower(path), ";jsessionid="); i >= 0 {
		rest := path[i+1:]
		if j := strings.IndexAny(rest, "/;"); j >= 0 {
			path = path[:i] + rest[j:]
		} else {
			path = path[:i]
		}
	}
	if strings.Contains(path, "/(") {
		path = cookieless.ReplaceAllString(path, "/")
	}
	if wap := strings.TrimSuffix(path, "_wap.html"); wap != path {
		path = wap + ".html"
	}
	out = p.scheme + "://" + host + path
	q := query(p.query)
	if q != "" {
		out += "?" + q
	}
	if len(out) > maxLength || !p.plain && Host(out) == "" {
		return "", true
	}
	return out, path == before && len(q) >= len(p.query)
}

// Key identifies a request: the digest of its method, its address without what may differ between twins of one page
// (scheme, www, doubled slashes, the order of parameters where a system is known to vary it), and its body.
func Key(method, canonical, body string) [16]byte {
	if method == "" {
		method = "GET"
	}
	s := canonical
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = strings.TrimPrefix(rest, "www.")
	}
	path, q, asks := strings.Cut(s, "?")
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	if s = path; asks {
		if unordered(path) {
			parts := strings.Split(q, "&")
			slices.Sort(parts)
			q = strings.Join(parts, "&")
		}
		s += "?" + q
	}
	if strings.Contains(body, "__") {
		body = pageState.ReplaceAllString(body, "")
	}
	sum := sha256.Sum256([]byte(method + " " + s + "\n" + body))
	return [16]byte(sum[:16])
}

// pageState are the fields of a form in which ASP.NET keeps the state of a page: they differ each time it is shown.
var pageState = regexp.MustCompile(`(?:^|&)__(?:VIEWSTATE\w*|EVENTVALIDATION|PREVIOUSPAGE)=[^&]*`)

// Host is the queue an address belongs to: its host name without www and port, since twins are one server.
func Host(canonical string) string {
	u, err := url.Parse(canonical)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), "www.")
}

// Twins are the other addresses of a page that differ only in scheme or www, to be tried when it cannot be reached: with or without www, then under the
// other scheme.
func Twins(canonical string) []string {
	scheme, rest, ok := strings.Cut(canonical, "://")
	u, err := url.Parse(canonical)
	if !ok || err != nil || u.Host == "" {
		return nil
	}
	var out []string
	if bare, ok := strings.CutPrefix(rest, "www."); ok {
		out = append(out, scheme+"://"+bare)
	} else if strings.Trim(u.Hostname(), "0123456789.:") != "" {
		out = append(out, scheme+"://www."+rest)
	}
	if u.Port() == "" {
		other := "https"
		if scheme == other {
			other = "http"
		}
		out = append(out, other+"://"+rest)
	}
	return out
}

// cookieless is the session that ASP.NET keeps in a path.
var cookieless = regexp.MustCompile(`(?i)/\([a-z]\([a-z0-9]{20,40}\)\)/`)

// Sections are the parts of a host to which an address belongs: all below the first segment of its path, and its
// directory, numbers and other names without a meaning left out.
func Sections(canonical string) [2]string {
	u, err := url.Parse(canonical)
	if err != nil {
		return [2]string{}
	}
	dir := u.Path[:strings.LastIndexByte(u.Path, '/')+1]
	branch := dir
	if i := strings.IndexByte(strings.TrimPrefix(dir, "/"), '/'); i >= 0 {
		branch = dir[:i+2]
	}
	directory := meaningless.ReplaceAllString(dir, "#")
	if u.RawQuery != "" { // the path is a program's: what it does is said by the names of its parameters
		directory = meaningless.ReplaceAllString(u.Path, "#") + "?"
		for part := range strings.SplitSeq(u.RawQuery, "&") {
			name, _, _ := strings.Cut(part, "=")
			directory += name + "&"
		}
	}
	return [2]string{branch, directory}
}

var meaningless = regexp.MustCompile(`[0-9a-fA-F-]{16,}|\d+`)

// Small reports whether a host serves the mobile edition of a site, which repeats what the main host shows.
func Small(host string) bool { return small.MatchString(host) }

var small = regexp.MustCompile(`(?i)^(?:m|wap|3g|mobile|wx|h5)\.`)

// ungate turns the address of the gateway that serves pages in traditional characters into the page's own.
func ungate(host, path string) (string, string) {
	if rest, ok := strings.CutPrefix(path, "/gate/big5/"); ok {
		h, p, _ := strings.Cut(rest, "/")
		if strings.Contains(h, ".") {
			return strings.ToLower(h), "/" + p
		}
	}
	return host, path
}

// unordered reports whether the system behind a path is known to write its parameters in any order.
func unordered(path string) bool {
	return strings.HasSuffix(path, "/eportal/ui") || strings.HasSuffix(path, "/xxgkAnnualReport.jsp") || strings.HasSuffix(path, "/dataproxy.jsp")
}

// sessions are parameters that tell sessions apart, or ask for another dress of the same page.
var sessions = map[string]bool{"jsessionid": true, "phpsessid": true, "sessionid": true, "session_id": true, "cfid": true, "cftoken": true, "spm": true, "ismobile": true, "wza": true, "from_source": true}

// busters are parameters that defeat caches, as long as their value is a number.
var busters = map[string]bool{"_": true, "_t": true, "rnd": true, "rand": true, "random": true, "timestamp": true, "timestamps": true, "nocache": true, "ts": true, "tt": true, "math.random()": true}

// query drops parameters that do not choose what is shown.
func query(q string) string {
	if q == "" {
		return ""
	}
	kept := make([]string, 0, 8)
	for part := range strings.SplitSeq(q, "&") {
		part = normalise(part) // %5F=1 is _=1
		name, value, _ := strings.Cut(part, "=")
		if part == "" || tellsNothing(strings.ToLower(name), value) {
			continue
		}
		kept = append(kept, part)
	}
	return strings.Join(kept, "&")
}

// tellsNothing reports whether a parameter does not choose what is shown.
func tellsNothing(name, value string) bool {
	if rest, ok := strings.CutPrefix(name, "aspsessionid"); ok && run(rest, isWord) == len(rest) {
		return true
	}
	if rest, ok := strings.CutPrefix(name, "utm_"); ok && rest != "" && run(rest, isWord) == len(rest) {
		return true
	}
	return sessions[name] || busters[name] && strings.Trim(value, "0123456789.") == ""
}

// normalise decodes percent escapes of unreserved octets and writes the others in upper case (RFC 3986 §6.2.2).
func normalise(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) || unhex(s[i+1]) < 0 || unhex(s[i+2]) < 0 {
			b.WriteString("%25") // a percent sign that escapes nothing
			continue
		}
		c := byte(unhex(s[i+1])<<4 | unhex(s[i+2]))
		if strings.IndexByte(unreserved, c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(s[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

// unhex is the value of a hexadecimal digit, or -1.
func unhex(c byte) int { return strings.IndexByte("0123456789abcdef", lower(c)) }

// lower is an octet in lower case, when it is a letter.
func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}
