package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"nianbao/internal/boltcheck"
)

// Lost is what an old index knows and a rebuilt one does not.
type Lost struct {
	Reports  []string `json:"reports,omitempty"`  // id, and what it is where that can be read
	Versions []string `json:"versions,omitempty"` // report id and version
	Captures int      `json:"captures,omitempty"`
	Events   int      `json:"events,omitempty"`
}

func (l Lost) any() bool { return len(l.Reports)+len(l.Versions)+l.Captures+l.Events > 0 }

// Rebuilt is what a rebuild found and did.
type Rebuilt struct {
	Reports  uint64    `json:"reports"`
	Captures uint64    `json:"captures"`
	Events   uint64    `json:"events"`
	Lost     Lost      `json:"lost"`
	Findings []Finding `json:"findings,omitempty"`
	Notes    []string  `json:"notes,omitempty"`
	Kept     string    `json:"kept,omitempty"` // where the old index lies
	Done     bool      `json:"done"`           // the new index is in its place
}

// ErrLoss is returned when a rebuilt index would know less than the old one, or segments are missing or damaged.
var ErrLoss = errors.New("the rebuilt index would know less than was archived, and the old one was kept: put segments back from a copy (crawler verify --repair-from DIR), or accept the loss with --force")

// Rebuild makes the index of an archive again from its segments. The new index is compared with the old one: where it would
// know less, or a segment is missing or damaged, the old one stays and the error is ErrLoss, unless force accepts that;
// then the old one is kept in quarantine/. Hand-off state, which segments do not tell, is taken over.
func Rebuild(dir string, opt Options, force bool) (*Rebuilt, error) {
	l, err := prepare(dir, false)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	b, err := build(dir, opt, filepath.Join(dir, newIndex))
	if err != nil {
		return nil, err
	}
	out, err := b.replace(dir, force)
	if err != nil {
		if rm := os.Remove(b.path); rm != nil && !errors.Is(rm, os.ErrNotExist) {
			err = errors.Join(err, diskError(rm))
		}
		return out, err
	}
	// Opened and closed once, it ends and lists the segments, and has its digest on disk.
	a, err := openIndex(dir, opt, l)
	if err != nil {
		return out, err
	}
	out.Notes = append(out.Notes, a.Recovered...)
	return out, a.Close()
}

// replace compares a new index with the old one and puts it into its place.
func (b *built) replace(dir string, force bool) (*Rebuilt, error) {
	out := &Rebuilt{Reports: b.counts.Reports, Captures: b.counts.Captures, Events: b.counts.Events}
	old, err := readOld(filepath.Join(dir, indexFile))
	if err != nil {
		return out, err
	}
	db, err := bbolt.Open(b.path, fileMode, &bbolt.Options{Timeout: openTimeout})
	if err != nil {
		return out, diskError(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		if out.Lost, err = old.beyond(tx); err != nil {
			return err
		}
		for _, p := range b.tails {
			if committed := old.lengths[p.seg.path()]; committed > p.at {
				b.find(true, fmt.Sprintf("damaged %s %d", p.seg.path(), p.at), "%s: damaged from %d on, where %d octets were committed", p.seg.path(), p.at, committed)
			}
		}
		for path, committed := range old.lengths {
			if info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(path))); errors.Is(err, os.ErrNotExist) {
				b.find(true, "missing "+path, "%s is missing", path)
			} else if err == nil && info.Size() < committed {
				b.find(true, "short "+path, "%s has %d octets where %d were committed", path, info.Size(), committed)
			}
		}
		next := b.given(max(old.leaves, signedSize(dir)))
		for i := range b.findings { // what was accepted once is not asked for again
			f := &b.findings[i]
			if f.Loss && old.accepted[f.Key] {
				f.Loss, f.Text = false, f.Text+" (accepted before)"
			}
			if f.Loss || old.accepted[f.Key] {
				if err := put(tx, bMeta, []byte("accepted/"+f.Key), []byte{1}); err != nil {
					return err
				}
			}
		}
		n, err := readCounts(txView{tx})
		if err != nil {
			return err
		}
		n.Leaves = next
		return errors.Join(n.put(tx), old.copyKept(tx))
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return out, diskError(err)
	}
	slices.SortFunc(b.findings, func(x, y Finding) int { return strings.Compare(x.Key, y.Key) })
	out.Findings = slices.CompactFunc(b.findings, func(x, y Finding) bool { return x.Key == y.Key })
	out.Notes = append(out.Notes, old.notes...)
	loss := out.Lost.any() || slices.ContainsFunc(out.Findings, func(f Finding) bool { return f.Loss })
	if loss && !force {
		return out, ErrLoss
	}
	if loss || old.damaged {
		if out.Kept, err = old.keep(dir); err != nil {
			return out, err
		}
	}
	notes, err := b.install(dir)
	out.Notes, out.Done = append(out.Notes, notes...), err == nil
	return out, err
}

// oldIndex is what can be read of an index that is to be replaced.
type oldIndex struct {
	path     string
	there    bool
	damaged  bool
	reports  map[string]string // id → what it is
	versions map[string]bool   // keys
	captures map[string]bool   // keys of ids
	events   map[string]bool   // ids
	lengths  map[string]int64  // committed length by path
	accepted map[string]bool
	leaves   uint64
	kept     map[string]map[string][]byte // rows of the buckets that are taken over
	notes    []string
}

// readOld reads an old index as far as it can be read: by its trees, or, where those are damaged, page by page.
func readOld(path string) (*oldIndex, error) {
	o := &oldIndex{path: path, reports: map[string]string{}, versions: map[string]bool{}, captures: map[string]bool{}, events: map[string]bool{},
		lengths: map[string]int64{}, accepted: map[string]bool{}, kept: map[string]map[string][]byte{}}
	f, err := boltcheck.Open(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return o, nil
	case errors.Is(err, boltcheck.ErrDamaged):
		o.there, o.damaged = true, true
		o.notes = append(o.notes, fmt.Sprintf("the old index cannot be read: %v", err))
		return o, nil
	case err != nil:
		return nil, diskError(err)
	}
	defer f.Close()
	if info, err := os.Stat(path); err == nil && info.Size() == 0 {
		return o, nil
	}
	o.there = true
	legacy := false
	err = f.View(func(s *boltcheck.Snapshot) error {
		meta := s.Bucket(bMeta)
		legacy = meta != nil && s.Bucket(bSegments) == nil && s.Bucket(bReports) != nil && meta.Get([]byte("format")) == nil
		for _, name := range [][]byte{bReports, bVersions, bIDs, bEventIDs, bSegments, bMeta, bSinks, bParked, bResults} {
			b := s.Bucket(name)
			if b == nil {
				continue
			}
			c := b.Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				if legacy {
					o.legacyRow(name, k, v)
				} else if body, err := unseal(name, k, v); err == nil {
					o.row(name, k, body)
				} else {
					o.damaged = true
				}
			}
		}
		return nil
	})
	if err == nil && !o.damaged {
		return o, nil
	}
	if err != nil && !errors.Is(err, boltcheck.ErrDamaged) {
		return nil, diskError(err)
	}
	o.damaged = true
	o.notes = append(o.notes, "the old index is damaged: what is left of it was read page by page")
	err = f.Scan(func(k, v []byte) {
		for _, name := range [][]byte{bReports, bVersions, bIDs, bEventIDs, bSegments, bMeta, bSinks, bParked, bResults} {
			if body, err := unseal(name, k, v); err == nil {
				o.row(name, k, body)
				return
			}
		}
	})
	if err != nil {
		return nil, diskError(err)
	}
	return o, nil
}

// row takes over what a row says.
func (o *oldIndex) row(bucket, k, body []byte) {
	switch {
	case bytes.Equal(bucket, bReports):
		if h, err := decodeHead(k, body); err == nil {
			o.reports[string(k)] = fmt.Sprintf("%s %d", h.Publisher.Name, h.Year)
		}
	case bytes.Equal(bucket, bVersions):
		o.versions[string(k)] = true
	case bytes.Equal(bucket, bIDs):
		o.captures[string(k)] = true
	case bytes.Equal(bucket, bEventIDs):
		o.events[string(k)] = true
	case bytes.Equal(bucket, bSegments):
		if r, err := decodeSegment(k, body); err == nil {
			path := folderOf(k[0]) + "/" + r.Name
			o.lengths[path] = max(o.lengths[path], r.Length)
		}
	case bytes.Equal(bucket, bMeta):
		if key, ok := strings.CutPrefix(string(k), "accepted/"); ok {
			o.accepted[key] = true
		} else if bytes.Equal(k, countsKey) {
			d := &decoder{b: body}
			n := counts{d.uint(), d.uint(), d.uint(), d.uint()}
			if d.err == nil {
				o.leaves = max(o.leaves, n.Leaves)
			}
		}
	default:
		o.keepRow(bucket, k, body)
	}
}

// keepRow takes a row over. Of several, as pages that nothing reaches may hold them, the one that knows more is taken.
func (o *oldIndex) keepRow(bucket, k, body []byte) {
	name := string(bucket)
	if o.kept[name] == nil {
		o.kept[name] = map[string][]byte{}
	}
	delivered := func(b []byte) int {
		var s struct {
			Delivered int `json:"delivered"`
		}
		_ = json.Unmarshal(b, &s) // a row of another kind has none
		return s.Delivered
	}
	if was, ok := o.kept[name][string(k)]; !ok || delivered(body) >= delivered(was) {
		o.kept[name][string(k)] = bytes.Clone(body)
	}
}

// legacyRow takes over a row of an index of the first format, whose values were plain JSON.
func (o *oldIndex) legacyRow(bucket, k, v []byte) {
	switch {
	case bytes.Equal(bucket, bReports):
		var r Report
		_ = json.Unmarshal(v, &r) // its id is what counts
		o.reports[string(k)] = fmt.Sprintf("%s %d", r.Publisher.Name, r.Year)
	case bytes.Equal(bucket, bVersions):
		o.versions[string(k)] = true
	case bytes.Equal(bucket, bIDs):
		o.captures[string(idKey(string(k)))] = true
	case bytes.Equal(bucket, bEventIDs):
		o.events[string(k)] = true
	case bytes.Equal(bucket, bMeta):
		if path, ok := strings.CutPrefix(string(k), "length/"); ok && len(v) == 8 {
			var n int64
			for _, c := range v {
				n = n<<8 | int64(c)
			}
			o.lengths[path] = n
		}
	case bytes.Equal(bucket, bSinks), bytes.Equal(bucket, bResults):
		o.keepRow(bucket, k, v)
	}
}

// beyond is what the old index knows and a new one does not.
func (o *oldIndex) beyond(tx *bbolt.Tx) (l Lost, err error) {
	for id, what := range o.reports {
		if tx.Bucket(bReports).Get([]byte(id)) == nil {
			l.Reports = append(l.Reports, id+" "+what)
		}
	}
	for key := range o.versions {
		if id, n := key[:max(0, len(key)-4)], key[max(0, len(key)-4):]; tx.Bucket(bVersions).Get([]byte(key)) == nil && len(n) == 4 {
			l.Versions = append(l.Versions, fmt.Sprintf("%s %d", id, uint32(n[0])<<24|uint32(n[1])<<16|uint32(n[2])<<8|uint32(n[3])))
		}
	}
	for key := range o.captures {
		if tx.Bucket(bIDs).Get([]byte(key)) == nil {
			l.Captures++
		}
	}
	for key := range o.events {
		if tx.Bucket(bEventIDs).Get([]byte(key)) == nil {
			l.Events++
		}
	}
	slices.Sort(l.Reports)
	slices.Sort(l.Versions)
	return l, nil
}

// copyKept puts the rows that are taken over into a new index.
func (o *oldIndex) copyKept(tx *bbolt.Tx) error {
	for bucket, rows := range o.kept {
		for k, body := range rows {
			if err := put(tx, []byte(bucket), []byte(k), body); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep moves the old index to quarantine/.
func (o *oldIndex) keep(dir string) (string, error) {
	if !o.there {
		return "", nil
	}
	to := quarantined(dir, indexFile)
	if err := errors.Join(os.Rename(o.path, to), syncDir(filepath.Dir(to))); err != nil {
		return "", diskError(err)
	}
	return to, nil
}
