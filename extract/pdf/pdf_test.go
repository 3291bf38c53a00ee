package pdf_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"nianbao/document"
	"nianbao/extract/pdf"
	"nianbao/internal/compose"
	"nianbao/report"
)

// numbersOf flattens a report's numbers by path.
func numbersOf(r *report.AnnualReport) map[string]float64 {
	out := map[string]float64{}
	for table, rows := range map[string]map[string]report.Row{"t2": r.Data.T2, "t3": r.Data.T3, "t4": r.Data.T4} {
		for row, cols := range rows {
			for col, v := range cols {
				if v != nil {
					out[table+"."+row+"."+col] = *v
				}
			}
		}
	}
	return out
}

// A composed report, read back, gives every number, in both forms and both encodings.
func TestComposedReports(t *testing.T) {
	for seed, body := range []string{"临江省人民政府", "清河县人民政府", "望海市民政局", "东林街道办事处"} {
		for _, year := range []int{2019, 2023} {
			for _, enc := range []compose.Encoding{compose.IdentityH, compose.UniGB} {
				t.Run(fmt.Sprint(body, year, enc), func(t *testing.T) {
					c := compose.New(int64(seed), body, year, compose.Options{})
					d, err := pdf.Read(context.Background(), c.PDF(enc), pdf.Options{})
					if err != nil {
						t.Fatal(err)
					}
					if len(d.Flags) > 0 {
						t.Errorf("flags %v on a sound file", d.Flags)
					}
					r, err := report.Parse(d)
					if err != nil {
						t.Fatal(err)
					}
					got := numbersOf(r)
					for path, want := range c.Numbers {
						if v, ok := got[path]; !ok || v != want {
							t.Errorf("%s: read %v (%v), composed %v", path, v, ok, want)
						}
					}
					if len(got) != len(c.Numbers) {
						t.Errorf("%d numbers read, %d composed", len(got), len(c.Numbers))
					}
					for _, ch := range r.Checks {
						if !ch.Holds {
							t.Errorf("check %+v", ch)
						}
					}
					if r.Year != year || r.Publisher.Name != body || d.Blocks[0].Kind != document.Heading {
						t.Errorf("%d %q, first block %+v", r.Year, r.Publisher.Name, d.Blocks[0])
					}
				})
			}
		}
	}
}

// Tables that run over a page's end come out in one piece, page numbers nowhere.
func TestTablesJoinOverPages(t *testing.T) {
	d, err := pdf.Read(context.Background(), compose.New(1, "清河县人民政府", 2023, compose.Options{}).PDF(compose.IdentityH), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tables := 0
	for _, b := range d.Blocks {
		if b.Table != nil {
			tables++
			if b.Table.Method != "lattice" {
				t.Errorf("method %s", b.Table.Method)
			}
		}
	}
	if tables > 4 {
		t.Errorf("%d tables where the report has three or four", tables)
	}
	if strings.Contains(d.Text(), "- 2 -") {
		t.Error("a page number is left in the text")
	}
}

// Of damaged copies none panics or hangs, and no number is read wrong without a failed check or a warning beside it.
func TestDamagedCopies(t *testing.T) {
	c := compose.New(3, "清河县人民政府", 2023, compose.Options{})
	whole := c.PDF(compose.UniGB)
	rng := rand.New(rand.NewPCG(1, 2))
	read, complete := 0, 0
	n := 300
	if testing.Short() {
		n = 60
	}
	for i := range n {
		data := bytes.Clone(whole)
		switch i % 3 {
		case 0:
			data = data[:rng.IntN(len(data))]
		case 1:
			for range 1 + rng.IntN(20) {
				data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
			}
		case 2:
			at := rng.IntN(len(data))
			data = append(data[:at], data[min(len(data), at+1+rng.IntN(40)):]...)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		d, err := pdf.Read(ctx, data, pdf.Options{})
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("copy %d: %v", i, err)
		}
		if err != nil {
			continue
		}
		read++
		r, err := report.Parse(d)
		if err != nil {
			continue
		}
		got, wrong := numbersOf(r), 0
		for path, v := range got {
			if c.Numbers[path] != v {
				wrong++
			}
		}
		suspect := len(r.Warnings) > 0 || len(d.Flags) > 0
		for _, ch := range r.Checks {
			suspect = suspect || !ch.Holds
		}
		if wrong > 0 && !suspect {
			t.Errorf("copy %d: %d numbers wrong and nothing said", i, wrong)
		}
		if wrong == 0 && len(got) == len(c.Numbers) {
			complete++
		}
	}
	t.Logf("%d of %d damaged copies read, %d with all numbers", read, n, complete)
	if read*2 < n {
		t.Errorf("only %d of %d damaged copies read", read, n)
	}
}

// build writes a PDF of raw objects, numbered from 1, with a sound table.
func build(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	x := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, x)
	return b.Bytes()
}

func stream(dict, body string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(body), body)
}

// page is a catalogue, a tree and one page with Helvetica for a content stream.
func page(content string, more ...string) []byte {
	return build(append([]string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
		stream("", content),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}, more...)...)
}

// Hostile files end within their bounds.
func TestHostileFiles(t *testing.T) {
	deep := strings.Repeat("[", 200_000)
	zeros := bytes.Repeat([]byte{0}, 64<<20)
	cycle := build("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 999999999 /Parent 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R >>")
	laughs := []string{"<< /Type /Catalog /Pages 2 0 R >>"}
	for i := 2; i < 30; i++ {
		laughs = append(laughs, fmt.Sprintf("<< /Type /Pages /Kids [%s] >>", strings.Repeat(fmt.Sprintf("%d 0 R ", i+1), 10)))
	}
	laughs = append(laughs, "<< /Type /Page >>")
	tests := []struct {
		name string
		data []byte
		want error // nil: any outcome
	}{
		{"page tree cycle", cycle, nil},
		{"page tree of exponential size", build(laughs...), nil},
		{"form draws itself", page("/X Do", stream("/Type /XObject /Subtype /Form /Resources << /XObject << /X 6 0 R >> >>", "/X Do /X Do")), nil},
		{"previous table loops", bytes.Replace(page("BT ET"), []byte("/Root 1 0 R"), []byte("/Root 1 0 R /Prev 9"), 1), nil},
		{"huge xref size", []byte("%PDF-1.5\n1 0 obj\n<< /Type /XRef /Size 99999999999 /W [1 8 8] /Index [0 99999999999] /Root 2 0 R /Length 0 >>\nstream\n\nendstream\nendobj\nstartxref\n9\n%%EOF\n"), document.ErrMalformed},
		{"deep nesting", page(deep + " " + deep), nil},
		{"deep dictionary", build("<< /Type /Catalog /Pages " + strings.Repeat("<< /A ", 100_000) + " >>"), nil},
		{"bomb", bombed(zeros), document.ErrBomb},
		{"length refers to itself", build("<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [3 0 R] >>", "<< /Type /Page /Contents 4 0 R >>", "<< /Length 4 0 R >>\nstream\nBT ET\nendstream"), nil},
		{"object stream holds itself", []byte("%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length 30 >>\nstream\n1 0 << /Type /ObjStm /N 1 >>    \nendstream\nendobj\ntrailer << /Root 1 0 R >>\n"), nil},
		{"rubbish", []byte("%PDF-1.4\n" + strings.Repeat("obj 1 0 obj << ( [ stream ", 400_000)), nil},
		{"nothing", []byte("%PDF-1.4\n"), document.ErrMalformed},
		{"many q", page(strings.Repeat("q ", 500_000)), nil},
		{"many rules", page(strings.Repeat("0 0 m 9 9 l 100 0 l S 1 0 0 1 0.01 0 cm ", 50_000)), nil},
		{"grid of a million cells", page(grid(1500)), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			_, err := pdf.Read(ctx, tt.data, pdf.Options{MaxInflated: 32 << 20})
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("not done in time: %v", err)
			}
		})
	}
}

func grid(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "0 %d m 9000 %d l S %d 0 m %d 9000 l S\n", i*6, i*6, i*6, i*6)
	}
	return b.String()
}

// bombed is a page whose content inflates to far more than its size.
func bombed(plain []byte) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	_, _ = w.Write(plain) // writes to memory do not fail
	_ = w.Close()
	return build("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Contents 4 0 R >>", stream("/Filter /FlateDecode", z.String()))
}

// A cancelled context ends the work at once.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := pdf.Read(ctx, compose.New(1, "清河县人民政府", 2023, compose.Options{}).PDF(compose.UniGB), pdf.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(compose.New(1, "清河县人民政府", 2023, compose.Options{}).PDF(compose.UniGB))
	f.Add(page("BT /F1 12 Tf 72 700 Td (1 2 3) Tj ET 10 10 100 100 re S"))
	f.Add([]byte("%PDF-1.4\ntrailer << /Root 1 0 R >>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		d, err := pdf.Read(ctx, data, pdf.Options{MaxInflated: 16 << 20})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			t.Fatal("not done in time")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, enc := range []compose.Encoding{compose.IdentityH, compose.UniGB} {
		b.Run([]string{"IdentityH", "UniGB"}[enc], func(b *testing.B) {
			data := compose.New(1, "清河县人民政府", 2023, compose.Options{}).PDF(enc)
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

// Pictures come out as they went in, whatever packs them.
func TestImages(t *testing.T) {
	const size = 16
	gray := make([]byte, size*size)
	for i := range gray {
		gray[i] = byte(i)
	}
	picture := func(dict string, body []byte) []byte {
		return page("400 0 0 400 50 50 cm /X Do", stream("/Type /XObject /Subtype /Image /Width 16 /Height 16 "+dict, string(body)))
	}
	tests := []struct {
		name string
		data []byte
		at   func(x, y int) uint8 // what the red of a pixel should be
	}{
		{"gray", picture("/BitsPerComponent 8 /ColorSpace /DeviceGray", gray), func(x, y int) uint8 { return byte(size*y + x) }},
		{"inverted", picture("/BitsPerComponent 8 /ColorSpace /DeviceGray /Decode [1 0]", gray), func(x, y int) uint8 { return 255 - byte(size*y+x) }},
		{"bits", picture("/BitsPerComponent 1 /ColorSpace /DeviceGray", bytes.Repeat([]byte{0xf0, 0x0f}, size)), func(x, y int) uint8 {
			if x < 4 || x >= 12 {
				return 255
			}
			return 0
		}},
		{"colours", picture("/BitsPerComponent 8 /ColorSpace /DeviceRGB", bytes.Repeat([]byte{200, 10, 20}, size*size)), func(x, y int) uint8 { return 200 }},
		{"palette", picture("/BitsPerComponent 8 /ColorSpace [/Indexed /DeviceRGB 1 <00000063FFFF>]", bytes.Repeat([]byte{1, 0}, size*size/2)), func(x, y int) uint8 {
			if x%2 == 0 {
				return 0x63
			}
			return 0
		}},
		{"missing rows", picture("/BitsPerComponent 8 /ColorSpace /DeviceGray", gray[:size]), func(x, y int) uint8 {
			if y == 0 {
				return byte(x)
			}
			return 255
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := pdf.Images(context.Background(), tt.data, pdf.Options{})
			if err != nil || len(list) != 1 {
				t.Fatalf("%d pictures, error %v", len(list), err)
			}
			p := list[0]
			if p.Page != 1 || p.Width != size || p.X0 != 50 || p.Y1 != 842-50 || p.Image == nil {
				t.Fatalf("picture %+v", p)
			}
			for y := range size {
				for x := range size {
					if r, _, _, _ := p.Image.At(x, y).RGBA(); uint8(r>>8) != tt.at(x, y) {
						t.Fatalf("pixel %d,%d is %d, want %d", x, y, r>>8, tt.at(x, y))
					}
				}
			}
			if _, err := pdf.Read(context.Background(), tt.data, pdf.Options{}); !errors.Is(err, document.ErrNeedsOCR) {
				t.Errorf("reading a page of pictures: %v", err)
			}
		})
	}
}
