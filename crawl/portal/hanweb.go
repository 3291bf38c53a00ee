package portal

import (
	"fmt"
	"net/url"
	"regexp"
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
