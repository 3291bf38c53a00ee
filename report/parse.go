package report

import (
	"strings"

	"nianbao/document"
)

// Parse reads a report out of a document. It returns a *NotReport error when the document is none. Of a document that
// holds several it reads the first and says so; ParseAll reads all.
func Parse(d *document.Document) (*AnnualReport, error) {
	parts := separate(d)
	r, err := parseOne(parts[0])
	for i := 1; i < len(parts) && err != nil; i++ {
		r, err = parseOne(parts[i])
	}
	if err == nil && len(parts) > 1 {
		r.warn(WarnMoreReports, "", "the document holds %d reports: this is the first", len(parts))
	}
	return r, err
}

// ParseAll reads every report of a document: of the members of a container, and of one text that holds several one after
// the other. It returns a *NotReport error when there is none.
func ParseAll(d *document.Document) ([]*AnnualReport, error) {
	var out []*AnnualReport
	var first error
	for _, p := range separate(d) {
		r, err := parseOne(p)
		if err == nil {
			out = append(out, r)
		} else if first == nil {
			first = err
		}
	}
	if len(out) == 0 {
		return nil, first
	}
	return out, nil
}

// ParseText reads a report out of plain text.
func ParseText(s string) (*AnnualReport, error) { return Parse(FromText(s)) }

func parseOne(d *document.Document) (*AnnualReport, error) {
	s := study(d)
	v := s.verdict()
	if !v.IsReport {
		return nil, &NotReport{v.Reason}
	}
	r := s.parsed
	r.Schema = Schema
	r.Title, r.Year, r.PublishedAt = v.Title, v.Year, v.PublishedAt
	r.Publisher = Publisher{v.Publisher, v.Level}
	if !v.Complete {
		r.warn(WarnBodyMissing, "", "the document announces a report but holds none of its tables: %s", v.Reason)
	}
	r.Sections = sections(s.d)
	if v.Complete && r.Data.Format == "" && (r.Year < 2019 || countAny(s.flat, oldAnchors) >= 5) {
		r.Data.Format = "free"
	}
	r.readProse(s.d)
	r.check()
	r.compareProse()
	s.remarks(v.Complete)
	r.summarise(v.Complete, s.flat)
	return r, nil
}

// read fills the tables only.
func read(r *AnnualReport, toks []token, methods []string, year int) {
	x := &tableReader{r: r, toks: toks, runs: runs(toks), methods: methods, year: year}
	begin, end := x.readT3()
	x.readT2(begin)
	x.t3Format()
	x.readT4(end)
	x.readS2014()
}

// maxReports bounds the reports of one document.
const maxReports = 200

// separate parts a document into those that hold a report each: the members of a container, and the stretches of a text
// from one report's title to the next's. A table 3 begins each; a title in between is where the next report starts.
func separate(d *document.Document) []*document.Document {
	d = settled(d)
	var out []*document.Document
	if own := d; len(d.Blocks) > 0 || len(d.Parts) == 0 {
		if len(d.Parts) > 0 {
			c := *d
			c.Parts = nil
			own = &c
		}
		out = append(out, stretches(own)...)
	}
	for _, p := range d.Parts {
		if len(out) >= maxReports {
			break
		}
		out = append(out, separate(p)...)
	}
	return out
}

func stretches(d *document.Document) []*document.Document {
	var tables, cuts []int // blocks in which a table 3 begins
	for i := range d.Blocks {
		if begins(&d.Blocks[i]) {
			tables = append(tables, i)
		}
	}
	if len(tables) < 2 || len(tables) > maxReports {
		return []*document.Document{d}
	}
	for k := 1; k < len(tables); k++ {
		if at := startBefore(d, tables[k-1], tables[k]); at > 0 {
			cuts = append(cuts, at)
		}
	}
	if len(cuts) == 0 {
		return []*document.Document{d}
	}
	var out []*document.Document
	from := 0
	seen := map[string]bool{}
	for _, to := range append(cuts, len(d.Blocks)) {
		// A page may carry its report twice, for the screen and for the phone.
		if key := squeeze(d.Blocks[from].Text); from > 0 && seen[key] && isTitle(fold(key)) {
			from = to
			continue
		} else if from == 0 {
			for _, l := range textLines(d, 12) {
				seen[squeeze(l)] = true
			}
		} else {
			seen[key] = true
		}
		part := *d
		part.Blocks = d.Blocks[from:to]
		if from > 0 {
			part.Title, part.Meta = "", nil
		}
		out = append(out, &part)
		from = to
	}
	return out
}

// begins reports whether a block holds the first row of table 3: its label, not words about it.
func begins(b *document.Block) bool {
	if b.Table != nil {
		for i := range b.Table.Cells {
			if firstRow(b.Table.Cells[i].Text) {
				return true
			}
		}
		return false
	}
	return strings.Contains(b.Text, "新收") && firstRow(b.Text)
}

func firstRow(s string) bool {
	i := strings.Index(s, "新收")
	return i >= 0 && i < 60 && strings.Contains(squeeze(s[:min(len(s), 240)]), "新收政府信息公开申请数量")
}

// startBefore finds the block in which the report begins whose table 3 begins at block to: a title of its own, else the
// head of its first section; 0 when there is neither behind the table before.
func startBefore(d *document.Document, from, to int) int {
	section := 0
	for i := to - 1; i > from; i-- {
		b := &d.Blocks[i]
		if b.Table != nil || len(b.Text) > 400 {
			continue
		}
		c := squeeze(fold(strings.Trim(b.Text, "# *")))
		if strings.Contains(c, "公开") && isTitle(c) && !strings.ContainsAny(c, "。，") {
			return i
		}
		if i+1 < to && d.Blocks[i+1].Table == nil && len(d.Blocks[i+1].Text) < 200 && !strings.ContainsAny(c, "。，") {
			if j := squeeze(fold(b.Text + d.Blocks[i+1].Text)); strings.Contains(j, "公开") && isTitle(j) && !strings.ContainsAny(j, "。") && !isTitle(squeeze(fold(d.Blocks[i+1].Text))) {
				return i
			}
		}
		if strings.HasPrefix(c, "一、") && strings.Contains(c, "总体情况") {
			section = i
		}
	}
	return section
}
