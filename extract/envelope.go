package extract

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"path"
	"strings"

	"nianbao/charset"
	"nianbao/document"
	"nianbao/extract/internal/cfb"
	"nianbao/extract/internal/crypt"
	"nianbao/extract/sheet"
)

// envelope reads a compound file that is a wrapper around another one: an encrypted package, an embedded package, a file
// that was put into a document (OLE 1 native data).
func (c *call) envelope(ctx context.Context, in Input, depth int) (*document.Document, error) {
	if depth > c.lim.MaxDepth {
		return nil, fmt.Errorf("extract: wrapped deeper than %d: %w", c.lim.MaxDepth, document.ErrBomb)
	}
	f, err := cfb.Open(in.Data)
	if err != nil {
		return nil, fmt.Errorf("extract: %w", err)
	}
	if f.Encrypted() {
		data, err := crypt.Package(f.Stream("EncryptionInfo"), f.Stream("EncryptedPackage"))
		if err != nil {
			return nil, fmt.Errorf("extract: %w", err)
		}
		if !c.spend(int64(len(data))) {
			return nil, fmt.Errorf("extract: %w", document.ErrBomb)
		}
		return c.read(ctx, Input{Name: in.Name, Data: data}, depth+1)
	}
	return c.object(ctx, f.Stream, depth)
}

// object reads what is embedded in a document, by the streams it consists of: a workbook's own, a package, a file that
// was put in, which then has its name.
func (c *call) object(ctx context.Context, stream func(string) []byte, depth int) (*document.Document, error) {
	for _, name := range []string{"Workbook", "Book"} {
		if b := stream(name); b != nil {
			return sheet.ReadStream(ctx, b, sheet.Options{MaxCells: c.lim.MaxCells})
		}
	}
	name, data := "", stream("Package")
	if data == nil {
		if native := stream("\x01Ole10Native"); native != nil {
			name, data = nativeFile(native)
		} else {
			data = stream("CONTENTS")
		}
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("extract: a compound file of nothing known: %w", document.ErrUnsupported)
	}
	if !c.spend(int64(len(data))) {
		return nil, fmt.Errorf("extract: %w", document.ErrBomb)
	}
	return c.within(ctx, name, data, depth)
}

// nativeFile takes the file out of native data ([MS-OLEDS] §2.3.6 and what programs write): a label, the name, a path,
// then the octets. Without that frame, all of it is the file.
func nativeFile(b []byte) (name string, data []byte) {
	if len(b) < 8 {
		return "", nil
	}
	body := b[4:]
	if binary.LittleEndian.Uint16(body) != 2 {
		return "", body
	}
	rest := body[2:]
	text := func() string {
		s, after, ok := bytes.Cut(rest, []byte{0})
		if !ok {
			rest = nil
			return ""
		}
		rest = after
		return charset.Name(string(s))
	}
	name = text()
	if file := path.Base(strings.ReplaceAll(text(), `\`, "/")); path.Ext(name) == "" && path.Ext(file) != "" {
		name = file
	}
	if len(rest) < 8 {
		return name, nil
	}
	rest = rest[4:]                                                              // two numbers that say nothing here
	if n := binary.LittleEndian.Uint32(rest); uint64(n) <= uint64(len(rest)-4) { // the path it had
		rest = rest[4+n:]
	}
	if len(rest) < 4 {
		return name, nil
	}
	n := binary.LittleEndian.Uint32(rest)
	rest = rest[4:]
	return path.Base(strings.ReplaceAll(name, `\`, "/")), rest[:min(uint64(n), uint64(len(rest)))]
}
