package pdf_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"nianbao/document"
	"nianbao/extract/pdf"
)

// rawFile joins objects to a file without a cross-reference table, which is searched for them.
func rawFile(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer <</Root 1 0 R>>\n")
	return b.Bytes()
}

const (
	catalogue = "<</Type/Catalog/Pages 2 0 R>>"
	onePage   = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
	helvetica = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
)

// Offsets in object streams that no machine word holds cost their own object only, and no error shows the program's inside.
func TestOffsetsOutOfRange(t *testing.T) {
	for _, at := range []string{"18446744073709551616", "9223372036854775807", "9999999999999999999999999999", "-5"} {
		t.Run(at, func(t *testing.T) {
			font := "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
			head := fmt.Sprintf("7 %s 6 0 ", at)
			data := rawFile(catalogue, onePage,
				"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 6 0 R>>>>>>",
				stream("", "BT /F 12 Tf 72 700 Td (Seven words are still here to read) Tj ET"),
				stream(fmt.Sprintf("/Type/ObjStm/N 2/First %d", len(head)), head+font))
			d, err := pdf.Read(context.Background(), data, pdf.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(d.Text(), "still here") {
				t.Errorf("read %q", d.Text())
			}
		})
	}
}

// Forms that draw each other over and over stop at a bound, and what was drawn before is kept.
func TestFormsInForms(t *testing.T) {
	ten := strings.Repeat("/I Do /J Do ", 30)
	form := func(i, j int) string {
		return stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I %d 0 R/J %d 0 R>>>>", i, j), ten)
	}
	page := "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<" + helvetica + "/XObject<</I 5 0 R/J 6 0 R>>>>>>"
	content := stream("", "BT /F 12 Tf 72 700 Td (Words before the forms) Tj ET "+ten)
	for name, data := range map[string][]byte{
		"chain": rawFile(catalogue, onePage, page, content, form(6, 6), form(7, 7), form(8, 8), form(9, 9), form(10, 10), form(10, 10)),
		"loop":  rawFile(catalogue, onePage, page, content, form(5, 6), form(5, 7), form(6, 5)),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			d, err := pdf.Read(ctx, data, pdf.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !d.HasFlag(document.FlagTruncated) || !strings.Contains(d.Text(), "Words before") {
				t.Errorf("flags %v, text %q", d.Flags, d.Text())
			}
		})
	}
}
