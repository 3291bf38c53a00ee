package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Finding is one thing that is not as it should be.
type Finding struct {
	// Key says what it is in a form that stays the same from one look to the next.
	Key string `json:"key"`
	// Text says it for people.
	Text string `json:"text"`
	// Loss says that something that was archived may be gone.
	Loss bool `json:"loss"`
	// Reports are those it touches, where that is known.
	Reports []string `json:"reports,omitempty"`
	// Mend says what helps.
	Mend string `json:"mend,omitempty"`
}

const mendCopy = "crawler verify --repair-from DIR, with a copy of the archive"

// built is an index made from segments, before it takes its place.
type built struct {
	path     string
	findings []Finding
	tails    []passed // of the last segments: octets behind them are torn
	extra    []stretch
	counts   counts
}

func (b *built) find(loss bool, key, text string, args ...any) {
	f := Finding{Key: key, Text: fmt.Sprintf(text, args...), Loss: loss}
	if loss {
		f.Mend = mendCopy
	}
	b.findings = append(b.findings, f)
}

// newIndex is the name of an index that is being made.
const newIndex = indexFile + ".new"

// build makes an index at a path from all segments, in the order of the numbers in them. It changes nothing else: what it
// finds wrong is in what it returns.
func build(dir string, opt Options, path string) (_ *built, err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, diskError(err)
	}
	out := &built{path: path}
	a := newArchive(dir, opt)
	a.opt.wrap = nil
	if err := a.openDB(path); err != nil {
		return nil, err
	}
	a.db.NoSync = true // one sync at the end: a half-made index is made again
	defer func() {
		if err == nil && !a.opt.fast {
			err = a.db.Sync()
		}
		if err = errors.Join(err, a.db.Close()); err != nil {
			err = errors.Join(diskError(err), os.Remove(path))
		}
	}()
	var lines [2][]stretch
	for i, stream := range []byte{streamWARC, streamReports} {
		segs, strays, err := findSegments(dir, stream)
		if err != nil {
			return nil, err
		}
		for _, s := range strays {
			out.find(false, "stray "+s.File, "%s is left alone: %s", s.File, s.Why)
		}
		lines[i] = out.chain(dir, segs)
	}
	if err := a.update(func(b *batch) error {
		for _, line := range lines {
			for _, s := range line {
				if err := putSegment(b.tx, s.seg.stream, s.seg.n, segmentRow{Name: s.seg.name, First: s.seg.first}); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	m := newMerger(dir, lines[0], lines[1])
	defer m.close()
	if err := a.applyAll(m, out); err != nil {
		return nil, err
	}
	last := [2]uint32{}
	for i, line := range lines {
		if len(line) > 0 {
			last[i] = line[len(line)-1].seg.n
		}
	}
	return out, a.update(func(b *batch) error { return out.lengths(b, m, last) })
}

// chain follows the segments of a stream as each names the one before it, and returns the parts to be read.
func (b *built) chain(dir string, segs []found) (line []stretch) {
	for i, s := range segs {
		end := s.size
		if i+1 < len(segs) {
			next := segs[i+1]
			switch {
			case next.infoSize == 0 || next.prev == 0 && s.infoSize > 0 && next.n == s.n+1:
				// the one behind it cannot be read, or was made before segments named one another
			case next.prev == s.n:
				end = next.prevLen
				b.against(dir, s, next)
			case next.prev < s.n:
				b.extra = append(b.extra, stretch{s, 0, s.size})
				b.find(false, "given up "+s.path(), "%s was given up when writing to it failed, and nothing in it was acknowledged", s.path())
				continue
			}
		}
		first := uint32(1)
		if i > 0 {
			first = segs[i-1].n + 1
		}
		if s.prev >= first {
			b.find(true, fmt.Sprintf("missing %s %d-%d", folderOf(s.stream), first, s.prev), "%s %d to %d: missing, as %s says", folderOf(s.stream), first, s.prev, s.name)
		} else if s.infoSize == 0 && s.n > first {
			b.find(true, fmt.Sprintf("missing %s %d-%d", folderOf(s.stream), first, s.n-1), "%s %d to %d: missing", folderOf(s.stream), first, s.n-1)
		}
		line = append(line, stretch{s, 0, min(end, s.size)})
	}
	return line
}

// against compares a segment with what the one behind it says of it.
func (b *built) against(dir string, s, next found) {
	if s.size < next.prevLen {
		b.find(true, fmt.Sprintf("short %s", s.path()), "%s has %d octets where %s says %d", s.path(), s.size, next.name, next.prevLen)
		return
	}
	sum, err := digestOf(dir, s.path(), next.prevLen)
	if err != nil {
		b.find(true, "unreadable "+s.path(), "%s: %v", s.path(), err)
	} else if sum != next.prevSHA {
		b.find(false, "altered "+s.path(), "%s is not as it was when %s was begun: its sha256 is %s, not %s", s.path(), next.name, sum, next.prevSHA)
	}
	if s.size > next.prevLen {
		b.extra = append(b.extra, stretch{s, next.prevLen, s.size})
		b.find(false, "longer "+s.path(), "%s has %d octets behind what was acknowledged", s.path(), s.size-next.prevLen)
	}
}

// applyAll applies every leaf once.
func (a *Archive) applyAll(m *merger, out *built) error {
	for ended := false; !ended; {
		err := a.update(func(b *batch) error {
			for range applyChunk {
				l, err := m.peek()
				if err != nil {
					return err
				}
				if l == nil {
					ended = true
					return nil
				}
				m.take(l)
				switch {
				case l.legacy:
					l.number = b.n.Leaves
				case l.number < b.n.Leaves:
					known, err := get(b.view(), bLeaves, leafKey(l.number))
					if err != nil {
						return err
					}
					if known != nil {
						out.find(false, fmt.Sprintf("twice %d", l.number), "%s: the record at %d is number %d, which was there before: it is applied once", folderOf(l.at.stream), l.at.offset, l.number)
						continue
					}
				case l.number > b.n.Leaves:
					out.find(true, fmt.Sprintf("gap %d-%d", b.n.Leaves, l.number-1), "the captures or observations number %d to %d are in no segment", b.n.Leaves, l.number-1)
				}
				if err := b.applyLeaf(l); err != nil {
					return fmt.Errorf("archive: %s at %d: %w", folderOf(l.at.stream), l.at.offset, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lengths notes how far every segment reaches, and what was damaged in it.
func (b *built) lengths(x *batch, m *merger, last [2]uint32) error {
	for _, p := range m.passed() {
		stream := 0
		if p.seg.stream == streamReports {
			stream = 1
		}
		isLast := p.seg.n == last[stream]
		for _, d := range p.damaged {
			if d.to == p.end && isLast { // torn by a crash, or not: the index it is compared with knows
				p.at = min(p.at, d.from)
				b.tails = append(b.tails, p)
				continue
			}
			b.find(true, fmt.Sprintf("damaged %s %d-%d", p.seg.path(), d.from, d.to), "%s: %d damaged octets at %d", p.seg.path(), d.to-d.from, d.from)
		}
		length := p.end
		if isLast {
			length = p.at
		}
		if length == 0 {
			if err := x.tx.Bucket(bSegments).Delete(segmentKey(p.seg.stream, p.seg.n)); err != nil {
				return err
			}
			continue
		}
		row := segmentRow{Name: p.seg.name, Length: length, First: p.seg.first}
		if err := putSegment(x.tx, p.seg.stream, p.seg.n, row); err != nil {
			return err
		}
	}
	b.counts = x.n
	return nil
}

// given settles the number of the next leaf: numbers that were given, and are in no segment any more, are not given again.
func (b *built) given(highest uint64) uint64 {
	if next := b.counts.Leaves; highest > next {
		b.find(true, fmt.Sprintf("gap %d-%d", next, highest-1), "the captures or observations number %d to %d are in no segment", next, highest-1)
		return highest
	}
	return b.counts.Leaves
}

// remake makes the index of an archive that has none, as after it was deleted. It refuses where something is missing.
func remake(dir string, opt Options) (notes []string, err error) {
	b, err := build(dir, opt, filepath.Join(dir, newIndex))
	if err != nil {
		return nil, err
	}
	b.given(signedSize(dir))
	var lost []string
	for _, f := range b.findings {
		if f.Loss {
			lost = append(lost, f.Text)
		}
		notes = append(notes, f.Text)
	}
	if len(lost) > 0 {
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrSegments, strings.Join(lost, "; ")), os.Remove(b.path))
	}
	more, err := b.install(dir)
	return append(notes, more...), err
}

// install sets aside what is torn, and puts the new index into its place.
func (b *built) install(dir string) (notes []string, err error) {
	for _, p := range b.tails {
		b.extra = append(b.extra, stretch{p.seg, p.at, p.seg.size})
	}
	for _, x := range b.extra {
		note, err := setAside(dir, x.seg.path(), x.from, x.seg.size)
		if err != nil {
			return notes, err
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	if err := dropIndexSum(dir); err != nil {
		return notes, err
	}
	if err := os.Rename(b.path, filepath.Join(dir, indexFile)); err != nil {
		return notes, diskError(err)
	}
	return notes, syncDir(dir)
}
