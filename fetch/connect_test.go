package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseConnectTo(t *testing.T) {
	for in, want := range map[string]connectRule{
		"::127.0.0.1:8080":               {"", "", "127.0.0.1", "8080"},
		"a.gov.cn:80:b.gov.cn:81":        {"a.gov.cn", "80", "b.gov.cn", "81"},
		"A.GOV.CN.:080:B.gov.cn:0081":    {"a.gov.cn", "80", "b.gov.cn", "81"},
		"[::1]:443:[2001:DB8::0:2]:8443": {"::1", "443", "2001:db8::2", "8443"},
		":::":                            {},
		"a:::":                           {host: "a"},
		"::a:":                           {toHost: "a"},
		"::a":                            {toHost: "a"},
		":80::8080":                      {port: "80", toPort: "8080"},
		"::[::1]:1":                      {toHost: "::1", toPort: "1"},
		"::[::1]":                        {toHost: "::1"},
	} {
		got, err := parseConnectTo(in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(connectRule{})); d != "" {
			t.Errorf("%q: %s", in, d)
		}
	}
	for _, in := range []string{"", "a", "a:80", "a:80:b:81:c", "a:x:b:81", "a:0:b:1", "a:1:b:0", "a:65536:b:1", "[::1:80:b:81", "[a]:80:b:81", "::[127.0.0.1]:80", "::1:2:3",
		"http://a/:80:b:81", "a b:80:c:81", "a:-1:b:1"} {
		if r, err := parseConnectTo(in); err == nil {
			t.Errorf("%q was taken for %+v", in, r)
		} else if !strings.Contains(err.Error(), "HOST1:PORT1:HOST2:PORT2") {
			t.Errorf("%q: the error does not say how it is written: %v", in, err)
		}
	}
	if _, err := New(Options{ConnectTo: []string{"::127.0.0.1:80", "nonsense"}}); err == nil {
		t.Error("New took a rule that is none")
	}
	if _, err := New(Options{UserAgent: "a\r\nX: y"}); err == nil {
		t.Error("New took a User-Agent with a line end")
	}
}

func TestRoute(t *testing.T) {
	f, err := New(Options{ConnectTo: []string{"a.gov.cn:80::", "a.gov.cn:80:127.0.0.1:1", "a.gov.cn::127.0.0.1:2", ":8080:10.0.0.1:", "b.gov.cn:::81", "[::1]:80:[::1]:82", "c.gov.cn::localhost:83", "d.gov.cn::[::ffff:127.0.0.1]:84",
		"::127.0.0.1:9", "a.gov.cn:80:never:3"}})
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[[2]string]route{
		{"a.gov.cn", "80"}:          {"127.0.0.1", "1", true},
		{"a.gov.cn", "443"}:         {"127.0.0.1", "2", true},
		{"x.gov.cn", "8080"}:        {"10.0.0.1", "8080", true},
		{"b.gov.cn", "80"}:          {"b.gov.cn", "81", false},
		{"::1", "80"}:               {"::1", "82", true},
		{"x.gov.cn", "80"}:          {"127.0.0.1", "9", true},
		{"::1", "81"}:               {"::1", "81", false},
		{"169.254.169.254", "8080"}: {"169.254.169.254", "8080", false},
		{"127.1", "80"}:             {"127.1", "80", false},
	} {
		if got := f.route(in[0], in[1]); got != want {
			t.Errorf("%v goes to %+v, want %+v", in, got, want)
		}
	}
	for hostport, want := range map[string]bool{"a.gov.cn:80": true, "A.GOV.CN.": true, "x.gov.cn:8080": false, "b.gov.cn": false, "[::1]:80": true, "[::1]:81": false, "c.gov.cn:80": true, "d.gov.cn:443": true,
		"x.gov.cn:443": true} {
		if got := f.LoopbackByConnectTo(hostport); got != want {
			t.Errorf("LoopbackByConnectTo(%s) = %t", hostport, got)
		}
	}
	none, _ := New(Options{})
	if none.LoopbackByConnectTo("127.0.0.1:80") {
		t.Error("loopback without a rule")
	}
}

func TestForbidden(t *testing.T) {
	for _, s := range []string{"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254",
		"172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
		"240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::808:404", "64:ff9b:1::1", "100::1",
		"2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1"} {
		if forbidden(netip.MustParseAddr(s)) == "" {
			t.Errorf("%s is let through", s)
		}
	}
	for _, s := range []string{"1.1.1.1", "9.255.255.255", "11.0.0.0", "8.8.4.4", "100.63.255.255", "100.128.0.0", "126.0.0.1", "128.0.0.1", "169.253.1.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "192.167.1.1", "198.17.0.1",
		"198.20.0.1", "223.255.255.255", "::ffff:8.8.4.4", "2400:3200::1", "2001:200::1", "2606:4700::1111"} {
		if why := forbidden(netip.MustParseAddr(s)); why != "" {
			t.Errorf("%s is refused: %s", s, why)
		}
	}
	if forbidden(netip.Addr{}) == "" {
		t.Error("no address is let through")
	}
}

func TestHostAddr(t *testing.T) {
	for in, want := range map[string]string{"127.1": "127.0.0.1", "0x7f.0.0.1": "127.0.0.1", "0177.1": "127.0.0.1", "2130706433": "127.0.0.1", "0x7F000001": "127.0.0.1", "10.0.258": "10.0.1.2", "1.2.3.4": "1.2.3.4",
		"::1": "::1", "::ffff:1.2.3.4": "1.2.3.4", "0": "0.0.0.0", "0x": "0.0.0.0"} {
		if got, ok := hostAddr(in); !ok || got.String() != want {
			t.Errorf("%s = %s %t", in, got, ok)
		}
	}
	for _, in := range []string{"", "a", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "4294967296", "1..2", "12306.cn", "09", "1.2.3.x", "-1", "1e3"} {
		if got, ok := hostAddr(in); ok {
			t.Errorf("%q was taken for %s", in, got)
		}
	}
}

// turning gives its answers one after the other.
type turning struct {
	mu      sync.Mutex
	answers [][]string
	asked   int
}

func (r *turning) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.answers[min(r.asked, len(r.answers)-1)]
	r.asked++
	var out []netip.Addr
	for _, s := range a {
		out = append(out, netip.MustParseAddr(s))
	}
	return out, nil
}

func TestAddressKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &turning{answers: [][]string{{"2400:3200::1", "8.8.4.4", "::ffff:8.8.8.8", "8.8.4.4"}, {"8.8.8.8", "1.1.1.1", "8.8.4.4"}, {"8.8.8.8", "9.9.9.9"}, {}}}
		var dialled []string
		f, err := New(Options{Resolver: r, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			dialled = append(dialled, address)
			if address == "8.8.4.4:80" {
				return nil, errors.New("down")
			}
			c, s := net.Pipe()
			s.Close()
			return c, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		key := func() string {
			k, err := f.AddressKey(t.Context(), "http://www.yongning.gov.cn/a")
			if err != nil {
				return err.Error()
			}
			return k
		}
		if k := key(); k != "8.8.4.4" {
			t.Errorf("at first %s", k)
		}
		f.Do(t.Context(), Request{URL: home})
		if d := cmp.Diff([]string{"8.8.4.4:80", "8.8.8.8:80"}, dialled); d != "" {
			t.Error("dialled:", d)
		}
		if k := key(); k != "8.8.8.8" {
			t.Errorf("after the first failed and the second answered: %s", k)
		}
		time.Sleep(dnsLife - time.Second)
		if k := key(); k != "8.8.8.8" || r.asked != 1 {
			t.Errorf("within ten minutes: %s, %d questions", k, r.asked)
		}
		time.Sleep(time.Second)
		if k := key(); k != "8.8.8.8" || r.asked != 2 {
			t.Errorf("the host still has the address used last: %s, %d questions", k, r.asked)
		}
		time.Sleep(2 * dnsLife)
		key()
		time.Sleep(2 * dnsLife)
		if k := key(); !strings.Contains(k, "no address") {
			t.Errorf("an empty answer: %s", k)
		}
	})
	f, err := New(Options{ConnectTo: []string{"::127.0.0.1:8080"}})
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{"http://a.gov.cn/": "127.0.0.1", "http://127.0.0.1/": "error", "nonsense": "error"} {
		got, err := f.AddressKey(t.Context(), in)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: %s %v", in, got, err)
		}
	}
}

func TestDNSCacheIsBounded(t *testing.T) {
	c := &dnsCache{resolver: names{"a": {"1.1.1.1"}}, now: time.Now, hosts: map[string]dnsEntry{}}
	for i := range dnsMost {
		c.hosts[strings.Repeat("x", 1+i%7)+string(rune(i))] = dnsEntry{}
	}
	n := len(c.hosts)
	for len(c.hosts) < dnsMost {
		c.hosts[strings.Repeat("y", 1+len(c.hosts)-n)] = dnsEntry{}
		if len(c.hosts)-n > 5000 {
			t.Fatalf("only %d entries", len(c.hosts))
		}
	}
	if _, err := c.lookup(t.Context(), "a"); err != nil || len(c.hosts) > dnsMost {
		t.Errorf("%d entries, %v", len(c.hosts), err)
	}
}

func FuzzConnectTo(f *testing.F) {
	for _, s := range []string{"::127.0.0.1:8080", "[::1]:443:[2001:db8::2]:8443", "a:80:b", ":::", "[", "a:80:[:]:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := parseConnectTo(s)
		if err != nil {
			return
		}
		part := func(h string) string {
			if strings.Contains(h, ":") {
				return "[" + h + "]"
			}
			return h
		}
		again, err := parseConnectTo(part(r.host) + ":" + r.port + ":" + part(r.toHost) + ":" + r.toPort)
		if err != nil || again != r {
			t.Errorf("%q: %+v, written out %+v, %v", s, r, again, err)
		}
	})
}

func FuzzTarget(f *testing.F) {
	for _, s := range []string{home, "http://a/%zz?年", "https://[::1]:1/a b", "HTTP://例子.中国/", "http://a\\b", "//a", "http://u:p@h:80/#x"} {
		f.Add(s, "../b?c")
	}
	f.Fuzz(func(t *testing.T, s, loc string) {
		tg, err := parseTarget(s)
		if err != nil {
			return
		}
		for _, part := range []string{tg.requestURI, tg.hostHeader} {
			if i := strings.IndexFunc(part, func(r rune) bool { return r <= ' ' || r >= 0x7f }); i >= 0 {
				t.Fatalf("%q puts %q on the wire", s, part)
			}
		}
		if !strings.HasPrefix(tg.requestURI, "/") {
			t.Fatalf("%q asks for %q", s, tg.requestURI)
		}
		again, err := parseTarget(tg.url.String())
		if err != nil || again.requestURI != tg.requestURI || again.hostHeader != tg.hostHeader {
			t.Fatalf("%q: %q is read as %+v, %v", s, tg.url, again, err)
		}
		if to, err := resolveLocation(tg.url, loc); err == nil {
			if !slices.Contains([]string{"http", "https"}, strings.SplitN(to, ":", 2)[0]) {
				t.Fatalf("Location %q leads to %q", loc, to)
			}
		}
	})
}
