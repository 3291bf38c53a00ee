package discover

import (
	"strings"
	"testing"

	"nianbao/crawl/portal"
	"nianbao/document"
)

func TestArticle(t *testing.T) {
	entry := "某县财政局2023年政府信息公开工作年度报告"
	var list []portal.Lead
	for range 12 {
		list = append(list, portal.Lead{Role: portal.RolePage, InBody: true, Text: entry})
	}
	page := func(text string) *document.Document {
		return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: text}}}
	}
	table := &document.Document{Blocks: []document.Block{{Kind: document.TableKind, Table: &document.Table{Rows: 1, Cols: 1, Cells: []document.Cell{{Text: strings.Repeat("数据", 200)}}}}}}
	for _, c := range []struct {
		name  string
		doc   *document.Document
		leads []portal.Lead
		want  bool
	}{
		{"a list", page(strings.Repeat(entry+"2024-01-10\n", 12)), list, false},
		{"an empty column", page("政府信息公开年报"), nil, false},
		{"a text", page(strings.Repeat("一图读懂报告要点。", 40)), list[:2], true},
		{"a table", table, nil, true},
	} {
		if got := Article(c.doc, c.leads); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
