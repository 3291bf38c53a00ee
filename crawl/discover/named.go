package discover

import (
	"strings"
	"unicode/utf8"

	"nianbao/document"
	"nianbao/report"
)

const (
	// namedScore is how sure it is that a page is a report which only its link calls one: its file will tell.
	namedScore = 0.3
	// longestNotice is how much a page says at most, in octets, when its file says the rest.
	longestNotice = 1200
)

// named is the verdict on a document that is no report by its own words, and that the link to it calls one: the title
// of a report, or in a column of reports a year or part of a title. It is kept as a report without a body when the
// document does not speak against it: it is short, and its own title is none of something else.
func named(d *document.Document, v report.Verdict, t Trail) report.Verdict {
	y := readEntry(t.Text).year
	if y == 0 {
		y = t.Year
	}
	title := strings.TrimSpace(v.Title)
	if title == "" {
		title = strings.TrimSpace(d.Title)
	}
	if y == 0 || saysMore(d, longestNotice) || !agrees(title, t.Text, y) || speaksAgainst(d, t.Text) {
		return v
	}
	if k := kindOf(title, 2); k != article && k != partial {
		title = suffix.ReplaceAllString(strings.TrimSpace(t.Text), "")
	}
	v.IsReport, v.Complete, v.Score, v.Reason = true, false, namedScore, "called a report by the link that led to it"
	v.Title, v.Year = title, y
	return v
}

// agrees reports whether the title of a document does not speak against what a link calls it.
func agrees(title, link string, y int) bool {
	switch kindOf(title, 2) {
	case article, partial, year:
		own := readEntry(title).year
		return own == 0 || own == y
	case silent, column:
		return true
	}
	return squeeze(title) == squeeze(link)
}

// speaksAgainst reports whether a line of a short document is the title of something else: that of a false friend, or a
// heading that is not what the link says.
func speaksAgainst(d *document.Document, link string) bool {
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if utf8.RuneCountInString(b.Text) > longestEntry {
			continue
		}
		switch k := kindOf(b.Text, 2); k {
		case falseClass:
			return true
		case other, directory:
			if b.Kind == document.Heading && squeeze(b.Text) != squeeze(link) {
				return true
			}
		}
	}
	return false
}

// saysMore reports whether a document holds more text than some octets.
func saysMore(d *document.Document, most int) bool {
	n := 0
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if n += len(b.Text); b.Table != nil {
			for j := range b.Table.Cells {
				n += len(b.Table.Cells[j].Text)
			}
		}
		if n > most {
			return true
		}
	}
	return false
}
