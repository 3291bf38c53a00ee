package boltcheck

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// TestReadsAsBboltDoes compares every key, both ways and by seeking, with what bbolt itself says, over files that were put
// to and deleted from at random.
func TestReadsAsBboltDoes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names := [][]byte{[]byte("big"), []byte("empty"), []byte("small")}
	for round := range 30 {
		err := db.Update(func(tx *bbolt.Tx) error {
			for _, n := range names {
				if _, err := tx.CreateBucketIfNotExists(n); err != nil {
					return err
				}
			}
			for range 200 {
				k := fmt.Appendf(nil, "%06d", rng.IntN(3000))
				b := tx.Bucket(names[0])
				if rng.IntN(3) == 0 {
					if err := b.Delete(k); err != nil {
						return err
					}
				} else if err := b.Put(k, make([]byte, rng.IntN(200)*rng.IntN(40))); err != nil {
					return err
				}
			}
			return tx.Bucket(names[2]).Put([]byte{byte(round)}, []byte("v"))
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := Whole(path); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for _, n := range names {
			want, got := []string{}, []string{}
			_ = db.View(func(tx *bbolt.Tx) error {
				return tx.Bucket(n).ForEach(func(k, v []byte) error { want = append(want, string(k)+string(v)); return nil })
			})
			var back []string
			if err := f.View(func(s *Snapshot) error {
				got, back = got[:0], back[:0]
				b := s.Bucket(n)
				c := b.Cursor()
				for k, v := c.First(); k != nil; k, v = c.Next() {
					got = append(got, string(k)+string(v))
					if string(b.Get(k)) != string(v) {
						t.Errorf("%s: get %q", n, k)
					}
				}
				for k, v := c.Last(); k != nil; k, v = c.Prev() {
					back = append(back, string(k)+string(v))
				}
				if b.Get([]byte("absent")) != nil {
					t.Error("a key that is not there was found")
				}
				for range 50 {
					key := fmt.Appendf(nil, "%06d", rng.IntN(3100))
					k, _ := c.Seek(key)
					var w []byte
					_ = db.View(func(tx *bbolt.Tx) error {
						k, _ := tx.Bucket(n).Cursor().Seek(key)
						w = append(w, k...)
						return nil
					})
					if string(k) != string(w) {
						t.Errorf("%s: seek %s: %q, bbolt has %q", n, key, k, w)
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			slices.Reverse(back)
			if !slices.Equal(want, got) || !slices.Equal(want, back) {
				t.Fatalf("round %d, bucket %s: %d keys, %d backwards, bbolt has %d", round, n, len(got), len(back), len(want))
			}
		}
	}
	if err := f.View(func(s *Snapshot) error {
		if s.Bucket([]byte("none")) != nil {
			t.Error("a bucket that is not there was found")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestFlipsNeverPassSilently flips bits of a file and reads all of it: the same keys, or an error. That a key or value is
// itself is for the reader to know, here by the value's end.
func TestFlipsNeverPassSilently(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("b"))
		for i := 0; err == nil && i < 2000; i++ {
			k := fmt.Appendf(nil, "%08d", i)
			err = b.Put(k, append(make([]byte, 50), k...))
		}
		return err
	}), db.Close()); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// all reads the file whole; keys are looked up too, since a wrong key in a branch only shows there.
	all := func() (keys []string, found int, err error) {
		f, err := Open(path)
		if err != nil {
			return nil, 0, err
		}
		defer f.Close()
		err = f.View(func(s *Snapshot) error {
			keys, found = nil, 0
			b := s.Bucket([]byte("b"))
			if b == nil {
				return nil
			}
			c := b.Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				if len(v) != 58 || string(v[50:]) != string(k) {
					return fmt.Errorf("%w: a value under the key %q", ErrDamaged, k)
				}
				keys = append(keys, string(k))
			}
			for i := 0; i < 2000; i += 7 {
				if b.Get(fmt.Appendf(nil, "%08d", i)) != nil {
					found++
				}
			}
			return nil
		})
		return keys, found, err
	}
	want, wantFound, err := all()
	if err != nil || len(want) != 2000 {
		t.Fatalf("%d keys: %v", len(want), err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	damaged := 0
	for n := range 400 {
		at, bit := 8192+rng.IntN(len(sound)-8192), rng.IntN(8)
		if n%2 == 0 { // headers and elements are where a flip can mislead
			at = at&^4095 + rng.IntN(600)
		}
		bad := slices.Clone(sound)
		bad[at] ^= 1 << bit
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		keys, found, err := all()
		whole := Whole(path) // keys in branches, too
		if err != nil {
			damaged++
			if !errors.Is(err, ErrDamaged) {
				t.Fatalf("octet %d: %v", at, err)
			}
			if whole == nil && !strings.Contains(err.Error(), "under the key") {
				t.Errorf("octet %d: read says %v, the walk nothing", at, err)
			}
			continue
		}
		if found != wantFound || len(keys) != len(want) {
			t.Errorf("octet %d bit %d: %d keys and %d found in silence", at, bit, len(keys), found)
		}
	}
	if damaged < 100 {
		t.Errorf("only %d of 400 flips were noticed", damaged)
	}
}

// TestReadsBesideAWriter reads while another goroutine commits: every view is of one state.
func TestReadsBesideAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	write := func(round uint64) error {
		return db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("b"))
			for i := 0; err == nil && i < 300; i++ {
				v := binary.BigEndian.AppendUint64(make([]byte, 0, 100), round)
				err = b.Put(fmt.Appendf(nil, "%06d", i), v[:100])
			}
			return err
		})
	}
	if err := write(0); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		var err error
		for round := uint64(1); err == nil && round < 60; round++ {
			err = write(round)
		}
		done <- err
	}()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	views := 0
	for running := true; running; views++ {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
		}
		seen := map[uint64]int{}
		if err := f.View(func(s *Snapshot) error {
			clear(seen)
			c := s.Bucket([]byte("b")).Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				seen[binary.BigEndian.Uint64(v)]++
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if len(seen) != 1 {
			t.Fatalf("a view of several states: %v", seen)
		}
	}
	if views < 2 {
		t.Errorf("%d views only", views)
	}
}

func TestScanFindsWhatTreesNoLongerReach(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("b"))
		for i := 0; err == nil && i < 500; i++ {
			err = b.Put(fmt.Appendf(nil, "%06d", i), []byte("value"))
		}
		if err == nil {
			b, err = tx.CreateBucket([]byte("little"))
		}
		if err == nil {
			err = b.Put([]byte("inline"), []byte("value"))
		}
		return err
	}), db.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(data[:8192]) // no meta page, no root
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := map[string]bool{}
	if err := f.Scan(func(k, v []byte) { seen[string(k)] = string(v) == "value" }); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 501 || !seen["000499"] || !seen["inline"] {
		t.Errorf("%d of 501 keys found", len(seen))
	}
	if err := f.View(func(*Snapshot) error { return nil }); !errors.Is(err, ErrDamaged) {
		t.Errorf("view without a meta page: %v", err)
	}
}
