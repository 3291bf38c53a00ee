package pdf_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/pdf"
	"nianbao/report"
)

const shared = "../../../shared/data/docs/"

type tables struct{ T2, T3, T4 map[string]report.Row }

func labels(t testing.TB, name string) tables {
	t.Helper()
	raw, err := os.ReadFile(shared + name)
	if err != nil {
		t.Skip("no labelled documents beside the checkout")
	}
	var want tables
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	return want
}

func read(t testing.TB, file string) (*document.Document, error) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skip("no labelled documents beside the checkout")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return pdf.Read(ctx, data, pdf.Options{})
}

func compare(t *testing.T, want tables, d *document.Document) {
	t.Helper()
	r, err := report.Parse(d)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, tables{r.Data.T2, r.Data.T3, r.Data.T4}); diff != "" {
		t.Errorf("truth (-) against read (+):\n%s\nwarnings %v", diff, r.Warnings)
	}
}

// Every labelled file that holds text gives its 200 numbers; the others say why not.
func TestLabelledFiles(t *testing.T) {
	want := labels(t, "made/A.json")
	known := map[string]error{
		"A.scan200.pdf": document.ErrNeedsOCR, "A.scanG4.pdf": document.ErrNeedsOCR, "A.enc_userpw.pdf": document.ErrEncrypted,
	}
	files, _ := filepath.Glob(shared + "made/A.*.pdf")
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".pdf"), func(t *testing.T) {
			d, err := read(t, f)
			if expected := known[filepath.Base(f)]; expected != nil {
				if !errors.Is(err, expected) {
					t.Fatalf("error %v, want %v", err, expected)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			compare(t, want, d)
		})
	}
}

// A real report: 186 numbers, a table over a page's end, a total that is wrong in print and stays so.
func TestRealReport(t *testing.T) {
	want := labels(t, "hzq2023.json")
	d, err := read(t, shared+"real/hzq2023_wps.pdf")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, want, d)
}
