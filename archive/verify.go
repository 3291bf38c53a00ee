package archive

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nianbao/archive/warc"
	"nianbao/internal/boltcheck"
)

// VerifyOptions say how an archive is verified.
type VerifyOptions struct {
	// Quick leaves out segments that were found sound before and have the same size and time since, and takes the index
	// by its digest and checksums, without comparing it with the segments.
	Quick bool
	// Resume leaves out segments that an interrupted run has found sound.
	Resume bool
	// RepairFrom is another copy of the archive, from which good segments replace damaged ones.
	RepairFrom string
	// Rate bounds the octets of segments read in a second; 0 is no bound.
	Rate int64
	// Progress is told of each segment that has been read; it may be nil.
	Progress func(file string, done, all int)
}

// Verified is what a verification found.
type Verified struct {
	Segments int       `json:"segments"` // that were read
	Skipped  int       `json:"skipped,omitempty"`
	Records  int       `json:"records"`
	Captures uint64    `json:"captures"`
	Reports  uint64    `json:"reports"`
	Events   uint64    `json:"events"`
	Leaves   uint64    `json:"leaves"`
	Signed   int64     `json:"signed"` // leaves under the newest checkpoint
	Findings []Finding `json:"findings"`
	Notes    []string  `json:"notes,omitempty"`
	Repaired []string  `json:"repaired,omitempty"`
}

// ErrUnsound is returned by a verification that found something wrong.
var ErrUnsound = errors.New("the archive is not as it was written")

// verifier is one verification under way.
type verifier struct {
	dir   string
	opt   VerifyOptions
	out   *Verified
	a     *Archive // for reading; nil when the index cannot be read
	state verifyState
	lock  *os.File // nil where the archive cannot be written to
	bad   map[string]bool
}

func (v *verifier) find(loss bool, key, mend, text string, args ...any) *Finding {
	v.out.Findings = append(v.out.Findings, Finding{Key: key, Text: fmt.Sprintf(text, args...), Loss: loss, Mend: mend})
	return &v.out.Findings[len(v.out.Findings)-1]
}

const mendRebuild = "crawler rebuild"

// Verify checks every octet of an archive: each record and digest, each row of the index against the segments, missing and
// extra segments, the manifest, the log and its checkpoints, events and cursors. The error is ErrUnsound when anything is
// not as it was written; what it is stands in the findings. It changes nothing unless it is told to repair.
func Verify(ctx context.Context, dir string, opt Options, vopt VerifyOptions) (*Verified, error) {
	if err := isArchive(dir); err != nil {
		return nil, err
	}
	v := &verifier{dir: dir, opt: vopt, out: &Verified{Findings: []Finding{}}, bad: map[string]bool{}}
	l, err := lock(dir)
	switch {
	case err == nil:
		v.lock = l
		defer l.Close()
	case !errors.Is(err, ErrReadOnly) || vopt.RepairFrom != "":
		return nil, err
	}
	if b, err := os.ReadFile(filepath.Join(dir, markFile)); err != nil || string(b) != format {
		v.find(false, "mark", "crawler rebuild", "%s is missing or cut off", markFile)
	}
	v.state = readVerifyState(dir)
	if !vopt.Resume && !vopt.Quick {
		v.state.Run = map[string]verifiedSegment{}
	}
	for _, step := range []func(context.Context, Options) error{v.index, v.segments, v.compare, v.log, v.cursors} {
		if err := errors.Join(ctx.Err(), step(ctx, opt)); err != nil {
			return v.out, err
		}
	}
	if v.a != nil {
		if err := v.a.Close(); err != nil {
			return v.out, err
		}
	}
	slices.SortStableFunc(v.out.Findings, func(x, y Finding) int { return strings.Compare(x.Key, y.Key) })
	v.out.Findings = slices.CompactFunc(v.out.Findings, func(x, y Finding) bool { return x.Key == y.Key })
	if len(v.out.Findings) > 0 {
		return v.out, ErrUnsound
	}
	v.state.Run = map[string]verifiedSegment{}
	v.saveState()
	return v.out, nil
}

// index checks the index: its digest, its trees, and the checksum of every row.
func (v *verifier) index(_ context.Context, opt Options) error {
	path := filepath.Join(v.dir, indexFile)
	damaged := func(err error) error {
		if !errors.Is(err, ErrIndex) && !errors.Is(err, boltcheck.ErrDamaged) && !errors.Is(err, ErrOldIndex) {
			return diskError(err)
		}
		v.find(false, "index", mendRebuild, "%v", err)
		return nil
	}
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		v.find(false, "index", mendRebuild, "%s is missing", indexFile)
		return nil
	}
	if want, err := os.ReadFile(filepath.Join(v.dir, sumFile)); err == nil {
		got, err := fileSum(path)
		if err != nil {
			return err
		}
		if got != string(want) {
			v.find(false, "index sum", mendRebuild, "%s is not as it was when the archive was closed", indexFile)
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return diskError(err)
	} else {
		v.out.Notes = append(v.out.Notes, "the archive was not closed by its last writer: the index is checked by its rows alone")
	}
	if err := soundIndex(path); err != nil {
		return damaged(err)
	}
	a, err := OpenReader(v.dir, opt)
	if err != nil {
		return damaged(err)
	}
	v.a = a
	err = a.view(func(x view) error {
		for _, b := range append(derived[:len(derived):len(derived)], kept...) {
			c := x.bucket(b).cursor()
			for k, value := c.First(); k != nil; k, value = c.Next() {
				if _, err := unseal(b, k, value); err != nil {
					v.find(false, fmt.Sprintf("row %s %x", b, k), mendRebuild, "%v", err)
				}
			}
		}
		return nil
	})
	if err == nil {
		err = a.view(func(x view) error {
			n, err := readCounts(x)
			v.out.Captures, v.out.Reports, v.out.Events, v.out.Leaves = n.Captures, n.Reports, n.Events, n.Leaves
			return err
		})
	}
	if err != nil {
		return damaged(err)
	}
	return nil
}

// expected are the segments as the manifest and the index know them.
func (v *verifier) expected() (all map[string]Sealed, err error) {
	all = map[string]Sealed{}
	lines, _, err := readManifest(v.dir)
	if errors.Is(err, ErrReadOnly) {
		return nil, err
	}
	if err != nil {
		v.find(false, "manifest", "crawler rebuild writes it anew", "%v", err)
	}
	for _, l := range lines {
		all[l.File] = l
	}
	if v.a == nil {
		return all, nil
	}
	var known []numbered
	if err := v.a.view(func(x view) (err error) { known, err = knownSegments(x); return err }); err != nil {
		return all, nil // said before
	}
	inIndex := map[string]bool{}
	for _, k := range known {
		inIndex[k.path()] = true
		l, listed := all[k.path()]
		switch {
		case listed && (l.Length != k.Length || l.SHA256 != k.SHA256 || l.Segment != k.n || l.FirstLeaf != k.First):
			v.find(true, "manifest "+k.path(), mendCopy, "%s: the manifest says %d octets with sha256 %s, the index %d with %s", k.path(), l.Length, l.SHA256, k.Length, k.SHA256)
		case !listed && k.SHA256 != "":
			v.find(false, "unlisted "+k.path(), "any command that writes lists it", "%s has ended and is not in the manifest", k.path())
		}
		if !listed {
			all[k.path()] = Sealed{k.path(), k.n, k.Length, k.SHA256, k.First, ""}
		}
	}
	for file := range all {
		if !inIndex[file] {
			v.find(true, "unknown "+file, mendRebuild, "%s is in the manifest, and the index does not know it", file)
		}
	}
	return all, nil
}

// segments reads every segment from its first octet to its last.
func (v *verifier) segments(ctx context.Context, opt Options) error {
	all, err := v.expected()
	if err != nil {
		return err
	}
	there := map[string]found{}
	for _, stream := range []byte{streamWARC, streamReports} {
		segs, strays, err := findSegments(v.dir, stream)
		if err != nil {
			return err
		}
		for _, s := range strays {
			v.find(false, "extra "+s.File, "move it elsewhere", "%s does not belong here: %s", s.File, s.Why)
		}
		for _, s := range segs {
			there[s.path()] = s
			if _, ok := all[s.path()]; !ok && s.size > 0 {
				v.find(false, "extra "+s.path(), "any command that writes takes it in", "%s is neither in the manifest nor in the index", s.path())
			}
		}
	}
	files := make([]string, 0, len(all))
	for f := range all {
		files = append(files, f)
	}
	slices.Sort(files)
	for i, file := range files {
		if err := v.segment(ctx, all[file], there); err != nil {
			return err
		}
		if v.opt.Progress != nil {
			v.opt.Progress(file, i+1, len(files))
		}
	}
	return nil
}

// segment checks one segment, and mends it where that is asked for and can be done.
func (v *verifier) segment(ctx context.Context, want Sealed, there map[string]found) error {
	wrong, err := v.readSegment(ctx, want, there)
	if err != nil || wrong == "" {
		return err
	}
	if v.opt.RepairFrom != "" && want.SHA256 != "" {
		ok, err := repair(v.dir, v.opt.RepairFrom, want)
		if err != nil {
			return err
		}
		if ok {
			v.out.Repaired = append(v.out.Repaired, want.File)
			return nil
		}
		wrong += "; the copy does not hold it whole either"
	}
	f := v.find(true, "segment "+want.File, mendCopy, "%s", wrong)
	v.bad[want.File] = true
	f.Reports = v.touched(want.File)
	return nil
}

// readSegment says what is wrong with a segment.
func (v *verifier) readSegment(ctx context.Context, want Sealed, there map[string]found) (wrong string, err error) {
	path := filepath.Join(v.dir, filepath.FromSlash(want.File))
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return want.File + " is missing", nil
	}
	if err != nil {
		return "", diskError(err)
	}
	if !info.Mode().IsRegular() {
		return want.File + " is not a regular file", nil
	}
	was := verifiedSegment{Length: want.Length, SHA256: want.SHA256, Modified: info.ModTime().UnixNano(), Size: info.Size()}
	if before, ok := v.state.Segments[want.File]; v.opt.Quick && ok && before == was && want.SHA256 != "" {
		v.out.Skipped++
		return "", nil
	}
	if before, ok := v.state.Run[want.File]; v.opt.Resume && ok && before == was {
		v.out.Skipped++
		return "", nil
	}
	if info.Size() < want.Length {
		return fmt.Sprintf("%s has %d octets where %d were written", want.File, info.Size(), want.Length), nil
	}
	f, err := openRegular(path)
	if err != nil {
		return "", diskError(err)
	}
	defer f.Close()
	v.out.Segments++
	sum := newHash()
	paced := &pacedReader{ctx: ctx, r: io.TeeReader(io.NewSectionReader(f, 0, want.Length), sum), rate: v.opt.Rate, began: time.Now()}
	r := warc.NewReader(paced, 0)
	stream, n := byte(streamWARC), want.Segment
	if strings.HasPrefix(want.File, folderOf(streamReports)+"/") {
		stream = streamReports
	}
	for {
		rec, off, length, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if errors.Is(err, warc.ErrDamaged) {
			return fmt.Sprintf("%s: %v", want.File, err), nil
		}
		if err != nil {
			return "", diskError(err)
		}
		v.out.Records++
		if what := v.record(rec, r.Header(), place{stream, n, off, length}); what != "" {
			return fmt.Sprintf("%s at %d: %s", want.File, off, what), nil
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); want.SHA256 != "" && got != want.SHA256 {
		return fmt.Sprintf("%s: its sha256 is %s, not %s", want.File, got, want.SHA256), nil
	}
	if info.Size() > want.Length {
		if want.SHA256 != "" {
			return fmt.Sprintf("%s has %d octets behind its end", want.File, info.Size()-want.Length), nil
		}
		v.out.Notes = append(v.out.Notes, fmt.Sprintf("%s: %d octets were never acknowledged, as a crash leaves behind", want.File, info.Size()-want.Length))
	}
	v.state.Segments[want.File], v.state.Run[want.File] = was, was
	v.saveState()
	return "", nil
}

// record checks what one record says of itself, and what the index says of it.
func (v *verifier) record(rec *warc.Record, header []byte, at place) string {
	if rec.Type == warc.Response {
		body := rec.Block[headLength(rec):]
		if d := rec.Get("WARC-Payload-Digest"); d != "" && rec.Get("Nianbao-Imported-From") == "" && !warc.Matches(d, body) {
			if framing := framingOf(rec.Get("Nianbao-Framing")); framing != "" || !warc.Matches(d, entityOf(body, framingIn(rec.Block[:headLength(rec)]))) {
				return "its payload digest does not match"
			}
		}
		c, _ := captureOf(rec, at)
		if c.SHA256 != "" {
			if _, ok := payloadIn(rec, &c, c.SHA256, c.Bytes); !ok {
				return "its payload cannot be read back"
			}
		}
	}
	if v.a == nil || !isLeaf(at.stream, rec) {
		return ""
	}
	what := ""
	err := v.a.view(func(x view) error {
		what = ""
		if at.stream == streamWARC {
			c, _ := captureOf(rec, at)
			key := captureKey(&c)
			body, err := get(x, bCaptures, key)
			if err != nil {
				return err
			}
			if !bytes.Equal(body, encodeCapture(&c)) {
				what = "the index says something else of it, or does not know it"
			}
		}
		if n := rec.Get(fieldLeaf); n != "" {
			var number uint64
			if _, err := fmt.Sscan(n, &number); err != nil {
				what = "its number cannot be read"
				return nil
			}
			body, err := get(x, bLeaves, leafKey(number))
			if err != nil {
				return err
			}
			l, err := decodeLeaf(leafKey(number), body)
			if body == nil || err != nil || l.ID != rec.ID || l.Header != sumOf(header) {
				what = fmt.Sprintf("it is not the leaf %d that the index knows", number)
			}
		}
		return nil
	})
	if err != nil {
		return err.Error()
	}
	return what
}

// touched are the reports whose sources or observations lie in a segment.
func (v *verifier) touched(file string) []string {
	if v.a == nil {
		return nil
	}
	var ids []string
	for r, err := range v.a.Reports(Filter{}) {
		if err != nil {
			return ids
		}
		in := slices.ContainsFunc(r.Sources, func(s Source) bool { return s.WARC.File == file })
		versions, _ := v.a.Versions(r.ID) // what cannot be read is said elsewhere
		for _, x := range versions {
			in = in || v.textIn(x.TextSHA256, file)
		}
		if in {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// textIn reports whether a text stands in a segment.
func (v *verifier) textIn(sum, file string) (in bool) {
	_ = v.a.view(func(x view) error { // what cannot be read is said elsewhere
		row, err := get(x, bTexts, textKey(sum))
		if err != nil || row == nil {
			return err
		}
		d := &decoder{b: row}
		loc, err := v.a.location(x, d.place())
		in = err == nil && loc.File == file
		return err
	})
	return in
}

// repair replaces a segment by the same segment of another copy.
func repair(dir, from string, want Sealed) (bool, error) {
	src := filepath.Join(from, filepath.FromSlash(want.File))
	sum, err := digestOf(from, want.File, want.Length)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, ErrSegments) || err == nil && sum != want.SHA256 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	f, err := openRegular(src)
	if err != nil {
		return false, diskError(err)
	}
	defer f.Close()
	to := filepath.Join(dir, filepath.FromSlash(want.File))
	tmp := to + ".repair"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, diskError(err)
	}
	if err := copyFile(tmp, io.NewSectionReader(f, 0, want.Length), sealedMode); err != nil {
		return false, err
	}
	if _, err := os.Lstat(to); err == nil {
		bad := quarantined(dir, filepath.Base(want.File))
		if err := errors.Join(os.Rename(to, bad), syncDir(filepath.Dir(bad))); err != nil {
			return false, diskError(err)
		}
	}
	if err := os.Rename(tmp, to); err != nil {
		return false, diskError(err)
	}
	return true, syncDir(filepath.Dir(to))
}

// compare makes an index from the segments in a temporary place and compares every row with the one there is.
func (v *verifier) compare(_ context.Context, opt Options) error {
	if v.opt.Quick || v.a == nil {
		return nil
	}
	tmp, err := os.MkdirTemp("", "nianbao-verify-")
	if err != nil {
		return diskError(err)
	}
	defer os.RemoveAll(tmp)
	b, err := build(v.dir, opt, filepath.Join(tmp, indexFile))
	if err != nil {
		return err
	}
	accepted := map[string]bool{}
	_ = v.a.view(func(x view) error { // rows that cannot be read were said before
		clear(accepted)
		c := x.bucket(bMeta).cursor()
		for k, _ := c.Seek([]byte("accepted/")); k != nil && bytes.HasPrefix(k, []byte("accepted/")); k, _ = c.Next() {
			accepted[string(k[len("accepted/"):])] = true
		}
		return nil
	})
	for _, f := range b.findings {
		switch {
		case accepted[f.Key]:
			v.out.Notes = append(v.out.Notes, f.Text+" (accepted)")
		case !strings.HasPrefix(f.Key, "stray "):
			v.out.Findings = append(v.out.Findings, f)
		}
	}
	f, err := boltcheck.Open(b.path)
	if err != nil {
		return diskError(err)
	}
	defer f.Close()
	fresh := newArchive(v.dir, opt)
	fresh.file = f
	return v.rows(fresh)
}

// rows compares the rows of two indexes.
func (v *verifier) rows(fresh *Archive) error {
	for _, b := range [][]byte{bCaptures, bIDs, bPayloads, bEntities, bLeaves, bReports, bDetails, bVersions, bTexts, bSources, bEvents, bEventIDs} {
		err := fresh.view(func(want view) error {
			return v.a.view(func(have view) error {
				x, y := want.bucket(b).cursor(), have.bucket(b).cursor()
				k1, v1 := x.First()
				k2, v2 := y.First()
				for k1 != nil || k2 != nil {
					order := bytes.Compare(k1, k2)
					switch {
					case k2 == nil || k1 != nil && order < 0:
						v.find(false, fmt.Sprintf("row %s %x", b, k1), mendRebuild, "the index lacks %s", rowName(b, k1))
						k1, v1 = x.Next()
						continue
					case k1 == nil || order > 0:
						v.find(true, fmt.Sprintf("row %s %x", b, k2), mendCopy, "only the index knows %s: no segment says it", rowName(b, k2))
						k2, v2 = y.Next()
						continue
					}
					if !bytes.Equal(v1, v2) && !v.sameRow(fresh, want, have, b, k1, v1, v2) {
						v.find(false, fmt.Sprintf("row %s %x", b, k1), mendRebuild, "the index says something else than the segments of %s", rowName(b, k1))
					}
					k1, v1 = x.Next()
					k2, v2 = y.Next()
				}
				return nil
			})
		})
		if err != nil {
			if errors.Is(err, ErrIndex) {
				v.find(false, "index", mendRebuild, "%v", err)
				return nil
			}
			return err
		}
	}
	return nil
}

// sameRow compares what packed rows say, whatever dictionaries they were packed with.
func (v *verifier) sameRow(fresh *Archive, want, have view, bucket, k, v1, v2 []byte) bool {
	read := func(a *Archive, x view, value []byte) []byte {
		body, err := unseal(bucket, k, value)
		if err != nil {
			return nil
		}
		d := &decoder{b: body}
		switch {
		case bytes.Equal(bucket, bEvents):
			body, err = a.unpack(x, "event", body)
		case bytes.Equal(bucket, bDetails):
			kind := d.str()
			body, err = a.unpack(x, kind, d.b)
		case bytes.Equal(bucket, bVersions):
			var version Version
			if version, _, err = a.readVersion(x, k, body); err == nil {
				body, err = json.Marshal(version)
			}
		}
		if err != nil {
			return nil
		}
		return body
	}
	x, y := read(fresh, want, v1), read(v.a, have, v2)
	return x != nil && bytes.Equal(x, y)
}

// rowName names a row as errors do.
func rowName(bucket, k []byte) string {
	s := strings.TrimPrefix(damagedRow(bucket, k, "").Error(), ErrIndex.Error()+": ")
	return strings.TrimSuffix(s, ": ")
}
