package fetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

const (
	dnsLife     = 10 * time.Minute // per-address politeness needs an address that stays the same for a while
	dnsMost     = 50_000           // hosts remembered
	dnsTimeout  = 15 * time.Second
	mostAddrs   = 16 // addresses of one host that are considered
	dialsPerTry = 3  // addresses of one host that are tried in one fetch
)

// Resolver turns a host name into addresses; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// dnsCache remembers the addresses of hosts, in the order in which they are tried.
type dnsCache struct {
	resolver Resolver
	now      func() time.Time

	mu    sync.Mutex
	hosts map[string]dnsEntry
}

type dnsEntry struct {
	addrs []netip.Addr
	until time.Time
}

// lookup gives the addresses of host, IPv4 first and in numeric order, so that servers which rotate their answers do
// not look like many; the address used last stays first for as long as the host has it.
func (c *dnsCache) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, ok := hostAddr(host); ok {
		return []netip.Addr{a}, nil
	}
	c.mu.Lock()
	old, known := c.hosts[host]
	c.mu.Unlock()
	now := c.now()
	if known && now.Before(old.until) {
		return old.addrs, nil
	}
	ctx, cancel := context.WithTimeout(ctx, dnsTimeout)
	defer cancel()
	found, err := c.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	addrs := make([]netip.Addr, 0, len(found))
	for _, a := range found {
		addrs = append(addrs, a.Unmap())
	}
	slices.SortFunc(addrs, netip.Addr.Compare) // IPv4 sorts first
	addrs = slices.Compact(addrs)
	if len(addrs) > mostAddrs {
		addrs = addrs[:mostAddrs]
	}
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	if known {
		if i := slices.Index(addrs, old.addrs[0]); i > 0 {
			addrs = slices.Insert(slices.Delete(addrs, i, i+1), 0, old.addrs[0])
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.hosts) >= dnsMost {
		clear(c.hosts)
	}
	c.hosts[host] = dnsEntry{addrs, now.Add(dnsLife)}
	return addrs, nil
}

// prefer puts a first among host's addresses: it answered when the ones before it did not.
func (c *dnsCache) prefer(host string, a netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.hosts[host]
	if i := slices.Index(e.addrs, a); ok && i > 0 {
		addrs := slices.Clone(e.addrs)
		e.addrs = slices.Insert(slices.Delete(addrs, i, i+1), 0, a)
		c.hosts[host] = e
	}
}

// addresses gives the addresses a route may be dialled at; it fails with a *guardError when the guard leaves none.
func (f *Fetcher) addresses(ctx context.Context, to route) ([]netip.Addr, error) {
	if !to.exempt {
		if why := forbiddenName(to.host); why != "" {
			return nil, &guardError{to.host, to.host, why}
		}
	}
	addrs, err := f.dns.lookup(ctx, to.host)
	if err != nil {
		return nil, err
	}
	if to.exempt {
		return addrs, nil
	}
	open := make([]netip.Addr, 0, len(addrs))
	var refused *guardError
	for _, a := range addrs {
		if why := forbidden(a); why != "" {
			refused = &guardError{to.host, a.String(), why}
			continue
		}
		open = append(open, a)
	}
	if len(open) == 0 {
		return nil, refused
	}
	return open, nil
}

// AddressKey names the address that a fetch of rawURL would connect to first, for politeness towards a server that many
// hosts share. It stays the same for as long as the host's addresses allow.
func (f *Fetcher) AddressKey(ctx context.Context, rawURL string) (string, error) {
	t, err := parseTarget(rawURL)
	if err != nil {
		return "", fmt.Errorf("fetch: address of %s: %w", rawURL, err)
	}
	addrs, err := f.addresses(ctx, f.route(t.host, t.port))
	if err != nil {
		return "", fmt.Errorf("fetch: address of %s: %w", rawURL, err)
	}
	return addrs[0].String(), nil
}

// dial connects to the first address that answers. Every connection goes to an address that has just passed the guard.
func (f *Fetcher) dial(ctx context.Context, to route) (net.Conn, error) {
	addrs, err := f.addresses(ctx, to)
	if err != nil {
		return nil, err
	}
	for i, a := range addrs[:min(len(addrs), dialsPerTry)] {
		var c net.Conn
		dctx, cancel := context.WithTimeout(ctx, f.opt.DialTimeout)
		c, err = f.opt.Dial(dctx, "tcp", net.JoinHostPort(a.String(), to.port))
		cancel()
		if err == nil {
			if i > 0 {
				f.dns.prefer(to.host, a)
			}
			return c, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}
