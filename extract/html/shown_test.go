package html_test

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
)

// firstTable gives the first table of a page.
func firstTable(t *testing.T, page string) *document.Table {
	t.Helper()
	for _, b := range read(t, page).Blocks {
		if b.Table != nil {
			return b.Table
		}
	}
	t.Fatalf("no table in %.300s", page)
	return nil
}

// Each way to write a number beside the one that is valid, so that a browser does not show it.
func TestWhatIsNotShownIsNotRead(t *testing.T) {
	type way struct{ name, head, cell, why string }
	ways := []way{}
	for name, tag := range map[string]string{"s": "s", "strike": "strike", "del": "del"} {
		ways = append(ways, way{"element " + name, "", "<" + tag + ">12</" + tag + ">13", document.WhyStruck})
	}
	for name, style := range map[string]string{
		"display": "display:none", "important": "DISPLAY: none !important; display: inline", "visibility": "visibility: hidden",
	} {
		ways = append(ways, way{name, "", `<span style="` + style + `">12</span>13`, document.WhyHidden})
	}
	for name, style := range map[string]string{
		"opacity": "opacity:0", "size": "font-size:0", "size in pt": "font-size:0pt", "white": "color:#fff", "white by name": "color:White", "white by rgb": "color: rgb(255, 255, 255)",
		"nearly white": "color:#fdfdfd", "transparent": "color:transparent", "fill": "-webkit-text-fill-color:rgba(0,0,0,0)", "own ground": "color:#c00;background:#CC0000",
	} {
		ways = append(ways, way{name, "", `<span style="` + style + `">12</span>13`, document.WhyInvisible})
	}
	for name, style := range map[string]string{
		"indent": "display:inline-block;text-indent:-9999px", "left": "position:absolute;left:-9999px", "clip": "position:absolute;clip:rect(0 0 0 0)",
		"clip with commas": "position:absolute; clip: rect(1px, 1px, 1px, 1px)", "clip path": "clip-path: inset(50%)",
	} {
		ways = append(ways, way{name, "", `<span style="` + style + `">12</span>13`, document.WhyOutside})
	}
	for name, style := range map[string]string{"line through": "text-decoration:line-through", "line through with a colour": "text-decoration: red line-through double", "long name": "text-decoration-line: underline line-through"} {
		ways = append(ways, way{name, "", `<span style="` + style + `"><b>12</b></span>13`, document.WhyStruck})
	}
	ways = append(ways,
		way{"attribute", "", "<i hidden>12</i>13", document.WhyHidden},
		way{"class", "<style>/* old */ .old, .x { color: red; display:none }</style>", "<b class='a old'>12</b>13", document.WhyHidden},
		way{"id", "<style>#old{visibility:hidden}</style>", "<b id=old>12</b>13", document.WhyHidden},
		way{"element by sheet", "<style>td em{text-decoration:line-through}</style>", "<em>12</em>13", document.WhyStruck},
		way{"child", "<style>@media screen { td > em.o:first-child{display:none} }</style>", "<em class=o>12</em>13", document.WhyHidden},
		way{"weight decides, not order", "<style>td b.old{display:none} b{display:inline}</style>", "<b class=old>12</b>13", document.WhyHidden},
		way{"white in a white cell", "<style>td{background:white}</style>", "<font color=white>12</font>13", document.WhyInvisible},
		way{"a block in the cell", "", "<div style=display:none>12</div>13", document.WhyHidden},
		way{"a paragraph in the cell", "", "<p style='display:none'>12</p><p>13</p>", document.WhyHidden},
		way{"a table in the cell", "", "<table style='display:none'><tr><td>12</table>13", document.WhyHidden},
		way{"struck over several elements", "", "<s><span>1</span><span>2</span></s>13", document.WhyStruck},
	)
	for _, w := range ways {
		table := firstTable(t, "<html><head>"+w.head+"</head><body><table><tr><td>甲<td>"+w.cell+"<tr><td>乙<td>1</table>")
		c := table.Cells[1]
		gone := ""
		for _, u := range c.Unseen {
			if u.Why != w.why {
				t.Errorf("%s: %q for %q, want %q", w.name, u.Why, u.Text, w.why)
			}
			gone += u.Text
		}
		if c.Text != "13" || gone != "12" {
			t.Errorf("%s: text %q, unseen %v", w.name, c.Text, c.Unseen)
		}
	}
}

// What only looks like a way to hide a number.
func TestWhatIsShownIsRead(t *testing.T) {
	for _, tt := range []struct{ name, head, cell string }{
		{"an override in the element", "<style>.n{display:none}</style>", `<b class=n style="display:inline">13</b>`},
		{"a later rule", "<style>.n{display:none} .n{display:block}</style>", "<b class=n>13</b>"},
		{"for print", "<style media=print>td{display:none}</style><style>@media print{b{display:none}}</style>", "<b>13</b>"},
		{"while the mouse is there", "<style>b:hover{display:none}</style>", "<b>13</b>"},
		{"white on blue", "<style>td{background-color:#4472C4}</style>", "<font color=white>13</font>"},
		{"white on a blue row", "", "<span style='background:navy'><font color=#ffffff>13</font></span>"},
		{"white on a picture", "", "<span style='background:url(x.png)'><font color=#ffffff>13</font></span>"},
		{"shown within hidden", "", `<span style="visibility:hidden"><b style="visibility:visible">13</b></span>`},
		{"underlined", "", "<u style='text-decoration:underline'>13</u>"},
		{"not struck by its style", "", "<del style='text-decoration:none'>13</del>"},
		{"half transparent", "", "<b style='opacity:.5'>13</b>"},
		{"sized again", "", "<span style='font-size:0'><b style='font-size:14px'>13</b></span>"},
		{"a small indent", "", "<p style='text-indent:-2em'>13</p>"},
	} {
		c := firstTable(t, "<html><head>"+tt.head+"</head><body><table><tr><td>甲<td>"+tt.cell+"<tr><td>乙<td>1</table>").Cells[1]
		if c.Text != "13" || len(c.Unseen) > 0 {
			t.Errorf("%s: text %q, unseen %v", tt.name, c.Text, c.Unseen)
		}
	}
}

func TestHiddenRowsAndCells(t *testing.T) {
	for _, tt := range []struct {
		name, markup string
		want         [][]string
	}{
		{"a row", `<table><tr style="display:none"><td>甲<td>9<tr><td>甲<td>1<tr><td>乙<td>2</table>`, [][]string{{"甲", "1"}, {"乙", "2"}}},
		{"a row by attribute, under a span", `<table><tr><td rowspan=3>甲<td>1<tr hidden><td>9<tr><td>2<tr><td>乙<td>3</table>`, [][]string{{"甲", "1"}, {"甲", "2"}, {"甲", "3"}, {"乙", "3"}}},
		{"a row group", `<table><tbody hidden><tr><td>甲<td>9</tbody><tbody><tr><td>甲<td>1</table>`, [][]string{{"甲", "1"}}},
		{"a cell", `<table><tr><td>甲<td style="display:none">9<td>1<tr><td>乙<td>2</table>`, [][]string{{"甲", "1"}, {"乙", "2"}}},
		{"a veiled cell keeps its place", `<table><tr><td>甲<td style="visibility:hidden">9<td>1<tr><td>乙<td>2<td>3</table>`, [][]string{{"甲", "", "1"}, {"乙", "2", "3"}}},
		{"a collapsed row", `<table><tr><td>甲<td>1<tr style="visibility:collapse"><td>甲<td>9<tr><td>乙<td>2</table>`, [][]string{{"甲", "1"}, {"乙", "2"}}},
		{"a struck row keeps its place", `<table><tr style="text-decoration:line-through"><td>甲<td>9<tr><td>甲<td>1</table>`, [][]string{{"", ""}, {"甲", "1"}}},
	} {
		table := firstTable(t, "<body>"+tt.markup)
		want := tt.want
		if strings.Contains(tt.name, "under a span") { // three rows of the span, one of them hidden: it reaches one row further
			want = [][]string{{"甲", "1"}, {"甲", "2"}, {"甲", "乙"}}
		}
		if strings.Contains(tt.name, "under a span") {
			if got := table.Grid(true); got[0][0] != "甲" || got[1][0] != "甲" || got[2][0] != "甲" || got[2][1] != "乙" {
				t.Errorf("%s: %q", tt.name, got)
			}
		} else if d := cmp.Diff(want, table.Grid(true)); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
		gone := ""
		for _, c := range table.Cells {
			for _, u := range c.Unseen {
				gone += u.Text
			}
		}
		if !strings.Contains(gone, "9") {
			t.Errorf("%s: what is hidden is not noted: %q", tt.name, gone)
		}
	}
}

// A container that a script may reveal is read and marked; a paragraph is not read.
func TestHiddenContainersAreKept(t *testing.T) {
	rows := strings.Repeat("<tr><td>甲<td>1", 4)
	d := read(t, `<body><div><p>前</p><p style="display:none">草稿</p><div style="display:none"><table>`+rows+`</table></div><table hidden>`+rows+`</table><ul><li style="display:none"><table>`+rows+`</table></ul><p>后</p></div>`)
	var got []string
	for _, b := range d.Blocks {
		got = append(got, fmt.Sprint(b.Kind, b.Text, b.Hidden, len(b.Unseen)))
	}
	want := []string{"paragraph前0", "tabledisplay_none1", "tabledisplay_none0", "tabledisplay_none0", "paragraph后0"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRaisedMarks(t *testing.T) {
	for in, want := range map[string]string{
		"13<sup>1</sup>": "13¹", "13<sup>[2]</sup>": "13⁽²⁾", "<sup>13</sup>": "13", "<p><b><sup>13</sup></b></p>": "13",
		`13<span style="vertical-align:super;font-size:8px">1</span>`: "13¹", `13<font style="vertical-align:30%">1</font>`: "13¹",
		"13<sub>1</sub>": "13¹", `13<sup style="vertical-align:baseline">1</sup>`: "131", `13<span style="position:relative;top:-4px">1</span>`: "13¹",
		"13①": "13①", "13<sup>注</sup>": "13注", "<s><sup>1</sup></s>13": "13",
	} {
		if got := firstTable(t, "<body><table><tr><td>甲<td>"+in+"<tr><td>乙<td>1</table>").Cells[1].Text; got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestFieldsInCellsAreRead(t *testing.T) {
	for in, want := range map[string]string{
		"<input value=13>": "13", "<input type=text value='13' readonly>件": "13件", "<input type=hidden value=13>": "", "<input type=password value=13>": "", "<input type=number value=13>": "13",
		"<select><option>12<option selected>13<option>14</select>": "13", "<select><option>13<option>14</select>": "13", "<select size=3><option>12<option>14</select>": "",
		"<select multiple><option selected>12<option>13</select>": "12", "<select style='display:none'><option>13</select>": "",
		"<textarea>13</textarea>": "13", "<button>13</button>": "13", "<input type=submit value=13>": "13", "<input value=13 style='display:none'>": "", "<input value=13 hidden>7": "7",
	} {
		if got := firstTable(t, "<body><table><tr><td>甲<td>"+in+"<tr><td>乙<td>1</table>").Cells[1].Text; got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	if got := read(t, "<body><div><input value=搜索><select><option>友情链接</select></div><p>正文</p>").Text(); strings.Contains(got, "搜索") || strings.Contains(got, "链接") {
		t.Errorf("fields of the page's frame are read: %q", got)
	}
}

func TestTextThatStyleSheetsAdd(t *testing.T) {
	page := `<html><head><style>.n::after{content:attr(data-n)} .u:after{content:"件"} .i:before{content:"\e601"} .c:after{content:".";visibility:hidden;height:0}</style></head>
<body><table><tr><td>甲<td class=n data-n=13><tr><td>乙<td class="u i">1<tr><td>丙<td class=c>2</table>`
	if d := cmp.Diff([][]string{{"甲", "13"}, {"乙", "1件"}, {"丙", "2"}}, firstTable(t, page).Grid(true)); d != "" {
		t.Error(d)
	}
}

// Each place from which a script or the browser shows a body that the markup itself does not hold.
func TestBodiesElsewhere(t *testing.T) {
	body := "<h1>永宁县2023年政府信息公开工作年度报告</h1><p>" + strings.Repeat("本机关依法公开政府信息。", 12) + "</p><table>" + strings.Repeat("<tr><td>项<td>13<td>2", 4) + "</table>"
	js := strings.NewReplacer(`"`, `\"`, "/", `\/`, "<", `\u003c`).Replace(body)
	for name, page := range map[string]string{
		"textarea":                `<textarea style="display:none">` + html.EscapeString(body) + `</textarea>`,
		"textarea, escaped twice": `<textarea>` + html.EscapeString(html.EscapeString(body)) + `</textarea>`,
		"hidden input":            `<input type=hidden value="` + html.EscapeString(body) + `">`,
		"hidden input, escaped":   `<input type=hidden value="` + url.PathEscape(body) + `">`,
		"hidden input, base64":    `<input type=hidden value="` + base64.StdEncoding.EncodeToString([]byte(body)) + `">`,
		"template script":         `<script type="text/template">` + body + `</script>`,
		"html script":             `<script type="text/html">` + body + `</script>`,
		"json":                    `<script type="application/json">{"title":"x","data":{"content":"` + js + `"}}</script>`,
		"string of a script":      `<script>var c = "` + js + `"; show(c)</script>`,
		"srcdoc":                  `<iframe srcdoc="` + html.EscapeString(body) + `"></iframe>`,
		"noscript":                `<noscript>` + body + `</noscript>`,
		"template element":        `<template>` + body + `</template>`,
	} {
		d := read(t, `<html><body><div id=nav><a href="/">首页</a></div><div id=show></div>`+page+`</body></html>`)
		if strings.Count(d.Text(), "项\t13\t2") != 4 || !strings.Contains(d.Text(), "依法公开") {
			t.Errorf("%s: %q", name, d.Text())
		}
		if d := read(t, `<html><body><div id=show>`+body+`</div>`+page+`</body></html>`); name != "srcdoc" && strings.Count(d.Text(), "项\t13\t2") != 4 {
			t.Errorf("%s: read twice when the page shows it: %q", name, d.Text())
		}
	}
	template := strings.ReplaceAll(body, "13", "{{n}}")
	if got := read(t, `<body><p>正文</p><script type="text/template">`+template+`</script>`).Text(); strings.Contains(got, "{{") {
		t.Errorf("a template that is not filled in is read: %q", got)
	}
}

// Tags that are left open in a menu tear no table apart.
func TestUnclosedTags(t *testing.T) {
	table := "<table>" + strings.Repeat("<tr><td>项<td>13<td>2</td></tr>", 4) + "</table>"
	for _, open := range []string{"<font color=red>", "<b>", "<span>", "<font color=%d>", `<font style="color:#%06d">`, "<div>", "<i><b><font>"} {
		var menu strings.Builder
		for i := range 300 {
			tag := open
			if strings.Contains(open, "%") {
				tag = fmt.Sprintf(open, i)
			}
			fmt.Fprintf(&menu, `<li>%s<a href="/%d">栏目%d</a></li>`, tag, i, i)
		}
		for name, page := range map[string]string{"in items": "<ul>" + menu.String() + "</ul>", "in lines": strings.NewReplacer("<li>", "", "</li>", "<br>").Replace(menu.String())} {
			got := firstTable(t, "<body>"+page+"<p>正文</p>"+table)
			if got.Rows != 4 || got.Cols != 3 || got.Cells[1].Text != "13" {
				t.Errorf("%s, %s: %d×%d %q", open, name, got.Rows, got.Cols, got.Cells[1].Text)
			}
		}
	}
}

func TestNestedTablesKeepToTheirCell(t *testing.T) {
	inner := func(s string) string { return "<table border=1><tr><td>" + s + "</td></tr></table>" }
	page := "<body><table>"
	for i := range 4 {
		page += fmt.Sprintf("<tr><td>项%d<td>%s<td>%d<td>%s", i, inner("13"), i, inner("<b>4</b>"))
	}
	table := firstTable(t, page+"</table>")
	if table.Rows != 4 || table.Cols != 4 {
		t.Fatalf("%d×%d", table.Rows, table.Cols)
	}
	for r, row := range table.Grid(true) {
		if row[1] != "13" || row[3] != "4" {
			t.Errorf("row %d: %q", r, row)
		}
	}
	two := firstTable(t, "<body><table>"+strings.Repeat("<tr><td>项<td><table><tr><td>12<td>13</table><td>1", 4)+"</table>")
	if got := two.Cells[1].Text; got != "12 13" {
		t.Errorf("two cells in a cell: %q", got)
	}
}

// Spans and groups as a browser takes them.
func TestGridAsBrowsersDo(t *testing.T) {
	for _, tt := range []struct {
		name, markup string
		want         [][]string
	}{
		{"junk behind digits", `<table><tr><td colspan="2;">a<td>b<tr><td rowspan="2px">c<td>d<td>e<tr><td>f<td>g</table>`, [][]string{{"a", "a", "b"}, {"c", "d", "e"}, {"c", "f", "g"}}},
		{"no number", `<table><tr><td colspan="x">a<td colspan="0">b<td colspan="-2">c<td colspan="">d<tr><td>e<td>f<td>g<td>h</table>`, [][]string{{"a", "b", "c", "d"}, {"e", "f", "g", "h"}}},
		{"a sign and blanks", `<table><tr><td colspan=" +2">a<td>b<tr><td>c<td>d<td>e</table>`, [][]string{{"a", "a", "b"}, {"c", "d", "e"}}},
		{"a span ends with its group", `<table><tbody><tr><td rowspan=5>a<td>b</tbody><tbody><tr><td>c<td>d</tbody></table>`, [][]string{{"a", "b"}, {"c", "d"}}},
		{"rowspan 0 ends with its group", `<table><tbody><tr><td rowspan=0>a<td>b<tr><td>x</tbody><tbody><tr><td>c<td>d</tbody></table>`, [][]string{{"a", "b"}, {"a", "x"}, {"c", "d"}}},
		{"the foot comes last", `<table><tfoot><tr><td>合计<td>3</tfoot><tbody><tr><td>甲<td>1<tr><td>乙<td>2</table>`, [][]string{{"甲", "1"}, {"乙", "2"}, {"合计", "3"}}},
		{"the head comes first, a second one does not", `<table><tbody><tr><td>甲<td>1</tbody><thead><tr><td>项<td>数</thead><thead><tr><td>乙<td>2</thead></table>`, [][]string{{"项", "数"}, {"甲", "1"}, {"乙", "2"}}},
		{"text in the wrong place", `<table><tr>外<td>a<td>b</tr>间<tr><td>c<td>d</table>`, [][]string{{"a", "b"}, {"c", "d"}}},
	} {
		if d := cmp.Diff(tt.want, firstTable(t, "<!DOCTYPE html><body>"+tt.markup).Grid(true)); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
	if got := read(t, "<body><table><caption>表一 收到申请</caption><tr><td>甲<td>1<tr><td>乙<td>2</table>").Text(); !strings.Contains(got, "表一 收到申请") {
		t.Errorf("the caption is lost: %q", got)
	}
}
