package html_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/html"
	"nianbao/report"
)

func read(t *testing.T, page string) *document.Document {
	t.Helper()
	d, err := html.Read(context.Background(), []byte(page), "", html.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestGrid(t *testing.T) {
	tests := []struct {
		name, markup string
		want         [][]string
	}{
		{"spans", `<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d</table>`, [][]string{{"a", "b", "b"}, {"a", "c", "d"}}},
		{"rowspan 0 reaches the end", `<table><tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d</table>`, [][]string{{"a", "b"}, {"a", "c"}, {"a", "d"}}},
		{"span past the end is cut", `<table><tr><td rowspan=99>a<td>b<tr><td>c</table>`, [][]string{{"a", "b"}, {"a", "c"}}},
		{"layout table dissolves", `<table><tr><td><table><tr><td>1<td>2<tr><td>3<td>4</table></table>`, [][]string{{"1", "2"}, {"3", "4"}}},
		{"line breaks in cells", `<table><tr><td>商业<br>企业<td>x<tr><td>1<td>2</table>`, [][]string{{"商业\n企业", "x"}, {"1", "2"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, b := range read(t, "<body>"+tt.markup).Blocks {
				if b.Table != nil {
					if d := cmp.Diff(tt.want, b.Table.Grid(true)); d != "" {
						t.Error(d)
					}
					return
				}
			}
			t.Error("no table")
		})
	}
}

func TestLinksOfTheWholePage(t *testing.T) {
	d := read(t, `<html><head><meta http-equiv=refresh content="0;url=next.html"><script src="nav.js"></script>
<script>document.writeln('<a href="/xxgk/nb.html" title="信息公开年报">年…</a>')</script></head><body>
<ul><li><a href="a.html" title="某局2023年政府信息公开工作年度报告">某局2023年…</a> 2024-01-20</li></ul>
<div onclick="location.href='/go.html'">去</div><iframe src="f.html"></iframe><a href="javascript:void(0)">无</a></body>`)
	got := map[string]document.LinkKind{}
	for _, l := range d.Links {
		got[l.URL] = l.Kind
	}
	want := map[string]document.LinkKind{"next.html": document.LinkRefresh, "nav.js": document.LinkScript, "/xxgk/nb.html": document.LinkInline,
		"a.html": document.LinkAnchor, "/go.html": document.LinkOnclick, "f.html": document.LinkFrame}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, l := range d.Links {
		if l.URL == "a.html" && (l.Title == "" || !strings.Contains(l.Near, "2024-01-20")) {
			t.Errorf("title or near lost: %+v", l)
		}
	}
}

func TestTitleMetaBreadcrumb(t *testing.T) {
	d := read(t, `<head><title>永宁县财政局2023年政府信息公开工作年度报告-永宁县人民政府</title><meta content="2024-01-18" name="PubDate"></head>
<body><div>当前位置：<a>首页</a> > <a>政府信息公开</a> > 年报</div><table><tr><td>发布机构</td><td>永宁县财政局</td></tr></table><p>正文</p></body>`)
	if d.Title != "永宁县财政局2023年政府信息公开工作年度报告" {
		t.Errorf("title %q", d.Title)
	}
	if d.Meta["pubdate"] != "2024-01-18" || d.Meta["发布机构"] != "永宁县财政局" {
		t.Errorf("meta %v", d.Meta)
	}
	if diff := cmp.Diff([]string{"首页", "政府信息公开", "年报"}, d.Breadcrumb); diff != "" {
		t.Error(diff)
	}
}

// Hostile pages cost bounded time: ten times the size may not cost a hundred times the work.
func TestHostilePagesEnd(t *testing.T) {
	for name, page := range map[string]string{
		"deep":        strings.Repeat("<div>", 200_000),
		"deep tables": strings.Repeat("<table><tr><td>", 50_000),
		"wide span":   "<table>" + strings.Repeat("<tr><td rowspan=65000 colspan=65000>x", 3000) + "</table>",
		"fonts":       strings.Repeat("<font><b><i><a>", 50_000),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if _, err := html.Read(ctx, []byte(page), "", html.Options{}); err != nil {
				t.Logf("ended with %v", err)
			}
			if ctx.Err() != nil {
				t.Error("took a minute")
			}
		})
	}
}

func TestLabelledPages(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/data/docs/made/A.json")
	if err != nil {
		t.Skip("no labelled documents beside the checkout")
	}
	var want struct{ T2, T3, T4 map[string]report.Row }
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../../../shared/data/docs/made/A.html")
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Parse(read(t, string(data)))
	if err != nil {
		t.Fatal(err)
	}
	got := struct{ T2, T3, T4 map[string]report.Row }{r.Data.T2, r.Data.T3, r.Data.T4}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	pages, _ := filepath.Glob("../../../shared/data/docs/made/html/*.html")
	for _, f := range pages {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := report.Parse(read(t, string(data)))
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		if n, _ := r.Data.Count(); n != 200 {
			t.Errorf("%s: %d numbers of 200; %v", f, n, r.Warnings)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("<table><tr><td rowspan=3>a<td>b</table><a href=x>y</a>"))
	f.Add([]byte("\xb1\xb1<script>document.write('<a href=\"x\">y</a>')</script>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := html.Read(context.Background(), data, "", html.Options{})
		if err == nil {
			_, _ = d.Text(), d.Markdown()
		}
	})
}

func BenchmarkRead(b *testing.B) {
	page := []byte("<body>" + strings.Repeat("<p>县政府办公室在职责范围内公开各类事项。</p><table><tr><td>项目<td>1<td>2<tr><td>合计<td>3<td>4</table>", 2000))
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, err := html.Read(context.Background(), page, "", html.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Pictures within the markup are said to be there, their bytes are no part of the text or the links.
func TestPicturesInTheMarkup(t *testing.T) {
	file := bytes.Repeat([]byte{0x89, 'P', 'N', 'G', 0, 7}, 6000)
	img := `<img alt=x src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(file) + `">`
	page := "<title>永宁县2023年政府信息公开工作年度报告</title><body><h1>永宁县2023年政府信息公开工作年度报告</h1>" + img + "<p>" + img + `<img src="data:image/gif;base64,R0lG">`
	d := read(t, page)
	if !d.HasFlag(document.FlagTableImage) || !d.HasFlag(document.FlagNeedsOCR) {
		t.Errorf("flags %v", d.Flags)
	}
	pictures := 0
	for _, b := range d.Blocks {
		if b.Kind == document.Image {
			pictures++
		}
		if len(b.Text) > 200 {
			t.Errorf("a block of %d octets", len(b.Text))
		}
	}
	if pictures != 3 || len(d.Links) != 0 {
		t.Errorf("%d pictures, links %v", pictures, d.Links)
	}
	if got := html.Images([]byte(page)); len(got) != 2 || !bytes.Equal(got[0], file) {
		t.Errorf("%d pictures taken out", len(got))
	}
	table := "<table>" + strings.Repeat("<tr><td>项<td>1<td>2<td>3", 4) + "</table>"
	if d := read(t, page+table); d.HasFlag(document.FlagNeedsOCR) || d.HasFlag(document.FlagTableImage) {
		t.Errorf("flags %v beside a table", d.Flags)
	}
}
