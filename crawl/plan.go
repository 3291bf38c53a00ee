package crawl

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/expect"
	"nianbao/crawl/frontier"
	"nianbao/crawl/status"
)

// A PlannedPortal is what a crawl would find to do at one portal.
type PlannedPortal struct {
	Portal  string `json:"portal"`
	Code    string `json:"code,omitempty"`
	Host    string `json:"host"`
	New     bool   `json:"new"`               // never visited
	Due     int    `json:"due"`               // addresses due now, its entries when it is new
	Later   int    `json:"later"`             // addresses due at a time to come
	Blocked string `json:"blocked,omitempty"` // why its host is left alone now
}

// Plan says what a crawl of cfg would find to do. It sends no request and changes nothing; an archive that does not exist yet
// is not made.
func Plan(cfg Config) ([]PlannedPortal, error) {
	hosts := map[string]frontier.HostState{}
	states, err := Hosts(cfg.ArchiveDir)
	if err != nil && !errors.Is(err, archive.ErrNotArchive) {
		return nil, err
	}
	for _, h := range states {
		hosts[h.Host] = h
	}
	now := time.Now()
	if cfg.Now != nil {
		now = cfg.Now()
	}
	out := make([]PlannedPortal, 0, len(cfg.Portals))
	for _, p := range cfg.Portals {
		plan := PlannedPortal{Portal: p.Name, Code: p.Code, Host: p.Host()}
		known := false
		for _, name := range append([]string{p.Host()}, p.Hosts...) {
			h, ok := hosts[address.Host("http://"+name)]
			if !ok {
				continue
			}
			known = true
			plan.Due += h.Ready
			plan.Later += h.Later
			if h.BlockedUntil.After(now) {
				plan.Blocked = h.BlockReason + " until " + h.BlockedUntil.Format(time.RFC3339)
			}
		}
		if !known {
			plan.New, plan.Due = true, 1+len(p.Entry)
		}
		out = append(out, plan)
	}
	return out, nil
}

// Hosts reads the state of every host of a crawl that is not running, from the archive's directory.
func Hosts(dir string) (hosts []frontier.HostState, err error) {
	err = withStore(dir, func(f *frontier.Store) error { hosts = f.Hosts(); return nil })
	return hosts, err
}

// Status reports the state of every host of a crawl that is not running, and the reports still missing of each portal.
func Status(dir string, now time.Time) (out []status.HostReport, err error) {
	err = withStore(dir, func(f *frontier.Store) (err error) { out, err = statusOf(f, now); return err })
	return out, err
}

// Status reports the state of every host, and the reports still missing of each portal.
func (s *Session) Status(now time.Time) ([]status.HostReport, error) { return statusOf(s.store, now) }

// withStore opens the frontier in an archive's directory for as long as read takes.
func withStore(dir string, read func(*frontier.Store) error) error {
	file := filepath.Join(dir, frontierFile)
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("%s: %w: run \"crawler crawl\" first, or name another with --archive", dir, archive.ErrNotArchive)
	}
	store, err := frontier.Open(file, frontier.Options{})
	if errors.Is(err, frontier.ErrLocked) {
		return fmt.Errorf("%s: %w", dir, archive.ErrLocked)
	}
	if err != nil {
		return err
	}
	defer store.Close()
	return read(store)
}

// statusOf makes the reports of all hosts; what is missing of a portal stands in the report of its own host.
func statusOf(f *frontier.Store, now time.Time) ([]status.HostReport, error) {
	states := f.Hosts()
	notes, err := f.Notes()
	if err != nil {
		return nil, err
	}
	out := make([]status.HostReport, len(states))
	byPortal := map[string]map[string]status.HostReport{}
	at := map[string]int{}
	for i, h := range states {
		out[i], at[h.Host] = status.Of(h, now), i
		if byPortal[h.Portal] == nil {
			byPortal[h.Portal] = map[string]status.HostReport{}
		}
		byPortal[h.Portal][h.Host] = out[i]
	}
	for _, name := range slices.Sorted(maps.Keys(notes)) {
		t := expect.Decode(notes[name])
		if i, ok := at[t.Host]; ok {
			out[i].Missing = append(out[i].Missing, status.Gaps(t, t.Host, byPortal[out[i].Portal], now)...)
		}
	}
	return out, nil
}
