package report

import (
	"strings"

	"nianbao/document"
)

// How many lines of running text are looked at for what stands around a report.
const (
	maxLines  = 4000 // in all
	firstOnes = 24   // at the top, where the title of a file stands
	nearOnes  = 16   // above the body, where the title of a page stands
	lastOnes  = 60   // at the end, where the signature stands
)

// bodyAt is the line with which the body of a report begins, -1 when none says so.
func bodyAt(lines []string) int {
	for i, l := range lines {
		if len(l) > 12 && (strings.Contains(l, "总体情况") && sectionHead.MatchString(l) || strings.Contains(l, "统计期限") || strings.Contains(l, "政府信息公开条例》") || strings.Contains(l, "本年新收")) {
			return i
		}
	}
	return -1
}

// textLines are the first n lines of running text, artefacts removed and the steps of a position line parted.
func textLines(d *document.Document, n int) []string {
	var out []string
	for i := range d.Blocks {
		b := &d.Blocks[i]
		text := b.Text
		switch b.Kind {
		case document.TableKind:
			text = headRows(b.Table)
		case document.Image:
			continue
		}
		for l := range strings.SplitSeq(text, "\n") {
			if strings.Contains(l, "[") || strings.Contains(l, "<") {
				l = artefacts.ReplaceAllString(l, "")
				l = markup.ReplaceAllString(l, "")
			}
			if len(l) < 400 && strings.ContainsAny(l, ">»›＞") {
				for p := range strings.FieldsFuncSeq(l, func(r rune) bool { return r == '>' || r == '»' || r == '›' || r == '＞' }) {
					if p = strings.Trim(p, " \t\r#*　\u00a0"); p != "" && len(out) < n {
						out = append(out, p)
					}
				}
				continue
			}
			if l = strings.Trim(l, " \t\r#*　\u00a0"); l != "" && (len(out) > firstOnes || len(l) > 90 || !nameless.MatchString(l)) {
				if out = append(out, l); len(out) >= n {
					return out
				}
			}
		}
	}
	return out
}

// headRows are the rows of one cell that a table begins with: a sheet has its title there.
func headRows(t *document.Table) string {
	if t == nil {
		return ""
	}
	var rows []string
	for i, c := range t.Cells {
		alone := i+1 == len(t.Cells) || t.Cells[i+1].Row > c.Row
		if c.Row > 4 || !alone || len(c.Text) > 210 || strings.Contains(c.Text, "第二十条") {
			break
		}
		rows = append(rows, c.Text)
	}
	return strings.Join(rows, "\n")
}
