package pdf_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/extract/pdf"
)

// annotated is a page with the words "number 13 here" and one annotation, which may name objects from 7 on.
func annotated(annotation string, catalog string, more ...string) []byte {
	return build(append([]string{
		"<< /Type /Catalog /Pages 2 0 R " + catalog + " >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [6 0 R] >>",
		stream("", "BT /F1 10 Tf 100 700 Td (number 13 here) Tj ET"),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		annotation,
	}, more...)...)
}

func TestAnnotations(t *testing.T) {
	look := func(s, font string) []string {
		return []string{stream("/Type /XObject /Subtype /Form /BBox [0 0 50 20] /Resources << /Font << /F 8 0 R >> >>", "BT /F 10 Tf 5 5 Td ("+s+") Tj ET"),
			"<< /Type /Font /Subtype /Type1 /BaseFont /" + font + " >>"}
	}
	const rect = "/Type /Annot /Rect [300 695 350 715] "
	const page = "number 13 here"
	tests := []struct {
		name, annotation, catalog string
		more                      []string
		want                      string // besides the words of the page
		why                       string
	}{
		{"the appearance of a field", "<< " + rect + "/Subtype /Widget /FT /Tx /V (57) /AP << /N 7 0 R >> >>", "", look("57", "Helvetica"), "57", ""},
		{"a value without one", "<< " + rect + "/Subtype /Widget /FT /Tx /V <FEFF5341> >>", "", nil, "十", ""},
		{"an empty appearance", "<< " + rect + "/Subtype /Widget /FT /Tx /V (57) /AP << /N 7 0 R >> >>", "", look("", "Helvetica"), "57", ""},
		{"an appearance out of date", "<< " + rect + "/Subtype /Widget /FT /Tx /V (57) /AP << /N 7 0 R >> >>", "/AcroForm << /NeedAppearances true >>", look("12", "Helvetica"), "57", ""},
		{"a value of the field above", "<< " + rect + "/Subtype /Widget /Parent 7 0 R >>", "", []string{"<< /FT /Tx /V (57) >>"}, "57", ""},
		{"a choice", "<< " + rect + "/Subtype /Widget /FT /Ch /V (b) /Opt [[(a) (first)] [(b) (second)]] >>", "", nil, "second", ""},
		{"a password", "<< " + rect + "/Subtype /Widget /FT /Tx /Ff 8192 /V (57) >>", "", nil, "", ""},
		{"a box that is checked", "<< " + rect + "/Subtype /Widget /FT /Btn /AS /Yes /AP << /N << /Yes 7 0 R >> >> >>", "", look("4", "ZapfDingbats"), "✔", ""},
		{"a box that is not", "<< " + rect + "/Subtype /Widget /FT /Btn /AS /Off /AP << /N << /Yes 7 0 R >> >> >>", "", look("4", "ZapfDingbats"), "", ""},
		{"a checked box without a look", "<< " + rect + "/Subtype /Widget /FT /Btn /AS /Yes >>", "", nil, "√", ""},
		{"free text", "<< " + rect + "/Subtype /FreeText /Contents (57) >>", "", nil, "57", ""},
		{"a hidden field", "<< " + rect + "/F 2 /Subtype /Widget /FT /Tx /V (57) >>", "", nil, "", document.WhyHidden},
		{"a watermark", "<< " + rect + "/Subtype /Watermark /AP << /N 7 0 R >> >>", "", look("57", "Helvetica"), "", document.WhyWatermark},
		{"a layer that is off", "<< " + rect + "/OC 9 0 R /Subtype /FreeText /Contents (57) >>", "/OCProperties << /OCGs [9 0 R] /D << /BaseState /OFF >> >>",
			append(look("", "Helvetica"), "<< /Type /OCG /Name (x) >>"), "", document.WhyLayer},
		{"a note that opens", "<< " + rect + "/Subtype /Text /Contents (57) >>", "", nil, "", ""},
		{"struck out", "<< " + rect + "/Subtype /StrikeOut /QuadPoints [136 710 148 710 136 695 148 695] >>", "", nil, "-13", document.WhyStruck},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := pdf.Read(context.Background(), annotated(tt.annotation, tt.catalog, tt.more...), pdf.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Join(strings.Fields(page+" "+tt.want), " ")
			if tt.want == "-13" {
				want = "number here"
			}
			if got := strings.Join(strings.Fields(d.Text()), " "); got != want {
				t.Errorf("read %q, want %q", got, want)
			}
			if n := unseen(d); tt.why != "" && n[tt.why] == 0 || tt.why == "" && len(n) > 0 {
				t.Errorf("kept apart: %v, want %q", n, tt.why)
			}
		})
	}
}

// The layers of a file are judged as a viewer does.
func TestLayers(t *testing.T) {
	const (
		off = "/OFF [7 0 R] "
		all = "/OCGs [7 0 R 8 0 R] "
	)
	tests := []struct {
		name, config, content string
		shown                 bool
	}{
		{"on", "", "8 0 R", true},
		{"off", off, "7 0 R", false},
		{"another is off", off, "8 0 R", true},
		{"all off but one", "/BaseState /OFF /ON [8 0 R] ", "8 0 R", true},
		{"all off", "/BaseState /OFF ", "8 0 R", false},
		{"any of two", off, "<< /Type /OCMD " + all + ">>", true},
		{"all of two", off, "<< /Type /OCMD /P /AllOn " + all + ">>", false},
		{"none of two", off, "<< /Type /OCMD /P /AllOff " + all + ">>", false},
		{"any off", off, "<< /Type /OCMD /P /AnyOff " + all + ">>", true},
		{"by expression", off, "<< /Type /OCMD /VE [/And [/Not 7 0 R] 8 0 R] >>", true},
		{"by another", off, "<< /Type /OCMD /VE [/Or 7 0 R [/Not 8 0 R]] >>", false},
		{"by use", "/AS [<< /Event /View /OCGs [9 0 R] /Category [/View] >>] ", "9 0 R", false},
	}
	for _, tt := range tests {
		for _, way := range []string{"marked content", "form"} {
			t.Run(tt.name+" as "+way, func(t *testing.T) {
				content := "BT /F1 10 Tf 100 700 Td (seen) Tj ET /OC /L BDC BT /F1 10 Tf 100 650 Td (layer) Tj ET EMC"
				if way == "form" {
					content = "BT /F1 10 Tf 100 700 Td (seen) Tj ET /X Do"
				}
				data := build(
					"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [7 0 R 8 0 R 9 0 R] /D << "+tt.config+">> >> >>",
					"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
					"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /Properties << /L "+tt.content+" >> /XObject << /X 6 0 R >> >> >>",
					stream("", content),
					"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
					stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /OC "+tt.content, "BT /F1 10 Tf 100 650 Td (layer) Tj ET"),
					"<< /Type /OCG /Name (same) >>", "<< /Type /OCG /Name (same) >>", "<< /Type /OCG /Name (same) /Usage << /View << /ViewState /OFF >> >> >>",
				)
				d, err := pdf.Read(context.Background(), data, pdf.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Contains(d.Text(), "layer"); got != tt.shown {
					t.Errorf("shown %v:\n%s", got, d.Text())
				}
				if n := unseen(d)[document.WhyLayer]; n > 0 == tt.shown {
					t.Errorf("%d texts kept apart", n)
				}
			})
		}
	}
}

// Files that a document carries are read as parts of it.
func TestAttachedFiles(t *testing.T) {
	body := stream("/Type /EmbeddedFile", "the attached text")
	data := annotated("<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 10 10] /FS << /F (C:\\\\pinned.txt) /EF << /F 8 0 R >> >> >>",
		"/Names << /EmbeddedFiles << /Kids [<< /Names [(a) << /UF (a.txt) /EF << /F 7 0 R >> >> (b) << /F (b.bin) /EF << /F 9 0 R >> >>] >>] >> >>",
		body, stream("", "the pinned text"), stream("", "\x00\x01"))
	read := func(_ context.Context, name string, b []byte) (*document.Document, error) {
		if strings.HasSuffix(name, ".bin") {
			return nil, fmt.Errorf("test: %w", document.ErrUnsupported)
		}
		return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: string(b)}}}, nil
	}
	d, err := pdf.Read(context.Background(), data, pdf.Options{Part: read})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range d.Parts {
		got = append(got, p.Name+": "+p.Text())
	}
	if want := "a.txt: the attached text\n|pinned.txt: the pinned text\n"; strings.Join(got, "|") != want {
		t.Errorf("parts %q", got)
	}
	bomb := func(context.Context, string, []byte) (*document.Document, error) { return nil, document.ErrBomb }
	if _, err := pdf.Read(context.Background(), data, pdf.Options{Part: bomb}); !errors.Is(err, document.ErrBomb) {
		t.Errorf("error %v", err)
	}
}
