// Package cfb reads the streams of compound files ([MS-CFB]), which Word and Excel wrote before 2007.
//
// In go bytes; out come streams of the root storage by name; those of embedded documents, which have the same names, by
// their path. A file cut off is read as far as its sectors go. Sizes in the file are claims; no stream is larger
// than the file.
package cfb

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/richardlehane/mscfb"

	"nianbao/document"
)

// A File is an opened compound file.
type File struct {
	data    []byte
	entries []*mscfb.File
	// CutOff reports that sectors are missing of what was read so far.
	CutOff bool
}

// Open reads a file's directory.
func Open(data []byte) (*File, error) {
	c, err := mscfb.New(bytes.NewReader(data))
	if err == nil {
		return &File{data: data, entries: c.File}, nil
	}
	whole := pad(data)
	if whole == nil {
		return nil, fmt.Errorf("cfb: %w: %w", document.ErrMalformed, err)
	}
	if c, err = mscfb.New(bytes.NewReader(whole)); err != nil {
		return nil, fmt.Errorf("cfb: %w: %w", document.ErrMalformed, err)
	}
	return &File{data: whole, entries: c.File, CutOff: true}, nil
}

const headerSize = 512

// pad gives a file cut off the length its allocation table speaks of, in zeros; nil when none is missing, or too much.
func pad(data []byte) []byte {
	if len(data) < headerSize {
		return nil
	}
	sector := 1 << min(12, binary.LittleEndian.Uint16(data[30:]))
	tables := int64(binary.LittleEndian.Uint32(data[44:]))
	size := (tables*int64(sector)/4 + 1) * int64(sector)
	if missing := size - int64(len(data)); missing <= 0 || missing > 4*int64(len(data))+1<<16 {
		return nil
	}
	return append(bytes.Clone(data), make([]byte, size-int64(len(data)))...)
}

// Has reports whether the root storage has a stream of a name.
func (f *File) Has(name string) bool { return f.find(name) != nil }

// find takes the exact name before one that differs in case: names are the same whatever their case ([MS-CFB] §2.6.4).
func (f *File) find(path ...string) *mscfb.File {
	var other *mscfb.File
	name := strings.TrimLeft(path[len(path)-1], "\x01\x02\x03\x04\x05\x06") // the library gives names without such an initial
	for _, e := range f.entries {
		if len(e.Path) != len(path)-1 || e.Size <= 0 || !strings.EqualFold(e.Name, name) || !under(e.Path, path) {
			continue
		}
		if e.Name == name {
			return e
		}
		if other == nil {
			other = e
		}
	}
	return other
}

func under(have, want []string) bool {
	for i, p := range have {
		if !strings.EqualFold(p, want[i]) {
			return false
		}
	}
	return true
}

// Storages are the names of the storages within a storage of the root.
func (f *File) Storages(within string) []string {
	var out []string
	for _, e := range f.entries {
		if len(e.Path) > 1 && strings.EqualFold(e.Path[0], within) && !slices.Contains(out, e.Path[1]) {
			out = append(out, e.Path[1])
		}
	}
	return out
}

// Stream reads a stream of the root storage; nil when there is none. Of a damaged one it gives what can be read.
func (f *File) Stream(name string) []byte { return f.Within(name) }

// Within reads a stream by its path: the storages around it, then its name.
func (f *File) Within(path ...string) []byte {
	e := f.find(path...)
	if e == nil {
		return nil
	}
	b := make([]byte, min(e.Size, int64(len(f.data))))
	n, err := io.ReadFull(e, b)
	f.CutOff = f.CutOff || err != nil
	return b[:n]
}

// Encrypted reports whether the file is an envelope around an encrypted package of a newer format.
func (f *File) Encrypted() bool { return f.Has("EncryptedPackage") }
