// Package office reads what no reader of ours knows by way of LibreOffice, when it is installed: Word 6 and 95, WPS,
// presentations, binary workbooks, and documents our own readers find damaged.
//
// In go the bytes of a file; out come the bytes of a DOCX, XLSX or PDF. Each conversion runs in a process group of its
// own with a fresh profile, in a directory that is removed, without the network, one at a time; past its deadline the
// group is killed. This room starts programs and writes files, which is why the pure front door does not know it:
// callers put it behind a reader with Behind.
package office

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"nianbao/document"
)

// Options shape a converter. Zero values mean the defaults.
type Options struct {
	// Program is LibreOffice's path; empty: soffice or libreoffice on the PATH at construction.
	Program   string
	Timeout   time.Duration // of one conversion, 60 s
	MaxOutput int64         // octets, 256 MiB
	TempDir   string        // where working directories are made; empty: the system's
}

// A Converter converts one file at a time.
type Converter struct {
	opt  Options
	turn chan struct{}
}

// ErrNotInstalled means that there is no LibreOffice to ask. It wraps document.ErrUnsupported.
var ErrNotInstalled = fmt.Errorf("LibreOffice is needed and not installed: %w", document.ErrUnsupported)

// New looks for LibreOffice. A converter without one answers ErrNotInstalled.
func New(opt Options) *Converter {
	for _, name := range []string{"soffice", "libreoffice"} {
		if opt.Program == "" {
			opt.Program, _ = exec.LookPath(name) // not found: stays empty
		}
	}
	if opt.Timeout <= 0 {
		opt.Timeout = 60 * time.Second
	}
	if opt.MaxOutput <= 0 {
		opt.MaxOutput = 256 << 20
	}
	return &Converter{opt, make(chan struct{}, 1)}
}

// Installed reports whether there is a LibreOffice.
func (c *Converter) Installed() bool { return c.opt.Program != "" }

// Convert converts a file into a format LibreOffice names by its suffix: docx, xlsx, pdf. suffix is the file's own,
// without the dot; LibreOffice looks at the content first.
func (c *Converter) Convert(ctx context.Context, data []byte, suffix, to string) ([]byte, error) {
	if !c.Installed() {
		return nil, fmt.Errorf("office: %w", ErrNotInstalled)
	}
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("office: waiting for a turn: %w", document.ErrDeadline)
	}
	dir, err := os.MkdirTemp(c.opt.TempDir, "nianbao-office-")
	if err != nil {
		return nil, fmt.Errorf("office: %w", err)
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "in."+suffix), filepath.Join(dir, "out")
	if err := errors.Join(os.WriteFile(in, data, 0o600), os.Mkdir(out, 0o700)); err != nil {
		return nil, fmt.Errorf("office: %w", err)
	}
	if err := c.run(ctx, dir, in, out, to); err != nil {
		return nil, err
	}
	result := filepath.Join(out, "in."+to)
	info, err := os.Lstat(result)
	if err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("office: LibreOffice made nothing of it: %w", document.ErrMalformed)
	}
	if info.Size() > c.opt.MaxOutput {
		return nil, fmt.Errorf("office: %d octets: %w", info.Size(), document.ErrBomb)
	}
	b, err := os.ReadFile(result)
	if err != nil {
		return nil, fmt.Errorf("office: %w", err)
	}
	return b, nil
}

// run starts LibreOffice and waits for it or kills it and all it started.
func (c *Converter) run(ctx context.Context, dir, in, out, to string) error {
	profile := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, "profile"))}
	cmd := exec.CommandContext(ctx, c.opt.Program, "-env:UserInstallation="+profile.String(), "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
		"--convert-to", to, "--outdir", out, in)
	cmd.Dir = dir
	const nowhere = "http://127.0.0.1:9" // documents may name pictures elsewhere: they are not fetched
	cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "http_proxy=" + nowhere, "https_proxy=" + nowhere, "ftp_proxy=" + nowhere}
	cmd.WaitDelay = time.Second
	group(cmd)
	said, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("office: %w after %s", document.ErrDeadline, c.opt.Timeout)
	case err != nil:
		return fmt.Errorf("office: LibreOffice: %w: %w: %.200s", document.ErrMalformed, err, strings.TrimSpace(string(said)))
	}
	return nil
}
