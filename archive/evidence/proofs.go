package evidence

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// ProofsSchema names the shape of Proofs in JSON.
const ProofsSchema = "nianbao.evidence.v1"

// Proofs are what shows that records are in a log.
type Proofs struct {
	Schema     string  `json:"schema"`
	Checkpoint string  `json:"checkpoint"` // as it was signed
	Key        string  `json:"key"`        // verifier key of the signature (C2SP signed-note)
	Records    []Proof `json:"records"`
}

// A Proof is an inclusion proof of one record (RFC 6962 §2.1.1).
type Proof struct {
	Leaf  int64    `json:"leaf"`
	Entry string   `json:"entry"`
	Path  []string `json:"path"` // hashes in base64, from the leaf up
	// File, Offset and Length say where the record lies in a bundle.
	File   string `json:"file,omitempty"`
	Offset int64  `json:"offset"`
	Length int64  `json:"length"`
}

// Add adds the proof of one leaf.
func (p *Proofs) Add(n int64, l Leaf, proof tlog.RecordProof) {
	x := Proof{Leaf: n, Entry: string(l.Entry()), Path: []string{}}
	for _, h := range proof {
		x.Path = append(x.Path, base64.StdEncoding.EncodeToString(h[:]))
	}
	p.Records = append(p.Records, x)
}

// ParseProofs reads proofs.
func ParseProofs(b []byte) (*Proofs, error) {
	var p Proofs
	if err := json.Unmarshal(b, &p); err != nil {
		return nil, fmt.Errorf("%w: proofs: %w", ErrLog, err)
	}
	if p.Schema != ProofsSchema {
		return nil, fmt.Errorf("%w: proofs of the schema %.40q", ErrLog, p.Schema)
	}
	return &p, nil
}

// Check checks the checkpoint's signature and every proof against it. Each leaf is returned in its place.
func (p *Proofs) Check() (Checkpoint, []Leaf, error) {
	c, err := OpenCheckpoint([]byte(p.Checkpoint), p.Key)
	if err != nil {
		return c, nil, err
	}
	leaves := make([]Leaf, len(p.Records))
	for i, r := range p.Records {
		proof := make(tlog.RecordProof, len(r.Path))
		for j, s := range r.Path {
			h, err := base64.StdEncoding.DecodeString(s)
			if err != nil || len(h) != tlog.HashSize {
				return c, nil, fmt.Errorf("%w: a hash of the proof of leaf %d", ErrLog, r.Leaf)
			}
			copy(proof[j][:], h)
		}
		if r.Leaf < 0 || r.Leaf >= c.Tree.N {
			return c, nil, fmt.Errorf("%w: leaf %d of a tree of %d", ErrLog, r.Leaf, c.Tree.N)
		}
		if err := tlog.CheckRecord(proof, c.Tree.N, c.Tree.Hash, r.Leaf, Hash([]byte(r.Entry))); err != nil {
			return c, nil, fmt.Errorf("%w: leaf %d: %w", ErrLog, r.Leaf, err)
		}
		if leaves[i], err = ParseEntry([]byte(r.Entry)); err != nil {
			return c, nil, err
		}
	}
	return c, leaves, nil
}
