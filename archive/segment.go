package archive

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"go.etcd.io/bbolt"

	"nianbao/archive/warc"
)

// segmentFile is what a segment needs of a file.
type segmentFile interface {
	io.Writer
	Sync() error
	Close() error
}

// A Location is where a record lies: a file below the archive's directory, and octets in it.
type Location struct {
	File   string `json:"file"`
	Offset int64  `json:"offset"`
	Length int64  `json:"length"`
}

// pending is a record about to be written, and what its place means for the index.
type pending struct {
	record *warc.Record
	apply  func(*bbolt.Tx, Location) error
}

// stream is a sequence of segment files, the last of which is being appended to.
type stream struct {
	a      *Archive
	name   string // also the folder
	file   segmentFile
	path   string // of file, relative to the archive
	length int64
	dirty  bool
	ended  map[string]int64 // segments closed by the group under way, with their final lengths
}

// begin opens a new segment with a warcinfo record.
func (s *stream) begin() error {
	now := s.a.opt.Now().UTC()
	for n := 0; ; n++ {
		s.path = filepath.Join(s.name, fmt.Sprintf("nianbao-%s-%s-%05d.warc.gz", s.name, now.Format("20060102150405"), n))
		f, err := os.OpenFile(filepath.Join(s.a.dir, s.path), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o644)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		s.file = f
		break
	}
	if s.a.opt.wrap != nil {
		s.file = s.a.opt.wrap(s.file)
	}
	if err := syncDir(filepath.Join(s.a.dir, s.name)); err != nil {
		return err
	}
	s.length, s.dirty = 0, true
	info := &warc.Record{Type: warc.Warcinfo, ID: newID(), Date: now}
	info.Add("WARC-Filename", filepath.Base(s.path))
	info.Add("Content-Type", "application/warc-fields")
	info.Block = []byte("software: " + s.a.opt.Software + "\r\noperator: " + s.a.opt.Operator + "\r\nformat: WARC file version 1.1\r\nrobots: RFC 9309\r\n")
	n, err := warc.Append(s.file, info)
	s.length += n
	return err
}

func (s *stream) append(r *warc.Record) (Location, error) {
	if s.file != nil && s.length >= s.a.opt.SegmentSize {
		if err := s.close(); err != nil {
			return Location{}, err
		}
	}
	if s.file == nil {
		if err := s.begin(); err != nil {
			return Location{}, err
		}
	}
	loc := Location{File: filepath.ToSlash(s.path), Offset: s.length}
	n, err := warc.Append(s.file, r)
	s.length += n
	s.dirty = true
	loc.Length = n
	return loc, err
}

func (s *stream) sync() error {
	if s.file == nil || !s.dirty {
		return nil
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	s.dirty = false
	return nil
}

// close syncs and closes the open segment; the next record begins another.
func (s *stream) close() error {
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.sync(), s.file.Close())
	if s.ended == nil {
		s.ended = map[string]int64{}
	}
	s.ended[s.path] = s.length
	s.file = nil
	return err
}

// abandon gives a segment up after an error.
func (s *stream) abandon() {
	if s.file != nil {
		s.file.Close()
		s.file = nil
	}
	clear(s.ended)
}

func lengthKey(path string) []byte { return []byte("length/" + filepath.ToSlash(path)) }

// saveLength notes how much of each segment the group has touched is committed.
func (s *stream) saveLength(tx *bbolt.Tx) error {
	for path, n := range s.ended {
		if err := setLength(tx, path, n); err != nil {
			return err
		}
	}
	clear(s.ended)
	if s.file == nil {
		return nil
	}
	return setLength(tx, s.path, s.length)
}

func setLength(tx *bbolt.Tx, path string, n int64) error {
	return tx.Bucket(bMeta).Put(lengthKey(path), binary.BigEndian.AppendUint64(nil, uint64(n)))
}

func committedLength(tx *bbolt.Tx, path string) int64 {
	if v := tx.Bucket(bMeta).Get(lengthKey(path)); len(v) == 8 {
		return int64(binary.BigEndian.Uint64(v))
	}
	return 0
}

// segments lists the files of a stream in the order they were begun.
func (s *stream) segments() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.a.dir, s.name))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".warc.gz") {
			out = append(out, filepath.ToSlash(filepath.Join(s.name, e.Name())))
		}
	}
	sort.Strings(out)
	return out, nil
}

// readRecord reads the record at a location.
func (a *Archive) readRecord(loc Location) (*warc.Record, error) {
	f, err := os.Open(filepath.Join(a.dir, filepath.FromSlash(loc.File)))
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	defer f.Close()
	r := warc.NewReader(io.NewSectionReader(f, loc.Offset, loc.Length), loc.Offset)
	rec, _, _, err := r.Next()
	if err != nil {
		return nil, fmt.Errorf("archive: %s: %w", loc.File, err)
	}
	return rec, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("archive: sync %s: %w", dir, err)
	}
	return nil
}
