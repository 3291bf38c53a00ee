package rtf_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/rtf"
	"nianbao/internal/compose"
)

func read(t *testing.T, s string) *document.Document {
	t.Helper()
	d, err := rtf.Read(context.Background(), []byte(s), rtf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"charset of the font", `{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset134 B;}}\f1\'b9\'ab\'bf\'aa\f0 caf\'e9\par}`, "公开café\n"},
		{"code page", `{\rtf1\ansi\ansicpg936 \'b9\'ab\'bf\'aa\par}`, "公开\n"},
		{"Big5 by font", `{\rtf1{\fonttbl{\f2\fcharset136 C;}}\f2\'a4\'bd\par}`, "公\n"},
		{"unicode with its stand-ins", `{\rtf1\uc1\u20844?\u24320\'3f{\uc2\u-10179??\u-8694??}\uc0\u19968 x\par}`, "公开\U0001F60A一x\n"},
		{"escapes", `{\rtf1 a\\b\{c\}\~d\_e\tab f\line g\-h\emdash\par}`, "a\\b{c} d-e f\ngh—\n"},
		{"deleted, hidden", `{\rtf1 a{\deleted b}{\v c}\v d\v0 e\plain f\par}`, "aef\n"},
		{"fields", `{\rtf1{\field{\*\fldinst PAGE}{\fldrslt 3}}\par}`, "3\n"},
		{"what is not the body", `{\rtf1{\header h\par}{\*\unknown u}{\pict 00ff}{\stylesheet{\s1 st;}}{\info{\title T}{\author A}}x\par}`, "x\n"},
		{"binary data", "{\\rtf1{\\pict\\bin3 {{{}x\\par}", "x\n"},
		{"list numbers", `{\rtf1{\listtext\pard\plain \u19968?\u12289?\tab}\pard\u24635?\par}`, "一、总\n"},
		{"notes and boxes", `{\rtf1 a{\*\footnote n\par}b{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt box\par}}{\shprslt old\par}}c\par d\par}`, "abc\nbox\nd\nn\n"},
		{"cut off", `{\rtf1 a\par b`, "a\nb\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, tt.in).Text()); diff != "" {
				t.Error(diff)
			}
		})
	}
	if d := read(t, `{\rtf1{\info{\title \'b9\'ab}}{\stylesheet{\s3\outlinelevel1 h;}}\ansicpg936\pard\s3 x\par\pard y\par}`); d.Blocks[0].Level != 2 || d.Blocks[1].Level != 0 {
		t.Errorf("headings: %v", d.Blocks)
	}
}

func TestTables(t *testing.T) {
	d := read(t, `{\rtf1 \trowd\clvmgf\cellx100\clmgf\cellx200\clmrg\cellx300\pard\intbl a\cell b\cell\cell\row
		\trowd\clvmrg\cellx100\cellx200\cellx300\pard\intbl\cell c\par d\cell e\cell\row\pard\par
		\trowd\cellx500\pard\intbl out\par{\pard\intbl\itap2 in\nestcell{\*\nesttableprops\trowd\cellx100\nestrow}{\nonesttables\par}}\pard\intbl\cell\row\pard end\par}`)
	var got []any
	for _, b := range d.Blocks {
		if b.Table != nil {
			got = append(got, b.Table.Cells)
		} else {
			got = append(got, b.Text)
		}
	}
	want := []any{
		[]document.Cell{{RowSpan: 2, ColSpan: 1, Text: "a"}, {Col: 1, RowSpan: 1, ColSpan: 2, Text: "b"}, {Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Text: "c\nd"}, {Row: 1, Col: 2, RowSpan: 1, ColSpan: 1, Text: "e"}},
		[]document.Cell{{RowSpan: 1, ColSpan: 1, Text: "out"}}, []document.Cell{{RowSpan: 1, ColSpan: 1, Text: "in"}}, "end",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestHostile(t *testing.T) {
	tests := []struct {
		name, in string
		want     error
	}{
		{"groups", strings.Repeat("{", 100_000), document.ErrBomb},
		{"tables in tables", `{\rtf1\pard\intbl\itap1000 x\par}`, document.ErrBomb},
		{"boxes in boxes", `{\rtf1` + strings.Repeat(`{\shptxt `, 200), document.ErrBomb},
		{"cells", `{\rtf1` + strings.Repeat(`\intbl\cell`, 300_000), document.ErrTooLarge},
		{"rows of one cell below a wide one", `{\rtf1\intbl` + strings.Repeat(`\cell`, 60_000) + `\row` + strings.Repeat(`\cell\row`, 60_000) + `}`, document.ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := rtf.Read(context.Background(), []byte(tt.in), rtf.Options{}); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := rtf.Read(ctx, []byte(`{\rtf1 x}`), rtf.Options{}); !errors.Is(err, document.ErrDeadline) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{\rtf1\ansicpg936\trowd\clvmgf\cellx1\pard\intbl\itap2\'b9\u20844?\nestcell\nestrow\cell\row{\shptxt{\footnote x\par}}}`)
	f.Add(`{\rtf1{\bin5 }}\uc9\u-1\u55357?}`)
	f.Fuzz(func(t *testing.T, s string) {
		d, err := rtf.Read(context.Background(), []byte(s), rtf.Options{MaxCells: 1000})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data := compose.New(1, "永宁县人民政府", 2023, compose.Options{}).RTF()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := rtf.Read(context.Background(), data, rtf.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
