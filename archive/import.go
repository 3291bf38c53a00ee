package archive

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/brotli"

	"nianbao/archive/warc"
	"nianbao/fetch/exchange"
)

// Imported is what an import took in.
type Imported struct {
	File     string    `json:"file"`
	Records  int       `json:"records"`  // read
	Captures []Capture `json:"-"`        // taken in
	Count    int       `json:"captures"` // of them
	Known    int       `json:"known"`    // were there before
	Problems []string  `json:"problems,omitempty"`
}

// problemsMost bounds the list of what could not be read.
const problemsMost = 1000

// Import takes in the records of a WARC or WACZ file that another program made. Each record is kept as it is, its header with
// every field and its block octet for octet, with fields of ours beside them that say where it is from and what it holds. A
// record that is there already is not taken twice. What cannot be read is listed, and the rest is taken.
func (a *Archive) Import(ctx context.Context, file string) (*Imported, error) {
	out := &Imported{File: filepath.Base(file)}
	if a.db == nil {
		return out, fmt.Errorf("%w: it was opened for reading", ErrReadOnly)
	}
	f, err := os.Open(file)
	if err != nil {
		return out, fmt.Errorf("archive: import: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return out, fmt.Errorf("archive: import: %w", err)
	}
	var magic [4]byte
	if _, err := f.ReadAt(magic[:], 0); err == nil && string(magic[:]) == "PK\x03\x04" {
		return out, a.importPackage(ctx, f, info.Size(), out)
	}
	return out, a.importFile(ctx, f, info.Size(), out.File, out)
}

func (o *Imported) problem(where string, at int64, err error) {
	if len(o.Problems) < problemsMost {
		o.Problems = append(o.Problems, fmt.Sprintf("%s at %d: %v", where, at, err))
	}
}

// importPackage takes in the WARC files of a WACZ.
func (a *Archive) importPackage(ctx context.Context, f io.ReaderAt, size int64, out *Imported) error {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return fmt.Errorf("archive: import %s: %w", out.File, err)
	}
	found := false
	for _, e := range z.File {
		name := strings.ToLower(path.Base(e.Name))
		if !strings.Contains(name, ".warc") || e.FileInfo().IsDir() {
			continue
		}
		found = true
		if err := a.importEntry(ctx, e, out); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("archive: import %s: no WARC file in it", out.File)
	}
	return nil
}

// importEntry takes in one file of a package by way of a temporary one, since records are looked for in it.
func (a *Archive) importEntry(ctx context.Context, e *zip.File, out *Imported) (err error) {
	tmp, err := os.CreateTemp("", "nianbao-import-")
	if err != nil {
		return diskError(err)
	}
	defer func() { err = errors.Join(err, tmp.Close(), os.Remove(tmp.Name())) }()
	r, err := e.Open()
	if err != nil {
		out.problem(e.Name, 0, err)
		return nil
	}
	defer r.Close()
	n, err := io.Copy(tmp, io.LimitReader(r, int64(e.UncompressedSize64)))
	if err != nil { // what was read of it is taken
		out.problem(e.Name, n, err)
	}
	return a.importFile(ctx, tmp, n, out.File+"/"+path.Base(e.Name), out)
}

// importGroup is how many captures are under way before the first is waited for, so that they share syncs.
const importGroup = 64

// importFile takes in one WARC file.
func (a *Archive) importFile(ctx context.Context, f io.ReaderAt, size int64, name string, out *Imported) error {
	x := warc.NewForeign(f, size, func(p warc.Problem) { out.problem(name, p.Offset, p.Err) })
	var before []*warc.Record // that are no captures, and go with the next one
	var under []*taking
	settle := func(left int) error {
		for len(under) > left {
			t := under[0]
			under = under[1:]
			if err := <-t.w.done; err != nil {
				return fmt.Errorf("archive: import %s: %w", name, err)
			}
			if t.known {
				out.Known++
				continue
			}
			out.Count++
			out.Captures = append(out.Captures, t.c)
		}
		return nil
	}
	for {
		rec, err := x.Next()
		if errors.Is(err, io.EOF) {
			return settle(0)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return errors.Join(fmt.Errorf("archive: import %s: %w", name, err), settle(0))
		}
		out.Records++
		foreign(rec, name)
		if _, ok := captureOf(rec, place{}); !ok {
			if before = append(before, rec); len(before) > importGroup {
				before = before[1:] // of captures that were there before
			}
			continue
		}
		t := take(rec, before)
		before = nil
		if err := a.enqueue(ctx, t.w); err != nil {
			return errors.Join(fmt.Errorf("archive: import %s: %w", name, err), settle(0))
		}
		under = append(under, t)
		if err := settle(importGroup); err != nil {
			return err
		}
	}
}

// taking is one capture on its way into the archive.
type taking struct {
	w     *write
	c     Capture
	known bool
}

// take makes the write of one capture with the records that stood before it.
func take(rec *warc.Record, before []*warc.Record) *taking {
	t := &taking{}
	t.w = &write{done: make(chan error, 1), records: func(b *batch) ([]pending, error) {
		key, err := get(b.view(), bIDs, idKey(rec.ID))
		if err != nil {
			return nil, err
		}
		if t.known = key != nil; t.known {
			return nil, nil
		}
		if rec.Type == warc.Revisit {
			if err := b.resolve(rec); err != nil {
				return nil, err
			}
		}
		var recs []pending
		for _, r := range before {
			recs = append(recs, pending{record: r})
		}
		return append(recs, pending{rec, func(b *batch, r *warc.Record, at place) error {
			c, _ := captureOf(r, at)
			if err := b.applyCapture(&c); err != nil {
				return err
			}
			t.c = c
			return nil
		}}), nil
	}}
	return t
}

// resolve finds the capture that a foreign revisit repeats, by its id or by its address and time, and notes what it holds.
func (b *batch) resolve(rec *warc.Record) error {
	first, err := b.captureOfID(b.view(), strings.Trim(rec.Get("WARC-Refers-To"), "<>"))
	if errors.Is(err, ErrNotFound) {
		u := strings.Trim(cmp.Or(rec.Get("WARC-Refers-To-Target-URI"), rec.Get("WARC-Target-URI")), "<>")
		at, _ := time.Parse(time.RFC3339Nano, rec.Get("WARC-Refers-To-Date")) // without one, the newest will do
		digest := rec.Get("WARC-Payload-Digest")
		var ok bool
		first, ok, err = b.latest(b.view(), u, func(c *Capture) bool {
			return !c.Revisit && c.SHA256 != "" && (at.IsZero() || c.Time.Truncate(time.Second).Equal(at.Truncate(time.Second))) && (digest == "" || c.payloadDigest == digest)
		})
		if err != nil || !ok {
			return err
		}
	}
	if err != nil {
		return err
	}
	rec.Add("Nianbao-Refers-To", "<"+first.ID+">")
	rec.Add("Nianbao-Payload-SHA256", first.SHA256)
	rec.Add("Nianbao-Payload-Length", strconv.Itoa(first.Bytes))
	return nil
}

// foreign adds to a record of another program what the index wants to know of it. Fields of ours that say where a record
// stood in another archive are dropped: here it stands elsewhere.
func foreign(r *warc.Record, from string) {
	fields := r.Fields[:0:0]
	for _, f := range r.Fields {
		switch textproto.CanonicalMIMEHeaderKey(f.Name) {
		case "Nianbao-Leaf", "Nianbao-Lead", "Nianbao-Imported-From", "Nianbao-Block-Digest":
		default:
			fields = append(fields, f)
		}
	}
	r.Fields = fields
	r.Add("Nianbao-Imported-From", from)
	u := strings.Trim(r.Get("WARC-Target-URI"), "<>")
	if r.Type != warc.Response && r.Type != warc.Resource && r.Type != warc.Revisit || !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") {
		return
	}
	add := func(name, value string) {
		if r.Get(name) == "" {
			r.Add(name, value)
		}
	}
	payload, media := r.Block, r.Get("Content-Type")
	outcome := exchange.OK
	if r.Type != warc.Resource {
		n := headLength(r)
		head, body := r.Block[:n], r.Block[n:]
		h := headerOf(head)
		framing := framingIn(head)
		entity := entityOf(body, framing)
		if framing == exchange.FramingChunked && len(entity) == 0 && len(body) > 0 { // its writer undid the chunks and left the header
			framing, entity = exchange.FramingClose, body
		}
		add("Nianbao-Framing", framing.String())
		add("Nianbao-Header-Length", strconv.Itoa(n))
		add("Nianbao-Content-Encoding", strings.ToLower(strings.TrimSpace(h.Get("Content-Encoding"))))
		add("Nianbao-Entity-Digest", warc.Digest(entity))
		payload, media = undo(entity, h.Get("Content-Encoding")), h.Get("Content-Type")
		outcome = outcomeOf(statusOf(r.Block))
	}
	add("Nianbao-Outcome", string(outcome))
	if r.Type == warc.Revisit {
		return
	}
	if t, params, err := mime.ParseMediaType(media); err == nil {
		add("WARC-Identified-Payload-Type", t)
		add("Nianbao-Charset", strings.ToLower(params["charset"]))
	}
	if len(payload) > 0 {
		add("Nianbao-Payload-SHA256", Sum(payload))
		add("Nianbao-Payload-Length", strconv.Itoa(len(payload)))
	}
}

// headerOf reads an HTTP header as far as it can be read.
func headerOf(head []byte) http.Header {
	_, rest, _ := bytes.Cut(head, []byte("\n"))
	h, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(bytes.Clone(rest), "\r\n\r\n"...)))).ReadMIMEHeader() // what was read before an error is right
	return http.Header(h)
}

// undo removes the content codings that a header names; octets that do not bear them are left as they are.
func undo(body []byte, codings string) []byte {
	all := strings.Split(strings.ToLower(codings), ",")
	for i := len(all) - 1; i >= 0; i-- {
		var r io.Reader
		var err error
		switch strings.TrimSpace(all[i]) {
		case "gzip", "x-gzip":
			r, err = gzip.NewReader(bytes.NewReader(body))
		case "deflate":
			if r, err = zlib.NewReader(bytes.NewReader(body)); err != nil {
				r, err = flate.NewReader(bytes.NewReader(body)), nil
			}
		case "br":
			r = brotli.NewReader(bytes.NewReader(body))
		default:
			continue
		}
		if err != nil {
			return body
		}
		out, err := io.ReadAll(io.LimitReader(r, importPayload))
		if err != nil && len(out) == 0 {
			return body
		}
		body = out
	}
	return body
}

// importPayload bounds the payload that a coded body of a foreign record is inflated to, in octets.
const importPayload = 64 << 20

// outcomeOf is the outcome that a status stands for, where nothing else is known of an exchange.
func outcomeOf(status int) exchange.Outcome {
	switch {
	case status >= 200 && status < 300:
		return exchange.OK
	case status == http.StatusNotModified:
		return exchange.NotModified
	case status >= 300 && status < 400:
		return exchange.Redirect
	case status == http.StatusNotFound:
		return exchange.NotFound
	case status == http.StatusGone:
		return exchange.Gone
	case status == http.StatusTooManyRequests:
		return exchange.RateLimited
	case status >= 400 && status < 500:
		return exchange.Forbidden
	case status >= 500:
		return exchange.ServerError
	}
	return exchange.BadContent
}
