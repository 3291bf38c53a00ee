package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"nianbao/archive/warc"
)

// scanner reads the records of one segment one after the other and passes over damaged octets.
type scanner struct {
	seg     found
	f       *os.File
	from    int64 // where it began
	end     int64 // where reading stops
	at      int64 // behind the last whole record, or damaged octets
	r       *warc.Reader
	damaged []span // octets that are no whole record
}

// A span is a range of octets.
type span struct{ from, to int64 }

// A leafRecord is a record that is a capture or an observation.
type leafRecord struct {
	rec    *warc.Record
	at     place
	header [32]byte
	number uint64
	legacy bool // without a number: made before leaves had one
}

func newScanner(dir string, seg found, from, end int64) (*scanner, error) {
	f, err := openRegular(filepath.Join(dir, filepath.FromSlash(seg.path())))
	if err != nil {
		return nil, diskError(err)
	}
	s := &scanner{seg: seg, f: f, from: from, end: min(end, seg.size), at: from}
	s.resume()
	return s, nil
}

func (s *scanner) resume() {
	s.r = warc.NewReader(io.NewSectionReader(s.f, s.at, s.end-s.at), s.at)
}

// next returns the next record that is a leaf; nil at the end.
func (s *scanner) next() (*leafRecord, error) {
	for {
		rec, off, length, err := s.r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, nil
		case errors.Is(err, warc.ErrDamaged):
			next, ok, err := nextRecord(s.f, off+1, s.end)
			if err != nil {
				return nil, diskError(err)
			}
			if !ok {
				next = s.end
			}
			s.damaged = append(s.damaged, span{off, next})
			s.at = next
			s.resume()
			continue
		case err != nil:
			return nil, diskError(err)
		}
		s.at = off + length
		l := &leafRecord{rec: rec, at: place{s.seg.stream, s.seg.n, off, length}, header: sha256.Sum256(s.r.Header())}
		if !isLeaf(s.seg.stream, rec) {
			continue
		}
		if l.number, err = strconv.ParseUint(rec.Get(fieldLeaf), 10, 64); err != nil {
			l.legacy = true
		}
		return l, nil
	}
}

// isLeaf reports whether a record is a capture or an observation.
func isLeaf(stream byte, r *warc.Record) bool {
	if stream == streamReports {
		return r.Type == warc.Metadata
	}
	_, ok := captureOf(r, place{})
	return ok
}

// torn are the octets behind the last whole record, when nothing whole follows them.
func (s *scanner) torn() (span, bool) {
	if n := len(s.damaged); n > 0 && s.damaged[n-1].to == s.end {
		return s.damaged[n-1], true
	}
	return span{}, false
}

// digestOf is the sha256 of a segment's octets up to a length.
func digestOf(dir string, seg string, length int64) (string, error) {
	f, err := openRegular(filepath.Join(dir, filepath.FromSlash(seg)))
	if err != nil {
		return "", diskError(err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(f, 0, length))
	if err == nil && n < length {
		err = fmt.Errorf("%w: %s: %d octets where %d were committed", ErrSegments, seg, n, length)
	}
	if err != nil {
		return "", diskError(err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// nextRecord finds the first whole record at or behind an offset, by the octets that a gzip member begins with.
func nextRecord(f io.ReaderAt, from, size int64) (int64, bool, error) {
	member := []byte{0x1f, 0x8b, 0x08}
	buf := make([]byte, 1<<20)
	for from < size {
		n, err := f.ReadAt(buf[:min(int64(len(buf)), size-from)], from)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, false, err
		}
		if n < len(member) {
			return 0, false, nil
		}
		i := bytes.Index(buf[:n], member)
		if i < 0 {
			from += int64(n - len(member) + 1)
			continue
		}
		from += int64(i)
		if _, _, _, err := warc.NewReader(io.NewSectionReader(f, from, size-from), from).Next(); err == nil {
			return from, true, nil
		}
		from++
	}
	return 0, false, nil
}

func (s *scanner) close() error { return s.f.Close() }
