package address

import (
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// parts are those of an address that matter, as browsers read them.
type parts struct {
	scheme, host, path, query string
	plain                     bool // it was read without the whole parser
}

// parse reads an address as browsers do. The dot behind a whole host name is dropped: it names the same server.
func parse(raw string) (parts, bool) {
	u, err := whatwg.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme() != "http" && u.Scheme() != "https" {
		return parts{}, false
	}
	host := u.Host()
	if name := u.Hostname(); strings.HasSuffix(name, ".") {
		host = strings.TrimRight(name, ".") + host[len(name):]
	}
	if host == "" || host[0] == ':' {
		return parts{}, false
	}
	return parts{scheme: u.Scheme(), host: host, path: u.Pathname(), query: strings.TrimPrefix(u.Search(), "?")}, true
}

// plain reads the addresses that need no parser, which are nearly all: a scheme, a host name in lower case, and a path
// and a query of octets that mean themselves. It gives what parse gives, or nothing.
func plain(raw string) (p parts, ok bool) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || scheme != "http" && scheme != "https" {
		return p, false
	}
	rest, _, _ = strings.Cut(rest, "#")
	host, path := rest, "/"
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		if host = rest[:i]; rest[i] == '/' {
			path = rest[i:]
		} else {
			path += rest[i:]
		}
	}
	path, query, _ := strings.Cut(path, "?")
	if !plainHost(host) || strings.Contains(path, "/.") || !all(path, pathOctets) || !all(query, queryOctets) {
		return p, false
	}
	return parts{scheme, host, path, query, true}, true
}

// plainHost reports whether a host is a name of labels in lower case whose last begins with a letter: the parser reads
// one that ends with a number as an IPv4 address.
func plainHost(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return len(host) <= longestName && last != "" && strings.IndexByte(letters, last[0]) >= 0 &&
		all(host, hostOctets) && host[0] != '.' && host[0] != '-' && host[len(host)-1] != '-' &&
		!strings.Contains(host, "..") && !strings.Contains(host, "--") && !strings.Contains(host, "-.") && !strings.Contains(host, ".-")
}

// all reports whether a string holds nothing but some octets.
func all(s, octets string) bool {
	for i := range len(s) {
		if strings.IndexByte(octets, s[i]) < 0 {
			return false
		}
	}
	return true
}
