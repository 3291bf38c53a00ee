package doc_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/doc"
	"nianbao/internal/compose"
)

func report() *compose.Report {
	return compose.New(3, "永宁县人民政府", 2023, compose.Options{})
}

// patch writes octets at an offset of the stream WordDocument, which is the first behind the directory.
func patch(data []byte, at int, b ...byte) []byte {
	out := bytes.Clone(data)
	i := bytes.Index(out, []byte{0xEC, 0xA5, 0xC1, 0x00})
	copy(out[i+at:], b)
	return out
}

func TestTextOfThePage(t *testing.T) {
	d, err := doc.Read(context.Background(), report().DOC(), doc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := d.Text()
	for _, gone := range []string{"本稿", "草稿", "密件", "PAGE"} { // deleted, hidden, the code of a field
		if strings.Contains(text, gone) {
			t.Errorf("%q is read", gone)
		}
	}
	if diff := cmp.Diff(strings.Fields(report().Text()), strings.Fields(text)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	data := report().DOC()
	locations := 154
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"no compound file", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), document.ErrMalformed},
		{"another program's", report().XLS(), document.ErrUnsupported},
		{"encrypted", patch(data, 10, 0x00, 0x13), document.ErrEncrypted},
		{"Word 95", patch(data, 2, 0x68), document.ErrUnsupported},
		{"no table stream", patch(data, 10, 0x00, 0x10), document.ErrMalformed},
		{"no piece table", patch(data, locations+8*33, 0xff, 0xff, 0xff, 0x7f), document.ErrMalformed},
		{"too long", data, document.ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opt := doc.Options{}
			if tt.name == "too long" {
				opt.MaxChars = 100
			}
			if _, err := doc.Read(context.Background(), tt.data, opt); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	if _, err := doc.Read(context.Background(), data, doc.Options{MaxCells: 50}); !errors.Is(err, document.ErrTooLarge) {
		t.Errorf("cells: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := doc.Read(ctx, data, doc.Options{}); !errors.Is(err, document.ErrDeadline) {
		t.Errorf("cancelled: %v", err)
	}
}

// Without the pages of formatted runs there are no tables, but no text is lost.
func TestPropertiesLost(t *testing.T) {
	data := patch(report().DOC(), 154+8*13+4, 0, 0, 0, 0)
	d, err := doc.Read(context.Background(), data, doc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []string{"永宁县人民政府", "行政许可", "结转下年度继续办理"} {
		if !strings.Contains(d.Text(), w) {
			t.Errorf("%s is lost", w)
		}
	}
}

// Files of other programs beside the checkout: merges, tables in tables, text boxes.
func TestForeignFiles(t *testing.T) {
	read := func(name string) *document.Document {
		data, err := os.ReadFile(filepath.Join("../../../shared/data/docs", name))
		if err != nil {
			t.Skip("no files beside the checkout")
		}
		d, err := doc.Read(context.Background(), data, doc.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	var grids [][][]string
	for _, b := range read("real/poi_innertable.doc").Blocks {
		grids = append(grids, b.Table.Grid(false))
	}
	if diff := cmp.Diff([][][]string{{{"A", "B", "C"}, {"D", "E\nF\n1 2\n3 4", "G"}, {"H", "I", "J"}}}, grids); diff != "" {
		t.Errorf("a table in a table: %s", diff)
	}
	want := [][]string{{"A", "A", "A", "B", "B"}, {"C", "D", "E", "E", "F"}, {"", "G", "H", "H", "I\nJ"}, {"K", "K", "K", "K", "K"}}
	if diff := cmp.Diff(want, read("real/poi_table-merges.doc").Blocks[0].Table.Grid(true)); diff != "" {
		t.Errorf("merges: %s", diff)
	}
	text := read("made/A.features.doc").Text()
	for _, w := range []string{"一、总体情况\n", "（一）主动公开情况\n", "2. 第二条内容\n", "（二）依申请公开情况\n", "本年受理24件。", "文本框内文字（附件）", "《条例》第五十条"} {
		if !strings.Contains(text, w) {
			t.Errorf("missing: %s", w)
		}
	}
}

// A file of some kilobytes mutates badly as a whole: numbers written at places of a good one reach further.
func FuzzRead(f *testing.F) {
	good := compose.New(3, "永宁县人民政府", 2023, compose.Options{Empty: true}).DOC()
	stream := bytes.Index(good, []byte{0xEC, 0xA5, 0xC1, 0x00})
	f.Add(uint16(10), uint32(0x1300), uint16(0), uint32(0xC1A5EC), []byte(nil))
	f.Add(uint16(154+8*33), uint32(1), uint16(1024), uint32(0x07070707), []byte{7, 0, 7, 0})
	f.Fuzz(func(t *testing.T, at uint16, v uint32, at2 uint16, v2 uint32, tail []byte) {
		data := bytes.Clone(good)
		for p, v := range map[int]uint32{stream + int(at): v, stream + int(at2): v2} {
			if p+4 <= len(data) {
				binary.LittleEndian.PutUint32(data[p:], v)
			}
		}
		copy(data[min(len(data), stream+int(at)+4):], tail)
		d, err := doc.Read(context.Background(), data, doc.Options{MaxChars: 1 << 16, MaxCells: 10_000})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data := report().DOC()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := doc.Read(context.Background(), data, doc.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
