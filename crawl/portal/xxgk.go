package portal

import (
	"fmt"
	"strconv"
	"strings"

	"nianbao/document"
)

// xxgkReport is Hanweb's page of annual reports: xxgkAnnualReport.jsp?area=…&fbtime=…, one body and year an address, with
// a switch of years that a script serves.
type xxgkReport struct{}

func (xxgkReport) Name() string { return "hanweb-xxgk" }

func (xxgkReport) Owns(p *Page) bool { return strings.HasSuffix(p.URL.Path, "/xxgkAnnualReport.jsp") }

func (xxgkReport) Leads(p *Page) []Lead {
	q := p.URL.Query()
	if q.Get("area") == "" {
		return nil
	}
	var out []Lead
	for _, y := range p.yearsOffered() {
		u := *p.URL
		u.RawQuery = setParam(u.RawQuery, "fbtime", strconv.Itoa(y))
		out = append(out, Lead{URL: u.String(), Role: RoleArticle, Year: y, InBody: true, Kind: document.LinkInline, Text: fmt.Sprintf("%d年政府信息公开年度报告", y)})
	}
	return out
}
