package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// applyChunk bounds the records applied in one transaction, so that recovery of a large segment stays small in memory.
const applyChunk = 500

// recover brings the index up to the segments: whole records behind the committed length are applied in the order of their
// numbers, and what a crash left torn is moved to quarantine/. A segment that is missing or shorter than what was committed
// of it is damage, and nothing is changed.
func (a *Archive) recover() error {
	var known []numbered
	var n counts
	err := a.view(func(v view) (err error) {
		if known, err = knownSegments(v); err == nil {
			n, err = readCounts(v)
		}
		return err
	})
	if err != nil {
		return err
	}
	var plan [2]tailPlan
	for i, stream := range []byte{streamWARC, streamReports} {
		segs, strays, err := findSegments(a.dir, stream)
		if err != nil {
			return err
		}
		for _, s := range strays {
			a.Recovered = append(a.Recovered, fmt.Sprintf("%s is left alone: %s", s.File, s.Why))
		}
		if plan[i], err = planTails(stream, known, segs); err != nil {
			return err
		}
	}
	if err := a.rollForward(n, plan[0].tails, plan[1].tails); err != nil {
		return err
	}
	for _, p := range plan {
		for _, x := range p.extra {
			if err := a.setAside(x.seg, x.from, x.seg.size); err != nil {
				return err
			}
		}
	}
	return a.settle()
}

// tailPlan says what to do with the octets of a stream that the index does not know: those of tails are applied, those of
// extra set aside.
type tailPlan struct{ tails, extra []stretch }

// planTails compares the segments that the index knows with those that are there.
func planTails(stream byte, known []numbered, segs []found) (p tailPlan, err error) {
	byName := map[string]found{}
	for _, s := range segs {
		byName[s.name] = s
	}
	mine := map[string]numbered{}
	var last numbered
	var gone []string
	for _, k := range known {
		if k.stream != stream {
			continue
		}
		mine[k.Name] = k
		if k.n > last.n {
			last = k
		}
		switch s, ok := byName[k.Name]; {
		case !ok:
			gone = append(gone, k.path()+" is missing")
		case s.size < k.Length:
			gone = append(gone, fmt.Sprintf("%s has %d octets where %d were committed", k.path(), s.size, k.Length))
		}
	}
	if len(gone) > 0 {
		return p, fmt.Errorf("%w: %s", ErrSegments, strings.Join(gone, "; "))
	}
	for i, s := range segs {
		k, isKnown := mine[s.name]
		end := s.size
		if i+1 < len(segs) && segs[i+1].prev == s.n && segs[i+1].prevLen < end { // the one behind it says where it ended
			end = max(segs[i+1].prevLen, k.Length)
		}
		switch {
		case !isKnown && s.n < last.n: // given up after a failure, before the one that the index knows was begun
			p.extra = append(p.extra, stretch{s, 0, s.size})
		case !isKnown:
			p.tails = append(p.tails, stretch{s, 0, end})
		case s.n == last.n && k.SHA256 == "" && end > k.Length:
			p.tails = append(p.tails, stretch{s, k.Length, end})
		case s.size > k.Length:
			p.extra = append(p.extra, stretch{s, k.Length, s.size})
		}
	}
	return p, nil
}

// rollForward applies what lies whole behind the committed lengths. It stops at the first number that is missing: what
// stands behind it was never acknowledged, as long as it is no more than one group of writes.
func (a *Archive) rollForward(n counts, warcs, reports []stretch) error {
	if len(warcs)+len(reports) == 0 {
		return nil
	}
	m := newMerger(a.dir, warcs, reports)
	defer m.close()
	next, ended := n.Leaves, false
	for !ended {
		err := a.update(func(b *batch) error {
			for range applyChunk {
				l, err := m.peek()
				if err != nil {
					return err
				}
				if l == nil || !l.legacy && l.number > next {
					ended = true
					break
				}
				if l.legacy {
					l.number = next
				}
				m.take(l)
				if l.number < next {
					continue // applied before
				}
				if err := a.noteSegment(b, l.at); err != nil {
					return err
				}
				if err := b.applyLeaf(l); err != nil {
					return fmt.Errorf("archive: recover %s%d: %w", folderOf(l.at.stream), l.at.segment, err)
				}
				next++
			}
			return a.noteLengths(b, m)
		})
		if err != nil {
			return err
		}
	}
	return a.afterRoll(m)
}

// noteSegment makes the row of a segment that recovery meets first.
func (a *Archive) noteSegment(b *batch, at place) error {
	_, ok, err := segmentAt(b.view(), at.stream, at.segment)
	if err != nil || ok {
		return err
	}
	segs, _, err := findSegments(a.dir, at.stream)
	if err != nil {
		return err
	}
	for _, s := range segs {
		if s.n == at.segment {
			return putSegment(b.tx, at.stream, s.n, segmentRow{Name: s.name, First: s.first})
		}
	}
	return fmt.Errorf("%w: segment %d of %s", ErrSegments, at.segment, folderOf(at.stream))
}

// noteLengths notes how far each segment has been applied.
func (a *Archive) noteLengths(b *batch, m *merger) error {
	for _, p := range m.passed() {
		row, ok, err := segmentAt(b.view(), p.seg.stream, p.seg.n)
		if err != nil {
			return err
		}
		if !ok {
			if p.at == 0 {
				continue
			}
			row = segmentRow{Name: p.seg.name, First: p.seg.first}
		}
		if row.Length = max(row.Length, p.at); row.Length > 0 {
			if err := putSegment(b.tx, p.seg.stream, p.seg.n, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// afterRoll says what was applied and sets the rest aside, unless it is more than a crash leaves behind.
func (a *Archive) afterRoll(m *merger) error {
	whole := 0
	for { // leaves behind a gap
		l, err := m.peek()
		if err != nil {
			return err
		}
		if l == nil {
			break
		}
		if whole++; whole > groupMost {
			return fmt.Errorf("%w: %s at %d is whole, and what should stand before it is not there", ErrSegments, folderOf(l.at.stream), l.at.offset)
		}
		for i := range m.lines {
			if m.lines[i].head == l {
				m.lines[i].head = nil
			}
		}
	}
	for _, p := range m.passed() {
		if p.taken > 0 && p.from > 0 {
			a.Recovered = append(a.Recovered, fmt.Sprintf("%s: %d records rolled forward", p.seg.path(), p.taken))
		}
		row := segmentRow{}
		if err := a.view(func(v view) (err error) { row, _, err = segmentAt(v, p.seg.stream, p.seg.n); return err }); err != nil {
			return err
		}
		for _, d := range p.damaged {
			if d.to <= row.Length {
				a.Recovered = append(a.Recovered, fmt.Sprintf("%s: %d damaged octets at %d passed over", p.seg.path(), d.to-d.from, d.from))
			}
		}
		if err := a.setAside(p.seg, row.Length, p.seg.size); err != nil {
			return err
		}
	}
	return nil
}

// setAside moves the octets behind an offset out of a segment; all of them means the file itself.
func (a *Archive) setAside(seg found, from, size int64) error {
	note, err := setAside(a.dir, seg.path(), from, size)
	if note != "" {
		a.Recovered = append(a.Recovered, note)
	}
	return err
}

func setAside(dir, path string, from, size int64) (note string, err error) {
	full := filepath.Join(dir, filepath.FromSlash(path))
	if from == 0 {
		if size == 0 {
			err = os.Remove(full)
		} else {
			to := quarantined(dir, filepath.Base(path))
			note = fmt.Sprintf("%s: %d torn octets moved to %s", path, size, filepath.Base(to))
			err = errors.Join(os.Rename(full, to), syncDir(filepath.Dir(to)))
		}
		if err = errors.Join(err, syncDir(filepath.Dir(full))); err != nil {
			return "", diskError(err)
		}
		return note, nil
	}
	if from >= size {
		return "", nil
	}
	f, err := openRegular(full)
	if err != nil {
		return "", diskError(err)
	}
	defer f.Close()
	to := quarantined(dir, fmt.Sprintf("%s.%d", filepath.Base(path), from))
	if err := copyFile(to, io.NewSectionReader(f, from, size-from), fileMode); err != nil {
		return "", err
	}
	if err := os.Chmod(full, fileMode); err != nil { // it may have been sealed
		return "", diskError(err)
	}
	w, err := os.OpenFile(full, os.O_WRONLY, 0)
	if err != nil {
		return "", diskError(err)
	}
	defer w.Close()
	if err := errors.Join(w.Truncate(from), w.Sync()); err != nil {
		return "", diskError(err)
	}
	return fmt.Sprintf("%s: %d torn octets moved to %s", path, size-from, filepath.Base(to)), nil
}

// settle ends the segments of the process before, so that the next ones can name them.
func (a *Archive) settle() error {
	var known []numbered
	if err := a.view(func(v view) (err error) { known, err = knownSegments(v); return err }); err != nil {
		return err
	}
	var open []*numbered
	for i := range known {
		k := &known[i]
		if k.SHA256 == "" {
			sum, err := digestOf(a.dir, k.path(), k.Length)
			if err != nil {
				return err
			}
			k.SHA256 = sum
			open = append(open, k)
		}
		if s := a.streamOf(k.stream); k.n > s.last.n {
			s.last = *k
		}
	}
	if len(open) > 0 {
		err := a.update(func(b *batch) error {
			for _, k := range open {
				if err := putSegment(b.tx, k.stream, k.n, k.segmentRow); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return diskError(err)
		}
	}
	for _, s := range []*stream{a.warc, a.report} { // a number that a file bears is not used again
		segs, _, err := findSegments(a.dir, s.id)
		if err != nil {
			return err
		}
		for _, f := range segs {
			s.used = max(s.used, f.n)
		}
	}
	return a.sealSegments()
}
