package export

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"nianbao/archive"
	"nianbao/archive/evidence"
	"nianbao/archive/warc"
)

// resource is one file of a package, as its datapackage.json lists it.
type resource struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Hash  string `json:"hash"`
	Bytes int64  `json:"bytes"`
}

// waczWriter writes a WACZ 1.1.1: a ZIP whose files are stored as they are, so that records can be read where they lie.
type waczWriter struct {
	z    *zip.Writer
	list []resource
	now  time.Time
}

// file begins a file; the function it returns ends it.
func (w *waczWriter) file(name string) (io.Writer, func(), error) {
	f, err := w.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: w.now})
	if err != nil {
		return nil, nil, err
	}
	h, n := sha256.New(), &count{}
	return io.MultiWriter(f, h, n), func() {
		w.list = append(w.list, resource{strings.ToLower(path.Base(name)), name, "sha256:" + hex.EncodeToString(h.Sum(nil)), n.n})
	}, nil
}

type count struct{ n int64 }

func (c *count) Write(p []byte) (int, error) { c.n += int64(len(p)); return len(p), nil }

func (w *waczWriter) add(name string, data []byte) error {
	f, end, err := w.file(name)
	if err == nil {
		_, err = f.Write(data)
	}
	if err == nil {
		end()
	}
	return err
}

// end writes the list of the files and its digest, and closes the package.
func (w *waczWriter) end(title, software string) error {
	list, err := json.MarshalIndent(struct {
		Profile  string     `json:"profile"`
		Version  string     `json:"wacz_version"`
		Title    string     `json:"title"`
		Created  string     `json:"created"`
		Software string     `json:"software"`
		Files    []resource `json:"resources"`
	}{"data-package", "1.1.1", title, w.now.UTC().Format(time.RFC3339), software, w.list}, "", "  ")
	if err != nil {
		return err
	}
	digest, err := json.MarshalIndent(map[string]string{"path": "datapackage.json", "hash": "sha256:" + archive.Sum(list)}, "", "  ")
	if err != nil {
		return err
	}
	if err := w.add("datapackage.json", list); err != nil {
		return err
	}
	if err := w.add("datapackage-digest.json", digest); err != nil {
		return err
	}
	return w.z.Close()
}

// pages lists the pages of reports, as pages/pages.jsonl has them.
func pages(reports []archive.Report) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(map[string]string{"format": "json-pages-1.0", "id": "pages", "title": "reports"})
	for _, r := range reports {
		for _, s := range r.Sources {
			u, _, _ := strings.Cut(s.URL, "#")
			if err == nil && s.SHA256 != "" {
				err = enc.Encode(map[string]string{"id": r.ID + "-" + s.SHA256[:8], "url": u, "ts": s.CapturedAt.UTC().Format(time.RFC3339), "title": r.Title})
			}
		}
	}
	return b.Bytes(), err
}

// bundle is a package of chosen pieces: their records in one WARC file, with an index.
type bundle struct {
	a     *archive.Archive
	w     *waczWriter
	warc  string // name of the WARC file
	begin map[string]int64
	lines []string
}

// records writes the pieces into one WARC file, each octet as it stands in the archive.
func (b *bundle) records(pieces []archive.Piece, software string) error {
	f, end, err := b.w.file(b.warc)
	if err != nil {
		return err
	}
	info := &warc.Record{Type: warc.Warcinfo, ID: "urn:uuid:00000000-0000-4000-8000-000000000000", Date: b.w.now}
	info.Add("WARC-Filename", path.Base(b.warc))
	info.Add("Content-Type", "application/warc-fields")
	info.Block = []byte("software: " + software + "\r\nformat: WARC file version 1.1\r\n")
	at, err := warc.Append(f, info)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		raw, err := b.a.Raw(p.Where)
		if err != nil {
			return err
		}
		if _, err := f.Write(raw); err != nil {
			return err
		}
		b.begin[p.ID] = at + p.Lead
		if p.Kind == "capture" {
			line, err := cdx(&p.Capture, path.Base(b.warc), at+p.Lead)
			if err != nil {
				return err
			}
			b.lines = append(b.lines, line)
		}
		at += int64(len(raw))
	}
	end()
	return nil
}

// WACZ writes the reports that the filter chooses as a web archive package: what their sources were read from, an index, and
// the list of their pages.
func (e *Exporter) WACZ(title string) error {
	var reports []archive.Report
	var pieces []archive.Piece
	seen := map[string]bool{}
	for r, err := range e.archive.Reports(e.filter) {
		var ps []archive.Piece
		if err == nil {
			ps, err = e.archive.Evidence(&r)
		}
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		for _, p := range ps {
			if p.Kind == "capture" && !seen[p.ID] {
				seen[p.ID] = true
				pieces = append(pieces, p)
			}
		}
		r.Data, r.Checks, r.Warnings = nil, nil, nil
		reports = append(reports, r)
	}
	if err := e.pack(title, reports, pieces, nil); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// pack writes a package; more adds files of its own.
func (e *Exporter) pack(title string, reports []archive.Report, pieces []archive.Piece, more func(*bundle) error) error {
	b := &bundle{a: e.archive, w: &waczWriter{z: zip.NewWriter(e.w), now: e.opt.Now}, warc: "archive/data.warc.gz", begin: map[string]int64{}}
	if err := b.records(pieces, e.opt.Software); err != nil {
		return err
	}
	slices.Sort(b.lines)
	if err := b.w.add("indexes/index.cdx", []byte(strings.Join(b.lines, ""))); err != nil {
		return err
	}
	list, err := pages(reports)
	if err == nil {
		err = b.w.add("pages/pages.jsonl", list)
	}
	if err == nil && more != nil {
		err = more(b)
	}
	if err != nil {
		return err
	}
	return b.w.end(title, e.opt.Software)
}

// Evidence writes one report with all that it rests on: a WACZ that replays, with the proofs that its records are in the
// archive's log, the signed checkpoint, and a page that says how to check it by hand.
func (e *Exporter) Evidence(id string) error {
	r, err := e.archive.Report(id, true)
	if err != nil {
		return err
	}
	pieces, err := e.archive.Evidence(&r)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	proofs, err := e.archive.Prove(pieces)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	err = e.pack(r.Title, []archive.Report{r}, pieces, func(b *bundle) error {
		for i, p := range pieces {
			x := &proofs.Records[i]
			x.File, x.Offset, x.Length = b.warc, b.begin[p.ID], p.Where.Length-p.Lead
		}
		list, err := json.MarshalIndent(proofs, "", " ")
		if err != nil {
			return err
		}
		report, err := json.MarshalIndent(r, "", " ")
		if err != nil {
			return err
		}
		for _, f := range []struct {
			name string
			data []byte
		}{
			{evidence.ProofsFile, list}, {evidence.CheckpointFile, []byte(proofs.Checkpoint)}, {evidence.KeyFile, []byte(proofs.Key + "\n")},
			{evidence.ReportFile, report}, {evidence.ReadmeFile, readme(&r, proofs)},
		} {
			if err := b.w.add(f.name, f.data); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
