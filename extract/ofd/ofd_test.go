package ofd_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/ofd"
	"nianbao/internal/compose"
)

// pack makes a document of one page's objects and further members.
func pack(objects string, more ...compose.Member) []byte {
	return compose.Zip(append([]compose.Member{
		{Name: "OFD.xml", Data: []byte(`<ofd:OFD xmlns:ofd="x"><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`)},
		{Name: "Doc_0/Document.xml", Data: []byte(`<Document><CommonData><PageArea><PhysicalBox>0 0 210 297</PhysicalBox></PageArea><DocumentRes>Res.xml</DocumentRes></CommonData><Pages><Page ID="1" BaseLoc="P.xml"/></Pages><Annotations>A.xml</Annotations></Document>`)},
		{Name: "Doc_0/P.xml", Data: []byte(`<Page><Content><Layer>` + objects + `</Layer></Content></Page>`)},
	}, more...))
}

func text(x, y int, s string) string {
	return fmt.Sprintf(`<TextObject Boundary="%d %d 100 6" Size="4"><TextCode X="0" Y="4" DeltaX="g 99 4">%s</TextCode></TextObject>`, x, y, s)
}

func read(t *testing.T, data []byte) *document.Document {
	t.Helper()
	d, err := ofd.Read(context.Background(), data, ofd.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestObjects(t *testing.T) {
	unit := compose.Member{Name: "Doc_0/Res.xml", Data: []byte(`<Res><CompositeGraphicUnits><CompositeGraphicUnit ID="9"><Content>` + text(0, 0, "组合图") + `</Content></CompositeGraphicUnit></CompositeGraphicUnits></Res>`)}
	notes := []compose.Member{{Name: "Doc_0/A.xml", Data: []byte(`<Annotations><Page PageID="1"><FileLoc>N.xml</FileLoc></Page></Annotations>`)},
		{Name: "Doc_0/N.xml", Data: []byte(`<PageAnnot><Annot Type="Stamp"><Appearance Boundary="20 200 10 10">` + text(0, 0, "批注文") + `</Appearance></Annot><Annot Type="Watermark"><Appearance>` + text(0, 100, "水印") + `</Appearance></Annot></PageAnnot>`)}}
	tests := []struct {
		name, objects string
		more          []compose.Member
		want          string
	}{
		{"lines from top to bottom", text(20, 60, "第二行") + text(20, 40, "第一行"), nil, "第一行\n第二行\n"},
		{"hidden objects", text(20, 40, "看得见") + strings.Replace(text(20, 60, "看不见"), "<TextObject", `<TextObject Visible="false"`, 1), nil, "看得见\n"},
		{"a matrix places text", `<TextObject CTM="1 0 0 1 0 100" Boundary="20 20 50 6" Size="4"><TextCode X="0" Y="4">下面的</TextCode></TextObject>` + text(20, 60, "上面的"), nil, "上面的\n下面的\n"},
		{"composite objects", `<CompositeObject ResourceID="9" Boundary="20 50 10 10"/>`, []compose.Member{unit}, "组合图\n"},
		{"annotations but watermarks", text(20, 40, "正文字"), notes, "正文字\n批注文\n"},
		{"groups", `<PageBlock><PageBlock>` + text(20, 40, "深处的") + `</PageBlock></PageBlock>`, nil, "深处的\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, pack(tt.objects, tt.more...)).Text()
			if diff := cmp.Diff(strings.Fields(tt.want), strings.Fields(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A table is ruled by strokes, by thin filled boxes, or by outlines of boxes.
func TestRules(t *testing.T) {
	path := func(attr, data string) string {
		return `<PathObject Boundary="0 0 210 297" ` + attr + `><Clips><Clip><Area><Path><AbbreviatedData>M 0 0 L 999 0 L 999 999 L 0 999 C</AbbreviatedData></Path></Area></Clip></Clips><AbbreviatedData>` + data + `</AbbreviatedData></PathObject>`
	}
	cells := text(22, 41, "甲") + text(62, 41, "1") + text(22, 51, "乙") + text(62, 51, "2")
	var strokes, boxes, outlines string
	for _, y := range []int{40, 50, 60} {
		strokes += path("", fmt.Sprintf("M 20 %d L 100 %d", y, y))
		boxes += path(`Stroke="false" Fill="true"`, fmt.Sprintf("M 20 %d L 100 %d L 100 %d.2 L 20 %d.2 C", y, y, y, y))
	}
	for _, x := range []int{20, 60, 100} {
		strokes += path("", fmt.Sprintf("S %d 40 L %d 60", x, x))
		boxes += path(`Stroke="false" Fill="true"`, fmt.Sprintf("M %d 40 L %d.2 40 L %d.2 60 L %d 60 C", x, x, x, x))
	}
	for _, y := range []int{40, 50} {
		for _, x := range []int{20, 60} {
			outlines += path("", fmt.Sprintf("M %d %d L %d %d L %d %d L %d %d C", x, y, x+40, y, x+40, y+10, x, y+10))
		}
	}
	for name, rules := range map[string]string{"strokes": strokes, "boxes": boxes, "outlines": outlines} {
		d := read(t, pack(rules+cells))
		if len(d.Blocks) != 1 || d.Blocks[0].Table == nil {
			t.Errorf("%s: %v", name, d.Blocks)
			continue
		}
		if diff := cmp.Diff([][]string{{"甲", "1"}, {"乙", "2"}}, d.Blocks[0].Table.Grid(false)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"no package", []byte("PK\x03\x04"), document.ErrMalformed},
		{"no entry", compose.Zip([]compose.Member{{Name: "a", Data: []byte("b")}}), document.ErrMalformed},
		{"no document", compose.Zip([]compose.Member{{Name: "OFD.xml", Data: []byte("<OFD/>")}}), document.ErrMalformed},
		{"encrypted", compose.Zip([]compose.Member{{Name: "OFD.xml", Data: []byte("\x01\x02")}, {Name: "Doc_0/Encryptions.xml", Data: []byte("<a/>")}}), document.ErrEncrypted},
		{"pictures", pack(`<ImageObject Boundary="0 0 10 10" CTM="10 0 0 10 0 0" ResourceID="1"/>`), document.ErrNeedsOCR},
		{"inflates", pack(strings.Repeat(" ", 64<<20)), document.ErrBomb},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ofd.Read(context.Background(), tt.data, ofd.Options{}); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ofd.Read(ctx, pack(text(0, 0, "文")), ofd.Options{}); !errors.Is(err, document.ErrDeadline) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestImages(t *testing.T) {
	draw := func(id int) string {
		return fmt.Sprintf(`<ImageObject ResourceID="%d" Boundary="0 0 10 10" CTM="10 0 0 10 0 0"/>`, id)
	}
	res := func(base string) compose.Member {
		return compose.Member{Name: "Doc_0/Res.xml", Data: []byte(`<Res BaseLoc="` + base + `"><MultiMedias><MultiMedia ID="1"><MediaFile>a.png</MediaFile></MultiMedia><MultiMedia ID="2"><MediaFile>b.jpg</MediaFile></MultiMedia><MultiMedia ID="3"><MediaFile>gone.png</MediaFile></MultiMedia></MultiMedias></Res>`)}
	}
	for _, base := range []string{"Res", "/Doc_0/Res", "Elsewhere"} {
		at := "Doc_0/Res/"
		if base == "Elsewhere" {
			at = "Doc_0/"
		}
		got, err := ofd.Images(context.Background(), pack(draw(2)+draw(1)+draw(2)+draw(3)+draw(4), res(base), compose.Member{Name: at + "a.png", Data: []byte("A")}, compose.Member{Name: at + "b.jpg", Data: []byte("B")}))
		if diff := cmp.Diff([][]byte{[]byte("B"), []byte("A")}, got); err != nil || diff != "" {
			t.Errorf("below %s: %v %s", base, err, diff)
		}
	}
}

func TestBoundsCutShort(t *testing.T) {
	if d, err := ofd.Read(context.Background(), pack(strings.Repeat(text(20, 40, "文"), 100)), ofd.Options{MaxObjects: 50}); err != nil || !d.HasFlag(document.FlagTruncated) {
		t.Errorf("objects: %v, %v", d, err)
	}
	r := compose.New(1, "永宁县人民政府", 2023, compose.Options{})
	if d, err := ofd.Read(context.Background(), r.OFD(), ofd.Options{MaxPages: 1}); err != nil || d.Pages != 1 || !d.HasFlag(document.FlagTruncated) {
		t.Errorf("pages: %v, %v", d, err)
	}
	loop := compose.Member{Name: "Doc_0/Res.xml", Data: []byte(`<Res><CompositeGraphicUnit ID="9">` + strings.Repeat(`<CompositeObject ResourceID="9"/>`, 50) + `</CompositeGraphicUnit></Res>`)}
	if d, err := ofd.Read(context.Background(), pack(`<CompositeObject ResourceID="9"/>`, loop), ofd.Options{}); err != nil || !d.HasFlag(document.FlagTruncated) {
		t.Errorf("a unit that holds itself: %v, %v", d, err)
	}
}

// Files of other producers beside the checkout are read, or end in an error of a known kind.
func TestForeignFiles(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/data/docs/real/*.ofd")
	if len(files) == 0 {
		t.Skip("no files beside the checkout")
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if d, err := ofd.Read(context.Background(), data, ofd.Options{}); err != nil {
			t.Errorf("%s: %v", filepath.Base(f), err)
		} else if len(strings.TrimSpace(d.Text())) == 0 || d.Pages == 0 {
			t.Errorf("%s: nothing read", filepath.Base(f))
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(text(1, 2, "文") + `<PathObject Boundary="1 1 1 1" Fill="true" CTM="1 2 3 4 5 6"><AbbreviatedData>M 0 0 L 1 0 B 1 2 3 4 5 6 C</AbbreviatedData></PathObject>`)
	f.Add(`<TextObject Size="1e99" HScale="-1"><TextCode DeltaX="g 999999999 1" DeltaY="g g g">x</TextCode></TextObject>`)
	f.Fuzz(func(t *testing.T, objects string) {
		d, err := ofd.Read(context.Background(), pack(objects), ofd.Options{MaxObjects: 2000})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data := compose.New(1, "永宁县人民政府", 2023, compose.Options{}).OFD()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := ofd.Read(context.Background(), data, ofd.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Files that a package carries are read as parts of the document.
func TestAttachedFiles(t *testing.T) {
	data := compose.Zip([]compose.Member{
		{Name: "OFD.xml", Data: []byte(`<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>`)},
		{Name: "Doc_0/Document.xml", Data: []byte(`<Document><Pages><Page ID="1" BaseLoc="P.xml"/></Pages><Attachments>Attachs/Attachments.xml</Attachments></Document>`)},
		{Name: "Doc_0/P.xml", Data: []byte(`<Page><Content><Layer>` + text(20, 40, "正文字") + `</Layer></Content></Page>`)},
		{Name: "Doc_0/Attachs/Attachments.xml", Data: []byte(`<Attachments><Attachment ID="3" Name="附表" Format="TXT"><FileLoc>a.txt</FileLoc></Attachment></Attachments>`)},
		{Name: "Doc_0/Attachs/a.txt", Data: []byte("附表的文字")},
	})
	part := func(_ context.Context, name string, b []byte) (*document.Document, error) {
		return &document.Document{Name: name, Blocks: []document.Block{{Kind: document.Paragraph, Text: string(b)}}}, nil
	}
	d, err := ofd.Read(context.Background(), data, ofd.Options{Part: part})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Parts) != 1 || d.Parts[0].Name != "附表.txt" || d.Parts[0].Text() != "附表的文字\n" {
		t.Errorf("parts %+v", d.Parts)
	}
}
