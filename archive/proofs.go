package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"nianbao/archive/evidence"
)

// A Piece is a run of octets of a segment that belong together: a capture with its request, or an observation.
type Piece struct {
	Kind    string   // capture or observation
	ID      string   // of the record that is the leaf
	Lead    int64    // octets of what stands before that record
	Where   Location // of all of it
	Capture Capture  // where it is one
}

func pieceOf(c *Capture) Piece {
	return Piece{Kind: "capture", ID: c.ID, Lead: c.lead, Where: Location{c.WARC.File, c.WARC.Offset - c.lead, c.WARC.Length + c.lead}, Capture: *c}
}

// PiecesOf are the pieces that a capture needs to be read: itself, and the one it refers to when it is a revisit.
func (a *Archive) PiecesOf(c *Capture) ([]Piece, error) {
	out := []Piece{pieceOf(c)}
	if !c.Revisit || c.refersTo == "" {
		return out, nil
	}
	first, err := a.Capture(c.refersTo)
	if errors.Is(err, ErrNotFound) { // of an import that did not bring it along
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	return append([]Piece{pieceOf(&first)}, out...), nil
}

// Evidence are the pieces that a report rests on: what its sources were read from, and the observations of its versions.
func (a *Archive) Evidence(r *Report) (out []Piece, err error) {
	seen := map[string]bool{}
	add := func(ps ...Piece) {
		for _, p := range ps {
			if !seen[p.ID] {
				seen[p.ID] = true
				out = append(out, p)
			}
		}
	}
	for _, s := range r.Sources {
		c, err := a.captureOfSource(&s)
		if err != nil {
			return nil, err
		}
		if c.ID == "" {
			continue // known from an announcement alone
		}
		ps, err := a.PiecesOf(&c)
		if err != nil {
			return nil, err
		}
		add(ps...)
	}
	versions, err := a.Versions(r.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range versions {
		loc, err := a.textAt(x.TextSHA256)
		if err != nil {
			return nil, err
		}
		if loc.File == "" {
			continue
		}
		rec, err := a.readRecord(loc)
		if err != nil {
			return nil, err
		}
		add(Piece{Kind: "observation", ID: rec.ID, Where: loc})
	}
	return out, nil
}

// textAt is where the observation of a text lies.
func (a *Archive) textAt(sum string) (loc Location, err error) {
	err = a.view(func(v view) error {
		row, err := get(v, bTexts, textKey(sum))
		if err != nil || row == nil {
			return err
		}
		d := &decoder{b: row}
		loc, err = a.location(v, d.place())
		return err
	})
	return loc, err
}

// Raw returns octets of a segment as they are.
func (a *Archive) Raw(loc Location) ([]byte, error) {
	if !filepath.IsLocal(filepath.FromSlash(loc.File)) {
		return nil, fmt.Errorf("%w: a record in %q", ErrIndex, loc.File)
	}
	f, err := openRegular(filepath.Join(a.dir, filepath.FromSlash(loc.File)))
	if err != nil {
		return nil, diskError(err)
	}
	defer f.Close()
	if loc.Offset < 0 || loc.Length < 0 || loc.Length > payloadMost {
		return nil, fmt.Errorf("%w: a record at %d of %d octets", ErrIndex, loc.Offset, loc.Length)
	}
	b := make([]byte, loc.Length)
	if _, err := f.ReadAt(b, loc.Offset); err != nil && !errors.Is(err, io.EOF) {
		return nil, diskError(err)
	}
	return b, nil
}

// Segments are the files of captures, in their order, with their committed lengths.
func (a *Archive) Segments() (out []Sealed, err error) {
	err = a.view(func(v view) error {
		out = nil
		known, err := knownSegments(v)
		for _, k := range known {
			if k.stream == streamWARC {
				out = append(out, Sealed{File: k.path(), Segment: k.n, Length: k.Length, SHA256: k.SHA256, FirstLeaf: k.First})
			}
		}
		return err
	})
	return out, err
}

// Prove makes the proofs that pieces are in the log, under its newest checkpoint.
func (a *Archive) Prove(pieces []Piece) (*evidence.Proofs, error) {
	s := logStore{a.dir}
	c, signed, err := s.checkpoint()
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if signed == nil {
		return nil, fmt.Errorf("archive: the log was never signed: any command that writes signs it")
	}
	vkey, err := s.Read(verifierKey)
	if err != nil {
		return nil, diskError(err)
	}
	out := &evidence.Proofs{Schema: evidence.ProofsSchema, Checkpoint: string(signed), Key: trim(vkey)}
	reader := evidence.Reader(s, c.Tree)
	for _, p := range pieces {
		n, err := a.leafNumber(p)
		if err != nil {
			return nil, err
		}
		if int64(n) >= c.Tree.N {
			return nil, fmt.Errorf("archive: %s is not under the newest checkpoint yet: end the crawl first", p.ID)
		}
		l, err := a.leafAt(int64(n))
		if err != nil {
			return nil, err
		}
		proof, err := tlog.ProveRecord(c.Tree.N, int64(n), reader)
		if err != nil {
			return nil, fmt.Errorf("archive: prove %s: %w", p.ID, err)
		}
		out.Add(int64(n), l, proof)
	}
	return out, nil
}

// leafNumber is the number of a piece's leaf: as its record says, or, where it was made before records did, as the leaves do.
func (a *Archive) leafNumber(p Piece) (uint64, error) {
	rec, err := a.readRecord(Location{p.Where.File, p.Where.Offset + p.Lead, p.Where.Length - p.Lead})
	if err != nil {
		return 0, err
	}
	if n, err := strconv.ParseUint(rec.Get(fieldLeaf), 10, 64); err == nil {
		return n, nil
	}
	var n uint64
	found := false
	err = a.view(func(v view) error {
		cur := v.bucket(bLeaves).cursor()
		for k, value := cur.First(); k != nil && !found; k, value = cur.Next() {
			body, err := unseal(bLeaves, k, value)
			if err != nil {
				return err
			}
			l, err := decodeLeaf(k, body)
			if err != nil {
				return err
			}
			if found = l.ID == p.ID; found {
				n = binary.BigEndian.Uint64(bytes.Clone(k))
			}
		}
		return nil
	})
	if err == nil && !found {
		err = fmt.Errorf("%w: leaf of %s", ErrNotFound, p.ID)
	}
	return n, err
}
