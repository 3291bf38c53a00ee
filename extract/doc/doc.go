// Package doc reads Word documents of 1997 to 2003 in their binary form ([MS-DOC]): paragraphs with their automatic
// numbers and tables with their merged cells, nested ones too.
//
// In go the bytes of a compound file; out comes a document. The text is put together from the piece table; paragraph
// and row properties come from the pages of formatted runs. What a reader of the printed page sees is what is read:
// results of fields and not their codes; deleted, hidden, struck-out and inkless text is kept apart (Unseen); text boxes
// and embedded workbooks follow the paragraph they are anchored in. Every offset in the file is a claim and is checked; text, cells and nesting are
// bounded. A file that is encrypted, or older than Word 97, ends in an error that says so.
package doc

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/cfb"
	"nianbao/extract/internal/crypt"
	"nianbao/extract/internal/line"
)

// MediaType of what this package reads.
const MediaType = "application/msword"

// Options bound the work. Zero values mean the defaults.
type Options struct {
	MaxChars int // of text, 8 million
	MaxCells int // of all tables, 200,000
	MaxDepth int // of tables in tables, 20
	// Object reads what is embedded in the document, by the streams it consists of. Nil: it is left out.
	Object func(ctx context.Context, stream func(name string) []byte) (*document.Document, error)
}

func (o Options) defaults() Options {
	if o.MaxChars <= 0 {
		o.MaxChars = 8 << 20
	}
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = 20
	}
	return o
}

// file is an opened document: its streams and what the header says of them.
type file struct {
	ctx   context.Context
	opt   Options
	fib   fib
	main  []byte // stream WordDocument
	table []byte // stream 0Table or 1Table
	data  []byte // stream Data
	text  *text
	papx  runs
	chpx  runs
	cfb   *cfb.File
	style []style
	lists *lists
}

// Read reads a document.
func Read(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	c, err := cfb.Open(data)
	if err != nil {
		return nil, fmt.Errorf("doc: %w", err)
	}
	if c.Encrypted() {
		return nil, fmt.Errorf("doc: %w", document.ErrEncrypted)
	}
	if !c.Has("WordDocument") {
		return nil, fmt.Errorf("doc: no stream WordDocument: %w", document.ErrUnsupported)
	}
	f := &file{ctx: ctx, opt: opt.defaults(), cfb: c, main: c.Stream("WordDocument"), data: c.Stream("Data")}
	if f.fib, err = readFIB(f.main); err != nil {
		return nil, err
	}
	f.table = c.Stream(f.fib.tableStream)
	if len(f.table) == 0 {
		return nil, fmt.Errorf("doc: no stream %s: %w", f.fib.tableStream, document.ErrMalformed)
	}
	if f.fib.encrypted {
		if err := f.decrypt(); err != nil {
			return nil, fmt.Errorf("doc: %w", err)
		}
	}
	if f.text, err = f.readText(); err != nil {
		return nil, err
	}
	f.papx = f.readRuns(fcPlcfBtePapx, papxSize)
	f.chpx = f.readRuns(fcPlcfBteChpx, chpxSize)
	f.style = f.readStyles()
	f.lists = f.readLists()
	d := &document.Document{MediaType: MediaType, Engine: "doc"}
	if c.CutOff {
		d.AddFlag(document.FlagTruncated)
	}
	if err := f.readBody(d); err != nil {
		return nil, err
	}
	if line.Pictures(d) {
		d.AddFlag(document.FlagNeedsOCR)
	}
	return d, nil
}

// clearHead is how much of the stream WordDocument is never encrypted; block is how far one key reaches.
const (
	clearHead = 68
	block     = 512
)

// decrypt opens a document that is encrypted with the password all programs know, [MS-DOC] §2.2.6. Its description
// stands at the head of the table stream.
func (f *file) decrypt() error {
	head := min(f.fib.key, len(f.table))
	if f.fib.obfuscated {
		return document.ErrEncrypted
	}
	s, err := crypt.RC4(f.table[:head], block)
	if err != nil {
		return err
	}
	f.main, f.table, f.data = bytes.Clone(f.main), bytes.Clone(f.table), bytes.Clone(f.data)
	if len(f.main) > clearHead {
		s.Decrypt(f.main[clearHead:], clearHead, 0)
	}
	s.Decrypt(f.table[head:], head, 0)
	s.Decrypt(f.data, 0, 0)
	f.fib, err = readFIB(f.main)
	return err
}

func u16(b []byte, at int) int {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(b[at:]))
}

func u32(b []byte, at int) int {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(b[at:]))
}

// clip is b[at:at+n] as far as there is such a thing.
func clip(b []byte, at, n int) []byte {
	if at < 0 || n <= 0 || at >= len(b) {
		return nil
	}
	return b[at:min(len(b), at+n)]
}

// wide decodes UTF-16LE without surrogate care: list labels have none.
func wide(b []byte) string {
	var s strings.Builder
	for i := 0; i+2 <= len(b); i += 2 {
		s.WriteRune(rune(u16(b, i)))
	}
	return s.String()
}
