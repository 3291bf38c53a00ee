package pdf

import (
	"bytes"
	"compress/flate"
	_ "embed" // the tables of the collections
	"encoding/binary"
	"io"
	"sync"
	"unicode/utf8"
)

// A collection is a character collection of Adobe's: the text of each CID, "" where it has none.
type collection []string

// cids are the tables of four collections, deflated. Each begins with the number of its CIDs and that of those whose text
// is more than one character. Then follow, for each CID, 0 or 1 plus the difference of its character to that after the one
// before, zigzag, and the long texts with their CIDs. All numbers are varints. Their notice is in cids.LICENSE.
//
//go:embed cids.bin
var cids []byte

// The collections in the order of the table.
var orderings = [...]string{"GB1", "CNS1", "Japan1", "Korea1"}

// collections opens the tables once, when the first font asks for them.
var collections = sync.OnceValue(func() map[string]collection {
	out := map[string]collection{}
	b, err := io.ReadAll(flate.NewReader(bytes.NewReader(cids)))
	if err != nil {
		return out // the table is part of the program; a test reads all of it
	}
	next := func() int {
		v, n := binary.Uvarint(b)
		b = b[max(n, 0):]
		return int(v)
	}
	for _, name := range orderings {
		n, long := next(), next()
		c := make(collection, n)
		last := rune(0)
		for i := range c {
			z := next()
			if z == 0 {
				continue
			}
			z--
			last += rune(z>>1^-(z&1)) + 1
			c[i] = string(last)
		}
		for range long {
			cid, size := next(), next()
			c[cid], b = string(b[:size]), b[size:]
		}
		out[name] = c
	}
	return out
})

// text is what a CID stands for.
func (c collection) text(cid uint32) (string, bool) {
	if uint64(cid) >= uint64(len(c)) || c[cid] == "" {
		return "", false
	}
	r, _ := utf8.DecodeRuneInString(c[cid])
	return c[cid], r != utf8.RuneError
}

// collectionOf is the collection with an ordering; nil when there is none.
func collectionOf(ordering string) collection { return collections()[ordering] }
