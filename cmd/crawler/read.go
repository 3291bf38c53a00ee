package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"nianbao/extract"
	"nianbao/extract/worker"
)

// workerName is the hidden command by which this program starts itself to read foreign bytes.
const workerName = "extract-worker"

// newReader reads foreign bytes in child processes of this program, so that none of them can hurt it.
func newReader() (*worker.Pool, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find this program's own file, to start readers from: %w", err)
	}
	return worker.NewPool(worker.Options{Command: []string{exe, workerName}}), nil
}

// workerCommand is the child's side of newReader.
func (a *app) workerCommand() *cobra.Command {
	return &cobra.Command{Use: workerName, Hidden: true, Args: exactly(0, "nothing"), RunE: func(*cobra.Command, []string) error {
		return worker.Serve(a.stdin, a.out, extract.Read)
	}}
}
