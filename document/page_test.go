package document_test

import (
	"errors"
	"strings"
	"testing"

	"nianbao/document"
)

type noDisk struct{}

func (noDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// TestWriteHTML: the page shows every cell with its place, escapes what the document says, and frames boxes in pictures.
func TestWriteHTML(t *testing.T) {
	d := full()
	var b strings.Builder
	if err := d.WriteHTML(&b, map[int]document.Picture{1: {PNG: []byte("png"), PerPoint: 1.5}}); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{
		`<title>年报 &lt;1&gt;.pdf 某局2023年年报 &amp; 附件</title>`,
		`<div class="picture" data-page="1 1" data-scale="1.5"><img alt="page 1" src="data:image/png;base64,cG5n">`,
		`<h3 data-box="1 1 2 3.5 4" class="hidden" title="display_none">一、总体情况 <del title="struck">二</del></h3>`,
		`<p class="note">page 2</p>`,
		`table 1: 2×3 ocr`,
		`<tr><td rowspan="2" data-box="2 0 0 1 1" title="row 1, column 1, page 2, box 0,0–1,1">商业` + "\n" + `企业 <del title="hidden">9</del></td>`,
		`<td class="doubtful" colspan="2" title="row 1, column 2, confidence 0.30">a | b`,
		`<tr><td title="row 2, column 2, confidence 1.00">`,
		`&lt;i&gt;</td></table>`,
		`<h2>成员.doc</h2>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"<b>&", "<i></td>", `"1 2"`} {
		if strings.Contains(got, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if n := strings.Count(got, "<section"); n != strings.Count(got, "</section>") || n < 3 {
		t.Errorf("%d sections opened, %d closed", n, strings.Count(got, "</section>"))
	}
	if err := d.WriteHTML(noDisk{}, nil); err == nil || !strings.Contains(err.Error(), "document: write page") {
		t.Errorf("%v", err)
	}
}
