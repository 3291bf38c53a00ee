package document_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
)

// full has a value in every field there is.
func full() *document.Document {
	return &document.Document{
		MediaType: "application/pdf", Name: "年报 <1>.pdf", Title: "某局2023年年报 & 附件", Meta: map[string]string{"pubdate": "2024-01-18", "空": ""},
		Breadcrumb: []string{"首页", "年报"}, Pages: 2, Engine: "pdf/x", Flags: []string{document.FlagOCR},
		Blocks: []document.Block{
			{Kind: document.Heading, Text: "一、总体情况", Level: 2, Page: 1, Hidden: "display_none", Box: &document.Box{Page: 1, X0: 1, Y0: 2, X1: 3.5, Y1: 4},
				Unseen: []document.Unseen{{Text: "二", Why: document.WhyStruck}}},
			{Kind: document.Paragraph, Text: "制表\t与\u2028行 <b>&\u0000"},
			{Kind: document.TableKind, Page: 1, Table: &document.Table{Rows: 2, Cols: 3, Method: "ocr", Page: 2, Cells: []document.Cell{
				{Row: 0, Col: 0, RowSpan: 2, ColSpan: 1, Text: "商业\n企业", Box: &document.Box{Page: 2, X1: 1, Y1: 1},
					Unseen: []document.Unseen{{Text: "9", Why: document.WhyHidden}}},
				{Row: 0, Col: 1, ColSpan: 2, Text: "a | b\n\n c", Confidence: 0.1 + 0.2},
				{Row: 1, Col: 1, Text: "1\n2", Confidence: 1}, {Row: 1, Col: 2, Text: "<i>", Confidence: 0.95},
			}}},
			{Kind: document.Image, Text: "图 (1)>.png"},
		},
		Links: []document.Link{{URL: "a b?x=1&y=2", Kind: document.LinkAnchor, Text: "年报", Title: "全", Near: "2024-01-18", InBody: true, Place: "ul.list>li>a"}},
		Parts: []*document.Document{{Name: "成员.doc", Blocks: []document.Block{{Kind: document.TableKind, Table: &document.Table{Rows: 1, Cols: 1, Cells: []document.Cell{{Text: "x"}}}}}}},
	}
}

func TestJSONRoundTrip(t *testing.T) {
	for name, d := range map[string]*document.Document{
		"full":          full(),
		"nothing":       {},
		"empty not nil": {Meta: map[string]string{}, Breadcrumb: []string{}, Blocks: []document.Block{}, Links: []document.Link{}, Flags: []string{}, Parts: []*document.Document{}},
		"table of none": {Blocks: []document.Block{{Kind: document.TableKind, Table: &document.Table{Cells: []document.Cell{}}}}},
	} {
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var got *document.Document
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A field added to the types must be added to full, or the round trip would not be tested for it.
func TestFullIsFull(t *testing.T) {
	set := map[string]bool{}
	var visit func(v reflect.Value)
	visit = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				visit(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				visit(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				name := v.Type().Name() + "." + v.Type().Field(i).Name
				set[name] = set[name] || !v.Field(i).IsZero()
				visit(v.Field(i))
			}
		}
	}
	visit(reflect.ValueOf(full()))
	for name, ok := range set {
		if !ok {
			t.Errorf("full leaves %s empty", name)
		}
	}
}

func TestText(t *testing.T) {
	want := "一、总体情况\n制表\t与\u2028行 <b>&\u0000\n\n商业企业\ta | b c\t\n\t1 2\t<i>\n\n\n\nx\n\n"
	if d := cmp.Diff(want, full().Text()); d != "" {
		t.Error(d)
	}
}

func TestMarkdown(t *testing.T) {
	want := "## 一、总体情况\n\n制表\t与\u2028行 \\<b>&\u0000\n\n" +
		"| 商业企业 | a \\| b c |  |\n| --- | --- | --- |\n|  | 1 2 | \\<i> |\n\n" +
		"![](<图 (1)%3E.png>)\n\n<!-- 成员.doc -->\n\n| x |\n| --- |\n\n"
	if d := cmp.Diff(want, full().Markdown()); d != "" {
		t.Error(d)
	}
	d := &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: "# 不是标题\n- 不是列表\n3月"}}}
	if diff := cmp.Diff("\\# 不是标题\n\\- 不是列表\n3月\n\n", d.Markdown()); diff != "" {
		t.Error(diff)
	}
}

func TestExplain(t *testing.T) {
	var got []string
	for _, n := range full().Explain() {
		got = append(got, n.String())
	}
	want := []string{"table 1, page 2: 2×3, 4 cells, by ocr in pdf/x, confidence from 0.30, 1 doubtful", "成员.doc: table 1: 1×1, 1 cells"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestGrid(t *testing.T) {
	table := &document.Table{Rows: 2, Cols: 2, Cells: []document.Cell{{Row: 0, Col: 0, RowSpan: 9, Text: "a"}, {Row: 0, Col: 1, Text: "b"}, {Row: 1, Col: 1, Text: "c"}, {Row: -1, Col: 7, Text: "lost"}}}
	if d := cmp.Diff([][]string{{"a", "b"}, {"a", "c"}}, table.Grid(true)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([][]string{{"a", "b"}, {"", "c"}}, table.Grid(false)); d != "" {
		t.Error(d)
	}
}

func BenchmarkText(b *testing.B) {
	d := full()
	for range 10 {
		d.Blocks = append(d.Blocks, d.Blocks...)
	}
	b.SetBytes(int64(len(d.Text())))
	for b.Loop() {
		if !strings.Contains(d.Text(), "商业企业") {
			b.Fatal("lost")
		}
	}
}

func TestRaised(t *testing.T) {
	if got, want := document.Raised("注[12]a（3）"), "注⁽¹²⁾a⁽³⁾"; got != want {
		t.Errorf("Raised = %q, want %q", got, want)
	}
}
