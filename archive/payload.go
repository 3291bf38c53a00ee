package archive

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"go.etcd.io/bbolt"

	"nianbao/archive/warc"
)

// payloadMost bounds a payload read back, in octets.
const payloadMost = 512 << 20

// Payload returns the decoded payload of a digest, from the record that holds it.
func (a *Archive) Payload(sum string) ([]byte, error) {
	var c Capture
	err := a.db.View(func(tx *bbolt.Tx) error {
		id := tx.Bucket(bPayloads).Get([]byte(sum))
		if id == nil {
			return fmt.Errorf("%w: payload %s", ErrNotFound, sum)
		}
		var ok bool
		if c, ok = captureAt(tx, tx.Bucket(bIDs).Get(id)); !ok {
			return fmt.Errorf("%w: payload %s", ErrNotFound, sum)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rec, err := a.readRecord(c.WARC)
	if err != nil {
		return nil, err
	}
	head, body, _ := bytes.Cut(rec.Block, []byte("\r\n\r\n"))
	if got, ok := uncode(dechunk(body, head), sum, 3); ok {
		return got, nil
	}
	return nil, fmt.Errorf("archive: payload %s: %w: %s at %d does not hold it", sum, warc.ErrDamaged, c.WARC.File, c.WARC.Offset)
}

// uncode undoes content codings until the octets have the digest that is wanted. Servers lie about their codings; the
// digest does not.
func uncode(body []byte, sum string, layers int) ([]byte, bool) {
	if Sum(body) == sum {
		return body, true
	}
	if layers == 0 {
		return nil, false
	}
	for _, open := range []func(io.Reader) (io.Reader, error){
		func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil },
		func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	} {
		r, err := open(bytes.NewReader(body))
		if err != nil {
			continue
		}
		out, _ := io.ReadAll(io.LimitReader(r, payloadMost)) // a damaged tail was damaged when it was captured
		if len(out) == 0 {
			continue
		}
		if got, ok := uncode(out, sum, layers-1); ok {
			return got, true
		}
	}
	return nil, false
}
