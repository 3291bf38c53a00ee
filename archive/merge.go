package archive

import (
	"errors"
	"fmt"
)

// stretch is a part of a segment whose records are to be applied.
type stretch struct {
	seg       found
	from, end int64
}

// passed is what became of a stretch.
type passed struct {
	stretch
	at      int64  // behind the last record that was taken
	damaged []span // octets passed over
	taken   int    // leaves
}

// merger hands out the leaves of both streams in the order of their numbers. Those without a number come first, captures
// before observations, in the order of their segments.
type merger struct {
	dir   string
	lines [2]line
}

// line is one stream of a merger.
type line struct {
	todo []stretch
	scan *scanner
	head *leafRecord
	done []passed
}

func newMerger(dir string, warcs, reports []stretch) *merger {
	return &merger{dir: dir, lines: [2]line{{todo: warcs}, {todo: reports}}}
}

// fill has the next leaf of a line at its head.
func (m *merger) fill(l *line) (err error) {
	for l.head == nil {
		if l.scan == nil {
			if len(l.todo) == 0 {
				return nil
			}
			if l.scan, err = newScanner(m.dir, l.todo[0].seg, l.todo[0].from, l.todo[0].end); err != nil {
				return err
			}
			l.done = append(l.done, passed{stretch: l.todo[0], at: l.todo[0].from})
			l.todo = l.todo[1:]
		}
		before := l.scan.at
		if l.head, err = l.scan.next(); err != nil {
			return err
		}
		now := &l.done[len(l.done)-1]
		now.damaged = l.scan.damaged
		if l.head == nil {
			now.at = max(now.at, endOfWhole(l.scan, before))
			if err := l.scan.close(); err != nil {
				return fmt.Errorf("archive: %w", err)
			}
			l.scan = nil
		}
	}
	return nil
}

// endOfWhole is how far whole records reach, torn octets at the end left out.
func endOfWhole(s *scanner, before int64) int64 {
	if t, ok := s.torn(); ok {
		return t.from
	}
	return max(s.at, before)
}

// peek is the next leaf, nil at the end.
func (m *merger) peek() (*leafRecord, error) {
	for i := range m.lines {
		if err := m.fill(&m.lines[i]); err != nil {
			return nil, err
		}
	}
	w, r := m.lines[0].head, m.lines[1].head
	switch {
	case w == nil:
		return r, nil
	case r == nil || w.legacy:
		return w, nil
	case r.legacy || r.number < w.number:
		return r, nil
	}
	return w, nil
}

// take takes the leaf that peek has shown.
func (m *merger) take(l *leafRecord) {
	for i := range m.lines {
		line := &m.lines[i]
		if line.head == l {
			now := &line.done[len(line.done)-1]
			now.at, now.taken = l.at.offset+l.at.length, now.taken+1
			line.head = nil
		}
	}
}

// close closes what is open.
func (m *merger) close() (err error) {
	for i := range m.lines {
		if s := m.lines[i].scan; s != nil {
			err = errors.Join(err, s.close())
			m.lines[i].scan = nil
		}
	}
	return err
}

// passed are the stretches that were begun, with how far leaves were taken from each.
func (m *merger) passed() []passed { return append(m.lines[0].done, m.lines[1].done...) }

// applyLeaf is the one way in which a record that lies in a segment reaches the index, in recovery and in a rebuild.
func (b *batch) applyLeaf(l *leafRecord) error {
	if err := putLeaf(b.tx, l.number, leaf{l.at.stream, l.rec.ID, l.header}); err != nil {
		return err
	}
	b.n.Leaves = l.number + 1
	if l.at.stream == streamReports {
		_, err := b.applyObservation(l.rec, l.at)
		return err
	}
	c, _ := captureOf(l.rec, l.at)
	return b.applyCapture(&c)
}
