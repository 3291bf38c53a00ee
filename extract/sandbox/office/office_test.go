package office

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/document"
	"nianbao/extract"
)

// TestMain lets this binary stand in for LibreOffice: called as that is, it does what the file to convert says.
func TestMain(m *testing.M) {
	if i := slices.Index(os.Args, "--convert-to"); i > 0 {
		os.Exit(pretend(os.Args[i+1], os.Args[i+3], os.Args[i+4]))
	}
	os.Exit(m.Run())
}

func pretend(to, outdir, in string) int {
	data, err := os.ReadFile(in)
	if err != nil {
		return 3
	}
	out := filepath.Join(outdir, strings.TrimSuffix(filepath.Base(in), filepath.Ext(in))+"."+to)
	switch s := string(data); {
	case strings.Contains(s, "hang"):
		time.Sleep(time.Hour)
	case strings.Contains(s, "fail"):
		fmt.Println("cannot load")
		return 1
	case strings.Contains(s, "nothing"):
		return 0
	case strings.Contains(s, "link"):
		err = os.Symlink("/etc/hostname", out)
	case strings.Contains(s, "environment"):
		err = os.WriteFile(out, []byte(strings.Join(os.Environ(), "\n")), 0o600)
	default:
		err = os.WriteFile(out, append([]byte(to+" of "+filepath.Ext(in)+": "), data...), 0o600)
	}
	if err != nil {
		return 4
	}
	return 0
}

func converter(t *testing.T, opt Options) *Converter {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	opt.Program, opt.TempDir = program, t.TempDir()
	t.Cleanup(func() {
		if left, err := os.ReadDir(opt.TempDir); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	return New(opt)
}

func TestConvert(t *testing.T) {
	tests := []struct {
		in   string
		opt  Options
		want error
	}{
		{"fine", Options{}, nil},
		{"hang", Options{Timeout: 100 * time.Millisecond}, document.ErrDeadline},
		{"fail", Options{}, document.ErrMalformed},
		{"nothing", Options{}, document.ErrMalformed},
		{"link", Options{}, document.ErrMalformed},
		{"too much for the bound", Options{MaxOutput: 10}, document.ErrBomb},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			b, err := converter(t, tt.opt).Convert(context.Background(), []byte(tt.in), "wps", "docx")
			if !errors.Is(err, tt.want) || err == nil && string(b) != "docx of .wps: fine" {
				t.Errorf("%q, %v", b, err)
			}
		})
	}
}

func TestNothingOfOursLeaksIn(t *testing.T) {
	t.Setenv("SECRET_TOKEN", "x")
	b, err := converter(t, Options{}).Convert(context.Background(), []byte("environment"), "doc", "docx")
	if err != nil || strings.Contains(string(b), "SECRET_TOKEN") || !strings.Contains(string(b), "http_proxy=") {
		t.Errorf("%s, %v", b, err)
	}
}

func TestNotInstalled(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	c := New(Options{})
	if _, err := c.Convert(context.Background(), nil, "doc", "docx"); !errors.Is(err, ErrNotInstalled) || !errors.Is(err, document.ErrUnsupported) || c.Installed() {
		t.Errorf("got %v", err)
	}
	d, err := c.Behind(extract.Read)(context.Background(), extract.Input{Name: "x.wps", Data: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}, extract.Limits{})
	if d != nil || !strings.Contains(err.Error(), "LibreOffice") {
		t.Errorf("%v, %v", d, err)
	}
}

func TestBehind(t *testing.T) {
	asked := 0
	read := func(_ context.Context, in extract.Input, _ extract.Limits) (*document.Document, error) {
		asked++
		switch {
		case strings.HasPrefix(string(in.Data), "docx of"):
			return &document.Document{Engine: "docx", Blocks: []document.Block{{Text: string(in.Data)}}}, nil
		case strings.HasPrefix(string(in.Data), "good"):
			return &document.Document{Engine: "own"}, nil
		case strings.HasPrefix(string(in.Data), "locked"):
			return nil, document.ErrEncrypted
		}
		return nil, document.ErrUnsupported
	}
	behind := converter(t, Options{}).Behind(read)
	tests := []struct {
		name, data, engine string
		asked              int
		want               error
	}{
		{"a.doc", "good", "own", 1, nil},
		{"a.wps", "old", "libreoffice/docx", 2, nil},
		{"a.wps", "locked", "", 1, document.ErrEncrypted},
		{"a.exe", "program", "", 1, document.ErrUnsupported},
		{"a.wps", "fail", "", 1, document.ErrUnsupported},
	}
	for _, tt := range tests {
		asked = 0
		d, err := behind(context.Background(), extract.Input{Name: tt.name, Data: []byte(tt.data)}, extract.Limits{})
		if !errors.Is(err, tt.want) || asked != tt.asked || d != nil && (d.Engine != tt.engine || d.Engine != "own" && d.Name != tt.name) {
			t.Errorf("%s %s: %v, %v, asked %d times", tt.name, tt.data, d, err, asked)
		}
	}
}

// The program itself, where it is installed, reads a format that we do not.
func TestLibreOffice(t *testing.T) {
	c := New(Options{})
	if !c.Installed() || testing.Short() {
		t.Skip("LibreOffice is not installed")
	}
	b, err := c.Convert(context.Background(), []byte(`{\rtf1\ansi\ansicpg936 \'b9\'ab\'bf\'aa 24\par}`), "rtf", "docx")
	if err != nil {
		t.Fatal(err)
	}
	d, err := extract.Read(context.Background(), extract.Input{Data: b}, extract.Limits{})
	if err != nil || !strings.Contains(d.Text(), "公开 24") && !strings.Contains(d.Text(), "公开24") {
		t.Errorf("%v, %v", d, err)
	}
}

func BenchmarkConvert(b *testing.B) {
	c := New(Options{})
	if !c.Installed() {
		b.Skip("LibreOffice is not installed")
	}
	for b.Loop() {
		if _, err := c.Convert(context.Background(), []byte(`{\rtf1 x\par}`), "rtf", "docx"); err != nil {
			b.Fatal(err)
		}
	}
}
