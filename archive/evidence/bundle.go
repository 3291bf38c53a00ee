package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"nianbao/archive/warc"
)

// The files of a bundle.
const (
	ProofsFile     = "evidence/proofs.json"
	CheckpointFile = "evidence/checkpoint"
	KeyFile        = "evidence/key.pub"
	ReportFile     = "evidence/report.json"
	ReadmeFile     = "evidence/README.html"
	listFile       = "datapackage.json"
	digestFile     = "datapackage-digest.json"
)

// Bounds of a bundle that is checked.
const (
	filesMost   = 10_000
	memoryMost  = 64 << 20 // octets of a file that is read into memory
	recordsMost = 100_000
)

// A Checked bundle is what is proved by one.
type Checked struct {
	Checkpoint Checkpoint `json:"-"`
	Origin     string     `json:"origin"`
	Size       int64      `json:"size"`
	Time       string     `json:"time,omitempty"`
	Records    []Leaf     `json:"-"`
	Proved     int        `json:"proved"` // records
	Files      int        `json:"files"`
	Title      string     `json:"title,omitempty"`
}

// CheckBundle checks a bundle without the archive: every file against the package's list, the checkpoint's signature, that
// every record is in the log, and that the report names what the records hold. key, when it is not empty, is the verifier
// key that the signature must be by, since a bundle brings its own.
func CheckBundle(r io.ReaderAt, size int64, key string) (*Checked, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("evidence: not a bundle: %w", err)
	}
	b := bundle{files: map[string]*zip.File{}}
	if len(z.File) > filesMost {
		return nil, fmt.Errorf("evidence: %d files in a bundle", len(z.File))
	}
	for _, f := range z.File {
		if b.files[f.Name] != nil {
			return nil, fmt.Errorf("evidence: %s stands twice in the bundle", f.Name)
		}
		b.files[f.Name] = f
	}
	if b.files[ProofsFile] == nil {
		return nil, errors.New("evidence: no proofs in it: crawler export --evidence makes bundles that can be checked")
	}
	out := &Checked{Files: len(z.File)}
	if err := b.listed(); err != nil {
		return nil, err
	}
	raw, err := b.read(ProofsFile)
	if err != nil {
		return nil, err
	}
	proofs, err := ParseProofs(raw)
	if err != nil {
		return nil, err
	}
	if key != "" {
		proofs.Key = key
	}
	if len(proofs.Records) > recordsMost || len(proofs.Records) == 0 {
		return nil, fmt.Errorf("evidence: proofs of %d records", len(proofs.Records))
	}
	if out.Checkpoint, out.Records, err = proofs.Check(); err != nil {
		return nil, err
	}
	out.Origin, out.Size, out.Proved = out.Checkpoint.Origin, out.Checkpoint.Tree.N, len(out.Records)
	if !out.Checkpoint.Time.IsZero() {
		out.Time = out.Checkpoint.Time.UTC().Format("2006-01-02T15:04:05Z")
	}
	for name, want := range map[string]string{CheckpointFile: proofs.Checkpoint} {
		if got, err := b.read(name); err != nil || string(got) != want {
			return nil, fmt.Errorf("evidence: %s is not the checkpoint of the proofs", name)
		}
	}
	payloads := map[string]bool{}
	for i, p := range proofs.Records {
		if err := b.record(p, out.Records[i], payloads); err != nil {
			return nil, fmt.Errorf("evidence: leaf %d: %w", p.Leaf, err)
		}
	}
	return out, b.report(out, payloads)
}

type bundle struct{ files map[string]*zip.File }

func (b bundle) read(name string) ([]byte, error) {
	f := b.files[name]
	if f == nil {
		return nil, fmt.Errorf("evidence: %s is missing", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("evidence: %s: %w", name, err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, memoryMost+1))
	if err != nil || len(data) > memoryMost {
		return nil, fmt.Errorf("evidence: %s: %d octets read: %w", name, len(data), errors.Join(err, ErrLog))
	}
	return data, nil
}

// listed checks every file against the package's list, and that nothing stands in it that is not listed.
func (b bundle) listed() error {
	list, err := b.read(listFile)
	if err != nil {
		return err
	}
	digest, err := b.read(digestFile)
	if err != nil {
		return err
	}
	var d struct{ Path, Hash string }
	if err := json.Unmarshal(digest, &d); err != nil || d.Path != listFile || !warc.Matches(d.Hash, list) || len(d.Hash) != 71 {
		return fmt.Errorf("evidence: %s does not match %s", listFile, digestFile)
	}
	var l struct {
		Resources []struct {
			Path, Hash string
			Bytes      int64
		}
	}
	if err := json.Unmarshal(list, &l); err != nil {
		return fmt.Errorf("evidence: %s: %w", listFile, err)
	}
	seen := map[string]bool{listFile: true, digestFile: true}
	for _, x := range l.Resources {
		f := b.files[x.Path]
		if f == nil {
			return fmt.Errorf("evidence: %s is missing", x.Path)
		}
		r, err := f.Open()
		if err != nil {
			return fmt.Errorf("evidence: %s: %w", x.Path, err)
		}
		h := sha256.New()
		n, err := io.Copy(h, io.LimitReader(r, x.Bytes+1))
		if err = errors.Join(err, r.Close()); err != nil || n != x.Bytes || "sha256:"+hex.EncodeToString(h.Sum(nil)) != x.Hash {
			return fmt.Errorf("evidence: %s is not as the package lists it: %w", x.Path, errors.Join(err, ErrLog))
		}
		seen[x.Path] = true
	}
	for name := range b.files {
		if !seen[name] {
			return fmt.Errorf("evidence: %s is not listed", name)
		}
	}
	return nil
}

// record checks that the record of a proof is the one that its leaf names.
func (b bundle) record(p Proof, l Leaf, payloads map[string]bool) error {
	f := b.files[p.File]
	if f == nil || f.Method != zip.Store || p.Offset < 0 || p.Length <= 0 || p.Length > memoryMost || p.Offset+p.Length > int64(f.UncompressedSize64) {
		return fmt.Errorf("its record does not lie in %q at %d", p.File, p.Offset)
	}
	r, err := f.OpenRaw()
	if err != nil {
		return err
	}
	if _, err := io.CopyN(io.Discard, r, p.Offset); err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(r, p.Length))
	if err != nil {
		return err
	}
	w := warc.NewReader(bytes.NewReader(raw), 0)
	rec, _, n, err := w.Next()
	if err != nil {
		return err
	}
	if n != p.Length {
		return fmt.Errorf("its record takes %d octets, not %d", n, p.Length)
	}
	if rec.ID != l.ID || sha256.Sum256(w.Header()) != l.Header {
		return fmt.Errorf("%w: the record is not the one that was logged", ErrLog)
	}
	if sum := rec.Get("Nianbao-Payload-SHA256"); sum != "" {
		payloads[sum] = true
	}
	return nil
}

// report checks that what the report says it was read from is among the records.
func (b bundle) report(out *Checked, payloads map[string]bool) error {
	raw, err := b.read(ReportFile)
	if err != nil {
		return err
	}
	var r struct {
		Title   string
		Sources []struct{ URL, SHA256 string }
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return fmt.Errorf("evidence: %s: %w", ReportFile, err)
	}
	out.Title = r.Title
	for _, s := range r.Sources {
		if s.SHA256 != "" && !payloads[s.SHA256] {
			return fmt.Errorf("evidence: the report names %s with sha256 %s, and no record holds that", s.URL, s.SHA256)
		}
	}
	return nil
}
