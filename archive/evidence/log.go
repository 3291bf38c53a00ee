// Package evidence is the Merkle log of an archive and what can be proved with it.
//
// Every capture and every observation is a leaf, in the order in which it was acknowledged. A leaf names a record and the
// sha256 of its header, which holds the date, the address and the sha256 of the block: so a record proves itself, and a
// block that had to be taken down leaves the proof as it was. Leaves are hashed into a tree as in RFC 6962 §2.1, and tiles
// of the tree are files as C2SP tlog-tiles lays them out. A checkpoint states the size and the root of the tree, and is
// signed (C2SP signed-note, Ed25519).
//
// What this proves: a record that is in the tree of a checkpoint was in the archive when the checkpoint was signed, has not
// been altered since, and stands in one order with all others; and a later checkpoint contains the earlier one. It does not
// prove that the server told the truth, nor the time on its own: the key lies with the archive, so whoever holds both can
// sign another log. Copies of checkpoints in other hands are what shuts that out.
package evidence

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is that of C2SP tlog-tiles: 256 hashes a tile.
const tileHeight = 8

// tileWidth is how many hashes or entries a full tile has.
const tileWidth = 1 << tileHeight

// ErrLog is wrapped when a log does not agree with itself or with its checkpoint.
var ErrLog = errors.New("the log is damaged")

// A Leaf is what the log says of one record.
type Leaf struct {
	Kind   string // capture, observation, or missing where the record was lost before it was logged
	ID     string
	Header [32]byte
}

// Entry is a leaf as octets: four lines.
func (l Leaf) Entry() []byte {
	return fmt.Appendf(nil, "nianbao.leaf.v1\n%s\n%s\nsha256:%x\n", l.Kind, l.ID, l.Header)
}

// ParseEntry reads a leaf.
func ParseEntry(b []byte) (Leaf, error) {
	f := strings.Split(string(b), "\n")
	if len(f) != 5 || f[0] != "nianbao.leaf.v1" || f[4] != "" {
		return Leaf{}, fmt.Errorf("%w: an entry of another form", ErrLog)
	}
	l := Leaf{Kind: f[1], ID: f[2]}
	sum, err := hex.DecodeString(strings.TrimPrefix(f[3], "sha256:"))
	if err != nil || len(sum) != len(l.Header) {
		return Leaf{}, fmt.Errorf("%w: an entry without a digest", ErrLog)
	}
	copy(l.Header[:], sum)
	return l, nil
}

// Hash is the hash of an entry in the tree.
func Hash(entry []byte) tlog.Hash { return tlog.RecordHash(entry) }

// A Checkpoint is what is signed.
type Checkpoint struct {
	Origin string
	Tree   tlog.Tree
	Time   time.Time // by the clock of whoever signed
}

// Text is a checkpoint as C2SP tlog-checkpoint has it, with the time as its one extension line.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\ntime %s\n", c.Origin, c.Tree.N, base64.StdEncoding.EncodeToString(c.Tree.Hash[:]), c.Time.UTC().Format(time.RFC3339))
}

// ParseCheckpoint reads the text of a checkpoint.
func ParseCheckpoint(text string) (c Checkpoint, err error) {
	f := strings.Split(text, "\n")
	if len(f) < 4 || f[0] == "" {
		return c, fmt.Errorf("%w: a checkpoint of another form", ErrLog)
	}
	c.Origin = f[0]
	n, err := strconv.ParseInt(f[1], 10, 64)
	root, rootErr := base64.StdEncoding.DecodeString(f[2])
	if err != nil || rootErr != nil || n < 0 || len(root) != tlog.HashSize || strconv.FormatInt(n, 10) != f[1] {
		return c, fmt.Errorf("%w: a checkpoint of another form", ErrLog)
	}
	c.Tree.N = n
	copy(c.Tree.Hash[:], root)
	for _, l := range f[3:] {
		if t, ok := strings.CutPrefix(l, "time "); ok {
			if c.Time, err = time.Parse(time.RFC3339, t); err != nil {
				return c, fmt.Errorf("%w: a checkpoint with the time %.40q", ErrLog, t)
			}
		}
	}
	return c, nil
}

// OpenCheckpoint checks the signature of a checkpoint by a verifier key.
func OpenCheckpoint(signed []byte, vkey string) (Checkpoint, error) {
	v, err := note.NewVerifier(strings.TrimSpace(vkey))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: the verifier key: %w", ErrLog, err)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: the checkpoint's signature: %w", ErrLog, err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err == nil && c.Origin != v.Name() {
		err = fmt.Errorf("%w: a checkpoint of %q signed by %q", ErrLog, c.Origin, v.Name())
	}
	return c, err
}

// Sign signs a checkpoint.
func Sign(c Checkpoint, skey string) ([]byte, error) {
	s, err := note.NewSigner(strings.TrimSpace(skey))
	if err != nil {
		return nil, fmt.Errorf("evidence: signing key: %w", err)
	}
	return note.Sign(&note.Note{Text: c.Text()}, s)
}

// tilePath is the path of a tile of the tree, or of a bundle of entries at level -1.
func tilePath(level int, n int64, width int) string {
	kind := "entries"
	if level >= 0 {
		kind = strconv.Itoa(level)
	}
	name := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		name = fmt.Sprintf("x%03d/%s", n%1000, name)
	}
	p := path.Join("tile", kind, name)
	if width < tileWidth {
		p += fmt.Sprintf(".p/%d", width)
	}
	return p
}

// Store keeps the files of a log, by their slash-separated paths.
type Store interface {
	Read(path string) ([]byte, error) // an error that is os.ErrNotExist when there is none
	Write(path string, data []byte) error
}

// tiles reads tiles of a store.
type tiles struct{ s Store }

func (t tiles) Height() int                                { return tileHeight }
func (t tiles) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func (t tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(want))
	for i, w := range want {
		data, err := t.s.Read(tilePath(w.L, w.N, w.W))
		if errors.Is(err, os.ErrNotExist) && w.W < tileWidth {
			data, err = t.s.Read(tilePath(w.L, w.N, tileWidth)) // it has grown since
		}
		if err != nil {
			return nil, err
		}
		if len(data) < w.W*tlog.HashSize {
			return nil, fmt.Errorf("%w: %s is cut off", ErrLog, tilePath(w.L, w.N, w.W))
		}
		out[i] = data[:w.W*tlog.HashSize]
	}
	return out, nil
}

// Reader reads the hashes of a tree from the tiles of a store, each checked against the tree's root.
func Reader(s Store, t tlog.Tree) tlog.HashReader { return tlog.TileHashReader(t, tiles{s}) }

// Contains checks that a tree contains an earlier one.
func Contains(s Store, newer, older tlog.Tree) error {
	if older.N > newer.N {
		return fmt.Errorf("%w: %d leaves, where the newest checkpoint has %d", ErrLog, older.N, newer.N)
	}
	if older.N == 0 {
		return nil
	}
	root, err := tlog.TreeHash(older.N, Reader(s, newer))
	if err != nil {
		return err
	}
	if root != older.Hash {
		return fmt.Errorf("%w: the tree of %d leaves has another root", ErrLog, older.N)
	}
	return nil
}

// batchLeaves bounds the leaves that are hashed before their tiles are written.
const batchLeaves = 64 * tileWidth

// Grow adds leaves to a log of a size that its tree vouches for, and returns the tree it then is. leaf returns the leaf of a
// number. Tiles are written before Grow returns; the checkpoint, which makes them count, is the caller's to write.
func Grow(s Store, from tlog.Tree, to int64, leaf func(n int64) (Leaf, error)) (tlog.Tree, error) {
	t := from
	for t.N < to {
		next := min(to, (t.N/batchLeaves+1)*batchLeaves)
		grown, err := growBatch(s, t, next, leaf)
		if err != nil {
			return t, err
		}
		t = grown
	}
	return t, nil
}

func growBatch(s Store, t tlog.Tree, to int64, leaf func(n int64) (Leaf, error)) (tlog.Tree, error) {
	fresh := map[int64]tlog.Hash{}
	old := tlog.HashReader(tlog.HashReaderFunc(func([]int64) ([]tlog.Hash, error) { return nil, fmt.Errorf("%w: a hash of an empty tree", ErrLog) }))
	if t.N > 0 {
		old = Reader(s, t)
	}
	reader := tlog.HashReaderFunc(func(want []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(want))
		var rest []int64
		var at []int
		for i, w := range want {
			if h, ok := fresh[w]; ok {
				out[i] = h
			} else {
				rest, at = append(rest, w), append(at, i)
			}
		}
		if len(rest) == 0 {
			return out, nil
		}
		hashes, err := old.ReadHashes(rest)
		if err != nil {
			return nil, err
		}
		for i, h := range hashes {
			out[at[i]] = h
		}
		return out, nil
	})
	var entries [][]byte
	if head := t.N % tileWidth; head > 0 { // the bundle that is begun
		var err error
		if entries, err = Entries(s, t.N/tileWidth, int(head)); err != nil {
			return t, err
		}
	}
	bundle := t.N / tileWidth
	for n := t.N; n < to; n++ {
		l, err := leaf(n)
		if err != nil {
			return t, err
		}
		e := l.Entry()
		hashes, err := tlog.StoredHashesForRecordHash(n, Hash(e), reader)
		if err != nil {
			return t, err
		}
		for i, h := range hashes {
			fresh[tlog.StoredHashIndex(0, n)+int64(i)] = h
		}
		if entries = append(entries, e); len(entries) == tileWidth || n == to-1 {
			if err := s.Write(tilePath(-1, bundle, len(entries)), bundled(entries)); err != nil {
				return t, err
			}
			bundle, entries = bundle+1, nil
		}
	}
	for _, tile := range tlog.NewTiles(tileHeight, t.N, to) {
		data, err := tlog.ReadTileData(tile, reader)
		if err != nil {
			return t, err
		}
		if err := s.Write(tilePath(tile.L, tile.N, tile.W), data); err != nil {
			return t, err
		}
	}
	root, err := tlog.TreeHash(to, reader)
	return tlog.Tree{N: to, Hash: root}, err
}

// bundled are entries behind one another, each with its length before it.
func bundled(entries [][]byte) (out []byte) {
	for _, e := range entries {
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(e))), e...)
	}
	return out
}

// Entries reads the first entries of a bundle.
func Entries(s Store, bundle int64, width int) ([][]byte, error) {
	data, err := s.Read(tilePath(-1, bundle, width))
	if errors.Is(err, os.ErrNotExist) && width < tileWidth {
		data, err = s.Read(tilePath(-1, bundle, tileWidth))
	}
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for len(data) >= 2 && len(out) < width {
		n := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+n {
			break
		}
		out, data = append(out, data[2:2+n]), data[2+n:]
	}
	if len(out) < width {
		return nil, fmt.Errorf("%w: bundle %d of entries is cut off", ErrLog, bundle)
	}
	return out, nil
}

// Partial are the paths of the partial tiles and the bundle that a log of a size has.
func Partial(size int64) (paths []string) {
	if w := size % tileWidth; w > 0 {
		paths = append(paths, tilePath(-1, size/tileWidth, int(w)))
	}
	for level, n := 0, size; n > 0; level, n = level+1, n>>tileHeight {
		if w := n % tileWidth; w > 0 {
			paths = append(paths, tilePath(level, n/tileWidth, int(w)))
		}
	}
	return paths
}

// All are the paths of all files that a log of a size has: tiles and bundles, full and partial.
func All(size int64) (paths []string) {
	for n := range size / tileWidth {
		paths = append(paths, tilePath(-1, n, tileWidth))
	}
	for level, n := 0, size; n > 0; level, n = level+1, n>>tileHeight {
		for i := range n / tileWidth {
			paths = append(paths, tilePath(level, i, tileWidth))
		}
	}
	return append(paths, Partial(size)...)
}
