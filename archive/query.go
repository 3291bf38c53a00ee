package archive

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
)

// A Filter chooses reports. Zero fields choose all.
type Filter struct {
	YearFrom, YearTo int
	Publisher        string // part of the name
	Code             string // prefix of the administrative code
	Portal           string
	State            string
}

func (f Filter) has(h *Head) bool {
	return (f.YearFrom == 0 || h.Year >= f.YearFrom) && (f.YearTo == 0 || h.Year <= f.YearTo) &&
		strings.Contains(h.Publisher.Name, f.Publisher) && strings.HasPrefix(h.Publisher.Code, f.Code) &&
		(f.Portal == "" || h.Publisher.Portal == f.Portal) && (f.State == "" || h.State == f.State)
}

// page is how many rows one read transaction takes: long ones make the file grow.
const page = 200

// Heads yields what a list shows of the reports that a filter chooses, by id.
func (a *Archive) Heads(f Filter) iter.Seq2[Head, error] {
	return func(yield func(Head, error) bool) {
		eachPage(a, bReports, nil, func(_ view, k, body []byte) (Head, bool, error) {
			h, err := decodeHead(k, body)
			return h, err == nil && f.has(&h), err
		}, func(n counts) uint64 { return n.Reports }, yield)
	}
}

// Reports yields the reports that a filter chooses, by id.
func (a *Archive) Reports(f Filter) iter.Seq2[Report, error] {
	return func(yield func(Report, error) bool) {
		eachPage(a, bReports, nil, func(v view, k, body []byte) (Report, bool, error) {
			h, err := decodeHead(k, body)
			if err != nil || !f.has(&h) {
				return Report{}, false, err
			}
			s, err := a.loadRest(v, k, body)
			if err != nil {
				return Report{}, false, err
			}
			return s.Report, true, nil
		}, func(n counts) uint64 { return n.Reports }, yield)
	}
}

// Events yields the events behind a sequence number, in order.
func (a *Archive) Events(after uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if after == ^uint64(0) {
			return
		}
		eachPage(a, bEvents, binary.BigEndian.AppendUint64(nil, after+1), func(v view, k, body []byte) (Event, bool, error) {
			e, err := a.decodeEvent(v, k, body)
			return e, err == nil, err
		}, func(n counts) uint64 { return n.Events - min(n.Events, after) }, yield)
	}
}

// AllCaptures yields every capture, by address and time.
func (a *Archive) AllCaptures() iter.Seq2[Capture, error] {
	return func(yield func(Capture, error) bool) {
		eachPage(a, bCaptures, nil, func(v view, k, body []byte) (Capture, bool, error) {
			c, err := a.decodeCapture(v, k, body)
			return c, err == nil, err
		}, func(n counts) uint64 { return n.Captures }, yield)
	}
}

// eachPage reads a bucket in short transactions. When nothing was written meanwhile, it compares how many rows there were
// with how many there are said to be.
func eachPage[T any](a *Archive, bucket, from []byte, read func(v view, k, body []byte) (T, bool, error), many func(counts) uint64, yield func(T, error) bool) {
	var before, after counts
	seen := uint64(0)
	for first := true; ; first = false {
		var rows []T
		var next []byte
		n := uint64(0)
		err := a.view(func(v view) (err error) {
			rows, next, n = rows[:0], nil, 0
			if after, err = readCounts(v); err != nil {
				return err
			}
			c := v.bucket(bucket).cursor()
			k, value := c.Seek(from)
			if len(from) == 0 {
				k, value = c.First()
			}
			for ; k != nil && n < page; k, value = c.Next() {
				body, err := unseal(bucket, k, value)
				if err != nil {
					return err
				}
				t, ok, err := read(v, k, body)
				if err != nil {
					return err
				}
				if n++; ok {
					rows = append(rows, t)
				}
			}
			next = append([]byte(nil), k...)
			return nil
		})
		if first {
			before = after
		}
		if err == nil {
			if seen += n; len(next) == 0 && before == after && seen != many(after) {
				err = fmt.Errorf("%w: %s: %d rows where %d are noted", ErrIndex, bucket, seen, many(after))
			}
		}
		for _, t := range rows { // those before a damaged one, too
			if !yield(t, nil) {
				return
			}
		}
		if err != nil {
			var zero T
			yield(zero, err)
			return
		}
		if len(next) == 0 {
			return
		}
		from = next
	}
}

// idLeast is how many characters of a report's id name it.
const idLeast = 4

// Report finds a report by its id, or by an unambiguous beginning of it; with text on request.
func (a *Archive) Report(id string, withText bool) (r Report, err error) {
	err = a.view(func(v view) error {
		c := v.bucket(bReports).cursor()
		k, value := c.Seek([]byte(id))
		if len(id) < idLeast || k == nil || !strings.HasPrefix(string(k), id) {
			if _, err := get(v, bReports, []byte(id+"\x00")); len(id) > 0 && err != nil {
				return err // a damaged row stands where it would be
			}
			return fmt.Errorf("%w: report %q (see \"crawler ls\")", ErrNotFound, id)
		}
		body, err := unseal(bReports, k, value)
		if err != nil {
			return err
		}
		if string(k) != id {
			if other, _ := c.Next(); other != nil && strings.HasPrefix(string(other), id) {
				return fmt.Errorf("%w: report %q: several begin so, as %s and %s do", ErrNotFound, id, k, other)
			}
		}
		s, err := a.loadRest(v, k, body)
		if err != nil {
			return err
		}
		r = s.Report
		if withText && r.TextSHA256 != "" {
			r.Text, err = a.text(v, r.TextSHA256)
		}
		return err
	})
	return r, err
}

// Text returns the plain text of a digest.
func (a *Archive) Text(sum string) (text string, err error) {
	err = a.view(func(v view) error { text, err = a.text(v, sum); return err })
	return text, err
}

// text reads a text from the observation that carries it.
func (a *Archive) text(v view, sum string) (string, error) {
	row, err := get(v, bTexts, textKey(sum))
	if err != nil {
		return "", err
	}
	if row == nil {
		return "", fmt.Errorf("%w: text %s", ErrNotFound, sum)
	}
	d := &decoder{b: row}
	loc, err := a.location(v, d.place())
	if err != nil {
		return "", err
	}
	rec, err := a.readRecord(loc)
	if err != nil {
		return "", fmt.Errorf("text %s: %w", sum, err)
	}
	var o struct {
		Text       string `json:"text"`
		TextSHA256 string `json:"text_sha256"`
	}
	if err := json.Unmarshal(rec.Block, &o); err != nil || o.TextSHA256 != sum {
		return "", fmt.Errorf("%w: text %s does not stand where it is noted", ErrIndex, sum)
	}
	return o.Text, nil
}

// Versions are the versions of a report, oldest first.
func (a *Archive) Versions(id string) (out []Version, err error) {
	err = a.view(func(v view) error {
		out = nil
		return scan(v, bVersions, []byte(id), func(k, body []byte) error {
			if len(k) != len(id)+4 {
				return nil
			}
			x, newest, err := a.readVersion(v, k, body)
			if err != nil {
				return err
			}
			if newest {
				s, err := a.load(v, id)
				if err != nil {
					return err
				}
				if s != nil {
					x.Data = s.Data
				}
			}
			out = append(out, x)
			return nil
		})
	})
	return out, err
}
