package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// connectRule is one --connect-to HOST1:PORT1:HOST2:PORT2 of curl: a connection meant for HOST1:PORT1 goes to
// HOST2:PORT2 instead, while address, Host header and TLS server name stay as they are. An empty HOST1 or PORT1 matches
// anything, an empty HOST2 or PORT2 keeps what was meant. Hosts are held without brackets.
type connectRule struct {
	host, port, toHost, toPort string
}

func parseConnectTo(s string) (connectRule, error) {
	var r connectRule
	rest, err := s, error(nil)
	if r.host, rest, err = cutHost(rest); err == nil {
		if r.port, rest, err = cutPort(rest, true); err == nil {
			if r.toHost, rest, err = cutHost(rest + ":"); err == nil {
				r.toPort, _, err = cutPort(strings.TrimSuffix(rest, ":"), false)
			}
		}
	}
	if err != nil {
		return connectRule{}, fmt.Errorf("fetch: connect-to %q: %w; it is HOST1:PORT1:HOST2:PORT2, IPv6 in brackets, empty parts allowed", s, err)
	}
	return r, nil
}

// cutHost takes a host and the colon behind it off the front of s.
func cutHost(s string) (host, rest string, err error) {
	if strings.HasPrefix(s, "[") {
		host, rest, ok := strings.Cut(s[1:], "]")
		if !ok || !strings.HasPrefix(rest, ":") {
			return "", "", errors.New("a bracket is not closed")
		}
		a, err := netip.ParseAddr(host)
		if err != nil || !a.Is6() {
			return "", "", fmt.Errorf("[%s] is no IPv6 address", host)
		}
		return a.String(), rest[1:], nil
	}
	host, rest, ok := strings.Cut(s, ":")
	if !ok {
		return "", "", errors.New("parts are missing")
	}
	if strings.ContainsAny(host, "/@[]?# \t\r\n") {
		return "", "", fmt.Errorf("%q is no host", host)
	}
	return strings.ToLower(strings.TrimRight(host, ".")), rest, nil
}

// cutPort takes a port off the front of s, with the colon behind it where more must follow.
func cutPort(s string, more bool) (port, rest string, err error) {
	port = s
	if more {
		var ok bool
		if port, rest, ok = strings.Cut(s, ":"); !ok {
			return "", "", errors.New("parts are missing")
		}
	}
	if port == "" {
		return "", rest, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", "", fmt.Errorf("%q is no port", port)
	}
	return strconv.FormatUint(n, 10), rest, nil
}

func (r connectRule) matches(host, port string) bool {
	return (r.host == "" || r.host == host) && (r.port == "" || r.port == port)
}

// route is where a connection goes.
type route struct {
	host, port string
	// exempt is set when a connect-to rule chose the host: the address guard does not apply then.
	exempt bool
}

// route applies the first rule that matches and changes something. A rule for any host does not open addresses that are themselves forbidden:
// a redirect to http://127.0.0.1/ must not turn into a request because the crawl is being rehearsed.
func (f *Fetcher) route(host, port string) route {
	for _, r := range f.connect {
		if !r.matches(host, port) || r.toHost == "" && r.toPort == "" {
			continue // as with curl, a rule that changes nothing leaves the matter to the next
		}
		if r.host == "" && forbiddenName(host) != "" {
			break
		}
		to := route{host, port, r.toHost != ""}
		if r.toHost != "" {
			to.host = r.toHost
		}
		if r.toPort != "" {
			to.port = r.toPort
		}
		return to
	}
	return route{host, port, false}
}

// LoopbackByConnectTo reports whether connections to hostport are sent to a loopback address by a connect-to rule. Such
// hosts are simulated, and the least delay between requests does not protect anybody. Without a port, 80 is meant.
func (f *Fetcher) LoopbackByConnectTo(hostport string) bool {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = strings.Trim(hostport, "[]"), "80"
	}
	to := f.route(strings.ToLower(strings.TrimRight(host, ".")), port)
	if !to.exempt {
		return false
	}
	if to.host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(to.host)
	return err == nil && a.Unmap().IsLoopback()
}
