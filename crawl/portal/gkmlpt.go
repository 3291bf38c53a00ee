package portal

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"nianbao/document"
)

// gkmlpt is the disclosure platform of Guangdong: an index that a script draws from window._CONFIG, whose tree names the
// columns, and an API that lists a column's articles in JSON. An article's body stands in _CONFIG too; Unfold reads it.
type gkmlpt struct{}

func (gkmlpt) Name() string { return "gkmlpt" }

var (
	gkmlptSID  = regexp.MustCompile(`\bSID['"]?\s*:\s*['"]?(\d+)`)
	gkmlptNode = regexp.MustCompile(`\{[^{}]*?['"]?\bid['"]?\s*:\s*['"]?(\d+)['"]?[^{}]*?['"]?\bname['"]?\s*:\s*['"]([^'"]{1,80})['"]([^{}]*)`)
	gkmlptJump = regexp.MustCompile(`['"]?jump_url['"]?\s*:\s*['"]([^'"]+)['"]`)
	apiAll     = regexp.MustCompile(`/api/all/(\d+)$`)
)

func (gkmlpt) Owns(p *Page) bool {
	return strings.Contains(p.URL.Path, "/gkmlpt/") || p.source().has(wordGkmlpt) && p.source().has(wordConfig)
}

func (gkmlpt) Leads(p *Page) []Lead {
	if apiAll.MatchString(p.URL.Path) {
		return gkmlptNext(p)
	}
	sid := gkmlptSID.FindStringSubmatch(p.Text)
	if sid == nil {
		return nil
	}
	root := "/gkmlpt"
	if i := strings.Index(p.URL.Path, "/gkmlpt"); i >= 0 {
		root = p.URL.Path[:i] + "/gkmlpt"
	}
	if tree := gkmlptTree(p.Text); len(tree) > 0 {
		return gkmlptWalk(tree, "", root, sid[1], 0)
	}
	var out []Lead // a tree that is no JSON
	for _, m := range gkmlptNode.FindAllStringSubmatch(decoded(p.Text), 3000) {
		if !nodeName.MatchString(m[2]) {
			continue
		}
		if j := gkmlptJump.FindStringSubmatch(m[3]); j != nil {
			out = append(out, Lead{URL: j[1], Role: RolePage, Text: m[2], InBody: true, Kind: document.LinkInline})
			continue
		}
		out = append(out, Lead{URL: fmt.Sprintf("%s/api/all/%s?page=1&sid=%s", root, m[1], sid[1]), Role: RoleAPI, Text: m[2], Column: m[2], InBody: true, Kind: document.LinkInline})
	}
	return out
}

// A gkmlptColumn is a node of the tree of columns.
type gkmlptColumn struct {
	ID       json.Number    `json:"id"`
	Name     string         `json:"name"`
	Jump     string         `json:"jump_url"`
	Children []gkmlptColumn `json:"children"`
}

var gkmlptTreeKey = regexp.MustCompile(`\bTREE['"]?\s*:\s*\[`)

// gkmlptTree reads the tree out of the page's configuration; nil when it is no JSON.
func gkmlptTree(text string) []gkmlptColumn {
	at := gkmlptTreeKey.FindStringIndex(text)
	if at == nil {
		return nil
	}
	var tree []gkmlptColumn
	if json.NewDecoder(strings.NewReader(text[at[1]-1:])).Decode(&tree) != nil {
		return nil
	}
	return tree
}

// gkmlptWalk asks for the columns that are named as reports, and for all below them, whatever their names: a body each.
func gkmlptWalk(tree []gkmlptColumn, under, root, sid string, depth int) []Lead {
	var out []Lead
	for _, c := range tree {
		column := under
		if nodeName.MatchString(c.Name) {
			column = c.Name
		}
		switch id := c.ID.String(); {
		case column == "":
		case c.Jump != "":
			out = append(out, Lead{URL: c.Jump, Role: RolePage, Text: c.Name, Column: column, InBody: true, Kind: document.LinkInline})
		case id != "":
			out = append(out, Lead{URL: fmt.Sprintf("%s/api/all/%s?page=1&sid=%s", root, id, sid), Role: RoleAPI, Text: column, Column: column, InBody: true, Kind: document.LinkInline})
		}
		if depth < 8 && len(out) < maxLeads {
			out = append(out, gkmlptWalk(c.Children, column, root, sid, depth+1)...)
		}
	}
	return out
}

// gkmlptNext is the next page of a column, as long as articles are missing.
func gkmlptNext(p *Page) []Lead {
	var answer struct {
		Classify struct {
			Count json.Number `json:"post_count"`
		} `json:"classify"`
		Articles []json.RawMessage `json:"articles"`
	}
	if json.Unmarshal([]byte(p.Text), &answer) != nil || len(answer.Articles) == 0 {
		return nil
	}
	total, _ := answer.Classify.Count.Int64()
	page, _ := strconv.Atoi(p.URL.Query().Get("page"))
	page = max(page, 1)
	if int64(page*len(answer.Articles)) >= total || page >= maxPages {
		return nil
	}
	u := *p.URL
	q := u.Query()
	q.Set("page", strconv.Itoa(page+1))
	u.RawQuery = q.Encode()
	return []Lead{{URL: u.String(), Role: RoleAPI, InBody: true, Kind: document.LinkInline}}
}

var unicodeEscape = regexp.MustCompile(`\\u([0-9a-fA-F]{4})`)

// decoded replaces the \uXXXX escapes of a script's source.
func decoded(text string) string {
	if !strings.Contains(text, `\u`) {
		return text
	}
	return unicodeEscape.ReplaceAllStringFunc(text, func(s string) string {
		n, err := strconv.ParseUint(s[2:], 16, 32)
		if err != nil {
			return s
		}
		return string(rune(n))
	})
}
