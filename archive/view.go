package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"go.etcd.io/bbolt"

	"nianbao/internal/boltcheck"
)

// view is the index as reading code sees it: bbolt's own transaction where the archive is open for writing, a checked
// snapshot of the file where it is only read.
type view interface {
	bucket(name []byte) rows
	has(name []byte) bool
	// careful says that a key that is not found may be one that is damaged.
	careful() bool
}

// rows is one bucket.
type rows interface {
	Get(key []byte) []byte
	cursor() cursor
}

// cursor is a place in a bucket.
type cursor interface {
	First() (k, v []byte)
	Last() (k, v []byte)
	Seek(key []byte) (k, v []byte)
	Next() (k, v []byte)
	Prev() (k, v []byte)
}

type txView struct{ tx *bbolt.Tx }
type txRows struct{ *bbolt.Bucket }

func (v txView) bucket(name []byte) rows { return txRows{v.tx.Bucket(name)} }
func (txView) careful() bool             { return false }
func (v txView) has(name []byte) bool    { return v.tx.Bucket(name) != nil }
func (r txRows) cursor() cursor          { return r.Cursor() }

type snapView struct{ s *boltcheck.Snapshot }
type snapRows struct{ *boltcheck.Bucket }
type noRows struct{}

func (v snapView) bucket(name []byte) rows {
	if b := v.s.Bucket(name); b != nil {
		return snapRows{b}
	}
	v.s.Missing(name) // every index has all of its buckets
	return noRows{}
}
func (snapView) careful() bool          { return true }
func (v snapView) has(name []byte) bool { return v.s.Bucket(name) != nil }
func (r snapRows) cursor() cursor       { return r.Cursor() }

func (noRows) Get([]byte) []byte         { return nil }
func (noRows) cursor() cursor            { return noRows{} }
func (noRows) First() (k, v []byte)      { return nil, nil }
func (noRows) Last() (k, v []byte)       { return nil, nil }
func (noRows) Seek([]byte) (k, v []byte) { return nil, nil }
func (noRows) Next() (k, v []byte)       { return nil, nil }
func (noRows) Prev() (k, v []byte)       { return nil, nil }

// view calls use with one state of the index. use may be called again with a newer state, so it must begin anew.
func (a *Archive) view(use func(view) error) error {
	if a.db != nil {
		return a.db.View(func(tx *bbolt.Tx) error { return use(txView{tx}) })
	}
	err := a.file.View(func(s *boltcheck.Snapshot) error { return use(snapView{s}) })
	if errors.Is(err, boltcheck.ErrDamaged) {
		return fmt.Errorf("%w: %w", ErrIndex, err)
	}
	return err
}

// A row's value is its checksum and what it says. The checksum covers bucket, key and value, so that a row found under
// another key is as wrong as one with a flipped bit.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const sumLength = 4

func checksum(bucket, key, body []byte) uint32 {
	c := crc32.Update(0, castagnoli, bucket)
	c = crc32.Update(c, castagnoli, []byte{0, byte(len(key)), byte(len(key) >> 8)})
	c = crc32.Update(c, castagnoli, key)
	return crc32.Update(c, castagnoli, body)
}

func seal(bucket, key, body []byte) []byte {
	out := make([]byte, sumLength, sumLength+len(body))
	binary.LittleEndian.PutUint32(out, checksum(bucket, key, body))
	return append(out, body...)
}

// unseal is the body of a row's value.
func unseal(bucket, key, value []byte) ([]byte, error) {
	if len(value) < sumLength || binary.LittleEndian.Uint32(value) != checksum(bucket, key, value[sumLength:]) {
		return nil, damagedRow(bucket, key, "its checksum does not match")
	}
	return value[sumLength:], nil
}

// damagedRow names what is damaged as the user knows it.
func damagedRow(bucket, key []byte, why string) error {
	name := fmt.Sprintf("%s %x", bucket, key)
	switch {
	case bytes.Equal(bucket, bReports) || bytes.Equal(bucket, bDetails):
		name = fmt.Sprintf("report %q", key)
	case bytes.Equal(bucket, bVersions) && len(key) > 4:
		name = fmt.Sprintf("report %q, version %d", key[:len(key)-4], binary.BigEndian.Uint32(key[len(key)-4:]))
	case bytes.Equal(bucket, bEvents) && len(key) == 8:
		name = fmt.Sprintf("event %d", binary.BigEndian.Uint64(key))
	case bytes.Equal(bucket, bSinks):
		name = fmt.Sprintf("hand-off state %q", key)
	}
	return fmt.Errorf("%w: %s: %s", ErrIndex, name, why)
}

// get is the body of a row, nil when there is none.
func get(v view, bucket, key []byte) ([]byte, error) {
	b := v.bucket(bucket)
	value := b.Get(key)
	if value != nil {
		return unseal(bucket, key, value)
	}
	if !v.careful() {
		return nil, nil
	}
	// A key with a flipped bit stands beside where the right one would: what stands there must be sound.
	c := b.cursor()
	k, value := c.Seek(key)
	if k != nil {
		if _, err := unseal(bucket, k, value); err != nil {
			return nil, err
		}
		k, value = c.Prev()
	} else {
		k, value = c.Last()
	}
	if k != nil {
		if _, err := unseal(bucket, k, value); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// scan hands out the rows whose keys begin with a prefix, in their order. The rows at either side must be sound, too: one
// whose key was damaged stands there.
func scan(v view, bucket, prefix []byte, use func(k, body []byte) error) error {
	c := v.bucket(bucket).cursor()
	k, value := c.Seek(prefix)
	if v.careful() {
		beside := v.bucket(bucket).cursor()
		var before, is []byte
		if k, _ := beside.Seek(prefix); k != nil {
			before, is = beside.Prev()
		} else {
			before, is = beside.Last()
		}
		if before != nil {
			if _, err := unseal(bucket, before, is); err != nil {
				return err
			}
		}
	}
	for ; k != nil; k, value = c.Next() {
		inside := bytes.HasPrefix(k, prefix)
		if !inside && !v.careful() {
			return nil
		}
		body, err := unseal(bucket, k, value)
		if err != nil || !inside {
			return err
		}
		if err := use(k, body); err != nil {
			return err
		}
	}
	return nil
}

func put(tx *bbolt.Tx, bucket, key, body []byte) error {
	return tx.Bucket(bucket).Put(key, seal(bucket, key, body))
}
