package fetch

import (
	"cmp"
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	idleMost       = 256 // connections kept in all
	idlePerAddress = 4   // to one address, however many hosts share it
)

// link is a connection with what was learned when it was made.
type link struct {
	conn    net.Conn
	server  string // scheme, host and port it was made for, and where it goes
	state   tls.ConnectionState
	note    string
	carried int // exchanges so far
	until   time.Time
}

func (l *link) address() string {
	if a, err := netip.ParseAddrPort(peer(l.conn)); err == nil {
		return a.Addr().String()
	}
	return ""
}

// idle keeps connections between two requests to a host, one for each server.
type idle struct {
	mu    sync.Mutex
	links map[string]*link
}

// take gives the connection to a server that is kept, or nil. It is not kept any more then.
func (i *idle) take(server string, now time.Time) *link {
	i.mu.Lock()
	l := i.links[server]
	delete(i.links, server)
	i.mu.Unlock()
	if l == nil {
		return nil
	}
	if now.After(l.until) || !quiet(l.conn) {
		l.conn.Close()
		return nil
	}
	return l
}

// put keeps a connection, and lets go of those that are too old or too many.
func (i *idle) put(l *link, now time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if old := i.links[l.server]; old != nil {
		old.conn.Close()
	}
	i.links[l.server] = l
	same := 0
	for server, o := range i.links {
		if now.After(o.until) {
			o.conn.Close()
			delete(i.links, server)
		} else if o.address() == l.address() {
			same++
		}
	}
	if same > idlePerAddress {
		i.drop(func(o *link) bool { return o.address() == l.address() })
	}
	if len(i.links) > idleMost {
		i.drop(func(*link) bool { return true })
	}
}

// drop closes the connection that would go first of those meant.
func (i *idle) drop(meant func(*link) bool) {
	var first *link
	for _, o := range i.links {
		if meant(o) && (first == nil || cmp.Or(o.until.Compare(first.until), cmp.Compare(o.server, first.server)) < 0) {
			first = o
		}
	}
	if first != nil {
		first.conn.Close()
		delete(i.links, first.server)
	}
}

func (i *idle) close() {
	i.mu.Lock()
	defer i.mu.Unlock()
	for server, l := range i.links {
		l.conn.Close()
		delete(i.links, server)
	}
}

// Close lets go of the connections that are kept. The Fetcher can be used further.
func (f *Fetcher) Close() { f.idle.close() }
