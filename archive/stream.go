package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

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

// open is a segment that is being written, with its state as of the last commit.
type openSegment struct {
	file   segmentFile
	n      uint32
	row    segmentRow
	length int64 // octets appended, in the file or in the buffer
	sum    hash.Hash
	wrote  bool  // since the last sync
	noted  bool  // in the index, by this transaction or an earlier one
	safe   int64 // octets that are committed
	safeBy []byte
}

// stream is a sequence of segments, the last of which is being appended to. Records of a group are gathered in memory and
// written at once.
type stream struct {
	a    *Archive
	id   byte
	w    warc.Writer
	buf  bytes.Buffer
	open *openSegment
	info string // id of the open segment's warcinfo record
	last numbered
	used uint32 // highest number of a segment that could not be removed
	// ended are segments that this group has ended; they are sealed once it is committed.
	ended []*openSegment
	// sealed are those whose files are yet to be made read-only and listed.
	sealed []numbered
}

// begin opens a new segment with a warcinfo record that names the one before.
func (s *stream) begin(nextLeaf uint64) error {
	now := s.a.opt.Now().UTC()
	seg := &openSegment{n: max(s.last.n, s.used) + 1, sum: sha256.New()}
	for {
		seg.row = segmentRow{Name: segmentName(s.id, seg.n, now.Format("20060102150405")), First: nextLeaf}
		f, err := os.OpenFile(filepath.Join(s.a.dir, folderOf(s.id), seg.row.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, fileMode)
		if errors.Is(err, os.ErrExist) { // left behind by a failure: its number is not used again
			seg.n++
			continue
		}
		if err != nil {
			return err
		}
		seg.file = f
		break
	}
	if s.a.opt.wrap != nil {
		seg.file = s.a.opt.wrap(seg.file)
	}
	s.open = seg
	if err := syncDir(filepath.Join(s.a.dir, folderOf(s.id))); err != nil {
		return err
	}
	info := &warc.Record{Type: warc.Warcinfo, ID: newID(), Date: now}
	info.Add("WARC-Filename", seg.row.Name)
	info.Add(fieldSegment, fmt.Sprint(seg.n))
	info.Add(fieldLeaf, fmt.Sprint(nextLeaf))
	if s.last.n > 0 {
		info.Add(fieldPrevious, fmt.Sprintf("%d %d sha256:%s", s.last.n, s.last.Length, s.last.SHA256))
	}
	info.Add("Content-Type", "application/warc-fields")
	info.Block = []byte("software: " + s.a.opt.Software + "\r\noperator: " + s.a.opt.Operator + "\r\nformat: WARC file version 1.1\r\nrobots: RFC 9309\r\n")
	s.info = info.ID
	_, _, err := s.append(info)
	return err
}

// ready has an open segment with room.
func (s *stream) ready(nextLeaf uint64) error {
	if s.open != nil && s.open.length >= s.a.opt.SegmentSize {
		if err := s.end(); err != nil {
			return err
		}
	}
	if s.open == nil {
		return s.begin(nextLeaf)
	}
	return nil
}

// append adds a record to the open segment.
func (s *stream) append(r *warc.Record) (place, []byte, error) {
	before := s.buf.Len()
	header, err := s.w.Append(&s.buf, r)
	if err != nil {
		return place{}, nil, err
	}
	p := place{s.id, s.open.n, s.open.length, int64(s.buf.Len() - before)}
	s.open.length += p.length
	if s.buf.Len() > groupBytes { // keep memory and dirty pages bounded; the commit still covers all
		err = s.sync()
	}
	return p, header, err
}

// sync writes out what is gathered and has it on disk.
func (s *stream) sync() error {
	if s.open == nil {
		return nil
	}
	if s.buf.Len() > 0 {
		s.open.wrote = true
		n, err := s.open.file.Write(s.buf.Bytes())
		if err != nil {
			return err
		}
		s.open.sum.Write(s.buf.Bytes()[:n])
		s.buf.Reset()
	}
	if !s.open.wrote {
		return nil
	}
	if err := s.open.file.Sync(); err != nil {
		return err
	}
	s.open.wrote = false
	return nil
}

// end syncs and closes the open segment; the next record begins another.
func (s *stream) end() error {
	if err := s.sync(); err != nil {
		return err
	}
	seg := s.open
	if err := seg.file.Close(); err != nil {
		return err
	}
	seg.file = nil
	seg.row.Length, seg.row.SHA256 = seg.length, hex.EncodeToString(seg.sum.Sum(nil))
	s.ended = append(s.ended, seg)
	s.last, s.open = numbered{seg.row, s.id, seg.n}, nil
	return nil
}

// save notes how much of each segment the group has touched is committed.
func (s *stream) save(tx *bbolt.Tx) error {
	for _, seg := range s.ended {
		if err := putSegment(tx, s.id, seg.n, seg.row); err != nil {
			return err
		}
	}
	if s.open == nil || s.open.length == s.open.safe {
		return nil
	}
	s.open.row.Length = s.open.length
	return putSegment(tx, s.id, s.open.n, s.open.row)
}

// committed notes that all that was appended is in the index.
func (s *stream) committed() {
	for _, seg := range s.ended {
		s.sealed = append(s.sealed, numbered{seg.row, s.id, seg.n})
	}
	s.ended = nil
	if s.open != nil && s.open.safe != s.open.length {
		s.open.safe = s.open.length
		s.open.safeBy, _ = s.open.sum.(interface{ MarshalBinary() ([]byte, error) }).MarshalBinary() // sha256 always can
	}
}

// abandon gives the segments of a failed group up: they end with what was committed of them, and one of which nothing was
// is removed. Where the disk refuses even that, the rest is left for recovery, which goes by the index.
func (s *stream) abandon() error {
	s.buf.Reset()
	segs := s.ended
	if s.open != nil {
		segs = append(segs, s.open)
	}
	s.ended, s.open = nil, nil
	var errs error
	for _, seg := range segs {
		if seg.file != nil {
			_ = seg.file.Close() // it failed before, or holds what is not wanted
		}
		path := filepath.Join(s.a.dir, folderOf(s.id), seg.row.Name)
		if seg.safe == 0 {
			if err := os.Remove(path); err != nil {
				s.used = max(s.used, seg.n)
			}
			if s.last.n >= seg.n {
				s.last = s.before(seg.n)
			}
			continue
		}
		_ = os.Truncate(path, seg.safe)
		sum := sha256.New()
		if err := sum.(interface{ UnmarshalBinary([]byte) error }).UnmarshalBinary(seg.safeBy); err != nil {
			errs = errors.Join(errs, err)
			continue
		}
		seg.row.Length, seg.row.SHA256 = seg.safe, hex.EncodeToString(sum.Sum(nil))
		s.last = numbered{seg.row, s.id, seg.n}
		s.ended = append(s.ended, seg) // to be noted by the next commit
	}
	return errs
}

// before is the newest segment that ended before a number.
func (s *stream) before(n uint32) numbered {
	var best numbered
	_ = s.a.view(func(v view) error { // what cannot be read now is met again by the next commit
		known, err := knownSegments(v)
		for _, k := range known {
			if k.stream == s.id && k.n < n && k.n > best.n {
				best = k
			}
		}
		return err
	})
	return best
}

// finish ends what is open when the archive is closed, and seals what has ended.
func (a *Archive) finish() error {
	for _, s := range []*stream{a.warc, a.report} {
		if s.open == nil && len(s.ended) == 0 {
			continue
		}
		err := a.update(func(b *batch) error {
			if s.open != nil {
				if err := s.end(); err != nil {
					return err
				}
			}
			return s.save(b.tx)
		})
		if err != nil {
			return fmt.Errorf("archive: close: %w", diskError(err))
		}
		s.committed()
	}
	if err := a.sealSegments(); err != nil {
		return err
	}
	return a.signLog()
}

// streamOf is a stream by its name in the index.
func (a *Archive) streamOf(id byte) *stream {
	if id == streamReports {
		return a.report
	}
	return a.warc
}
