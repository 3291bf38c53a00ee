package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"nianbao/archive/warc"
)

// applyChunk bounds the records applied in one transaction, so that recovery of a large segment stays small in memory.
const applyChunk = 500

// recover brings the index up to the segments: whole records behind the committed length are applied, torn octets at the
// end of a segment are moved to quarantine/. With an empty index, as rebuild has it, all of them are applied.
func (a *Archive) recover(rebuild bool) error {
	err := a.db.Update(func(tx *bbolt.Tx) error {
		for _, b := range derived {
			if rebuild && tx.Bucket(b) != nil {
				if err := tx.DeleteBucket(b); err != nil {
					return err
				}
			}
		}
		for _, b := range append([][]byte{bSinks, bResults}, derived...) {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("archive: prepare index: %w", err)
	}
	for _, s := range []*stream{a.warc, a.report} {
		paths, err := s.segments()
		if err != nil {
			return fmt.Errorf("archive: %w", err)
		}
		for _, p := range paths {
			if err := a.rollForward(s, p); err != nil {
				return fmt.Errorf("archive: recover %s: %w", p, err)
			}
		}
	}
	return nil
}

func (a *Archive) rollForward(s *stream, path string) error {
	full := filepath.Join(a.dir, filepath.FromSlash(path))
	info, err := os.Stat(full)
	if err != nil {
		return err
	}
	var from int64
	if err := a.db.View(func(tx *bbolt.Tx) error { from = committedLength(tx, path); return nil }); err != nil {
		return err
	}
	if info.Size() < from {
		return fmt.Errorf("%w: %d octets where %d were committed: restore the file from a copy, or go on with what is left by \"crawler rebuild\"", warc.ErrDamaged, info.Size(), from)
	}
	if info.Size() == from {
		return nil
	}
	f, err := os.Open(full)
	if err != nil {
		return err
	}
	defer f.Close()
	size := info.Size()
	r := warc.NewReader(io.NewSectionReader(f, from, size-from), from)
	good, applied, ended := from, 0, false
	for !ended {
		err := a.db.Update(func(tx *bbolt.Tx) error {
			for range applyChunk {
				rec, off, length, err := r.Next()
				if errors.Is(err, warc.ErrDamaged) {
					next, found := nextRecord(f, off+1, size)
					if found {
						a.Recovered = append(a.Recovered, fmt.Sprintf("%s: %d damaged octets at %d passed over", path, next-off, off))
						r = warc.NewReader(io.NewSectionReader(f, next, size-next), next)
						continue
					}
				}
				if err != nil {
					ended = true
					if !errors.Is(err, io.EOF) && !errors.Is(err, warc.ErrDamaged) {
						return err
					}
					break
				}
				if err := a.apply(tx, s, rec, Location{path, off, length}); err != nil {
					return err
				}
				good = off + length
				applied++
			}
			return setLength(tx, path, good)
		})
		if err != nil {
			return err
		}
	}
	if applied > 0 && from > 0 {
		a.Recovered = append(a.Recovered, fmt.Sprintf("%s: %d records rolled forward", path, applied))
	}
	if good == size {
		return nil
	}
	return a.quarantine(f, path, good, size)
}

// nextRecord finds the first whole record at or behind an offset, by the octets that a gzip member begins with.
func nextRecord(f io.ReaderAt, from, size int64) (int64, bool) {
	member := []byte{0x1f, 0x8b, 0x08}
	buf := make([]byte, 1<<20)
	for from < size {
		n, err := f.ReadAt(buf[:min(int64(len(buf)), size-from)], from)
		if n < len(member) || err != nil && !errors.Is(err, io.EOF) {
			return 0, false
		}
		i := bytes.Index(buf[:n], member)
		if i < 0 {
			from += int64(n - len(member) + 1)
			continue
		}
		from += int64(i)
		if _, _, _, err := warc.NewReader(io.NewSectionReader(f, from, size-from), from).Next(); err == nil {
			return from, true
		}
		from++
	}
	return 0, false
}

// quarantine moves the octets behind good out of a segment.
func (a *Archive) quarantine(f *os.File, path string, good, size int64) error {
	name := filepath.Join(a.dir, "quarantine", fmt.Sprintf("%s.%d", filepath.Base(path), good))
	out, err := os.Create(name)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, io.NewSectionReader(f, good, size-good)); err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close(), syncDir(filepath.Join(a.dir, "quarantine"))); err != nil {
		return err
	}
	full := filepath.Join(a.dir, filepath.FromSlash(path))
	if err := os.Truncate(full, good); err != nil {
		return err
	}
	a.Recovered = append(a.Recovered, fmt.Sprintf("%s: %d torn octets moved to %s", path, size-good, filepath.Base(name)))
	t, err := os.Open(full)
	if err != nil {
		return err
	}
	defer t.Close()
	return t.Sync()
}

// apply is the one way in which a record reaches the index, on the live path, in recovery and in a rebuild.
func (a *Archive) apply(tx *bbolt.Tx, s *stream, rec *warc.Record, loc Location) error {
	if s == a.report {
		if rec.Type != warc.Metadata {
			return nil
		}
		var o Observation
		if err := json.Unmarshal(rec.Block, &o); err != nil {
			return fmt.Errorf("observation at %d: %w", loc.Offset, err)
		}
		_, err := a.observe(tx, &o)
		return err
	}
	c, ok := captureOf(rec, loc)
	if !ok {
		return nil
	}
	return a.applyCapture(tx, c)
}

// Rebuild makes the index of a closed archive again from its segments. The hand-off state in it is kept, unless the index
// cannot be read at all: then it is moved to quarantine/, and every consumer gets every event again, under the same id.
func Rebuild(dir string, opt Options) (*Archive, error) {
	a, err := open(dir, opt, how{rebuild: true})
	if !errors.Is(err, ErrIndex) {
		return a, err
	}
	damaged := filepath.Join(dir, "quarantine", fmt.Sprintf("%s.%d", indexFile, time.Now().UnixNano()))
	if err := os.Rename(filepath.Join(dir, indexFile), damaged); err != nil {
		return nil, fmt.Errorf("archive: rebuild: %w", err)
	}
	if a, err = open(dir, opt, how{rebuild: true}); err == nil {
		a.Recovered = append(a.Recovered, "the index was unreadable and lies in "+damaged)
	}
	return a, err
}
