package report

import "nianbao/document"

// Parse reads a report out of a document. It returns a *NotReport error when the document is none.
func Parse(d *document.Document) (*AnnualReport, error) {
	v := Classify(d)
	if !v.IsReport {
		return nil, &NotReport{v.Reason}
	}
	r := read(d)
	r.Title, r.Year, r.PublishedAt = v.Title, v.Year, v.PublishedAt
	r.Publisher = Publisher{v.Publisher, v.Level}
	if !v.Complete {
		r.warn(WarnBodyMissing, "", "the document announces a report but holds none of its tables: %s", v.Reason)
	}
	r.readProse(d)
	r.check()
	r.compareProse()
	return r, nil
}

// ParseText reads a report out of plain text.
func ParseText(s string) (*AnnualReport, error) { return Parse(FromText(s)) }

// read fills the tables only.
func read(d *document.Document) *AnnualReport {
	r := &AnnualReport{Origins: map[string]Origin{}}
	toks := tokens(d)
	if len(toks) > maxTokens {
		toks = toks[:maxTokens]
		r.warn(WarnTruncated, "", "more than %d cells: the rest was not read", maxTokens)
	}
	x := &tableReader{r: r, toks: toks, runs: runs(toks)}
	begin, end := x.readT3()
	x.readT2(begin)
	x.t3Format()
	x.readT4(end)
	r.Sections = sections(d)
	return r
}
