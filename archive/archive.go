// Package archive keeps what the crawl saw in a form that can be proved, and what was derived from it.
//
// In go exchanges and observations of reports; out come captures, reports with their versions, and events. Every
// exchange becomes WARC records in segments under warc/; every observation a record in segments under reports/; the
// bbolt index beside them can be made again from the segments alone. A group of writes is appended to its segments and
// synced, then one transaction writes the index rows, the events and the committed length of each segment; only then is
// it acknowledged. After a crash, whole records behind the committed length are rolled forward through the same apply
// functions, and torn octets are moved to quarantine/.
//
// Payloads are stored once by sha256; a repeat is a revisit record. A report is (publisher, year, kind), its versions are
// its distinct texts in time: the content hash deduplicates storage, it is not the identity of a report.
package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterr "go.etcd.io/bbolt/errors"

	"nianbao/internal/boltcheck"
)

var (
	// ErrLocked is returned when another process has the archive open.
	ErrLocked = errors.New("the archive is in use by another process: wait for it, or stop it with Ctrl-C")
	// ErrNotArchive is returned for a directory that holds something else, or nothing.
	ErrNotArchive = errors.New("no archive there")
	// ErrIndex is wrapped when the index cannot be read. It holds nothing that the segments do not.
	ErrIndex = errors.New("the archive's index cannot be read: \"crawler rebuild\" makes it again from the segments")
	// ErrNotFound is returned for an id, an address or a digest that the archive does not have.
	ErrNotFound = errors.New("archive: not found")
)

// indexFile is the index's name in the archive's directory.
const indexFile = "index.db"

// format is the first line of the file that marks an archive.
const format = "nianbao archive 1\n"

// Options settle an archive. Zero values mean the defaults.
type Options struct {
	Software    string        // for warcinfo records
	Operator    string        // likewise
	SegmentSize int64         // octets after which a new segment is begun, 1 GB
	GroupDelay  time.Duration // how long a group gathers, 20 ms
	// RemovalConfirmations is how many failures over time confirm a removal, 2.
	RemovalConfirmations int
	// Now is the clock of segment names; captures carry their own time.
	Now func() time.Time
	// wrap lets tests stand between the archive and its segment files.
	wrap func(segmentFile) segmentFile
}

// Archive is an open archive. Its methods may be called from many goroutines.
type Archive struct {
	dir    string
	opt    Options
	db     *bbolt.DB
	warc   *stream
	report *stream
	queue  chan *write
	wg     sync.WaitGroup
	mu     sync.Mutex
	closed bool
	// Recovered says what opening had to repair; empty after a clean stop.
	Recovered []string
}

// index buckets
var (
	bMeta     = []byte("meta")     // committed lengths and the like
	bCaptures = []byte("captures") // digest of URL, time, id → Capture
	bIDs      = []byte("ids")      // capture id → key in captures
	bPayloads = []byte("payloads") // sha256 of payload → capture id of the record that holds it
	bEntities = []byte("entities") // digest of the entity → reference for revisits
	bReports  = []byte("reports")  // report id → Report
	bVersions = []byte("versions") // report id, version → Version
	bTexts    = []byte("texts")    // sha256 of normal text → gzip of the text
	bSources  = []byte("sources")  // URL → report ids
	bEvents   = []byte("events")   // sequence → Event
	bEventIDs = []byte("eventids") // event id → sequence
	bSinks    = []byte("sinks")    // hand-off state, by sink
	bResults  = []byte("results")  // text digest, consumer → Result
	derived   = [][]byte{bMeta, bCaptures, bIDs, bPayloads, bEntities, bReports, bVersions, bTexts, bSources, bEvents, bEventIDs}
)

// Open opens the archive in dir, or makes one when dir does not exist or is empty, and recovers it when the last process
// was killed.
func Open(dir string, opt Options) (*Archive, error) { return open(dir, opt, how{create: true}) }

// OpenExisting is Open without making one.
func OpenExisting(dir string, opt Options) (*Archive, error) { return open(dir, opt, how{}) }

// how an archive is opened: made when there is none, or with an index that is made again.
type how struct{ create, rebuild bool }

func open(dir string, opt Options, h how) (*Archive, error) {
	if opt.SegmentSize <= 0 {
		opt.SegmentSize = 1 << 30
	}
	if opt.GroupDelay <= 0 {
		opt.GroupDelay = 20 * time.Millisecond
	}
	if opt.RemovalConfirmations <= 0 {
		opt.RemovalConfirmations = 2
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if err := prepare(dir, h.create); err != nil {
		return nil, err
	}
	index := filepath.Join(dir, indexFile)
	if err := boltcheck.Whole(index); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	db, err := bbolt.Open(index, 0o644, &bbolt.Options{Timeout: 200 * time.Millisecond, FreelistType: bbolt.FreelistMapType, NoFreelistSync: true, InitialMmapSize: 32 << 20})
	switch {
	case errors.Is(err, bolterr.ErrTimeout):
		return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	a := &Archive{dir: dir, opt: opt, db: db, queue: make(chan *write, 256)}
	a.warc = &stream{a: a, name: "warc"}
	a.report = &stream{a: a, name: "reports"}
	if err := a.recover(h.rebuild); err != nil {
		db.Close()
		return nil, err
	}
	a.wg.Go(a.committer)
	return a, nil
}

// prepare checks or makes the directory.
func prepare(dir string, create bool) error {
	mark := filepath.Join(dir, "ARCHIVE")
	b, err := os.ReadFile(mark)
	switch {
	case err == nil && string(b) == format:
	case err == nil:
		return fmt.Errorf("%s: %w: %s says %.40q, this program writes %q", dir, ErrNotArchive, mark, b, format)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s: %w: it is a file", dir, ErrNotArchive)
	case !errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("archive: %w", err)
	default:
		if !create {
			return fmt.Errorf("%s: %w: run \"crawler crawl\" first, or name another with --archive", dir, ErrNotArchive)
		}
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%s: %w: %w", dir, ErrNotArchive, err)
		}
		if len(entries) > 0 {
			return fmt.Errorf("%s: %w: the directory is not empty and was not made by this program: name another with --archive", dir, ErrNotArchive)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("archive: %w", err)
		}
		if err := os.WriteFile(mark, []byte(format), 0o644); err != nil {
			return fmt.Errorf("archive: %w", err)
		}
	}
	for _, sub := range []string{"warc", "reports", "quarantine"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return fmt.Errorf("archive: %w", err)
		}
	}
	return syncDir(dir)
}

// Dir is where the archive lies.
func (a *Archive) Dir() string { return a.dir }

// Close finishes what was asked for and closes the files.
func (a *Archive) Close() error {
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		return nil
	}
	a.closed = true
	a.mu.Unlock()
	close(a.queue)
	a.wg.Wait()
	return errors.Join(a.warc.close(), a.report.close(), a.db.Close())
}

// A write is one unit of the commit queue: records to append, and what to do to the index once they are durable.
type write struct {
	stream  func(a *Archive) *stream
	records func(tx *bbolt.Tx) ([]pending, error) // decided late, when earlier writes of the group are known
	done    chan error
}

// submit hands a write over and waits until it is durable.
func (a *Archive) submit(ctx context.Context, w *write) error {
	a.mu.Lock()
	closed := a.closed
	a.mu.Unlock()
	if closed {
		return errors.New("archive: closed")
	}
	w.done = make(chan error, 1)
	select {
	case a.queue <- w:
	case <-ctx.Done():
		return ctx.Err()
	}
	return <-w.done
}

// Limits of one group.
const (
	groupMost  = 100
	groupBytes = 8 << 20
)

// committer takes writes in groups: it waits a little for more, appends all, syncs once, and commits once.
func (a *Archive) committer() {
	for first := range a.queue {
		group := []*write{first}
		timer := time.NewTimer(a.opt.GroupDelay)
	gather:
		for len(group) < groupMost {
			select {
			case w, ok := <-a.queue:
				if !ok {
					break gather
				}
				group = append(group, w)
			case <-timer.C:
				break gather
			}
		}
		timer.Stop()
		a.commit(group)
	}
}

// commit writes one group. A write whose own records cannot be made fails alone; a failure of the disk fails the group.
func (a *Archive) commit(group []*write) {
	errs := make([]error, len(group))
	err := a.db.Update(func(tx *bbolt.Tx) error {
		size := 0
		for i, w := range group {
			var recs []pending
			if recs, errs[i] = w.records(tx); errs[i] != nil {
				continue
			}
			s := w.stream(a)
			for _, p := range recs {
				loc, err := s.append(p.record)
				if err != nil {
					return err
				}
				size += len(p.record.Block)
				if p.apply != nil {
					if err := p.apply(tx, loc); err != nil {
						return err
					}
				}
			}
			if size > groupBytes {
				if err := a.sync(); err != nil { // keep dirty pages bounded; the commit below still covers all
					return err
				}
				size = 0
			}
		}
		if err := a.sync(); err != nil {
			return err
		}
		return errors.Join(a.warc.saveLength(tx), a.report.saveLength(tx))
	})
	if err != nil {
		// What was appended is not committed; the segments are given up, so that nothing is ever written behind
		// octets whose fate is unknown.
		a.warc.abandon()
		a.report.abandon()
		err = fmt.Errorf("archive: write: %w", err)
	}
	for i, w := range group {
		w.done <- errors.Join(err, errs[i])
	}
}

func (a *Archive) sync() error { return errors.Join(a.warc.sync(), a.report.sync()) }
