package archive

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The manifest lists the segments that have ended, one line of JSON each, in the order in which they ended. Each line holds
// the digest of the line before it, so that the last line stands for all of them.
const manifestFile = "MANIFEST"

// A Sealed segment is one line of the manifest.
type Sealed struct {
	File      string `json:"file"`
	Segment   uint32 `json:"segment"`
	Length    int64  `json:"length"`
	SHA256    string `json:"sha256"`
	FirstLeaf uint64 `json:"first_leaf"`
	Previous  string `json:"previous,omitempty"` // sha256 of the line before
}

// readManifest reads the lines of a manifest and checks their chain.
func readManifest(dir string) (lines []Sealed, data []byte, err error) {
	path := filepath.Join(dir, manifestFile)
	data, err = os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, diskError(err)
	}
	prev := ""
	for n, rest := 1, data; len(rest) > 0; n++ {
		line, more, whole := bytes.Cut(rest, []byte("\n"))
		var s Sealed
		dec := json.NewDecoder(bytes.NewReader(line))
		dec.DisallowUnknownFields()
		again, _ := []byte(nil), error(nil)
		if err := dec.Decode(&s); err == nil {
			again, _ = json.Marshal(s)
		}
		if !whole || s.Previous != prev || !bytes.Equal(again, line) {
			return lines, data, fmt.Errorf("archive: %s: line %d is damaged, or does not follow from the one before", manifestFile, n)
		}
		lines, prev, rest = append(lines, s), Sum(line), more
	}
	return lines, data, nil
}

// sealSegments makes the segments that have ended read-only and lists those that the manifest does not.
func (a *Archive) sealSegments() error {
	a.warc.sealed, a.report.sealed = nil, nil
	var known []numbered
	if err := a.view(func(v view) (err error) { known, err = knownSegments(v); return err }); err != nil {
		return err
	}
	lines, data, err := readManifest(a.dir)
	if errors.Is(err, ErrReadOnly) {
		return err
	}
	if err != nil { // kept, and written anew from what the index knows
		to := quarantined(a.dir, manifestFile)
		if err := errors.Join(os.Rename(filepath.Join(a.dir, manifestFile), to), syncDir(filepath.Dir(to))); err != nil {
			return diskError(err)
		}
		a.Recovered = append(a.Recovered, fmt.Sprintf("%v: it was moved to %s and written anew", err, filepath.Base(to)))
		lines, data = nil, nil
	}
	listed, prev := map[string]Sealed{}, ""
	for _, l := range lines {
		listed[l.File] = l
	}
	if n := bytes.LastIndexByte(bytes.TrimRight(data, "\n"), '\n'); len(data) > 0 {
		prev = Sum(bytes.TrimRight(data[n+1:], "\n"))
	}
	grown := false
	for _, k := range known {
		if k.SHA256 == "" {
			continue
		}
		if _, err := hex.DecodeString(k.SHA256); err != nil {
			return damagedRow(bSegments, segmentKey(k.stream, k.n), "its digest cannot be read")
		}
		if _, ok := listed[k.path()]; ok {
			continue
		}
		if err := os.Chmod(filepath.Join(a.dir, filepath.FromSlash(k.path())), sealedMode); err != nil && !errors.Is(err, os.ErrNotExist) {
			return diskError(err)
		}
		line, err := json.Marshal(Sealed{k.path(), k.n, k.Length, k.SHA256, k.First, prev})
		if err != nil {
			return err
		}
		data = append(append(data, line...), '\n')
		prev, grown = Sum(line), true
	}
	if !grown {
		return nil
	}
	return replaceFile(filepath.Join(a.dir, manifestFile), data, fileMode)
}
