package ocr

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/report"
)

var scans = flag.Bool("scans", false, "read the labelled scans, which takes tesseract some ten seconds each")

const asTesseract = "NIANBAO_TEST_TESSERACT"

// The test binary is also a tesseract that misbehaves.
func TestMain(m *testing.M) {
	switch os.Getenv(asTesseract) {
	case "hang":
		time.Sleep(time.Hour)
	case "garbage":
		os.Stdout.Write(bytes.Repeat([]byte("5\t1\t\x00\xff\t"), 1<<20))
		fmt.Println("5\t99999999999\t1\t1\t1\t1\t0\t0\t9\t9\t97\t7")
		os.Exit(0)
	case "fail":
		fmt.Fprintln(os.Stderr, "cannot read list.txt")
		os.Exit(1)
	default:
		os.Exit(m.Run())
	}
}

// sheet draws a table of numbers as a scanner would see it: turned a little, on paper that is not white.
func sheet(t testing.TB, numbers [][]string, degrees float64) *gray {
	t.Helper()
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 12, DPI: 200})
	if err != nil {
		t.Fatal(err)
	}
	const left, top, w, h = 150, 200, 150, 90
	m := image.NewGray(image.Rect(0, 0, 1654, 1000))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.Gray{240}), image.Point{}, draw.Src)
	black := image.NewUniform(color.Gray{40})
	rows, cols := len(numbers), len(numbers[0])
	for r := range rows + 1 {
		draw.Draw(m, image.Rect(left, top+r*h, left+cols*w+2, top+r*h+2), black, image.Point{}, draw.Src)
	}
	for c := range cols + 1 {
		draw.Draw(m, image.Rect(left+c*w, top, left+c*w+2, top+rows*h+2), black, image.Point{}, draw.Src)
	}
	for r, row := range numbers {
		for c, s := range row {
			d := font.Drawer{Dst: m, Src: black, Face: face, Dot: fixed.P(left+c*w+40, top+r*h+60)}
			d.DrawString(s)
		}
	}
	return toGray(m).rotate(degrees * math.Pi / 180)
}

var numbers = [][]string{
	{"0", "6339", "82", "5", "0", "1761", "39009"},
	{"35", "0", "985", "1", "0", "7", "1028"},
	{"4", "2296", "78", "88", "3", "423", "2892"},
}

func (g *gray) picture(page int) Picture {
	return Picture{Page: page, Width: float64(g.w) * 72 / 200, Height: float64(g.h) * 72 / 200, Decode: func(int) (image.Image, error) {
		return &image.Gray{Pix: g.p, Stride: g.w, Rect: image.Rect(0, 0, g.w, g.h)}, nil
	}}
}

func engine(t testing.TB) *Engine {
	t.Helper()
	e, err := Find(context.Background(), Options{})
	if err != nil {
		t.Skip(err)
	}
	return e
}

func TestTableOfNumbers(t *testing.T) {
	e := engine(t)
	d, err := e.Read(context.Background(), []Picture{sheet(t, numbers, 1.3).picture(1)})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Blocks) != 1 || d.Blocks[0].Table == nil || !d.HasFlag(document.FlagOCR) {
		t.Fatalf("blocks %v, flags %v", d.Blocks, d.Flags)
	}
	table := d.Blocks[0].Table
	if diff := cmp.Diff(numbers, table.Grid(false)); diff != "" || table.Method != "ocr" {
		t.Errorf("method %s, %s", table.Method, diff)
	}
	for _, c := range table.Cells {
		if c.Confidence < 0.6 {
			t.Errorf("%q is right and has confidence %.2f", c.Text, c.Confidence)
		}
	}
}

// The labelled scans give at least 97 % of their numbers, and every wrong one has a doubt beside it.
func TestLabelledScans(t *testing.T) {
	if !*scans {
		t.Skip("not asked for with -scans")
	}
	engine(t)
	raw, err := os.ReadFile("../../../shared/data/docs/made/A.json")
	if err != nil {
		t.Skip("no labelled documents beside the checkout")
	}
	type tables struct{ T2, T3, T4 map[string]report.Row }
	var want tables
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("../../../shared/data/docs/made/A.scan*")
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		d, err := Behind(extract.Read, Options{})(context.Background(), extract.Input{Name: filepath.Base(f), Data: data}, extract.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(begin)
		r, err := report.Parse(d)
		if err != nil {
			t.Fatal(err)
		}
		total, wrong := 0, 0
		count := func(want, got map[string]report.Row) {
			for name, row := range want {
				total += len(row)
				for cell, n := range row {
					if g := got[name][cell]; !cmp.Equal(n, g) {
						wrong++
						t.Logf("%s: %s.%s is %v, read as %v", filepath.Base(f), name, cell, n, g)
					}
				}
			}
		}
		count(want.T2, r.Data.T2)
		count(want.T3, r.Data.T3)
		count(want.T4, r.Data.T4)
		doubts := 0
		for _, n := range d.Explain() {
			doubts += n.Doubtful
		}
		t.Logf("%s: %d of %d right, %d cells doubtful, %.1f s a page", filepath.Base(f), total-wrong, total, doubts, took.Seconds()/float64(d.Pages))
		if wrong*100 > total*3 {
			t.Errorf("%s: %d of %d wrong", filepath.Base(f), wrong, total)
		}
	}
}

func TestMisbehavingTesseract(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		mode string
		want error
		text string
	}{
		{"hang", context.DeadlineExceeded, "longer than the limit"},
		{"garbage", nil, ""},
		{"fail", nil, "cannot read list.txt"},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			t.Setenv(asTesseract, tt.mode)
			t.Setenv("TMPDIR", t.TempDir())
			e := &Engine{exe, Options{}.defaults()}
			ctx := context.Background()
			if tt.mode == "hang" {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 300*time.Millisecond)
				defer cancel()
			}
			d, err := e.Read(ctx, []Picture{sheet(t, numbers, 0).picture(1)})
			switch {
			case tt.text == "" && err != nil, tt.text != "" && (err == nil || !strings.Contains(err.Error(), tt.text)), tt.want != nil && !errors.Is(err, tt.want):
				t.Errorf("got %v, %v", d, err)
			}
			if tt.mode == "garbage" {
				for _, b := range d.Blocks {
					t.Errorf("read %v out of nothing", b)
				}
			}
			if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestPicturesAreBounded(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(b.Bytes())
	binary.BigEndian.PutUint32(huge[16:], 1<<30) // the width
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	for name, tt := range map[string]struct {
		data []byte
		want error
	}{
		"a bomb":  {huge, document.ErrTooLarge},
		"cut off": {b.Bytes()[:20], document.ErrMalformed},
		"cut":     {b.Bytes()[:45], document.ErrMalformed},
	} {
		list, err := Pictures(context.Background(), extract.Input{Data: tt.data})
		if err != nil {
			t.Fatal(err)
		}
		e := &Engine{"/nowhere", Options{}.defaults()}
		if _, err := e.Read(context.Background(), list); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	many := make([]Picture, 100)
	for i := range many {
		many[i] = Picture{Page: i + 1, Decode: func(int) (image.Image, error) { return image.NewGray(image.Rect(0, 0, 50, 50)), nil }}
	}
	e := &Engine{"/nowhere", Options{MaxPages: 3}.defaults()}
	d, err := e.Read(context.Background(), many)
	if err != nil || !d.HasFlag(document.FlagTruncated) {
		t.Errorf("%v, %v", d, err)
	}
}

func TestBehind(t *testing.T) {
	ctx := context.Background()
	needs := func(context.Context, extract.Input, extract.Limits) (*document.Document, error) {
		return nil, fmt.Errorf("pdf: %w", document.ErrNeedsOCR)
	}
	given := func(e *Engine) func(context.Context) (*Engine, error) {
		return func(context.Context) (*Engine, error) { return e, nil }
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Behind(needs, Options{})(ctx, extract.Input{}, extract.Limits{}); !errors.Is(err, document.ErrNeedsOCR) || !strings.Contains(err.Error(), "chi_sim") {
		t.Errorf("without an engine: %v", err)
	}
	e := given(&Engine{"/nowhere", Options{}.defaults()})
	broken := func(context.Context, extract.Input, extract.Limits) (*document.Document, error) {
		return nil, document.ErrMalformed
	}
	if _, err := behind(broken, e)(ctx, extract.Input{}, extract.Limits{}); err != document.ErrMalformed {
		t.Errorf("another error: %v", err)
	}
	// Text that is there is kept when the pictures beside it cannot be read.
	partly := func(context.Context, extract.Input, extract.Limits) (*document.Document, error) {
		return &document.Document{Pages: 2, Flags: []string{document.FlagNeedsOCR}, Blocks: []document.Block{{Kind: document.Paragraph, Text: "x", Page: 1}}}, nil
	}
	d, err := behind(partly, e)(ctx, extract.Input{Data: []byte("%PDF-1.4")}, extract.Limits{})
	if err != nil || len(d.Blocks) != 1 || !d.HasFlag(document.FlagNeedsOCR) {
		t.Errorf("partly: %v, %v", d, err)
	}
}

func TestMerged(t *testing.T) {
	block := func(s string, page int) document.Block {
		return document.Block{Kind: document.Paragraph, Text: s, Page: page}
	}
	d := merged(
		&document.Document{Engine: "pdf", Pages: 3, Flags: []string{document.FlagNeedsOCR}, Blocks: []document.Block{block("a", 1), block("c", 3)}},
		&document.Document{Engine: "ocr", Flags: []string{document.FlagOCR}, Blocks: []document.Block{block("b", 2)}})
	want := &document.Document{Engine: "pdf+ocr", Pages: 3, Flags: []string{document.FlagOCR}, Blocks: []document.Block{block("a", 1), block("b", 2), block("c", 3)}}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
}

func TestParseTSV(t *testing.T) {
	out := "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n" +
		"1\t1\t0\t0\t0\t0\t0\t0\t90\t60\t-1\t\n5\t1\t1\t1\t1\t1\t12\t9\t30\t20\t96.5\t政府\n5\t1\t1\t1\t1\t2\t50\t9\t30\t20\t-1\t信息\n" +
		"5\t2\t1\t1\t1\t1\t12\t9\t30\t20\t91\t \n5\t3\t1\t1\t1\t1\t12\t9\t30\t20\t91\t外\nnonsense\n"
	want := [][]word{{{"政府", 0.965}, {"信息", 0.01}}, nil}
	if d := cmp.Diff(want, parseTSV([]byte(out), 2), cmp.AllowUnexported(word{})); d != "" {
		t.Error(d)
	}
}

func FuzzParseTSV(f *testing.F) {
	f.Add([]byte("5\t1\t1\t1\t1\t1\t12\t9\t30\t20\t96.5\t政府\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := len(parseTSV(data, 3)); n != 3 {
			t.Errorf("%d pictures", n)
		}
	})
}
