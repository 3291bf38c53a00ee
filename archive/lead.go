package archive

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nianbao/report"
)

// leads reports whether an observation becomes what the report says: the first one does, one of the source that the data
// come from, one with more numbers, and one that amends the report; one of another source with numbers does when the
// source that the data come from is going, or when the page that announces it has been changed since.
//
// A reading without numbers never replaces one with numbers, but where the same octets are read anew: what a page shows
// in a frame or by a script is missed by some readings, and that is no edit.
func (s *stored) leads(o *Observation) bool {
	switch {
	case s.From == "":
		return true
	case o.Cells == 0 && s.Cells > 0:
		return s.From == o.Source.URL && s.holds(o.Source)
	case s.From == o.Source.URL || s.amendedBy(o) || continues(s.From, o.Source.URL):
		return true
	case (s.Amended || amendment.MatchString(s.Title)) && o.URL != s.URL: // the report that was amended stands beside it for ever
		return o.Cells > 0 && s.Missing[s.From] > 0
	case o.Cells > s.Cells:
		return true
	case o.Cells == 0:
		return false
	case s.Missing[s.From] > 0:
		return true
	}
	return o.Page != nil && slices.ContainsFunc(s.Sources, func(x Source) bool { return x.URL == o.Page.URL && x.SHA256 != o.Page.SHA256 })
}

// holds reports whether a source is known with the very octets.
func (s *stored) holds(src Source) bool {
	return src.SHA256 != "" && slices.ContainsFunc(s.Sources, func(x Source) bool { return x.URL == src.URL && x.SHA256 == src.SHA256 })
}

func (s *stored) has(u string) bool {
	return slices.ContainsFunc(s.Sources, func(x Source) bool { return x.URL == u })
}

// edits reports whether a leading observation says something else than the report did. A second source that carries the
// numbers of the first, or the numbers that the first only announced, is no edit; nor are the same octets that a newer
// reader reads otherwise, nor a text whose normal form was made by other rules unless its numbers differ.
func (s *stored) edits(o *Observation) bool {
	if s.From == o.Source.URL {
		switch {
		case s.holds(o.Source) || s.Texts[s.From] == "" || s.Texts[s.From] == o.TextSHA256:
			return false
		case s.Rules != o.Rules && s.Parser != o.Parser:
			return s.Cells > 0 && o.Cells > 0 && len(numberChanges(s.Data, o.Data)) > 0
		}
		return true
	}
	return s.From != "" && s.Cells > 0 && !continues(s.From, o.Source.URL) && len(numberChanges(s.Data, o.Data)) > 0
}

var (
	// amendment is what the title of a report says that replaces an earlier one; 更新 alone may be part of a body's name.
	amendment = regexp.MustCompile(`修订|更正|勘误|修正[版稿]|更新版|[（(](?:修改|更新|修正)[)）]`)
	// noticed is how a text says that it was changed.
	noticed = regexp.MustCompile(`(?:现|特此|予以|现予)更正|更正(?:如下|说明|[:：])|现予修订|重新(?:公布|发布)如下`)
)

// amendedBy reports whether an observation is of a report that was published beside this one to replace it: its title
// says so, or it stands at a new address of the same column, under the same full title, with a later date. Either way
// both hold numbers, and these differ.
func (s *stored) amendedBy(o *Observation) bool {
	if s.From == o.Source.URL || o.Cells == 0 || s.Cells == 0 || len(numberChanges(s.Data, o.Data)) == 0 {
		return false
	}
	if amendment.MatchString(o.Title) {
		return o.URL != s.URL && (!amendment.MatchString(s.Title) || o.PublishedAt > s.PublishedAt)
	}
	return !amendment.MatchString(s.Title) && !s.has(o.URL) && !s.has(o.Source.URL) && s.State == Live && 2*o.Cells > s.Cells &&
		s.PublishedAt != "" && o.PublishedAt > s.PublishedAt &&
		o.Title == s.Title && strings.Contains(o.Title, s.Publisher.Name) && column(o.URL) != "" && column(o.URL) == column(s.URL) &&
		!continues(o.URL, s.URL) && !continues(s.URL, o.URL)
}

// column is the host of an address and the first name of its path.
func column(u string) string {
	p, err := url.Parse(u)
	if err != nil || p.Host == "" {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(p.Path, "/"), "/")
	return strings.TrimPrefix(p.Host, "www.") + "/" + first
}

// maxPart bounds the number in the address of a further page of one text.
const maxPart = 50

// continues reports whether an address is a further page of the text at another: nb_1.html of nb.html.
func continues(u, first string) bool {
	i := strings.LastIndexByte(first, '.')
	if i <= strings.LastIndexByte(first, '/') || len(u) <= len(first) {
		return false
	}
	n, ok := strings.CutPrefix(u, first[:i]+"_")
	if n, ok = cutSuffix(n, first[i:], ok); !ok {
		return false
	}
	k, err := strconv.Atoi(n)
	return err == nil && k > 0 && k <= maxPart && n[0] != '0' && n[0] != '+'
}

func cutSuffix(s, suffix string, ok bool) (string, bool) {
	if !ok {
		return s, false
	}
	return strings.CutSuffix(s, suffix)
}

// continued reports whether a source is a further page of one that the report has.
func (s *stored) continued(u string) bool {
	return slices.ContainsFunc(s.Sources, func(x Source) bool { return continues(u, x.URL) })
}

// join adds the rows that further pages of a text hold to those of its first page, and checks the sums anew.
func (s *stored) join() {
	var all report.Data
	if first := s.Parts[firstPage]; len(first) > 0 && json.Unmarshal(first, &all) != nil {
		return
	}
	for _, u := range slices.Sorted(maps.Keys(s.Parts)) {
		var part report.Data
		if !continues(u, s.From) || json.Unmarshal(s.Parts[u], &part) != nil {
			continue
		}
		if all.Format == "" || all.Format == "free" {
			all.Format = part.Format
		}
		for _, t := range []struct{ into, from *map[string]report.Row }{{&all.T2, &part.T2}, {&all.T3, &part.T3}, {&all.T4, &part.T4}, {&all.S2014, &part.S2014}} {
			for name, row := range *t.from {
				if _, known := (*t.into)[name]; !known {
					if *t.into == nil {
						*t.into = map[string]report.Row{}
					}
					(*t.into)[name] = row
				}
			}
		}
	}
	data, err := json.Marshal(all)
	if err != nil {
		return
	}
	checks, err := json.Marshal(report.Checks(all))
	if err != nil {
		return
	}
	s.Data, s.Checks = data, checks
	s.Cells, _ = all.Count()
}
