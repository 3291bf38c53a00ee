package portal

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"nianbao/document"
)

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
