package archive

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"
)

// Rows that are JSON are compressed with a dictionary: the first row of its kind, kept in the index. Two reports of one
// form differ in their numbers only, so that one is the best dictionary for the other: a report's numbers, checks and
// warnings of 20 KB take some 1 KB.

const (
	dictMost   = 48 << 10 // octets of a dictionary
	unpackMost = 64 << 20 // octets of a row that is read
)

// packer compresses and reads rows of one kind.
type packer struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

// packers are those in use, by the key of their dictionary.
type packers struct {
	mu sync.Mutex
	m  map[string]*packer
}

func newPacker(dict []byte) (*packer, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderCRC(false), zstd.WithWindowSize(256<<10), zstd.WithEncoderDictRaw(1, dict))
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(unpackMost), zstd.WithDecoderDictRaw(1, dict))
	if err != nil {
		return nil, err
	}
	return &packer{enc, dec}, nil
}

// forget drops all packers, when the transaction that may have made a dictionary has failed.
func (p *packers) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.m)
}

func dictKey(kind string) []byte { return []byte("dict/" + kind) }

// of returns the packer of a kind of rows; nil when there is no dictionary yet.
func (p *packers) of(v view, kind string) (*packer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if k := p.m[kind]; k != nil {
		return k, nil
	}
	dict, err := get(v, bMeta, dictKey(kind))
	if err != nil || dict == nil {
		return nil, err
	}
	k, err := newPacker(bytes.Clone(dict)) // it is kept beyond the transaction
	if err != nil {
		return nil, fmt.Errorf("archive: dictionary %s: %w", kind, err)
	}
	if p.m == nil {
		p.m = map[string]*packer{}
	}
	p.m[kind] = k
	return k, nil
}

// pack compresses a row's body.
func (a *Archive) pack(tx *bbolt.Tx, kind string, body []byte) ([]byte, error) {
	k, err := a.packers.of(txView{tx}, kind)
	if err == nil && k == nil {
		if err = put(tx, bMeta, dictKey(kind), body[:min(len(body), dictMost)]); err == nil {
			k, err = a.packers.of(txView{tx}, kind)
		}
	}
	if err != nil {
		return nil, err
	}
	return k.enc.EncodeAll(body, nil), nil
}

// unpack is the body of a packed row.
func (a *Archive) unpack(v view, kind string, packed []byte) ([]byte, error) {
	k, err := a.packers.of(v, kind)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return nil, fmt.Errorf("%w: no dictionary for %s", ErrIndex, kind)
	}
	body, err := k.dec.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	return body, nil
}
