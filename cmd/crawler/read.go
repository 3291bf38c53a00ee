package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/extract/ocr"
	"nianbao/extract/sandbox/office"
	"nianbao/extract/sandbox/worker"
)

// workerName is the hidden command by which this program starts itself to read foreign bytes.
const workerName = "extract-worker"

// readDeadline bounds the reading of one file: scans of many pages take OCR a minute.
const readDeadline = 2 * time.Minute

// A reader turns foreign bytes into documents in child processes of this program, so that none of them can hurt it.
// LibreOffice, where there is one, is asked from here: it has a process and bounds of its own, and what it makes of a file
// is read in a child again.
type reader struct {
	pool *worker.Pool
	read office.Reader
}

func newReader() (*reader, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find this program's own file, to start readers from: %w", err)
	}
	pool := worker.NewPool(worker.Options{Command: []string{exe, workerName}, Deadline: readDeadline})
	inChild := func(ctx context.Context, in extract.Input, _ extract.Limits) (*document.Document, error) {
		return pool.Read(ctx, in)
	}
	return &reader{pool, office.New(office.Options{}).Behind(inChild)}, nil
}

// Read reads one input.
func (r *reader) Read(ctx context.Context, in extract.Input) (*document.Document, error) {
	return r.read(ctx, in, extract.Limits{})
}

// Close ends the children.
func (r *reader) Close() error { return r.pool.Close() }

// workerCommand is the child's side of newReader.
func (a *app) workerCommand() *cobra.Command {
	return &cobra.Command{Use: workerName, Hidden: true, Args: exactly(0, "nothing"), RunE: func(*cobra.Command, []string) error {
		return worker.Serve(a.stdin, a.out, ocr.Behind(extract.Read, ocr.Options{}))
	}}
}
