package archive

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// resultMost bounds one stored result of a consumer, in octets.
const resultMost = 4 << 20

// SinkState reads the state that hand-off keeps of a consumer into v; v is left alone when there is none.
func (a *Archive) SinkState(name string, v any) error {
	return a.view(func(x view) error {
		b, err := get(x, bSinks, []byte(name))
		if err != nil || b == nil {
			return err
		}
		if err := json.Unmarshal(b, v); err != nil {
			return fmt.Errorf("archive: state of sink %s: %w", name, err)
		}
		return nil
	})
}

// PutSinkState keeps the state of a consumer.
func (a *Archive) PutSinkState(name string, v any) error { return a.ChangeSink(name, v, nil) }

// ChangeSink keeps the state of a consumer, and of the items that wait for it those that change: an item is kept under its
// key, or forgotten when it is nil. All of it is one transaction.
func (a *Archive) ChangeSink(name string, state any, items map[string]any) error {
	if a.db == nil {
		return fmt.Errorf("%w: it was opened for reading", ErrReadOnly)
	}
	err := a.db.Update(func(tx *bbolt.Tx) error {
		if err := putJSON(tx, bSinks, []byte(name), state); err != nil {
			return err
		}
		for id, item := range items {
			key := []byte(name + "\x00" + id)
			var err error
			if item == nil {
				err = tx.Bucket(bParked).Delete(key)
			} else {
				err = putJSON(tx, bParked, key, item)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return diskError(err)
	}
	return nil
}

// SinkItems hands out the items that wait for a consumer, as JSON.
func (a *Archive) SinkItems(name string) (items [][]byte, err error) {
	prefix := []byte(name + "\x00")
	err = a.view(func(v view) error {
		items = nil
		return scan(v, bParked, prefix, func(_, body []byte) error {
			items = append(items, bytes.Clone(body))
			return nil
		})
	})
	return items, err
}

// Sinks are the names of the consumers that state is kept of.
func (a *Archive) Sinks() (names []string, err error) {
	err = a.view(func(v view) error {
		names = nil
		c := v.bucket(bSinks).cursor()
		for k, value := c.First(); k != nil; k, value = c.Next() {
			if _, err := unseal(bSinks, k, value); err != nil {
				return err
			}
			names = append(names, string(k))
		}
		return nil
	})
	return names, err
}

// Sequence is the number of the newest event.
func (a *Archive) Sequence() (n uint64) {
	_ = a.view(func(v view) error { // what cannot be read is met again by who reads the events
		n = 0
		if k, _ := v.bucket(bEvents).cursor().Last(); len(k) == 8 {
			n = binary.BigEndian.Uint64(k)
		}
		return nil
	})
	return n
}

// Event finds an event by its sequence number.
func (a *Archive) Event(seq uint64) (e Event, err error) {
	err = a.view(func(v view) error {
		key := binary.BigEndian.AppendUint64(nil, seq)
		body, err := get(v, bEvents, key)
		if err == nil && body == nil {
			err = fmt.Errorf("%w: event %d", ErrNotFound, seq)
		}
		if err == nil {
			e, err = a.decodeEvent(v, key, body)
		}
		return err
	})
	return e, err
}

// EventSequence finds the sequence number of an event by its id; not ok when there is no such event.
func (a *Archive) EventSequence(id string) (seq uint64, ok bool, err error) {
	err = a.view(func(v view) error {
		body, err := get(v, bEventIDs, []byte(id))
		if ok = len(body) == 8; ok {
			seq = binary.BigEndian.Uint64(body)
		}
		return err
	})
	return seq, ok, err
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
	if a.db == nil {
		return fmt.Errorf("%w: it was opened for reading", ErrReadOnly)
	}
	return a.db.Update(func(tx *bbolt.Tx) error {
		return putJSON(tx, bResults, []byte(r.TextSHA256+"\x00"+r.Parser), r)
	})
}

// Results are what consumers answered about a text.
func (a *Archive) Results(textSHA256 string) (out []Result, err error) {
	prefix := textSHA256 + "\x00"
	err = a.view(func(v view) error {
		out = nil
		return scan(v, bResults, []byte(prefix), func(k, body []byte) error {
			var r Result
			if err := json.Unmarshal(body, &r); err != nil {
				return fmt.Errorf("archive: result %q: %w", k, err)
			}
			out = append(out, r)
			return nil
		})
	})
	return out, err
}

func putJSON(tx *bbolt.Tx, bucket, key []byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return put(tx, bucket, key, b)
}
