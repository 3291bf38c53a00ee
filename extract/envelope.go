package extract

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path"
	"strings"

	"nianbao/charset"
	"nianbao/document"
	"nianbao/extract/internal/cfb"
	"nianbao/extract/internal/crypt"
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
	name, data := in.Name, f.Stream("Package")
	switch native := f.Stream("\x01Ole10Native"); {
	case f.Encrypted():
		if data, err = crypt.Package(f.Stream("EncryptionInfo"), f.Stream("EncryptedPackage")); err != nil {
			return nil, fmt.Errorf("extract: %w", err)
		}
	case native != nil:
		name, data = nativeFile(native)
	case data == nil:
		data = f.Stream("CONTENTS")
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("extract: a compound file of nothing known: %w", document.ErrUnsupported)
	}
	if !c.spend(int64(len(data))) {
		return nil, fmt.Errorf("extract: %w", document.ErrBomb)
	}
	d, err := c.read(ctx, Input{Name: name, Data: data}, depth+1)
	if err != nil && errors.Is(err, document.ErrUnsupported) {
		err = fmt.Errorf("extract: what the compound file holds: %w", err)
	}
	return d, err
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
	label, _ := text(), text()
	name = label
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
