// Package archive keeps what the crawl saw in a form that can be proved, and what was derived from it.
//
// In go exchanges and observations of reports; out come captures, reports with their versions, and events. Every
// exchange becomes WARC records in segments under warc/; every observation a record in segments under reports/; the
// bbolt index beside them can be made again from the segments alone. A group of writes is appended to its segments and
// synced, then one transaction writes the index rows, the events and the committed length of each segment; only then is
// it acknowledged. After a crash, whole records behind the committed length are rolled forward through the same apply
// functions, and torn octets are moved to quarantine/. Whoever changes anything holds the lock on LOCK first.
//
// Captures and observations are numbered in the order in which they were acknowledged, over both streams; the number
// stands in the record, so that the order is the same again after a rebuild, whatever the clock did, and a record is
// applied once however often it is met. They are the leaves of a Merkle log (package evidence says what it proves).
// Segments name the one before them by number, length and sha256.
//
// Payloads are stored once by sha256; a repeat is a revisit record. A report is (publisher, year, kind), its versions are
// its distinct texts in time: the content hash deduplicates storage, it is not the identity of a report.
package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterr "go.etcd.io/bbolt/errors"

	"nianbao/internal/boltcheck"
)

var (
	// ErrLocked is returned when another process has the archive open for writing.
	ErrLocked = errors.New("the archive is in use by another process: wait for it, or stop it with Ctrl-C")
	// ErrNotArchive is returned for a directory that holds something else, or nothing.
	ErrNotArchive = errors.New("no archive there")
	// ErrIndex is wrapped when the index is damaged. It holds nothing that the segments do not.
	ErrIndex = errors.New("the archive's index is damaged: \"crawler rebuild\" makes it again from the segments")
	// ErrOldIndex is returned for an index that an earlier version of the program made.
	ErrOldIndex = errors.New("the archive's index was made by another version of this program: \"crawler rebuild\" makes it again from the segments")
	// ErrSegments is wrapped when segments are missing, or hold less than the index says.
	ErrSegments = errors.New("segments of the archive are missing or damaged: put them back from a copy (crawler verify --repair-from DIR), or go on with what is left (crawler rebuild --force)")
	// ErrReadOnly is wrapped when the archive cannot be written to, which says nothing of its state.
	ErrReadOnly = errors.New("the archive cannot be written to: check its owner, its mode and how its file system is mounted")
	// ErrNoSpace is wrapped when the disk is full, which says nothing of the archive's state.
	ErrNoSpace = errors.New("there is no room on the archive's disk: make some and run the command again")
	// ErrNotFound is returned for an id, an address or a digest that the archive does not have.
	ErrNotFound = errors.New("archive: not found")
	errClosed   = errors.New("archive: closed")
)

const (
	indexFile   = "index.db"             // the index's name in the archive's directory
	format      = "nianbao archive 1\n"  // what the file that marks an archive says
	indexFormat = "2"                    // of the rows of the index
	fileMode    = 0o600                  // of files that are made
	dirMode     = 0o700                  // of folders that are made
	sealedMode  = 0o400                  // of segments that have ended
	initialMap  = 32 << 20               // octets of the index that bbolt maps at first
	allocSize   = 512 << 10              // octets by which the index grows
	openTimeout = 200 * time.Millisecond // for another program that has the index open
)

// Options settle an archive. Zero values mean the defaults.
type Options struct {
	Software    string        // for warcinfo records
	Operator    string        // likewise
	SegmentSize int64         // octets after which a new segment is begun, 1 GB
	GroupDelay  time.Duration // how long a group gathers, 20 ms
	// RemovalConfirmations is how many failures over time confirm a removal, 2.
	RemovalConfirmations int
	// Now is the clock of segment names; captures carry their own time, and order follows neither.
	Now func() time.Time
	// wrap lets tests stand between the archive and its segment files.
	wrap func(segmentFile) segmentFile
	// fast lets tests leave out syncs of the index, which only a power cut would miss.
	fast bool
}

func (o Options) withDefaults() Options {
	if o.SegmentSize <= 0 {
		o.SegmentSize = 1 << 30
	}
	if o.GroupDelay <= 0 {
		o.GroupDelay = 20 * time.Millisecond
	}
	if o.RemovalConfirmations <= 0 {
		o.RemovalConfirmations = 2
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Archive is an open archive. Its methods may be called from many goroutines. One that was opened with OpenReader refuses
// to write.
type Archive struct {
	dir    string
	opt    Options
	lock   *os.File        // held while the archive may be changed
	db     *bbolt.DB       // for writing
	file   *boltcheck.File // for reading only
	warc   *stream
	report *stream

	queue  chan *write
	wg     sync.WaitGroup
	mu     sync.RWMutex // guards closed against writes being handed over
	closed bool

	packers packers
	namesMu sync.Mutex
	names   map[uint64]string // of segments, by stream and number

	// Recovered says what opening had to repair or could not; empty after a clean stop.
	Recovered []string
	behind    bool
}

// index buckets
var (
	bMeta     = []byte("meta")     // format, counts, dictionaries
	bSegments = []byte("segments") // stream, number → segmentRow
	bCaptures = []byte("captures") // digest of URL, time, id → Capture
	bIDs      = []byte("ids")      // capture id → key in captures
	bPayloads = []byte("payloads") // sha256 of payload → key of the capture that holds it, length
	bEntities = []byte("entities") // sha256 of the entity, where that is not the payload → key of the capture that holds it
	bLeaves   = []byte("leaves")   // number → record id and digest of its header
	bReports  = []byte("reports")  // report id → Head
	bDetails  = []byte("details")  // report id → the rest of the report
	bVersions = []byte("versions") // report id, version → Version
	bTexts    = []byte("texts")    // sha256 of normal text → place of the observation that carries the text
	bSources  = []byte("sources")  // digest of URL → report ids
	bEvents   = []byte("events")   // sequence → Event
	bEventIDs = []byte("eventids") // event id → sequence
	bSinks    = []byte("sinks")    // hand-off state, by sink
	bParked   = []byte("parked")   // sink, event id → an item that waits for another try, or will have none
	bResults  = []byte("results")  // text digest, consumer → Result

	derived = [][]byte{bMeta, bSegments, bCaptures, bIDs, bPayloads, bEntities, bLeaves, bReports, bDetails, bVersions, bTexts, bSources, bEvents, bEventIDs}
	kept    = [][]byte{bSinks, bParked, bResults} // what segments do not tell
)

// Open opens the archive in dir for writing, or makes one when dir does not exist or is empty, and recovers it when the
// last process was killed.
func Open(dir string, opt Options) (*Archive, error) { return open(dir, opt, true) }

// OpenExisting is Open without making one.
func OpenExisting(dir string, opt Options) (*Archive, error) { return open(dir, opt, false) }

func open(dir string, opt Options, create bool) (*Archive, error) {
	l, err := prepare(dir, create)
	if err != nil {
		return nil, err
	}
	a, err := openLocked(dir, opt, l)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return a, nil
}

// openLocked opens an archive whose lock is held.
func openLocked(dir string, opt Options, l *os.File) (*Archive, error) {
	index := filepath.Join(dir, indexFile)
	if info, err := os.Lstat(index); errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		if notes, err := remake(dir, opt); err != nil {
			return nil, err
		} else if len(notes) > 0 {
			opt, l := opt, l
			a, err := openIndex(dir, opt, l)
			if a != nil {
				a.Recovered = append(notes, a.Recovered...)
			}
			return a, err
		}
	} else if err != nil {
		return nil, diskError(err)
	}
	return openIndex(dir, opt, l)
}

// openIndex opens the index that is there and brings it up to the segments.
func openIndex(dir string, opt Options, l *os.File) (*Archive, error) {
	index := filepath.Join(dir, indexFile)
	if err := soundIndex(index); err != nil {
		return nil, err
	}
	if err := dropIndexSum(dir); err != nil {
		return nil, err
	}
	a := newArchive(dir, opt)
	if err := a.openDB(index); err != nil {
		return nil, err
	}
	a.lock = l
	if err := a.recover(); err != nil {
		return nil, errors.Join(err, a.db.Close())
	}
	a.wg.Go(a.committer)
	return a, nil
}

func newArchive(dir string, opt Options) *Archive {
	a := &Archive{dir: dir, opt: opt.withDefaults(), queue: make(chan *write, 256), names: map[uint64]string{}}
	a.warc = &stream{a: a, id: streamWARC}
	a.report = &stream{a: a, id: streamReports}
	return a
}

// soundIndex checks an index before bbolt, which trusts what it reads, opens it.
func soundIndex(index string) error {
	if _, err := os.Lstat(index); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	f, err := openRegular(index)
	if err != nil {
		return diskError(err)
	}
	if err := f.Close(); err != nil {
		return diskError(err)
	}
	err = boltcheck.Whole(index)
	switch {
	case errors.Is(err, boltcheck.ErrDamaged):
		return fmt.Errorf("%w: %w", ErrIndex, err)
	case err != nil:
		return diskError(err)
	}
	return nil
}

// openDB opens an index for writing and checks its format; one that is new is given its buckets.
func (a *Archive) openDB(index string) (err error) {
	a.db, err = bbolt.Open(index, fileMode, &bbolt.Options{Timeout: openTimeout, FreelistType: bbolt.FreelistMapType, NoFreelistSync: true, InitialMmapSize: initialMap})
	switch {
	case errors.Is(err, bolterr.ErrTimeout):
		return fmt.Errorf("%s: %w", a.dir, ErrLocked)
	case errors.Is(err, bolterr.ErrInvalid), errors.Is(err, bolterr.ErrVersionMismatch), errors.Is(err, bolterr.ErrChecksum):
		return fmt.Errorf("%w: %w", ErrIndex, err)
	case err != nil:
		return diskError(err)
	}
	a.db.NoSync, a.db.AllocSize = a.opt.fast, allocSize
	complete := true
	err = a.db.View(func(tx *bbolt.Tx) error {
		if tx.Bucket(bMeta) != nil {
			if err := a.checkFormat(txView{tx}); err != nil {
				return err
			}
		}
		for _, b := range append(derived[:len(derived):len(derived)], kept...) {
			complete = complete && tx.Bucket(b) != nil
		}
		return nil
	})
	if err == nil && !complete {
		err = a.db.Update(func(tx *bbolt.Tx) error {
			for _, b := range append(derived[:len(derived):len(derived)], kept...) {
				if _, err := tx.CreateBucketIfNotExists(b); err != nil {
					return err
				}
			}
			return put(tx, bMeta, []byte("format"), []byte(indexFormat))
		})
	}
	if err == nil {
		return nil
	}
	if !errors.Is(err, ErrOldIndex) && !errors.Is(err, ErrIndex) {
		err = diskError(err)
	}
	return errors.Join(err, a.db.Close())
}

func (a *Archive) checkFormat(v view) error {
	if !v.has(bSegments) && v.has(bReports) { // the first format had no such bucket
		return fmt.Errorf("%s: %w", a.dir, ErrOldIndex)
	}
	value := v.bucket(bMeta).Get([]byte("format"))
	if value == nil {
		return fmt.Errorf("%w: it does not say which format it has", ErrIndex)
	}
	b, err := unseal(bMeta, []byte("format"), value)
	if err == nil && string(b) != indexFormat {
		return fmt.Errorf("%s: %w", a.dir, ErrOldIndex)
	}
	return err
}

// OpenReader opens an archive for reading only. It takes no lock and needs no right to write: a read-only mount, another
// user's files and an archive that a crawl is writing to are read alike.
func OpenReader(dir string, opt Options) (*Archive, error) {
	if err := isArchive(dir); err != nil {
		return nil, err
	}
	a := newArchive(dir, opt)
	index := filepath.Join(dir, indexFile)
	info, err := os.Lstat(index)
	if errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, fmt.Errorf("%w: %s is not there", ErrIndex, index)
	}
	if err == nil {
		a.file, err = boltcheck.Open(index)
	}
	if errors.Is(err, boltcheck.ErrDamaged) {
		return nil, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	if err != nil {
		return nil, diskError(err)
	}
	if err := a.view(a.checkFormat); err != nil {
		return nil, errors.Join(err, a.file.Close())
	}
	if err := a.compareSegments(); err != nil {
		return nil, errors.Join(err, a.file.Close())
	}
	return a, nil
}

// OpenReading is OpenReader, after what the last writer left behind has been recovered: when nobody writes and the index is
// behind the segments or not there, and where this process may write.
func OpenReading(dir string, opt Options) (*Archive, error) {
	a, err := OpenReader(dir, opt)
	if err == nil && !a.behind || errors.Is(err, ErrNotArchive) || errors.Is(err, ErrOldIndex) {
		return a, err
	}
	if err != nil {
		if info, statErr := os.Lstat(filepath.Join(dir, indexFile)); statErr == nil && info.Size() > 0 {
			return nil, err // damaged: a rebuild is for the user to decide on
		}
	}
	w, werr := OpenExisting(dir, opt)
	if werr != nil {
		if a == nil {
			return nil, werr
		}
		if !errors.Is(werr, ErrLocked) {
			a.Recovered = append(a.Recovered, werr.Error())
		}
		return a, nil
	}
	said := w.Recovered
	if err := w.Close(); err != nil {
		return nil, err
	}
	if a != nil {
		if err := a.Close(); err != nil {
			return nil, err
		}
	}
	if a, err = OpenReader(dir, opt); err == nil {
		a.Recovered = said
	}
	return a, err
}

// compareSegments says which segments are missing, and whether any is longer than the index knows.
func (a *Archive) compareSegments() error {
	var known []numbered
	if err := a.view(func(v view) (err error) { known, err = knownSegments(v); return err }); err != nil {
		return err
	}
	// A segment begun since, or one that grows, is a writer at work, or what one left behind when it was killed.
	names := map[string]int64{}
	for _, s := range known {
		names[s.path()] = s.Length
		info, err := os.Lstat(filepath.Join(a.dir, filepath.FromSlash(s.path())))
		switch {
		case errors.Is(err, os.ErrNotExist):
			a.Recovered = append(a.Recovered, fmt.Sprintf("%s is missing: put it back from a copy (crawler verify --repair-from DIR)", s.path()))
		case err != nil:
			return diskError(err)
		case info.Size() < s.Length:
			a.Recovered = append(a.Recovered, fmt.Sprintf("%s is cut off: %d octets where %d were committed: put it back from a copy (crawler verify --repair-from DIR)", s.path(), info.Size(), s.Length))
		case info.Size() > s.Length:
			a.behind = true
		}
	}
	for _, stream := range []byte{streamWARC, streamReports} {
		entries, err := os.ReadDir(filepath.Join(a.dir, folderOf(stream)))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return diskError(err)
		}
		for _, e := range entries {
			if _, ok := names[folderOf(stream)+"/"+e.Name()]; !ok && nameForm.MatchString(e.Name()) && e.Type().IsRegular() {
				a.behind = true
			}
		}
	}
	a.behind = a.behind && !isWritten(a.dir)
	return nil
}

// Dir is where the archive lies.
func (a *Archive) Dir() string { return a.dir }

// Close finishes what was asked for, ends the segments that were written to, and closes the files.
func (a *Archive) Close() error {
	if a.shut() {
		return nil
	}
	if a.file != nil {
		return a.file.Close()
	}
	err := errors.Join(a.finish(), a.db.Close())
	if err == nil {
		err = writeIndexSum(a.dir)
	}
	return errors.Join(err, a.lock.Close())
}

// shut takes no more writes and waits for those that were taken; done when it was called before.
func (a *Archive) shut() (done bool) {
	a.mu.Lock()
	done = a.closed
	if !done {
		a.closed = true
		close(a.queue)
	}
	a.mu.Unlock()
	if !done && a.file == nil {
		a.wg.Wait()
	}
	return done
}

// stop is Close up to the files of the index and the lock, which stay open.
func (a *Archive) stop() error {
	a.shut()
	return a.finish()
}
