package archive

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"go.etcd.io/bbolt"
)

// A Filter chooses reports. Zero fields choose all.
type Filter struct {
	YearFrom, YearTo int
	Publisher        string // part of the name
	Code             string // prefix of the administrative code
	Portal           string
	State            string
}

func (f Filter) has(r *Report) bool {
	return (f.YearFrom == 0 || r.Year >= f.YearFrom) && (f.YearTo == 0 || r.Year <= f.YearTo) &&
		strings.Contains(r.Publisher.Name, f.Publisher) && strings.HasPrefix(r.Publisher.Code, f.Code) &&
		(f.Portal == "" || r.Publisher.Portal == f.Portal) && (f.State == "" || r.State == f.State)
}

// page is how many rows one read transaction takes: long ones make the file grow.
const page = 200

// Reports yields the reports that a filter chooses, by id.
func (a *Archive) Reports(f Filter) iter.Seq2[Report, error] {
	return func(yield func(Report, error) bool) {
		eachPage(a.db, bReports, nil, func(_, v []byte) (Report, bool, error) {
			var s stored
			err := json.Unmarshal(v, &s)
			return s.Report, err == nil && f.has(&s.Report), err
		}, yield)
	}
}

// Events yields the events behind a sequence number, in order.
func (a *Archive) Events(after uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		eachPage(a.db, bEvents, binary.BigEndian.AppendUint64(nil, after+1), func(_, v []byte) (Event, bool, error) {
			var e Event
			err := json.Unmarshal(v, &e)
			return e, err == nil, err
		}, yield)
	}
}

// eachPage reads a bucket in short transactions.
func eachPage[T any](db *bbolt.DB, bucket, from []byte, read func(k, v []byte) (T, bool, error), yield func(T, error) bool) {
	for {
		var rows []T
		var next []byte
		err := db.View(func(tx *bbolt.Tx) error {
			c := tx.Bucket(bucket).Cursor()
			n := 0
			k, v := c.Seek(from)
			for ; k != nil && n < page; k, v = c.Next() {
				t, ok, err := read(k, v)
				if err != nil {
					return fmt.Errorf("archive: %s %q: %w", bucket, k, err)
				}
				if n++; ok {
					rows = append(rows, t)
				}
			}
			next = append([]byte(nil), k...)
			return nil
		})
		for _, t := range rows {
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

// Report finds a report by its id, or by an unambiguous beginning of it; with text on request.
func (a *Archive) Report(id string, withText bool) (r Report, err error) {
	err = a.db.View(func(tx *bbolt.Tx) error {
		k, v := tx.Bucket(bReports).Cursor().Seek([]byte(id))
		if len(id) < 4 || k == nil || !strings.HasPrefix(string(k), id) {
			return fmt.Errorf("%w: report %q (see \"crawler ls\")", ErrNotFound, id)
		}
		var s stored
		if err := json.Unmarshal(v, &s); err != nil {
			return err
		}
		r = s.Report
		if withText && r.TextSHA256 != "" {
			r.Text, err = getText(tx, r.TextSHA256)
		}
		return err
	})
	return r, err
}

// Text returns the plain text of a digest.
func (a *Archive) Text(sum string) (text string, err error) {
	err = a.db.View(func(tx *bbolt.Tx) error { text, err = getText(tx, sum); return err })
	return text, err
}

// Versions are the versions of a report, oldest first.
func (a *Archive) Versions(id string) (out []Version, err error) {
	err = a.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bVersions).Cursor()
		for k, v := c.Seek([]byte(id)); k != nil && strings.HasPrefix(string(k), id); k, v = c.Next() {
			var x Version
			if err := json.Unmarshal(v, &x); err != nil {
				return err
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}
