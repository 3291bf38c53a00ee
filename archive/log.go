package archive

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"nianbao/archive/evidence"
)

// The files of the log, below log/.
const (
	logFolder      = "log"
	checkpointFile = "checkpoint"  // the newest
	checkpointsDir = "checkpoints" // every one, by size
	signingKey     = "key"
	verifierKey    = "key.pub"
)

// logStore keeps the log's files on disk.
type logStore struct{ dir string }

func (s logStore) path(p string) string {
	return filepath.Join(s.dir, logFolder, filepath.FromSlash(p))
}

// Read reads a file of the log.
func (s logStore) Read(p string) ([]byte, error) {
	f, err := openRegular(s.path(p))
	if err != nil {
		return nil, err
	}
	return readAllOf(f)
}

// Write writes a file of the log whole, and has it on disk.
func (s logStore) Write(p string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(s.path(p)), dirMode); err != nil {
		return diskError(err)
	}
	return replaceFile(s.path(p), data, fileMode)
}

// checkpoint reads the newest checkpoint and checks its signature; a log that was never signed has the zero one.
func (s logStore) checkpoint() (c evidence.Checkpoint, signed []byte, err error) {
	signed, err = s.Read(checkpointFile)
	if errors.Is(err, os.ErrNotExist) {
		return c, nil, nil
	}
	if err != nil {
		return c, nil, diskError(err)
	}
	vkey, err := s.Read(verifierKey)
	if err != nil {
		return c, signed, fmt.Errorf("%w: %w", evidence.ErrLog, err)
	}
	c, err = evidence.OpenCheckpoint(signed, string(vkey))
	return c, signed, err
}

// signedSize is the size of the log as it was last signed, 0 when that cannot be read.
func signedSize(dir string) uint64 {
	signed, err := logStore{dir}.Read(checkpointFile)
	if err != nil {
		return 0
	}
	c, err := evidence.ParseCheckpoint(string(signed))
	if err != nil {
		return 0
	}
	return uint64(c.Tree.N)
}

// keys are the log's signing and verifier keys, made when there are none.
func (s logStore) keys() (skey, name string, err error) {
	b, err := s.Read(signingKey)
	if errors.Is(err, os.ErrNotExist) {
		if _, err := s.Read(checkpointFile); err == nil {
			return "", "", fmt.Errorf("%w: the signing key %s is gone", evidence.ErrLog, s.path(signingKey))
		}
		var id [8]byte
		rand.Read(id[:])
		skey, vkey, err := note.GenerateKey(rand.Reader, "nianbao-"+hex.EncodeToString(id[:]))
		if err == nil {
			err = s.Write(verifierKey, []byte(vkey+"\n"))
		}
		if err == nil {
			err = s.Write(signingKey, []byte(skey+"\n"))
		}
		if err != nil {
			return "", "", err
		}
		b = []byte(skey)
	} else if err != nil {
		return "", "", diskError(err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(b)))
	if err != nil {
		return "", "", fmt.Errorf("%w: the signing key: %w", evidence.ErrLog, err)
	}
	return strings.TrimSpace(string(b)), signer.Name(), nil
}

// leafAt is the leaf of a number; one that is in no segment any more says so.
func (a *Archive) leafAt(n int64) (out evidence.Leaf, err error) {
	err = a.view(func(v view) error {
		key := leafKey(uint64(n))
		body, err := get(v, bLeaves, key)
		if err != nil {
			return err
		}
		if body == nil {
			out = evidence.Leaf{Kind: "missing", ID: fmt.Sprint(n)}
			return nil
		}
		l, err := decodeLeaf(key, body)
		if err == nil {
			out = l.entry()
		}
		return err
	})
	return out, err
}

func (l leaf) entry() evidence.Leaf {
	kind := "capture"
	if l.Kind == streamReports {
		kind = "observation"
	}
	return evidence.Leaf{Kind: kind, ID: l.ID, Header: l.Header}
}

// signLog brings the log up to the index and signs it, when there is something new. Tiles that are gone or damaged are made
// again from the leaves, as long as they then agree with the checkpoint.
func (a *Archive) signLog() error {
	var n counts
	if err := a.view(func(v view) (err error) { n, err = readCounts(v); return err }); err != nil {
		return err
	}
	s := logStore{a.dir}
	c, _, err := s.checkpoint()
	if err != nil {
		return fmt.Errorf("archive: sign the log: %w", err)
	}
	if uint64(c.Tree.N) >= n.Leaves {
		return nil
	}
	skey, name, err := s.keys()
	if err != nil {
		return fmt.Errorf("archive: sign the log: %w", err)
	}
	t, err := evidence.Grow(s, c.Tree, int64(n.Leaves), a.leafAt)
	if err != nil && c.Tree.N > 0 && !errors.Is(err, ErrNoSpace) && !errors.Is(err, ErrReadOnly) && !errors.Is(err, ErrIndex) {
		t, err = a.regrow(s, c.Tree, int64(n.Leaves))
	}
	if err != nil {
		return fmt.Errorf("archive: sign the log: %w", err)
	}
	signed, err := evidence.Sign(evidence.Checkpoint{Origin: name, Tree: t, Time: a.opt.Now()}, skey)
	if err != nil {
		return err
	}
	if err := s.Write(fmt.Sprintf("%s/%d", checkpointsDir, t.N), signed); err != nil {
		return err
	}
	if err := s.Write(checkpointFile, signed); err != nil {
		return err
	}
	now := map[string]bool{}
	for _, p := range evidence.Partial(t.N) {
		now[p] = true
	}
	for _, p := range evidence.Partial(c.Tree.N) {
		if !now[p] {
			_ = os.Remove(s.path(p)) // it has grown into another; left behind it does no harm
		}
	}
	return nil
}

// regrow makes all tiles again.
func (a *Archive) regrow(s logStore, signed tlog.Tree, to int64) (tlog.Tree, error) {
	t, err := evidence.Grow(s, tlog.Tree{}, signed.N, a.leafAt)
	if err != nil {
		return t, err
	}
	if t.Hash != signed.Hash {
		return t, fmt.Errorf("%w: what is archived does not agree with the checkpoint of size %d", evidence.ErrLog, signed.N)
	}
	a.Recovered = append(a.Recovered, fmt.Sprintf("the tiles of the log were made again: %d leaves", signed.N))
	return evidence.Grow(s, t, to, a.leafAt)
}
