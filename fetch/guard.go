package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// forbidden says why no connection may be made to a, or is empty. The list follows IANA's special-purpose registries:
// of IPv6 only the global unicast range 2000::/3 is let through, less what is carved out of it.
func forbidden(a netip.Addr) string {
	a = a.Unmap()
	if !a.IsValid() {
		return "no address"
	}
	if a.Is6() {
		switch {
		case a.IsLoopback():
			return "loopback"
		case a.IsUnspecified():
			return "unspecified"
		case a.IsLinkLocalUnicast():
			return "link-local"
		case a.IsPrivate():
			return "private"
		case a.IsMulticast():
			return "multicast"
		}
		for _, b := range blocked6() {
			if b.net.Contains(a.WithZone("")) {
				return b.why
			}
		}
		if !netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20}), 3).Contains(a.WithZone("")) {
			return "not global unicast"
		}
		return ""
	}
	for _, b := range blocked4() {
		if b.net.Contains(a) {
			return b.why
		}
	}
	return ""
}

type blockedNet struct {
	net netip.Prefix
	why string
}

func v4(a, b, c, d byte, bits int, why string) blockedNet {
	return blockedNet{netip.PrefixFrom(netip.AddrFrom4([4]byte{a, b, c, d}), bits), why}
}

func blocked4() [17]blockedNet {
	return [...]blockedNet{
		v4(0, 0, 0, 0, 8, "unspecified"),
		v4(10, 0, 0, 0, 8, "private"),
		v4(100, 64, 0, 0, 10, "carrier-grade NAT"),
		v4(127, 0, 0, 0, 8, "loopback"),
		v4(168, 63, 129, 16, 32, "cloud metadata"),
		v4(169, 254, 0, 0, 16, "link-local"),
		v4(172, 16, 0, 0, 12, "private"),
		v4(192, 0, 0, 0, 24, "reserved"),
		v4(192, 0, 2, 0, 24, "documentation"),
		v4(192, 88, 99, 0, 24, "6to4 relay"),
		v4(192, 168, 0, 0, 16, "private"),
		v4(198, 18, 0, 0, 15, "benchmarking"),
		v4(198, 51, 100, 0, 24, "documentation"),
		v4(203, 0, 113, 0, 24, "documentation"),
		v4(224, 0, 0, 0, 4, "multicast"),
		v4(240, 0, 0, 0, 4, "reserved"),
		v4(255, 255, 255, 255, 32, "broadcast"),
	}
}

func v6(bits int, why string, head ...byte) blockedNet {
	var a [16]byte
	copy(a[:], head)
	return blockedNet{netip.PrefixFrom(netip.AddrFrom16(a), bits), why}
}

func blocked6() [6]blockedNet {
	return [...]blockedNet{
		v6(96, "NAT64", 0x00, 0x64, 0xff, 0x9b),
		v6(48, "NAT64", 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01),
		v6(23, "reserved", 0x20, 0x01), // Teredo, benchmarking, ORCHID
		v6(32, "documentation", 0x20, 0x01, 0x0d, 0xb8),
		v6(16, "6to4", 0x20, 0x02),
		v6(20, "documentation", 0x3f, 0xff),
	}
}

// forbiddenName says why a host as written in an address must not be asked for: it is a forbidden address in any of the
// spellings that browsers take for one, or a name that stands for the own machine. It is empty for ordinary names.
func forbiddenName(host string) string {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return "loopback"
	}
	if a, ok := hostAddr(host); ok {
		return forbidden(a)
	}
	return ""
}

// hostAddr reads a host that is an IP address, including the one to four decimal, octal or hexadecimal numbers that
// the WHATWG URL standard (§3.5) takes for an IPv4 address: "127.1", "0x7f000001", "2130706433".
func hostAddr(host string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap(), true
	}
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var v uint64
	for i, p := range parts {
		n, ok := looseNumber(p)
		if !ok {
			return netip.Addr{}, false
		}
		if i == len(parts)-1 {
			room := uint(8 * (5 - len(parts)))
			if n >= 1<<room {
				return netip.Addr{}, false
			}
			v = v<<room | n
			break
		}
		if n > 255 {
			return netip.Addr{}, false
		}
		v = v<<8 | n
	}
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}), true
}

func looseNumber(s string) (uint64, bool) {
	base := 10
	switch {
	case strings.HasPrefix(s, "0x"), strings.HasPrefix(s, "0X"):
		s, base = s[2:], 16
		if s == "" {
			return 0, true
		}
	case len(s) > 1 && s[0] == '0':
		s, base = s[1:], 8
	}
	n, err := strconv.ParseUint(s, base, 40)
	return n, err == nil
}

// guardError is a connection refused by our own rules.
type guardError struct{ host, addr, why string }

func (e *guardError) Error() string {
	return fmt.Sprintf("%s leads to %s, a forbidden address (%s); only --connect-to may send a connection there", e.host, e.addr, e.why)
}

// portError is a port that may not be asked.
type portError struct{ host, port string }

func (e *portError) Error() string {
	return fmt.Sprintf("port %s of %s is not asked: only 80, 443 and those that a seed names are", e.port, e.host)
}

// parsePorts reads Options.Ports.
func parsePorts(list []string) (map[string]bool, error) {
	ports := map[string]bool{"80": true, "443": true}
	for _, s := range list {
		host, port := "", s
		if i := strings.LastIndexByte(s, ':'); i >= 0 {
			host, port = strings.ToLower(strings.Trim(strings.TrimSuffix(s[:i], "."), "[]")), s[i+1:]
		}
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 || strings.Contains(s, ":") && host == "" {
			return nil, fmt.Errorf("fetch: port %q: it is PORT or HOST:PORT", s)
		}
		port = strconv.FormatUint(n, 10)
		if a, err := idna.Lookup.ToASCII(host); err == nil && host != "" {
			host = a
		}
		if host != "" {
			port = net.JoinHostPort(host, port)
		}
		ports[port] = true
	}
	return ports, nil
}

// mayAsk tells whether a port of a host may be asked. A connect-to rule that names both opens it as well.
func (f *Fetcher) mayAsk(host, port string) error {
	if f.ports[port] || f.ports[net.JoinHostPort(host, port)] || forbiddenName(host) != "" { // the last is refused for what it is
		return nil
	}
	for _, r := range f.connect {
		if r.host != "" && r.port != "" && r.matches(host, port) {
			return nil
		}
	}
	return &portError{host, port}
}
