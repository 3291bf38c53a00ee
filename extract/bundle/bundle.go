// Package bundle reads containers of files: ZIP, RAR and 7z.
//
// In go the bytes of a container and a function that reads one file, which may come back here for a container within;
// out comes a document whose parts are the members. Names that are not UTF-8 are GB18030; no name leads out of the
// container; what systems leave behind (__MACOSX, Thumbs.db …) is passed over. Members, their size, the sum of all sizes
// and the ratio of packing are bounded: past a bound the error wraps document.ErrBomb. Members under a password are
// said to be so, and a container that holds nothing else ends in document.ErrEncrypted. The members of a container within
// stand among those of the outer one, under its name.
package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"nianbao/charset"
	"nianbao/document"
)

const engine = "bundle"

// The kinds of container.
const (
	ZIP   = "application/zip"
	RAR   = "application/vnd.rar"
	Seven = "application/x-7z-compressed"
)

// A ReadFile reads one member.
type ReadFile func(ctx context.Context, name string, data []byte) (*document.Document, error)

// Options bound the work. Zero values mean the defaults.
type Options struct {
	MaxParts  int   // members, 500
	MaxMember int64 // octets of one member, 256 MiB
	MaxRatio  int64 // inflated to packed, for what is above 1 MiB, 200
	// Spend takes note of octets as they are inflated and reports whether there may be more: one budget may serve
	// containers within containers. Nil: 256 MiB for this container.
	Spend func(n int64) bool
}

func (o Options) defaults() Options {
	if o.MaxParts <= 0 {
		o.MaxParts = 500
	}
	if o.MaxMember <= 0 {
		o.MaxMember = 256 << 20
	}
	if o.MaxRatio <= 0 {
		o.MaxRatio = 200
	}
	if o.Spend == nil {
		left := int64(256 << 20)
		o.Spend = func(n int64) bool { left -= n; return left >= 0 }
	}
	return o
}

// member is one file of a container while the container stands at it.
type member struct {
	name      string
	packed    int64 // octets it takes in the container, or the whole container's where members share one stream
	encrypted bool
	open      func() (io.ReadCloser, error)
}

// Read reads a container of a kind, its members by read.
func Read(ctx context.Context, data []byte, kind string, opt Options, read ReadFile) (*document.Document, error) {
	b := &bundle{ctx: ctx, opt: opt.defaults(), read: read, d: &document.Document{MediaType: kind, Engine: engine}}
	walk := map[string]func([]byte, func(member) error) error{ZIP: walkZIP, RAR: walkRAR, Seven: walkSeven}[kind]
	if walk == nil {
		return nil, fmt.Errorf("bundle: %s: %w", kind, document.ErrUnsupported)
	}
	if err := guarded(walk, data, b.member); err != nil {
		if len(b.d.Parts) == 0 || final(err) {
			return nil, fmt.Errorf("bundle: %w", err)
		}
		b.d.AddFlag(document.FlagTruncated) // damaged: the members before stand
	}
	if b.good == 0 && b.first != nil {
		return nil, fmt.Errorf("bundle: %d members, none of which can be read: %w", len(b.d.Parts), b.first)
	}
	return b.d, nil
}

// guarded walks a container with a library that may panic on damaged ones.
func guarded(walk func([]byte, func(member) error) error, data []byte, each func(member) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: its reader failed: %v", document.ErrMalformed, p)
		}
	}()
	return walk(data, each)
}

// final errors end the reading of a container; any other is one member's own.
func final(err error) bool {
	return errors.Is(err, document.ErrBomb) || errors.Is(err, document.ErrDeadline)
}

type bundle struct {
	ctx   context.Context
	opt   Options
	read  ReadFile
	d     *document.Document
	seen  int
	good  int   // members that were read
	first error // of the first member that was not
}

// member reads one member and adds it to the parts: as a document, or as a name with the reason why not.
func (b *bundle) member(m member) error {
	if b.ctx.Err() != nil {
		return document.ErrDeadline
	}
	if b.seen++; b.seen > 4*b.opt.MaxParts {
		return fmt.Errorf("more than %d members: %w", b.seen-1, document.ErrBomb)
	}
	m.name = name(m.name)
	if junk(m.name) {
		return nil
	}
	if len(b.d.Parts) >= b.opt.MaxParts {
		return fmt.Errorf("more than %d members: %w", b.opt.MaxParts, document.ErrBomb)
	}
	d, err := b.one(m)
	if final(err) {
		return fmt.Errorf("%s: %w", m.name, err)
	}
	if err != nil {
		if b.first == nil {
			b.first = fmt.Errorf("%s: %w", m.name, err)
		}
		d = &document.Document{Meta: map[string]string{"error": err.Error()}}
		if errors.Is(err, document.ErrNeedsOCR) {
			d.AddFlag(document.FlagNeedsOCR)
		}
	} else {
		b.good++
	}
	if d.Engine == engine { // a container within: its members are ours
		for _, p := range d.Parts {
			p.Name = m.name + "/" + p.Name
		}
		b.d.Parts = append(b.d.Parts, d.Parts...)
		return nil
	}
	d.Name = m.name
	b.d.Parts = append(b.d.Parts, d)
	return nil
}

func (b *bundle) one(m member) (*document.Document, error) {
	if m.encrypted {
		return nil, document.ErrEncrypted
	}
	r, err := m.open()
	if err != nil {
		return nil, known(err)
	}
	defer r.Close()
	limit := min(b.opt.MaxMember, max(1<<20, m.packed*b.opt.MaxRatio))
	data, err := io.ReadAll(&meter{io.LimitReader(r, limit+1), b.opt.Spend})
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("inflates beyond %d octets: %w", limit, document.ErrBomb)
	}
	if err != nil && (len(data) == 0 || final(err) || errors.Is(err, document.ErrEncrypted)) {
		return nil, known(err)
	}
	damaged := err != nil
	d, err := b.read(b.ctx, m.name, data)
	if err == nil && damaged {
		d.AddFlag(document.FlagTruncated)
	}
	return d, err
}

// known is an error of one of document's kinds: what a library says of a member is that it is damaged.
func known(err error) error {
	for _, k := range []error{document.ErrUnsupported, document.ErrEncrypted, document.ErrMalformed, document.ErrBomb, document.ErrDeadline} {
		if errors.Is(err, k) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", document.ErrMalformed, err)
}

// meter spends what is read through it.
type meter struct {
	r     io.Reader
	spend func(int64) bool
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if !m.spend(int64(n)) {
		return n, fmt.Errorf("more than may be inflated in all: %w", document.ErrBomb)
	}
	return n, err
}

// name is a member's name as text, as a path that does not lead out of the container.
func name(s string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(charset.Name(s), `\`, "/")), "/")
}

// junk is what systems leave in a container for themselves.
func junk(name string) bool {
	if name == "" || strings.HasPrefix(name, "__MACOSX/") || strings.Contains(name, "/__MACOSX/") {
		return true
	}
	switch base := strings.ToLower(path.Base(name)); base {
	case ".ds_store", "thumbs.db", "desktop.ini":
		return true
	default:
		return strings.HasPrefix(base, "~$") || strings.HasPrefix(base, "._")
	}
}
