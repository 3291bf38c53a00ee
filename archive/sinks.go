package archive

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// resultMost bounds one stored result of a consumer, in octets.
const resultMost = 4 << 20

// SinkState reads the state that hand-off keeps of a consumer into v; v is left alone when there is none.
func (a *Archive) SinkState(name string, v any) error {
	return a.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bSinks).Get([]byte(name))
		if b == nil {
			return nil
		}
		if err := json.Unmarshal(b, v); err != nil {
			return fmt.Errorf("archive: state of sink %s: %w", name, err)
		}
		return nil
	})
}

// PutSinkState keeps the state of a consumer.
func (a *Archive) PutSinkState(name string, v any) error {
	return a.db.Update(func(tx *bbolt.Tx) error { return putJSON(tx, bSinks, []byte(name), v) })
}

// Sinks are the names of the consumers that state is kept of.
func (a *Archive) Sinks() (names []string, err error) {
	err = a.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bSinks).ForEach(func(k, _ []byte) error { names = append(names, string(k)); return nil })
	})
	return names, err
}

// Sequence is the number of the newest event.
func (a *Archive) Sequence() (n uint64) {
	_ = a.db.View(func(tx *bbolt.Tx) error { // a view that only reads a counter cannot fail
		if k, _ := tx.Bucket(bEvents).Cursor().Last(); k != nil {
			n = binary.BigEndian.Uint64(k)
		}
		return nil
	})
	return n
}

// Event finds an event by its sequence number.
func (a *Archive) Event(seq uint64) (e Event, err error) {
	err = a.db.View(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bEvents).Get(binary.BigEndian.AppendUint64(nil, seq))
		if v == nil {
			return fmt.Errorf("%w: event %d", ErrNotFound, seq)
		}
		return json.Unmarshal(v, &e)
	})
	return e, err
}

// A Result is what a consumer answered about a text.
type Result struct {
	TextSHA256 string          `json:"text_sha256"`
	Parser     string          `json:"parser"`
	Body       json.RawMessage `json:"body"`
}

// PutResult keeps what a consumer answered about a text; body is JSON.
func (a *Archive) PutResult(r Result) error {
	if len(r.Body) > resultMost || !json.Valid(r.Body) {
		return fmt.Errorf("archive: result of %s: not JSON of at most %d octets", r.Parser, resultMost)
	}
	return a.db.Update(func(tx *bbolt.Tx) error {
		return putJSON(tx, bResults, []byte(r.TextSHA256+"\x00"+r.Parser), r)
	})
}

// Results are what consumers answered about a text.
func (a *Archive) Results(textSHA256 string) (out []Result, err error) {
	prefix := textSHA256 + "\x00"
	err = a.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bResults).Cursor()
		for k, v := c.Seek([]byte(prefix)); k != nil && len(k) > len(prefix) && string(k[:len(prefix)]) == prefix; k, v = c.Next() {
			var r Result
			if err := json.Unmarshal(v, &r); err != nil {
				return fmt.Errorf("archive: result %q: %w", k, err)
			}
			out = append(out, r)
		}
		return nil
	})
	return out, err
}
