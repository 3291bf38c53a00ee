package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"nianbao/archive"
	"nianbao/document"
	"nianbao/extract"
)

// mostInput bounds a file that is read, in octets.
const mostInput = 256 << 20

// input reads a file, or standard input for "-".
func (a *app) input(name string) (extract.Input, error) {
	r := a.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return extract.Input{}, err
		}
		defer f.Close()
		r = f
	}
	data, err := io.ReadAll(io.LimitReader(r, mostInput+1))
	if err != nil {
		return extract.Input{}, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > mostInput {
		return extract.Input{}, fmt.Errorf("%s: %w: more than %d MiB", name, document.ErrTooLarge, mostInput>>20)
	}
	return extract.Input{Name: filepath.Base(name), Data: data}, nil
}

// A source is one input of a command, opened when its turn comes.
type source struct {
	name string
	open func() (extract.Input, error)
}

// files are the files that arguments name; directories stand for all regular files below them.
func (a *app) files(args []string) ([]source, error) {
	var out []source
	add := func(name string) {
		out = append(out, source{name, func() (extract.Input, error) { return a.input(name) }})
	}
	for _, arg := range args {
		info, err := os.Stat(arg)
		if arg == "-" || err != nil || !info.IsDir() {
			add(arg) // what cannot be had is said when its turn comes
			continue
		}
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				add(path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// archived are the payloads that the reports of an archive stand in: of each the last source, since attachments stand
// behind the pages that announce them.
func archived(ar *archive.Archive) ([]source, error) {
	var out []source
	for r, err := range ar.Reports(archive.Filter{}) {
		if err != nil {
			return nil, err
		}
		for _, src := range slices.Backward(r.Sources) {
			if src.SHA256 == "" {
				continue
			}
			out = append(out, source{src.URL, func() (extract.Input, error) {
				data, err := ar.Payload(src.SHA256)
				return extract.Input{Name: path.Base(src.URL), MediaType: src.MediaType, Data: data}, err
			}})
			break
		}
	}
	return out, nil
}

// eachDocument reads every input in turn; one that fails is told to failed, and the rest go on. The error says how many
// failed.
func (a *app) eachDocument(ctx context.Context, sources []source, use func(name string, d *document.Document) error, failed func(name string, err error) error) error {
	pool, err := newReader()
	if err != nil {
		return err
	}
	defer pool.Close()
	bad := 0
	for _, src := range sources {
		in, err := src.open()
		var d *document.Document
		if err == nil {
			d, err = pool.Read(ctx, in)
		}
		if err == nil {
			err = use(src.name, d)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, errOutput) {
			return err
		}
		if err != nil {
			bad++
			if err := failed(src.name, err); err != nil {
				return err
			}
		}
	}
	if bad > 0 {
		return fmt.Errorf(a.say("%d of %d file(s) gave nothing", "%d / %d 个文件没有结果"), bad, len(sources))
	}
	return nil
}

// errOutput wraps failures of standard output, which end a command at once.
var errOutput = errors.New("write output")
