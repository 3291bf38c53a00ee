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
			if filepath.Base(f) == "A.notounicode_t1.pdf" { // glyphs named by numbers alone: nobody can know
				if !d.HasFlag(document.FlagLowQuality) {
					t.Error("unreadable text is not flagged")
				}
				return
			}
			// One distiller spoils brackets and signs beyond repair; its numbers and most words are sound.
			if spoilt := strings.HasPrefix(filepath.Base(f), "A.gs_chrom"); d.HasFlag(document.FlagLowQuality) != spoilt {
				t.Errorf("flags %v", d.Flags)
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

// Odd files of public test collections: what they say, and that none hangs.
func TestOddFiles(t *testing.T) {
	tests := []struct{ file, want string }{
		{"real/pdfjs_Pages-tree-refs.pdf", "Testcase: 'Pages loop'"},
		{"real/pdfjs_SimFang-variant.pdf", "全世界无产者，联合起来"},
		{"real/pdfjs_XiaoBiaoSong.pdf", "关于红军作战的原则"},
		{"real/pdfjs_issue2128r.pdf", "浅谈校长的魅力"},
		{"real/pdfjs_issue3521.pdf", "我们都是黑体字"},
		{"real/pdfjs_noembed-identity.pdf", "ABC"},
		{"made/fuzz_pagetree_cycle.pdf", "政府信息公开"},
	}
	for _, tt := range tests {
		t.Run(filepath.Base(tt.file), func(t *testing.T) {
			d, err := read(t, shared+tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(d.Text(), tt.want) {
				t.Errorf("no %q in:\n%.500s", tt.want, d.Text())
			}
		})
	}
}

// The pictures of scanned pages come out whole: JPEG as it is, fax decoded.
func TestScannedPages(t *testing.T) {
	for _, name := range []string{"A.scan200.pdf", "A.scanG4.pdf"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(shared + "made/" + name)
			if err != nil {
				t.Skip("no labelled documents beside the checkout")
			}
			list, err := pdf.Images(context.Background(), data, pdf.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(list) != 7 {
				t.Errorf("%d pictures of 7 pages", len(list))
			}
			for _, p := range list {
				if (p.Image == nil) == (p.JPEG == nil) || p.Width < 1000 {
					t.Errorf("page %d: %d by %d, image %v, %d bytes of JPEG", p.Page, p.Width, p.Height, p.Image != nil, len(p.JPEG))
				}
				if p.Image == nil {
					continue
				}
				dark := 0
				for y := 0; y < p.Height; y += 3 {
					for x := 0; x < p.Width; x += 3 {
						if r, _, _, _ := p.Image.At(x, y).RGBA(); r < 0x8000 {
							dark++
						}
					}
				}
				if share := float64(dark) * 9 / float64(p.Width*p.Height); share < 0.002 || share > 0.3 {
					t.Errorf("page %d: %.3f of it is dark", p.Page, share)
				}
			}
		})
	}
}

func BenchmarkLabelledFiles(b *testing.B) {
	for _, name := range []string{"libreoffice", "wkhtml", "chromium", "weasy", "objstm", "enc_aes256", "cid_GBK-EUC-H"} {
		b.Run(name, func(b *testing.B) {
			data, err := os.ReadFile(shared + "made/A." + name + ".pdf")
			if err != nil {
				b.Skip("no labelled documents beside the checkout")
			}
			b.SetBytes(int64(len(data)))
			pages := 0
			for b.Loop() {
				d, err := pdf.Read(context.Background(), data, pdf.Options{})
				if err != nil {
					b.Fatal(err)
				}
				pages += d.Pages
			}
			b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}
