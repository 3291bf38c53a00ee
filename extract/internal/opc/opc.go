// Package opc reads the ZIP packages that office formats are: DOCX, XLSX, OFD, ODT.
//
// In go bytes; out come members by name, inflated within bounds on their number, their size, their sum and their ratio
// to the packed size. Past a bound the error wraps document.ErrBomb; a member under a password gives
// document.ErrEncrypted. A package whose directory is lost is read by the headers before its members, as far as they go.
package opc

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"nianbao/document"
)

// Options bound the work. Zero values mean the defaults.
type Options struct {
	MaxMembers int   // 5,000
	MaxMember  int64 // octets of one member, 64 MiB
	MaxTotal   int64 // octets of all members read, 256 MiB
	MaxRatio   int64 // inflated to packed, for what is above 1 MiB, 200
}

func (o Options) defaults() Options {
	if o.MaxMembers <= 0 {
		o.MaxMembers = 5000
	}
	if o.MaxMember <= 0 {
		o.MaxMember = 64 << 20
	}
	if o.MaxTotal <= 0 {
		o.MaxTotal = 256 << 20
	}
	if o.MaxRatio <= 0 {
		o.MaxRatio = 200
	}
	return o
}

// member is where one member lies.
type member struct {
	encrypted bool
	packed    int64
	open      func() (io.ReadCloser, error)
}

// A Package is an opened package. It is not safe for concurrent use.
type Package struct {
	opt     Options
	members map[string]member
	names   []string
	read    int64
	// Repaired reports that the directory was lost.
	Repaired bool
}

const centralHeader = "PK\x01\x02"

// Open reads a package's directory.
func Open(data []byte, opt Options) (*Package, error) {
	p := &Package{opt: opt.defaults(), members: map[string]member{}}
	if n := bytes.Count(data, []byte(centralHeader)); n > 2*p.opt.MaxMembers {
		return nil, fmt.Errorf("opc: %d members: %w", n, document.ErrBomb)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		p.Repaired = true
		p.scan(data)
		if len(p.names) == 0 {
			return nil, fmt.Errorf("opc: %w: %w", document.ErrMalformed, err)
		}
		return p, nil
	}
	for _, f := range z.File {
		p.add(f.Name, member{f.Flags&1 != 0, int64(f.CompressedSize64), f.Open})
	}
	if len(p.names) > p.opt.MaxMembers {
		return nil, fmt.Errorf("opc: %d members: %w", len(p.names), document.ErrBomb)
	}
	return p, nil
}

// A Member is one file of a package.
type Member struct {
	Name string
	Data []byte
}

// Of makes a package of members that are at hand already.
func Of(members []Member) *Package {
	p := &Package{opt: Options{}.defaults(), members: map[string]member{}}
	for _, m := range members {
		p.add(m.Name, member{false, int64(len(m.Data)), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(m.Data)), nil }})
	}
	return p
}

func (p *Package) add(name string, m member) {
	name = clean(name)
	if _, seen := p.members[name]; !seen {
		p.names = append(p.names, name)
	}
	p.members[name] = m
}

// clean is a member's name as a path without a root; it never leads out of the package.
func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
}

const localHeader = "PK\x03\x04"

// scan finds members by their local headers (APPNOTE 4.3.7).
func (p *Package) scan(data []byte) {
	for at := 0; len(p.names) <= p.opt.MaxMembers; {
		i := bytes.Index(data[at:], []byte(localHeader))
		if i < 0 {
			return
		}
		h := data[at+i:]
		at += i + len(localHeader)
		if len(h) < 30 {
			return
		}
		u16 := func(k int) int { return int(h[k]) | int(h[k+1])<<8 }
		from := 30 + u16(26) + u16(28)
		if from > len(h) {
			continue
		}
		body, method := h[from:], u16(8)
		if size := u16(18) | u16(20)<<16; size > 0 && size <= len(body) {
			body = body[:size]
		}
		p.add(string(h[30:30+u16(26)]), member{u16(6)&1 != 0, int64(len(body)), func() (io.ReadCloser, error) {
			if method == 0 {
				return io.NopCloser(bytes.NewReader(body)), nil
			}
			return flate.NewReader(bytes.NewReader(body)), nil
		}})
	}
}

// Names lists the members in the order of the directory.
func (p *Package) Names() []string { return p.names }

// Has reports whether there is a member of a name.
func (p *Package) Has(name string) bool {
	_, ok := p.find(name)
	return ok
}

// find takes the exact name before one that differs in case.
func (p *Package) find(name string) (member, bool) {
	name = clean(name)
	if m, ok := p.members[name]; ok {
		return m, true
	}
	i := slices.IndexFunc(p.names, func(n string) bool { return strings.EqualFold(n, name) })
	if i < 0 {
		return member{}, false
	}
	return p.members[p.names[i]], true
}

// Read inflates one member within the bounds. Of a damaged member it gives what can be read, unless that is nothing.
func (p *Package) Read(name string) ([]byte, error) {
	m, ok := p.find(name)
	if !ok {
		return nil, fmt.Errorf("opc: %s: %w: no such member", name, document.ErrMalformed)
	}
	if m.encrypted {
		return nil, fmt.Errorf("opc: %s: %w", name, document.ErrEncrypted)
	}
	limit := min(p.opt.MaxMember, p.opt.MaxTotal-p.read, max(1<<20, m.packed*p.opt.MaxRatio))
	r, err := m.open()
	if err != nil {
		return nil, fmt.Errorf("opc: %s: %w: %w", name, document.ErrMalformed, err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if p.read += int64(len(b)); int64(len(b)) > limit {
		return nil, fmt.Errorf("opc: %s inflates beyond %d octets: %w", name, limit, document.ErrBomb)
	}
	if err != nil && len(b) == 0 {
		return nil, fmt.Errorf("opc: %s: %w: %w", name, document.ErrMalformed, err)
	}
	return b, nil
}
