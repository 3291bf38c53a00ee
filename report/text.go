package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/document"
)

// FromText makes a document of plain text: one paragraph a line. The shapes that converters leave tables in are
// understood later, by the parser; only what would be lost with the line ends is settled here: cells on lines of their
// own are put back into rows, bars on lines of their own behind the cells they end, and tables written as HTML, as
// language models do, become tables.
func FromText(s string) *document.Document {
	d := &document.Document{MediaType: "text/plain", Engine: "text/rows"}
	if len(s) > maxText {
		s = cut(s, maxText)
		d.AddFlag(document.FlagTruncated)
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	for {
		loc := tableMarkup.FindStringIndex(s)
		if loc == nil {
			break
		}
		end := tableEnd.FindStringIndex(s[loc[1]:])
		if end == nil {
			break
		}
		addLines(d, s[:loc[0]])
		if t := markupTable(s[loc[1] : loc[1]+end[0]]); t != nil {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.TableKind, Table: t})
		}
		s = s[loc[1]+end[1]:]
	}
	addLines(d, s)
	return d
}

// settled cuts a document to the bounds and puts the rows of a text file back together, as FromText does; any other
// document is returned as it is.
func settled(d *document.Document) *document.Document {
	if d = bounded(d); d.Engine != "text" {
		return d
	}
	rows := FromText(d.Text())
	rows.Name, rows.Title, rows.Meta, rows.Flags = d.Name, d.Title, d.Meta, d.Flags
	return rows
}

func addLines(d *document.Document, s string) {
	lines := bars(strings.Split(s, "\n"))
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if n, row := cellLines(lines[i:]); n > 0 {
			l, i = row, i+n-1
		}
		if strings.TrimSpace(l) != "" || strings.Contains(l, "\t") {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: l})
		}
	}
}

// bars joins bars that stand on lines of their own to the cells they end, where cells and bars take turns.
func bars(lines []string) []string {
	alone, ended := 0, 0
	for _, l := range lines {
		switch t := strings.TrimSpace(l); {
		case t == "|":
			alone++
		case strings.HasSuffix(t, "|"):
			ended++
		}
	}
	if alone < 20 || ended > alone/4 {
		return lines
	}
	out := make([]string, 0, len(lines))
	open := false // the last line waits for its bar
	for _, l := range lines {
		switch {
		case strings.TrimSpace(l) == "|" && open:
			out[len(out)-1] += "|"
			open = false
		case strings.TrimSpace(l) == "":
		default:
			out = append(out, l)
			open = strings.TrimSpace(l) != "|"
		}
	}
	return out
}

// cellLines recognises a row of cells that stand on lines of their own, each behind one tab, rows parted by empty lines:
// how many lines the row has, and the row with its cells parted by tabs. A line without a tab inside a row goes on with
// the cell before it.
func cellLines(lines []string) (int, string) {
	lone := func(l string) bool { return strings.HasPrefix(l, "\t") && strings.Count(l, "\t") == 1 }
	if !lone(lines[0]) {
		return 0, ""
	}
	n, cells := 0, []string{}
rows:
	for ; n < len(lines) && n < 2000; n++ {
		switch l := lines[n]; {
		case lone(l):
			cells = append(cells, l[1:])
		case strings.TrimSpace(l) == "" || strings.Contains(l, "\t"):
			break rows
		case utf8.RuneCountInString(l) > 24:
			return 0, ""
		default:
			cells[len(cells)-1] += l
		}
	}
	if len(cells) < 2 {
		return 0, ""
	}
	return n, strings.Join(cells, "\t")
}

var (
	tableMarkup = regexp.MustCompile(`(?i)<table\b[^>]*>`)
	tableEnd    = regexp.MustCompile(`(?i)</table\s*>`)
	rowMarkup   = regexp.MustCompile(`(?i)<tr\b[^>]*>`)
	startCell   = regexp.MustCompile(`(?i)<t[dh]\b([^>]*)>`)
	spanMarkup  = regexp.MustCompile(`(?i)(row|col)span\s*=\s*["']?(\d{1,3})`)
)

// markupTable reads the rows of a table written as HTML in a text: cells and spans, nothing else. Real pages have a
// reader of their own.
func markupTable(s string) *document.Table {
	t := &document.Table{Method: "markup"}
	taken := map[[2]int]bool{}
	for r, row := range rowMarkup.Split(s, -1)[1:] {
		if r > 2000 {
			break
		}
		col := 0
		starts := startCell.FindAllStringSubmatchIndex(row, 200)
		for i, m := range starts {
			end := len(row)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			for taken[[2]int{r, col}] {
				col++
			}
			c := document.Cell{Row: r, Col: col, RowSpan: 1, ColSpan: 1}
			for _, span := range spanMarkup.FindAllStringSubmatch(row[m[2]:m[3]], 2) {
				n, _ := strconv.Atoi(span[2])
				if n = min(max(n, 1), 60); strings.EqualFold(span[1], "row") {
					c.RowSpan = n
				} else {
					c.ColSpan = n
				}
			}
			c.Text = strings.TrimSpace(entities.Replace(anyMarkup.ReplaceAllString(row[m[1]:end], " ")))
			if len(taken) > maxTokens/4 {
				return t
			}
			for y := r; y < r+c.RowSpan; y++ {
				for x := col; x < col+c.ColSpan; x++ {
					taken[[2]int{y, x}] = true
				}
			}
			t.Cells = append(t.Cells, c)
			col += c.ColSpan
			t.Cols = max(t.Cols, col)
		}
		t.Rows = r + 1
	}
	if len(t.Cells) == 0 {
		return nil
	}
	return t
}

var (
	anyMarkup = regexp.MustCompile(`<[^>]*>`)
	entities  = strings.NewReplacer("&nbsp;", " ", "&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&ldquo;", "“", "&rdquo;", "”")
)
