package export

import (
	"bytes"
	_ "embed"
	"fmt"
	"html"

	"nianbao/archive"
	"nianbao/archive/evidence"
)

// readmePage explains a bundle of evidence in both languages. @REPORT@ and the like are filled in.
//
//go:embed evidence.html
var readmePage []byte

func readme(r *archive.Report, p *evidence.Proofs) []byte {
	rows := ""
	for _, x := range p.Records {
		rows += fmt.Sprintf("<tr><td>%d</td><td><pre>%s</pre></td><td>%s @%d +%d</td></tr>\n", x.Leaf, html.EscapeString(x.Entry), html.EscapeString(x.File), x.Offset, x.Length)
	}
	page := readmePage
	for mark, value := range map[string]string{
		"@TITLE@": html.EscapeString(r.Title), "@PUBLISHER@": html.EscapeString(r.Publisher.Name), "@YEAR@": fmt.Sprint(r.Year),
		"@CHECKPOINT@": html.EscapeString(p.Checkpoint), "@KEY@": html.EscapeString(p.Key), "@ROWS@": rows,
	} {
		page = bytes.ReplaceAll(page, []byte(mark), []byte(value))
	}
	return page
}
