package extract_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/report"
)

func TestSniffByContent(t *testing.T) {
	tests := []struct{ name, data, declared, want string }{
		{"x.doc", "<html><body>x", "application/msword", extract.HTML},
		{"x.html", "%PDF-1.4", "text/html", extract.PDF},
		{"x", "\xef\xbb\xbf<!DOCTYPE html>", "", extract.HTML},
		{"x.txt", "一、总体情况", "", extract.Text},
		{"x", "{\"a\":1}", "", extract.JSON},
		{"x", "\x89PNG\r\n\x1a\n", "", extract.PNG},
		{"x", "   ", "", ""},
		{"x", "\x00\x01\x02\x00\x00", "application/pdf", ""},
	}
	for _, tt := range tests {
		if got := extract.Sniff([]byte(tt.data), tt.declared, tt.name); got != tt.want {
			t.Errorf("Sniff(%q, %q) = %q, want %q", tt.data, tt.declared, got, tt.want)
		}
	}
}

func TestPicturesNeedOCR(t *testing.T) {
	_, err := extract.Read(context.Background(), extract.Input{Data: []byte("\xff\xd8\xff\xe0")}, extract.Limits{})
	if !errors.Is(err, document.ErrNeedsOCR) {
		t.Errorf("got %v", err)
	}
}

// Every labelled document that this build reads gives its 200 numbers.
func TestLabelledDocuments(t *testing.T) {
	raw, err := os.ReadFile("../../shared/data/docs/made/A.json")
	if err != nil {
		t.Skip("no labelled documents beside the checkout")
	}
	type tables struct{ T2, T3, T4 map[string]report.Row }
	var want tables
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("../../shared/data/docs/made/A.*")
	for _, f := range files {
		name := filepath.Base(f)
		if name == "A.json" || strings.HasPrefix(name, "A.features") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			d, err := extract.Read(context.Background(), extract.Input{Name: name, Data: data}, extract.Limits{})
			for _, known := range []error{document.ErrUnsupported, document.ErrNeedsOCR, document.ErrEncrypted} {
				if errors.Is(err, known) {
					t.Skipf("said so: %v", err)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			r, err := report.Parse(d)
			if err != nil {
				t.Fatal(err)
			}
			if d.HasFlag(document.FlagLowQuality) && r.Data.T3 == nil {
				t.Skipf("said so: %v", d.Flags) // glyphs named by numbers alone
			}
			if diff := cmp.Diff(want, tables{r.Data.T2, r.Data.T3, r.Data.T4}); diff != "" {
				t.Errorf("%s\nwarnings %v", diff, r.Warnings)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("<p>x"))
	f.Add([]byte("PK\x03\x04word/document.xml"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := extract.Read(context.Background(), extract.Input{Data: data}, extract.Limits{})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
		extract.Sniff(data, "", "")
	})
}
