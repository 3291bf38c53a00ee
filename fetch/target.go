package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// target is an address taken apart for one request.
type target struct {
	url        *url.URL // absolute, without fragment and user
	host, port string   // for the connection: ASCII, lower case, without brackets
	hostHeader string
	requestURI string // as it goes on the request line: ASCII without spaces
}

// errScheme is an address that is no HTTP.
var errScheme = errors.New("only http and https are fetched")

const maxURL = 8 << 10

// parseTarget reads an absolute http or https address, with the forgiveness that pages in the field need: spaces around
// it, stray percent signs, raw Chinese or GBK octets in path and query, Chinese host names.
func parseTarget(raw string) (*target, error) {
	raw = strings.Trim(raw, " \t\r\n\f\u3000\u00a0")
	if len(raw) > maxURL {
		return nil, fmt.Errorf("an address of %d octets", len(raw))
	}
	raw, _, _ = strings.Cut(raw, "#")
	u, err := url.Parse(escapeStray(raw))
	if err != nil {
		return nil, fmt.Errorf("no address: %w", errors.Unwrap(err))
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q: %w", u.Scheme, errScheme)
	}
	t := &target{host: strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), port: u.Port()}
	if t.host == "" {
		return nil, errors.New("the address has no host")
	}
	if _, err := netip.ParseAddr(t.host); err != nil {
		if t.host, err = idna.Lookup.ToASCII(t.host); err != nil {
			// underscores and hyphens in odd places are against the rules but exist
			if t.host, err = idna.Punycode.ToASCII(strings.ToLower(u.Hostname())); err != nil {
				return nil, fmt.Errorf("host %q: %w", u.Hostname(), err)
			}
		}
	}
	standard := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	if t.port == "" {
		t.port = standard
	}
	n, err := strconv.ParseUint(t.port, 10, 16)
	if err != nil || n == 0 {
		return nil, fmt.Errorf("port %q", t.port)
	}
	t.port = strconv.FormatUint(n, 10)
	t.hostHeader = net.JoinHostPort(t.host, t.port)
	if t.port == standard {
		t.hostHeader = strings.TrimSuffix(t.hostHeader, ":"+t.port)
	}
	u.Host, u.User, u.Fragment, u.RawFragment = t.hostHeader, nil, "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	t.url, t.requestURI = u, u.RequestURI()
	return t, nil
}

// escapeStray escapes what may not stand in an address: octets outside ASCII, controls and spaces in path and query, and
// percent signs that begin no escape.
func escapeStray(s string) string {
	at := strings.Index(s, "://") + 3
	if at < 3 {
		return s
	}
	if i := strings.IndexAny(s[at:], "/?"); i >= 0 {
		at += i
	} else {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:at])
	for i := at; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\t' || c == '\r' || c == '\n': // WHATWG URL §4.4: removed wherever they stand
		case c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>',
			c == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])):
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// resolveLocation makes a Location header absolute against the address that sent it.
func resolveLocation(base *url.URL, loc string) (string, error) {
	loc = strings.Trim(loc, " \t\r\n\u3000\u00a0")
	if loc == "" {
		return "", errors.New("it names no target")
	}
	if len(loc) > maxURL {
		return "", fmt.Errorf("its target has %d octets", len(loc))
	}
	loc = countSlashes(strings.ReplaceAll(loc, `\`, "/"), base.Scheme)
	ref, err := url.Parse(escapeStray("x://x/" + loc)[len("x://x/"):])
	if err != nil {
		return "", fmt.Errorf("its target cannot be read: %w", err)
	}
	u := base.ResolveReference(ref)
	u.Fragment, u.RawFragment, u.User = "", "", nil
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("its target %q: %w", loc, errScheme)
	}
	return u.String(), nil
}

// countSlashes reads what should have two slashes behind its scheme as browsers do (WHATWG URL, special authority slashes
// state and special relative or authority state): too many are ignored; with one or none the address is relative when the
// scheme is that of the page, and absolute when it is another.
func countSlashes(loc, scheme string) string {
	for _, s := range []string{"http", "https"} {
		if len(loc) <= len(s) || !strings.EqualFold(loc[:len(s)], s) || loc[len(s)] != ':' {
			continue
		}
		rest := loc[len(s)+1:]
		if bare := strings.TrimLeft(rest, "/"); len(rest)-len(bare) >= 2 || s != scheme {
			return s + "://" + bare
		}
		return rest
	}
	return loc
}
