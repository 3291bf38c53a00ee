package portal

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"nianbao/document"
)

// jpage is 大汉 Hanweb JCMS: a list stands as XML records in a script element of the page, which Unfold reads; what does
// not fit is had from dataproxy.jsp, by record numbers in a POST or along the nextgroup links.
type jpage struct{}

func (jpage) Name() string { return "hanweb" }

var (
	nextGroup   = regexp.MustCompile(`(?s)<nextgroup>.*?href=\\?["']([^"'\\]*dataproxy\.jsp[^"'\\]*)`)
	proxyURL    = regexp.MustCompile(`["']([^"'\s]*?/dataproxy\.jsp[^"'\s]*)["']`)
	totalRecord = regexp.MustCompile(`(?i)<?totalrecord>?\s*[:=]?\s*['"]?(\d{1,6})`)
	perPage     = regexp.MustCompile(`(?i)\bper_?page\s*[:=]\s*['"]?(\d{1,4})`)
)

func (jpage) Owns(p *Page) bool {
	s := p.source()
	return s.has(wordDataproxy) || s.has(wordDatastore) || s.has(wordRecordset)
}

func (jpage) Leads(p *Page) []Lead {
	var target *url.URL
	next := ""
	if m := nextGroup.FindStringSubmatch(p.Text); m != nil {
		next = unescape(m[1])
	}
	for _, ref := range append([]string{next}, firsts(proxyURL, p.Text)...) {
		if u, err := p.URL.Parse(unescape(ref)); err == nil && ref != "" {
			target = u
			break
		}
	}
	if target == nil {
		if !strings.Contains(p.URL.Path, "dataproxy.jsp") {
			return nil
		}
		target = p.URL
	}
	have := len(record.FindAllStringIndex(p.Text, 5000))
	total, per := firstNumber(totalRecord, p.Text), firstNumber(perPage, p.Text)
	if strings.Contains(p.URL.Path, "dataproxy.jsp") && (p.Body != "" || have == 0) {
		return nil // a page of records that was asked for by number leads no further
	}
	if per == 0 {
		per = max(have, 15)
	}
	if total == 0 {
		if next == "" || have == 0 {
			return nil
		}
		return []Lead{{URL: next, Role: RoleAPI, InBody: true, Kind: document.LinkInline}}
	}
	form := target.Query()
	for _, drop := range []string{"page", "startrecord", "endrecord", "perpage"} {
		form.Del(drop)
	}
	for k, v := range map[string]string{"col": "1", "sourceContentType": "1"} {
		if !form.Has(k) {
			form.Set(k, v)
		}
	}
	step := max(per, 3*per) // the page's own script asks for groups of three pages
	var out []Lead
	for from := have + 1; from <= min(total, 5000); from += step {
		u := *target
		u.RawQuery = fmt.Sprintf("startrecord=%d&endrecord=%d&perpage=%d", from, min(from+step-1, total), per)
		out = append(out, Lead{Method: "POST", URL: u.String(), Body: form.Encode(), ContentType: "application/x-www-form-urlencoded", Role: RoleAPI, InBody: true, Kind: document.LinkInline})
	}
	return out
}

// xxgkReport is Hanweb's page of annual reports: xxgkAnnualReport.jsp?area=…&fbtime=…, one body and year an address, with
// a switch of years that a script serves.
type xxgkReport struct{}

func (xxgkReport) Name() string { return "hanweb-xxgk" }

func (xxgkReport) Owns(p *Page) bool { return strings.HasSuffix(p.URL.Path, "/xxgkAnnualReport.jsp") }

var yearSwitch = regexp.MustCompile(`(?:fbtime=|value=["']|\(\s*['"]?|['"]\s*,\s*['"]?|>\s*)((?:19|20)\d\d)(?:["'年)&<\s])`)

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

// years are the report years that a page's switch offers.
func years(text string) []int {
	seen := map[int]bool{}
	var out []int
	for _, m := range yearSwitch.FindAllStringSubmatch(text, 500) {
		if y, _ := strconv.Atoi(m[1]); y >= 2003 && y <= 2040 && !seen[y] {
			seen[y] = true
			out = append(out, y)
		}
	}
	return out
}

// jpaas is the newer Hanweb platform: a column's list is had as HTML inside JSON from the publish server, by ids that the
// column page carries.
type jpaas struct{}

func (jpaas) Name() string { return "jpaas" }

const jpaasUnit = "jpaas-publish-server/front/page/build/unit"

var (
	jpaasURL   = regexp.MustCompile(`["'(]([^"'()\s]*jpaas-publish-server/front/page/build/unit[^"'()\s]*)`)
	jpaasQuery = regexp.MustCompile(`(?is)query-?data\s*=\s*(?:"(\{[^"]*\})"|'(\{[^']*\})')`)
	jpaasPages = regexp.MustCompile(`(?i)(?:totalpages?|pagecount|pagetotal)\\?["']?\s*[:=]\s*\\?["']?(\d{1,4})`)
	jpaasTotal = regexp.MustCompile(`(?i)(?:total|count|totalrecord|totalcount)\\?["']?\s*[:=]\s*\\?["']?(\d{1,6})\b`)
)

func (jpaas) Owns(p *Page) bool {
	return p.source().has(wordJpaas) || strings.Contains(p.URL.Path, jpaasUnit)
}

func (jpaas) Leads(p *Page) []Lead {
	if strings.Contains(p.URL.Path, jpaasUnit) {
		return jpaasNext(p)
	}
	var out []Lead
	at := "/api-gateway/" + jpaasUnit
	if m := jpaasURL.FindStringSubmatch(p.Text); m != nil {
		at = unescape(m[1])
	}
	if u, err := p.URL.Parse(at); err == nil && u.RawQuery != "" {
		out = append(out, Lead{URL: withPage(u, 1), Role: RoleAPI, InBody: true, Kind: document.LinkInline})
	}
	for _, m := range jpaasQuery.FindAllStringSubmatch(p.Text, 50) {
		raw := m[1] + m[2]
		raw = strings.NewReplacer("&quot;", `"`, "'", `"`).Replace(raw)
		var ids map[string]any
		if json.Unmarshal([]byte(raw), &ids) != nil {
			continue
		}
		u, err := p.URL.Parse(strings.SplitN(at, "?", 2)[0])
		if err != nil {
			continue
		}
		q := url.Values{}
		for k, v := range ids {
			q.Set(k, fmt.Sprint(v))
		}
		u.RawQuery = q.Encode()
		out = append(out, Lead{URL: withPage(u, 1), Role: RoleAPI, InBody: true, Kind: document.LinkInline})
	}
	return out
}

// withPage sets the page number inside the paramJson parameter.
func withPage(u *url.URL, page int) string {
	v := *u
	q := v.Query()
	param := map[string]any{"pageNo": 1, "pageSize": 15}
	if s := q.Get("paramJson"); s != "" {
		_ = json.Unmarshal([]byte(s), &param) // what cannot be read is replaced
	}
	param["pageNo"] = page
	b, _ := json.Marshal(param)
	q.Set("paramJson", string(b))
	v.RawQuery = q.Encode()
	return v.String()
}

func jpaasNext(p *Page) []Lead {
	var param struct{ PageNo, PageSize int }
	_ = json.Unmarshal([]byte(p.URL.Query().Get("paramJson")), &param)
	if param.PageNo == 0 {
		param.PageNo = 1
	}
	if param.PageSize == 0 {
		param.PageSize = 15
	}
	pages := firstNumber(jpaasPages, p.Text)
	if pages == 0 {
		if total := firstNumber(jpaasTotal, p.Text); total > 0 {
			pages = (total + param.PageSize - 1) / param.PageSize
		} else if len(p.Doc.Links) >= param.PageSize {
			pages = param.PageNo + 1 // a full page may have a successor
		}
	}
	var out []Lead
	for n := param.PageNo + 1; n <= min(pages, maxPages); n++ {
		out = append(out, Lead{URL: withPage(p.URL, n), Role: RoleAPI, InBody: true, Kind: document.LinkInline})
		if firstNumber(jpaasPages, p.Text) == 0 && firstNumber(jpaasTotal, p.Text) == 0 {
			break
		}
	}
	return out
}

// yearsOffered are the report years of the page's switch.
func (p *Page) yearsOffered() []int {
	if p.years == nil {
		p.years = append([]int{}, years(p.Text)...)
	}
	return p.years
}

func firstNumber(re *regexp.Regexp, text string) int {
	m := re.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func firsts(re *regexp.Regexp, text string) []string {
	var out []string
	for _, m := range re.FindAllStringSubmatch(text, 10) {
		out = append(out, m[1])
	}
	return out
}
