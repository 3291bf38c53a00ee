package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"nianbao/document"
)

// How pages are drawn to check a reading by.
const (
	renderer      = "pdftoppm" // of poppler, where it is installed
	drawnPages    = 40
	drawnDPI      = 96
	drawnDeadline = 60 * time.Second
	pointsAnInch  = 72.0
)

// pictures draws the pages of a PDF with the renderer, where there is one; the error says why there are none. Nothing is
// read from the pictures: they are for people.
func pictures(ctx context.Context, data []byte) (map[int]document.Picture, error) {
	program, err := exec.LookPath(renderer)
	if err != nil {
		return nil, fmt.Errorf("pages are not drawn: %s is not installed", renderer)
	}
	dir, err := os.MkdirTemp("", "crawler-pages-")
	if err != nil {
		return nil, fmt.Errorf("draw pages: %w", err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return nil, fmt.Errorf("draw pages: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, drawnDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-png", "-r", strconv.Itoa(drawnDPI), "-l", strconv.Itoa(drawnPages), file, filepath.Join(dir, "p"))
	cmd.WaitDelay = time.Second
	runErr := cmd.Run()
	names, err := filepath.Glob(filepath.Join(dir, "p-*.png"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("draw pages: %s: %w", renderer, runErr)
	}
	out := map[int]document.Picture{}
	for _, name := range names {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "p-"), ".png"))
		if err != nil {
			continue
		}
		png, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("draw pages: %w", err)
		}
		out[n] = document.Picture{PNG: png, PerPoint: drawnDPI / pointsAnInch}
	}
	return out, nil
}
