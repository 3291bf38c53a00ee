package archive

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"nianbao/archive/evidence"
)

// verifyFile is where it is noted which segments were found sound. Losing it costs time.
const verifyFile = "verify.json"

// verifyState is what it holds: segments found sound in any run, and in the one that is under way.
type verifyState struct {
	Segments map[string]verifiedSegment `json:"segments"`
	Run      map[string]verifiedSegment `json:"run,omitempty"`
}

type verifiedSegment struct {
	Length   int64  `json:"length"`
	SHA256   string `json:"sha256"`
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"`
}

func readVerifyState(dir string) (s verifyState) {
	if b, err := os.ReadFile(filepath.Join(dir, verifyFile)); err == nil && json.Unmarshal(b, &s) != nil {
		s = verifyState{} // damaged: everything is read again
	}
	if s.Segments == nil {
		s.Segments = map[string]verifiedSegment{}
	}
	if s.Run == nil {
		s.Run = map[string]verifiedSegment{}
	}
	return s
}

// saveState notes what was found sound, where the archive can be written to.
func (v *verifier) saveState() {
	if v.lock == nil {
		return
	}
	if b, err := json.Marshal(v.state); err == nil {
		_ = replaceFile(filepath.Join(v.dir, verifyFile), b, fileMode)
	}
}

// zeroTree is the tree of a log without leaves.
var zeroTree tlog.Tree

func trim(b []byte) string { return strings.TrimSpace(string(b)) }

func newHash() hash.Hash { return sha256.New() }

func sumOf(b []byte) [32]byte { return sha256.Sum256(b) }

// pacedReader reads no faster than a rate.
type pacedReader struct {
	ctx   context.Context
	r     io.Reader
	rate  int64
	began time.Time
	n     int64
}

func (p *pacedReader) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := p.r.Read(b)
	p.n += int64(n)
	if p.rate > 0 {
		due := p.began.Add(time.Duration(float64(p.n) / float64(p.rate) * float64(time.Second)))
		if wait := time.Until(due); wait > 0 {
			t := time.NewTimer(wait)
			defer t.Stop()
			select {
			case <-t.C:
			case <-p.ctx.Done():
			}
		}
	}
	return n, err
}

// comparing is a store that compares what is written to it with what another holds.
type comparing struct {
	logStore
	all     map[string]bool   // files that are to be there
	passing map[string][]byte // files of sizes on the way, which need not be
	differ  func(path, how string)
}

func (c *comparing) Read(p string) ([]byte, error) {
	if b, ok := c.passing[p]; ok {
		return b, nil
	}
	return c.logStore.Read(p)
}

func (c *comparing) Write(p string, data []byte) error {
	c.passing[p] = data
	if !c.all[p] {
		return nil
	}
	have, err := c.logStore.Read(p)
	switch {
	case err != nil:
		c.differ(p, err.Error())
	case string(have) != string(data):
		c.differ(p, "it does not follow from the leaves")
	default:
		if len(c.passing) > 4096 { // all there: they can be read again
			clear(c.passing)
		}
	}
	return nil
}

// log checks the checkpoints' signatures, that each follows from the tree, and every tile against the leaves.
func (v *verifier) log(_ context.Context, opt Options) error {
	s := logStore{v.dir}
	c, signed, err := s.checkpoint()
	if err != nil {
		v.find(true, "checkpoint", mendCopy, "log/%s: %v", checkpointFile, err)
		return nil
	}
	if signed == nil {
		if v.out.Leaves > 0 {
			v.find(true, "checkpoint", "any command that writes signs the log", "the log was never signed, or log/%s is gone", checkpointFile)
		}
		return nil
	}
	v.out.Signed = c.Tree.N
	if v.a == nil {
		v.out.Notes = append(v.out.Notes, "the log was checked by its signature alone, since the index cannot be read")
		return nil
	}
	if uint64(c.Tree.N) > v.out.Leaves {
		v.find(true, "log", mendCopy, "the log has %d leaves, the index %d", c.Tree.N, v.out.Leaves)
		return nil
	}
	x := &comparing{logStore: s, all: map[string]bool{}, passing: map[string][]byte{}, differ: func(p, how string) {
		v.find(true, "log "+p, "any command that writes makes tiles again", "log/%s: %s", p, how)
	}}
	for _, p := range evidence.All(c.Tree.N) {
		x.all[p] = true
	}
	t, err := evidence.Grow(x, zeroTree, c.Tree.N, v.a.leafAt)
	if err != nil || t.Hash != c.Tree.Hash {
		v.find(true, "log", mendCopy, "what is archived does not agree with the checkpoint of %d leaves: %v", c.Tree.N, err)
		return nil
	}
	v.checkpoints(s, x, c)
	v.keys(s)
	return nil
}

// checkpoints checks that every checkpoint that was signed is contained in the newest.
func (v *verifier) checkpoints(s logStore, x *comparing, newest evidence.Checkpoint) {
	entries, err := os.ReadDir(s.path(checkpointsDir))
	if err != nil {
		v.find(true, "checkpoints", mendCopy, "log/%s: %v", checkpointsDir, err)
		return
	}
	vkey, err := s.Read(verifierKey)
	if err != nil {
		v.find(true, "checkpoints", mendCopy, "log/%s: %v", verifierKey, err)
		return
	}
	last := false
	for _, e := range entries {
		name := checkpointsDir + "/" + e.Name()
		signed, err := s.Read(name)
		var c evidence.Checkpoint
		if err == nil {
			c, err = evidence.OpenCheckpoint(signed, string(vkey))
		}
		if err == nil {
			err = evidence.Contains(x, newest.Tree, c.Tree)
		}
		if err == nil && fmt.Sprint(c.Tree.N) != e.Name() {
			err = fmt.Errorf("%w: it is of size %d", evidence.ErrLog, c.Tree.N)
		}
		if err != nil {
			v.find(true, "checkpoint "+name, mendCopy, "log/%s: %v", name, err)
		}
		last = last || c.Tree == newest.Tree
	}
	if !last {
		v.find(false, "checkpoints", mendCopy, "log/%s lacks the newest checkpoint", checkpointsDir)
	}
}

// keys checks that the signing key is that of the verifier key.
func (v *verifier) keys(s logStore) {
	skey, err := s.Read(signingKey)
	if err != nil {
		v.out.Notes = append(v.out.Notes, fmt.Sprintf("the signing key does not lie with the archive: %v", err))
		return
	}
	vkey, err := s.Read(verifierKey)
	var signer note.Signer
	if err == nil {
		signer, err = note.NewSigner(trim(skey))
	}
	if err == nil {
		var signed []byte
		if signed, err = note.Sign(&note.Note{Text: "a test\n"}, signer); err == nil {
			var verifier note.Verifier
			if verifier, err = note.NewVerifier(trim(vkey)); err == nil {
				_, err = note.Open(signed, note.VerifierList(verifier))
			}
		}
	}
	if err != nil {
		v.find(true, "key", mendCopy, "log/%s: %v", signingKey, err)
	}
}

// cursors checks that every consumer stands on an event that is there.
func (v *verifier) cursors(context.Context, Options) error {
	if v.a == nil {
		return nil
	}
	names, err := v.a.Sinks()
	if err != nil {
		return nil // said before
	}
	for _, name := range names {
		var st struct {
			Cursor   uint64 `json:"cursor"`
			CursorID string `json:"cursor_id"`
		}
		if err := v.a.SinkState(name, &st); err != nil {
			v.find(false, "cursor "+name, mendRebuild, "%v", err)
			continue
		}
		seq, ok, err := uint64(0), true, error(nil)
		if st.CursorID != "" {
			seq, ok, err = v.a.EventSequence(st.CursorID)
		} else {
			seq, ok = st.Cursor, st.Cursor <= v.out.Events
		}
		if err != nil || !ok || seq != st.Cursor {
			v.find(false, "cursor "+name, "crawler handoff run delivers again from the beginning", "the sink %s stands on event %d (%s), which is not there", name, st.Cursor, st.CursorID)
		}
	}
	return nil
}
