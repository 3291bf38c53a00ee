package export

import (
	"bufio"
	"container/heap"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"slices"
	"strconv"

	"nianbao/archive"
)

// cdxLine is what a line of a CDXJ index says of a capture.
type cdxLine struct {
	URL      string `json:"url"`
	MIME     string `json:"mime,omitempty"`
	Status   string `json:"status,omitempty"`
	Digest   string `json:"digest,omitempty"`
	Length   string `json:"length"`
	Offset   string `json:"offset"`
	Filename string `json:"filename"`
}

// cdx is the line of a capture that lies in a file; "" for one that cannot be replayed.
func cdx(c *archive.Capture, file string, offset int64) (string, error) {
	if c.Status == 0 && c.Imported == "" {
		return "", nil // no answer came
	}
	l := cdxLine{URL: c.URL, MIME: c.MediaType, Digest: c.PayloadDigest(), Length: strconv.FormatInt(c.WARC.Length, 10), Offset: strconv.FormatInt(offset, 10), Filename: file}
	if c.Revisit {
		l.MIME = "warc/revisit"
	}
	if l.MIME == "" {
		l.MIME = "unk"
	}
	if c.Status > 0 {
		l.Status = strconv.Itoa(c.Status)
	}
	b, err := json.Marshal(l)
	return fmt.Sprintf("%s %s %s\n", SURT(c.URL), c.Time.UTC().Format("20060102150405"), b), err
}

// CDXJ writes the index of all captures that replay tools read: a line a capture, in the order of its bytes.
func (e *Exporter) CDXJ() error {
	s := &sorter{}
	defer s.close()
	for c, err := range e.archive.AllCaptures() {
		var line string
		if err == nil {
			line, err = cdx(&c, path.Base(c.WARC.File), c.WARC.Offset)
		}
		if err == nil && line != "" {
			err = s.add(line)
		}
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	w := bufio.NewWriter(e.w)
	for line, err := range s.sorted() {
		if err == nil {
			_, err = w.WriteString(line)
		}
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// sortMemory is how many octets of lines are sorted in memory; more goes to temporary files.
const sortMemory = 32 << 20

// sorter sorts lines in bounded memory.
type sorter struct {
	lines []string
	size  int
	runs  []*os.File
}

func (s *sorter) add(line string) error {
	s.lines = append(s.lines, line)
	if s.size += len(line); s.size < sortMemory {
		return nil
	}
	return s.spill()
}

// spill writes a sorted run to a file.
func (s *sorter) spill() error {
	slices.Sort(s.lines)
	f, err := os.CreateTemp("", "nianbao-sort-")
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	w := bufio.NewWriter(f)
	for _, l := range s.lines {
		if _, err := w.WriteString(l); err != nil {
			return err
		}
	}
	s.lines, s.size = s.lines[:0], 0
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

func (s *sorter) close() {
	for _, f := range s.runs {
		_ = f.Close()
		_ = os.Remove(f.Name()) // a temporary file
	}
}

// run is one sorted run with its next line.
type run struct {
	line string
	r    *bufio.Reader // nil for the lines in memory
	rest []string
}

func (r *run) next() (bool, error) {
	if r.r == nil {
		if len(r.rest) == 0 {
			return false, nil
		}
		r.line, r.rest = r.rest[0], r.rest[1:]
		return true, nil
	}
	line, err := r.r.ReadString('\n')
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	r.line = line
	return err == nil, err
}

type runs []*run

func (r runs) Len() int           { return len(r) }
func (r runs) Less(i, j int) bool { return r[i].line < r[j].line }
func (r runs) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *runs) Push(x any)        { *r = append(*r, x.(*run)) }
func (r *runs) Pop() any {
	old := *r
	x := old[len(old)-1]
	*r = old[:len(old)-1]
	return x
}

// sorted yields all lines in order.
func (s *sorter) sorted() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		slices.Sort(s.lines)
		all := runs{}
		start := []*run{{rest: s.lines}}
		for _, f := range s.runs {
			start = append(start, &run{r: bufio.NewReader(f)})
		}
		for _, r := range start {
			ok, err := r.next()
			if err != nil {
				yield("", err)
				return
			}
			if ok {
				all = append(all, r)
			}
		}
		heap.Init(&all)
		for len(all) > 0 {
			if !yield(all[0].line, nil) {
				return
			}
			ok, err := all[0].next()
			if err != nil {
				yield("", err)
				return
			}
			if ok {
				heap.Fix(&all, 0)
			} else {
				heap.Pop(&all)
			}
		}
	}
}
