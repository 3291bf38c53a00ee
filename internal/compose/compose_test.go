package compose

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/ledongthuc/pdf"

	"nianbao/document"
	"nianbao/extract/docx"
	"nianbao/extract/html"
	"nianbao/report"
)

var bodies = []string{"云川省人民政府", "江北市人民政府", "永宁县人民政府", "永宁县财政局", "永宁县柳河镇人民政府", "永宁县城关街道办事处", "江北高新技术产业开发区管理委员会"}

// page is a report as an article page, in the way portals frame it.
func page(title, body string) []byte {
	return []byte("<html><head><meta charset=\"utf-8\"><title>" + title + "</title><meta name=\"ArticleTitle\" content=\"" + title + "\"></head><body><div class=\"TRS_Editor\"><h1>" + title + "</h1>\n" + body + "</div></body></html>")
}

// read collects the numbers of a parsed report by path, blanks left out.
func read(r *report.AnnualReport) map[string]float64 {
	out := map[string]float64{}
	for _, f := range report.Fields() {
		if v, ok := r.Data.Value(f.Path); ok {
			out[f.Path] = v
		}
	}
	return out
}

func TestEveryRenderingParsesToItsNumbers(t *testing.T) {
	ctx := context.Background()
	for _, body := range bodies {
		for _, year := range []int{2019, 2020, 2021, 2024} {
			for _, r := range []*Report{New(7, body, year, Options{}), New(7, body, year, Options{}).Edited(3), New(7, body, year, Options{Empty: true})} {
				docs := map[string]*document.Document{"text": report.FromText(r.Text())}
				for _, s := range Styles() {
					d, err := html.Read(ctx, page(r.Title, r.HTML(s)), "utf-8", html.Options{})
					if err != nil {
						t.Fatal(err)
					}
					docs[fmt.Sprintf("html %d", s)] = d
				}
				d, err := docx.Read(ctx, r.DOCX(), docx.Options{})
				if err != nil {
					t.Fatal(err)
				}
				docs["docx"] = d
				for name, d := range docs {
					at := fmt.Sprintf("%s %d edition %d as %s", body, year, r.edition, name)
					got, err := report.Parse(d)
					if err != nil {
						t.Errorf("%s: %v", at, err)
						continue
					}
					if got.Year != year || got.Publisher.Name != body || got.Data.Format != r.Format() {
						t.Errorf("%s: read as %d %q %s", at, got.Year, got.Publisher.Name, got.Data.Format)
					}
					if diff := cmp.Diff(r.Numbers, read(got)); diff != "" {
						t.Errorf("%s: numbers (-want +got):\n%s", at, diff)
					}
					for _, c := range got.Checks {
						if !c.Holds {
							t.Errorf("%s: %s %s%s does not hold", at, c.Rule, c.Row, c.Column)
						}
					}
				}
			}
		}
	}
}

func TestTheWholeFormIsFilledIn(t *testing.T) {
	if n := len(New(1, bodies[2], 2023, Options{}).Numbers); n != 200 {
		t.Errorf("form of 2021: %d numbers, want 200", n)
	}
	if n := len(New(1, bodies[2], 2020, Options{}).Numbers); n != 161+15+22 {
		t.Errorf("form of 2019: %d numbers, want 198", n)
	}
}

func TestYearsFollowOneAnother(t *testing.T) {
	for _, body := range bodies {
		for year := 2021; year < 2025; year++ {
			a, b := New(5, body, year, Options{}).Numbers, New(5, body, year+1, Options{}).Numbers
			for _, c := range t3Columns {
				if a["t3.carried_out."+c] != b["t3.carried_in."+c] {
					t.Errorf("%s %d: carried out %v, then in %v (%s)", body, year, a["t3.carried_out."+c], b["t3.carried_in."+c], c)
				}
			}
			p := "t2.normative_documents."
			if a[p+"in_force"]+b[p+"made"]-b[p+"repealed"] != b[p+"in_force"] {
				t.Errorf("%s %d: rules in force do not follow", body, year)
			}
		}
	}
}

func TestSameArgumentsSameBytes(t *testing.T) {
	render := func(seed int64) string {
		r := New(seed, bodies[3], 2022, Options{})
		return r.Text() + string(r.DOCX()) + string(r.PDF(IdentityH)) + r.HTML(Word) + r.Published
	}
	first, again := render(3), render(3)
	if first != again {
		t.Error("the same seed gave other bytes")
	}
	if first == render(4) {
		t.Error("another seed gave the same bytes")
	}
}

func TestPDFHoldsEveryLabelAndNumber(t *testing.T) {
	for _, enc := range []Encoding{IdentityH, UniGB} {
		r := New(2, bodies[1], 2023, Options{})
		data := r.PDF(enc)
		d, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		if d.NumPage() < 3 {
			t.Errorf("encoding %d: %d pages, want several", enc, d.NumPage())
		}
		var flat string
		if enc == IdentityH {
			for i := 1; i <= d.NumPage(); i++ {
				s, err := d.Page(i).GetPlainText(nil)
				if err != nil {
					t.Fatal(err)
				}
				flat += strings.Join(strings.Fields(s), "")
			}
		} else {
			flat = shown(t, data)
		}
		for _, p := range r.pieces() {
			if p.table == nil {
				if !strings.Contains(flat, p.text) {
					t.Errorf("encoding %d: missing from the PDF: %q", enc, p.text)
				}
				continue
			}
			for _, c := range p.table.cells {
				if !strings.Contains(flat, c.text) {
					t.Errorf("encoding %d: missing from the PDF: %q", enc, c.text)
				}
			}
		}
	}
}

// shown is the text of all strings shown in a PDF whose codes are UTF-16, in the order of the file.
func shown(t *testing.T, data []byte) string {
	t.Helper()
	var out strings.Builder
	for _, part := range bytes.Split(data, []byte("stream\n"))[1:] {
		z, err := zlib.NewReader(bytes.NewReader(part))
		if err != nil {
			continue
		}
		content, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`<([0-9A-F]+)> Tj`).FindAllSubmatch(content, -1) {
			var units []uint16
			for h := m[1]; len(h) >= 4; h = h[4:] {
				n, err := strconv.ParseUint(string(h[:4]), 16, 16)
				if err != nil {
					t.Fatal(err)
				}
				units = append(units, uint16(n))
			}
			out.WriteString(string(utf16.Decode(units)))
		}
	}
	return out.String()
}

func TestFalseFriendsAreNoReports(t *testing.T) {
	for _, kind := range Kinds() {
		title, body := FalseFriend(kind, "永宁县", 2023, 1)
		if title == "" || body == "" || strings.Contains(title+body, "%[") {
			t.Errorf("%s: %q %q", kind, title, body)
		}
		d, err := html.Read(context.Background(), page(title, body), "utf-8", html.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if v := report.Classify(d); v.IsReport && v.Complete {
			t.Errorf("%s: %q passes for a complete report (%s): the fixture holds too much", kind, title, v.Reason)
		}
	}
	if title, body := FalseFriend("nonsense", "永宁县", 2023, 1); title+body != "" {
		t.Error("an unknown kind gave a document")
	}
}
