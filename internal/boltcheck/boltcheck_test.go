package boltcheck

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

func TestWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if err := Whole(path); err != nil {
		t.Errorf("a file that does not exist: %v", err)
	}
	db, err := bbolt.Open(path, 0o644, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("b"))
			if err != nil {
				return err
			}
			n, _ := b.NextSequence()
			return b.Put([]byte{byte(n)}, make([]byte, 60_000))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Whole(path); err != nil {
		t.Errorf("a sound file: %v", err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"cut off":        sound[:len(sound)/4],
		"cut in a meta":  sound[:40],
		"one page":       sound[:4096],
		"no meta at all": append(make([]byte, 8192), sound[8192:]...),
		"something else": []byte("a text that is no database"),
	} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := Whole(path); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A foreign page anywhere in the tree is found; the free ones do not matter.
	found := 0
	for at := 2 * 4096; at+4096 <= len(sound); at += 4096 {
		data := append([]byte(nil), sound...)
		for i := range 32 {
			data[at+i] ^= 0xa5
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if errors.Is(Whole(path), ErrDamaged) {
			found++
		}
	}
	if found < 2 {
		t.Errorf("%d foreign pages found", found)
	}
	// One torn meta page is what bbolt itself survives.
	torn := append([]byte(nil), sound...)
	clear(torn[16:80])
	if err := os.WriteFile(path, torn, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Whole(path); err != nil {
		t.Errorf("one torn meta page: %v", err)
	}
}

func FuzzWhole(f *testing.F) {
	path := filepath.Join(f.TempDir(), "a.db")
	db, err := bbolt.Open(path, 0o644, nil)
	if err != nil {
		f.Fatal(err)
	}
	if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("b"))
		if err == nil {
			err = b.Put([]byte("k"), make([]byte, 9000))
		}
		return err
	}), db.Close()); err != nil {
		f.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sound)
	f.Fuzz(func(t *testing.T, data []byte) {
		file := filepath.Join(t.TempDir(), "f.db")
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := Whole(file); err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
	})
}
