package archive

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"

	"nianbao/archive/warc"
)

// Segments are numbered from 1 in each stream, whatever a clock says: the number stands in the name, in the warcinfo record
// that each begins with, and in the index. The warcinfo record also names the segment before it with its length and sha256,
// so that a segment that is missing, altered or from elsewhere is noticed by the one behind it.

// The fields of a warcinfo record that make the chain.
const (
	fieldSegment  = "Nianbao-Segment"  // number of this segment
	fieldPrevious = "Nianbao-Previous" // number, length and digest of the one before
	fieldLeaf     = "Nianbao-Leaf"     // of a capture or observation: its number over both streams; of warcinfo: the next one
)

// fieldLead is how many octets right before a capture are records that belong to it, such as its request.
const fieldLead = "Nianbao-Lead"

// segmentRow is what the index knows of a segment.
type segmentRow struct {
	Name   string // of the file, without its folder
	Length int64  // octets that are committed
	First  uint64 // number of the first leaf in it
	SHA256 string // of the committed octets once it has ended
}

func segmentKey(stream byte, n uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{stream}, n)
}

func putSegment(tx *bbolt.Tx, stream byte, n uint32, r segmentRow) error {
	e := &encoder{}
	e.str(r.Name)
	e.uint(uint64(r.Length))
	e.uint(r.First)
	e.digest(r.SHA256)
	return put(tx, bSegments, segmentKey(stream, n), e.b)
}

func decodeSegment(key, body []byte) (r segmentRow, err error) {
	d := &decoder{b: body}
	r.Name, r.Length, r.First, r.SHA256 = d.str(), int64(d.uint()), d.uint(), d.digest()
	if d.err != nil || len(key) != 5 || r.Name != filepath.Base(r.Name) {
		return r, damagedRow(bSegments, key, "it cannot be read")
	}
	return r, nil
}

func segmentAt(v view, stream byte, n uint32) (r segmentRow, ok bool, err error) {
	key := segmentKey(stream, n)
	body, err := get(v, bSegments, key)
	if err != nil || body == nil {
		return r, false, err
	}
	r, err = decodeSegment(key, body)
	return r, err == nil, err
}

// numbered is a segment that the index knows.
type numbered struct {
	segmentRow
	stream byte
	n      uint32
}

func (s numbered) path() string { return folderOf(s.stream) + "/" + s.Name }

// knownSegments are all segments that the index knows, by stream and number.
func knownSegments(v view) (out []numbered, err error) {
	c := v.bucket(bSegments).cursor()
	for k, value := c.First(); k != nil; k, value = c.Next() {
		body, err := unseal(bSegments, k, value)
		if err != nil {
			return nil, err
		}
		r, err := decodeSegment(k, body)
		if err != nil {
			return nil, err
		}
		out = append(out, numbered{r, k[0], binary.BigEndian.Uint32(k[1:])})
	}
	return out, nil
}

// The streams of an archive, as the index and file names call them.
const (
	streamWARC    = 'w'
	streamReports = 'r'
)

func folderOf(stream byte) string {
	if stream == streamReports {
		return "reports"
	}
	return "warc"
}

// location is a place with the name of its file.
func (a *Archive) location(v view, p place) (Location, error) {
	id := uint64(p.stream)<<32 | uint64(p.segment)
	a.namesMu.Lock()
	name := a.names[id]
	a.namesMu.Unlock()
	if name == "" {
		r, ok, err := segmentAt(v, p.stream, p.segment)
		if err != nil {
			return Location{}, err
		}
		if !ok {
			return Location{}, damagedRow(bSegments, segmentKey(p.stream, p.segment), "the segment is not known")
		}
		name = folderOf(p.stream) + "/" + r.Name
		a.namesMu.Lock()
		a.names[id] = name
		a.namesMu.Unlock()
	}
	return Location{File: name, Offset: p.offset, Length: p.length}, nil
}

var (
	nameForm   = regexp.MustCompile(`^nianbao-(warc|reports)-(\d{8})-\d{14}\.warc\.gz$`)
	legacyForm = regexp.MustCompile(`^nianbao-(warc|reports)-\d{14}-\d{5}\.warc\.gz$`) // without a number
)

// segmentName is the name of a segment's file. The time is for people.
func segmentName(stream byte, n uint32, stamp string) string {
	return fmt.Sprintf("nianbao-%s-%08d-%s.warc.gz", folderOf(stream), n, stamp)
}

// A found segment is a file in one of the two folders that is a segment of this archive.
type found struct {
	stream   byte
	n        uint32 // 0: made before segments had numbers
	name     string
	size     int64
	info     string // id of its warcinfo record
	first    uint64 // of its leaves
	prev     uint32 // number, length and digest of the one before it
	prevLen  int64
	prevSHA  string
	infoSize int64 // octets of the warcinfo record; 0 when it cannot be read
}

func (f found) path() string { return folderOf(f.stream) + "/" + f.name }

// A Stray is a file in a segment folder that is left alone, and why.
type Stray struct {
	File string `json:"file"`
	Why  string `json:"why"`
}

// findSegments lists a stream's segments in their order: those without a number by name, then the others by number. What
// else lies in the folder is left alone.
func findSegments(dir string, stream byte) (segs []found, strays []Stray, err error) {
	folder := filepath.Join(dir, folderOf(stream))
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, diskError(err)
	}
	stray := func(name, why string) { strays = append(strays, Stray{folderOf(stream) + "/" + name, why}) }
	for _, e := range entries {
		name := e.Name()
		m, legacy := nameForm.FindStringSubmatch(name), legacyForm.MatchString(name)
		info, err := e.Info()
		switch {
		case errors.Is(err, os.ErrNotExist):
			continue
		case err != nil:
			return nil, nil, diskError(err)
		case !info.Mode().IsRegular():
			stray(name, "not a regular file")
			continue
		}
		f := found{stream: stream, name: name, size: info.Size()}
		inside, err := readInfo(filepath.Join(folder, name), &f)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case inside == "" && m == nil && !legacy:
			stray(name, "not a segment of this archive")
			continue
		case inside == "" && m != nil: // its beginning is damaged or was never written: the name says what it is
			n, _ := strconv.ParseUint(m[2], 10, 32)
			f.n = uint32(n)
		case inside != "" && inside != name:
			stray(name, "a copy of "+inside+" under another name")
			continue
		case inside != "" && f.n == 0 && !legacy:
			stray(name, "not a segment of this archive")
			continue
		}
		segs = append(segs, f)
	}
	slices.SortFunc(segs, func(x, y found) int { return cmp.Or(cmp.Compare(x.n, y.n), strings.Compare(x.name, y.name)) })
	seen := map[string]string{}
	segs = slices.DeleteFunc(segs, func(f found) bool {
		key := fmt.Sprint("number ", f.n)
		if f.n == 0 {
			key = f.info
		}
		other, twice := seen[key]
		if key != "" && twice {
			stray(f.name, "it says it is "+other)
			return true
		}
		seen[key] = f.name
		return false
	})
	next := uint32(1)
	for i := range segs {
		if segs[i].n == 0 {
			segs[i].n = next
		}
		next = segs[i].n + 1
	}
	return segs, strays, nil
}

// readInfo reads the warcinfo record that a segment begins with, and returns the file name that it says; "" when the file
// does not begin with one that this program wrote.
func readInfo(path string, f *found) (name string, err error) {
	file, err := openRegular(path)
	if err != nil {
		return "", diskError(err)
	}
	defer file.Close()
	rec, _, length, err := warc.NewReader(io.NewSectionReader(file, 0, f.size), 0).Next()
	if err != nil || rec.Type != warc.Warcinfo || rec.Get("WARC-Filename") == "" || !strings.Contains(string(rec.Block), "nianbao") && rec.Get(fieldSegment) == "" {
		if err != nil && !errors.Is(err, warc.ErrDamaged) && !errors.Is(err, io.EOF) {
			return "", diskError(err)
		}
		return "", nil
	}
	f.info, f.infoSize = rec.ID, length
	n, _ := strconv.ParseUint(rec.Get(fieldSegment), 10, 32)
	f.n = uint32(n)
	f.first, _ = strconv.ParseUint(rec.Get(fieldLeaf), 10, 64)
	if p := strings.Fields(rec.Get(fieldPrevious)); len(p) == 3 {
		n, _ := strconv.ParseUint(p[0], 10, 32)
		f.prev = uint32(n)
		f.prevLen, _ = strconv.ParseInt(p[1], 10, 64)
		f.prevSHA = strings.TrimPrefix(p[2], "sha256:")
	}
	return rec.Get("WARC-Filename"), nil
}

// openRegular opens a file for reading that is neither a link nor anything else but a file.
func openRegular(path string) (*os.File, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file: %w", path, os.ErrInvalid)
	}
	return os.Open(path)
}

// readRecord reads the record at a location.
func (a *Archive) readRecord(loc Location) (*warc.Record, error) {
	if !filepath.IsLocal(filepath.FromSlash(loc.File)) {
		return nil, fmt.Errorf("%w: a record in %q", ErrIndex, loc.File)
	}
	f, err := openRegular(filepath.Join(a.dir, filepath.FromSlash(loc.File)))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("archive: %s is missing: put it back from a copy (crawler verify --repair-from DIR): %w", loc.File, err)
	}
	if err != nil {
		return nil, diskError(err)
	}
	defer f.Close()
	r := warc.NewReader(io.NewSectionReader(f, loc.Offset, loc.Length), loc.Offset)
	rec, _, _, err := r.Next()
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: nothing at %d", warc.ErrDamaged, loc.Offset)
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %s: %w", loc.File, err)
	}
	return rec, nil
}
