package rtf_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/rtf"
)

func TestWhatIsNotShown(t *testing.T) {
	const head = `{\rtf1\ansi{\colortbl;\red255\green255\blue255;\red31\green56\blue100;}`
	for _, tt := range []struct{ name, in, want, why string }{
		{"struck", `{\strike 12}13`, "13", document.WhyStruck}, {"struck twice", `{\striked1 12}13`, "13", document.WhyStruck},
		{"ends", `\strike 12\strike0 13`, "13", document.WhyStruck}, {"ends with all", `\v 12\plain 13`, "13", document.WhyHidden},
		{"hidden", `{\v 12}13`, "13", document.WhyHidden}, {"deleted", `{\deleted 12}13`, "13", document.WhyDeleted},
		{"white", `{\cf1 12}13`, "13", document.WhyInvisible}, {"of its ground", `{\cf2\chcbpat2 12}13`, "13", document.WhyInvisible},
		{"of a point", `{\fs2 12}13`, "13", document.WhyInvisible},
		{"white on a ground is shown", `{\cf1\cb2 13}`, "13", ""}, {"raised", `13{\super 1}`, "13¹", ""}, {"lowered by points", `13{\dn6 1}`, "13¹", ""}, {"raised alone", `{\super 13}`, "13", ""},
		{"a note", `13{\super\chftn{\footnote {\super\chftn} n\par}}`, "13¹", ""},
		{"Chinese said to be Latin", `\'b9\'ab\'bf\'aa`, "公开", ""},
	} {
		b := read(t, head+tt.in+`\par}`).Blocks[0]
		var want []document.Unseen
		if tt.why != "" {
			want = []document.Unseen{{Text: "12", Why: tt.why}}
		}
		if diff := cmp.Diff(want, b.Unseen); b.Text != tt.want || diff != "" {
			t.Errorf("%s: %q %s", tt.name, b.Text, diff)
		}
	}
	row := func(def, a, b string) string {
		return `\trowd` + def + `\cellx100\cellx200\pard\intbl ` + a + `\cell ` + b + `\cell\row `
	}
	for name, old := range map[string]string{"hidden": row("", `\v b`, "9") + `\plain `, "without height": row(`\trrh-1`, "b", "9")} {
		d := read(t, head+row("", "a", "1")+old+row("", "c", "2")+`\pard x\par}`)
		if diff := cmp.Diff([][]string{{"a", "1"}, {"c", "2"}}, d.Blocks[0].Table.Grid(true)); diff != "" {
			t.Errorf("a row %s: %s", name, diff)
		}
	}
	if got := read(t, head+row(`\clcbpat2`, `{\cf1 a}`, `1`)+`\pard x\par}`).Blocks[0].Table.Cells[0].Text; got != "a" {
		t.Errorf("white on a shaded cell: %q", got)
	}
}

func TestWhatIsShownElsewhere(t *testing.T) {
	if got := read(t, `{\rtf1 {\listtext 1\tab}8x\par}`).Text(); got != "1 8x\n" {
		t.Errorf("a list number: %q", got)
	}
	text := func(s string) []byte {
		return append(binary.LittleEndian.AppendUint32(nil, uint32(len(s)+1)), append([]byte(s), 0)...)
	}
	frame := append([]byte{1, 5, 0, 0, 2, 0, 0, 0}, text("Excel.Sheet.12")...)
	frame = append(append(append(frame, text("")...), text("")...), 5, 0, 0, 0)
	frame = append(frame, "table"...)
	in := `{\rtf1 a{\object\objemb{\*\objclass Excel.Sheet.12}{\*\objdata ` + hex.EncodeToString(frame) + `}{\result {\pict\pngblip 89504e47}}}\par}`
	object := func(_ context.Context, data []byte) (*document.Document, error) {
		return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: string(data)}}}, nil
	}
	d, err := rtf.Read(context.Background(), []byte(in), rtf.Options{Object: object})
	if err != nil || d.Text() != "a\ntable\n" {
		t.Errorf("an embedded file: %v", err)
	}
	if got := rtf.Images([]byte(in)); len(got) != 1 || string(got[0]) != "\x89PNG" {
		t.Errorf("pictures: %q", got)
	}
	if d := read(t, `{\rtf1{\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict\wmetafile8 00}}\par}`); !d.HasFlag(document.FlagNeedsOCR) || len(d.Blocks) != 1 {
		t.Errorf("a document of a picture: %v %v", d.Flags, d.Blocks)
	}
}
