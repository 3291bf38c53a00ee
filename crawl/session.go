package crawl

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/decide"
	"nianbao/crawl/frontier"
	"nianbao/crawl/polite"
	"nianbao/crawl/portal"
	"nianbao/fetch"
)

// ErrConfig is wrapped by errors that the user mends in the configuration.
var ErrConfig = errors.New("configuration")

// agent is the product token by which robots.txt names this crawler.
const agent = "nianbao"

// frontierFile is the frontier's place in the archive's directory.
const frontierFile = "frontier.db"

// Config settles a crawl.
type Config struct {
	ArchiveDir       string
	Seeds            *portal.Seeds
	Portals          []*portal.Portal // of Seeds, to be visited in this run
	YearFrom, YearTo int              // of reports; 0 is open
	Watch            bool             // stay, and visit again what is due
	Recheck          bool             // lists and reports that are known are due now
	Delay            time.Duration    // least delay, 0: as the seed list says
	MaxTime          time.Duration    // 0: no bound
	ConnectTo        []string         // curl's --connect-to
	Families         portal.Selection // content systems whose knowledge is used; zero: all
	Workers          int              // hosts visited at once, 1024
	Contact          string           // address for the From header and the User-Agent
	Version          string
	Read             Reader
	Browser          string          // auto or nothing: one that is installed; never; or the path of one
	Memory           int64           // octets for all answers in flight; 0: a share of the machine, at most 1 GiB
	Progress         func(Progress)  // called about four times a second; may be nil
	Drain            <-chan struct{} // closed: finish what is in flight and stop; may be nil
	Now              func() time.Time
}

// A Session is a crawl with its archive and frontier open.
type Session struct {
	cfg     Config
	archive *archive.Archive
	store   *frontier.Store
	engine  *engine
}

// Open opens or makes the archive and the frontier of a crawl, and puts the portals' entries into the frontier. Errors
// wrap ErrConfig, archive.ErrLocked, archive.ErrNotArchive or what the disk said.
func Open(cfg Config) (*Session, error) {
	f, err := fetch.New(fetch.Options{UserAgent: userAgent(cfg), From: cfg.Contact, ConnectTo: cfg.ConnectTo, Ports: seedPorts(cfg.Seeds), TempDir: cfg.ArchiveDir, Memory: cfg.Memory})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	b, err := openBrowser(cfg.Browser, userAgent(cfg))
	if err != nil {
		return nil, err
	}
	s, err := open(cfg, f)
	if err == nil {
		s.engine.browser = b
	}
	return s, err
}

// OpenStored opens the archive and the frontier of earlier crawls, to derive from what they stored; it makes neither and
// cannot make requests. Errors are those of Open.
func OpenStored(cfg Config) (*Session, error) {
	file := filepath.Join(cfg.ArchiveDir, frontierFile)
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("%s: %w: run \"crawler crawl\" first, or name another with --archive", cfg.ArchiveDir, archive.ErrNotArchive)
	}
	return openSession(cfg, nil)
}

// open opens a crawl whose requests f makes.
func open(cfg Config, f Fetcher) (*Session, error) {
	s, err := openSession(cfg, f)
	if err != nil {
		return nil, err
	}
	if err := s.begin(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func openSession(cfg Config, f Fetcher) (_ *Session, err error) {
	if cfg.Workers <= 0 {
		cfg.Workers = 1024
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Progress == nil {
		cfg.Progress = func(Progress) {}
	}
	e := newEngine(cfg, f)
	if f != nil {
		if err := e.checkDelays(cfg); err != nil {
			return nil, err
		}
	}
	s := &Session{cfg: cfg, engine: e}
	if s.archive, err = archive.Open(cfg.ArchiveDir, archive.Options{Software: agent + "/" + cfg.Version, Operator: cfg.Contact, Now: cfg.Now, RemovalConfirmations: decide.Confirmations}); err != nil {
		return nil, err
	}
	s.store, err = frontier.Open(filepath.Join(cfg.ArchiveDir, frontierFile), frontier.Options{DefaultDelay: polite.Default, Now: cfg.Now(),
		Wanted: func(host, _ string) bool { return e.wantsHost(host) }})
	if errors.Is(err, frontier.ErrLocked) {
		err = fmt.Errorf("%w: %w", archive.ErrLocked, err)
	}
	if err != nil {
		return nil, errors.Join(err, s.archive.Close())
	}
	e.archive, e.frontier = s.archive, s.store
	e.books = newBooks(s.store)
	return s, nil
}

// seedPorts are the ports beside 80 and 443 that the addresses of seeds name, each for its host.
func seedPorts(seeds *portal.Seeds) []string {
	if seeds == nil {
		return nil
	}
	var out []string
	for _, p := range seeds.Portals {
		for _, at := range append([]string{p.URL}, p.Entry...) {
			if u, err := url.Parse(at); err == nil && u.Port() != "" {
				out = append(out, net.JoinHostPort(u.Hostname(), u.Port()))
			}
		}
	}
	return out
}

// userAgent names the crawler and whom to write to.
func userAgent(cfg Config) string {
	ua := agent + "/" + cfg.Version + " (archive of government disclosure reports"
	if cfg.Contact != "" {
		ua += "; +mailto:" + cfg.Contact
	}
	return ua + ")"
}

// checkDelays refuses delays below the floor for hosts that are not simulated.
func (e *engine) checkDelays(cfg Config) error {
	for _, p := range cfg.Portals {
		d := p.Delay
		if cfg.Delay > 0 {
			d = cfg.Delay
		}
		u, err := url.Parse(p.URL)
		if err == nil && d > 0 && d < polite.Floor && !e.simulated(u) {
			return fmt.Errorf("%w: a delay of %s towards %s: not below %s, except for hosts that --connect-to sends to loopback", ErrConfig, d, p.Host(), polite.Floor)
		}
	}
	return nil
}

// entryPriority is that of the addresses a portal begins at.
const entryPriority = 950

// begin puts the portals' entries into the frontier, counts what they have shown before, and recalls what is to be
// checked again.
func (s *Session) begin() error {
	ctx := context.Background()
	e := s.engine
	byName := map[[2]string]*portal.Portal{}
	var items []frontier.Item
	for _, p := range s.cfg.Portals {
		byName[[2]string{p.Name, p.Code}] = p
		for _, entry := range append([]string{p.URL}, p.Entry...) {
			u := address.Canonical(entry)
			if u == "" {
				continue
			}
			items = append(items, frontier.Item{Key: address.Key("GET", u, ""), URL: u, Host: address.Host(u), Portal: p.Name, Via: "seed", Priority: entryPriority,
				Context: decide.Task{Role: portal.RolePage}.Encode()})
			if len(items) == 1000 {
				if _, err := s.store.Put(ctx, items...); err != nil {
					return err
				}
				items = items[:0]
			}
		}
	}
	if _, err := s.store.Put(ctx, items...); err != nil {
		return err
	}
	if err := e.books.begin(ctx, s.cfg.Portals); err != nil {
		return err
	}
	for r, err := range s.archive.Heads(archive.Filter{}) {
		if err != nil {
			return err
		}
		if p := byName[[2]string{r.Publisher.Portal, r.Publisher.Code}]; p != nil {
			e.tally.before(p)
		}
	}
	if s.cfg.Recheck {
		return s.recheck(ctx)
	}
	return nil
}

// recheck makes what is known due now: the lists and reports of a portal, and the way to them where there are none yet.
func (s *Session) recheck(ctx context.Context) error {
	e := s.engine
	now := e.now()
	var keys []frontier.Key
	for it, state := range s.store.Items("") {
		if state != frontier.Later && state != frontier.Closed || !e.wantsHost(it.Host) {
			continue
		}
		t := decide.DecodeTask(it.Context)
		u, err := url.Parse(it.URL)
		if err != nil {
			continue
		}
		owner := e.seeds.Owner(u)
		known := owner != nil && e.tally.reportsOf(owner) > 0
		if t.Report || t.IsList() || !known && (it.Depth == 0 || t.Heat > 0) {
			keys = append(keys, it.Key)
		}
	}
	for len(keys) > 0 {
		n := min(len(keys), 1000)
		if err := s.store.Recall(ctx, now, keys[:n]...); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

// Run crawls until nothing is due, the time is up, or it is told to stop. What it did is in the summary even when it
// returns an error.
func (s *Session) Run(ctx context.Context) (Summary, error) {
	var deadline time.Time
	if s.cfg.MaxTime > 0 {
		deadline = s.engine.now().Add(s.cfg.MaxTime)
	}
	return s.engine.run(ctx, s.cfg.Drain, deadline, s.cfg.Progress)
}

// Archive is the session's archive.
func (s *Session) Archive() *archive.Archive { return s.archive }

// Hosts is the state of every host.
func (s *Session) Hosts() []frontier.HostState { return s.store.Hosts() }

// Close closes the browser, the frontier and the archive.
func (s *Session) Close() error {
	var err error
	if s.engine.browser != nil {
		err = s.engine.browser.Close()
	}
	if f, ok := s.engine.fetch.(*fetch.Fetcher); ok {
		f.Close()
	}
	return errors.Join(err, s.store.Close(), s.archive.Close())
}
