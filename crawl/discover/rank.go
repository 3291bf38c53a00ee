package discover

import (
	"net/url"
	"strings"

	"nianbao/crawl/address"
	"nianbao/crawl/portal"
	"nianbao/document"
)

// A Place is what is known of the page that leads stand on.
type Place struct {
	Home   bool   // it is where the portal begins
	Text   string // of the link that led to it
	Column bool   // an ancestor was a column of reports
	// Announces says that the page is a report whose body is not on it.
	Announces bool
	// Directory says that the page is a directory of bodies.
	Directory bool
	// IsReport says that the page is a report itself.
	IsReport bool
	Depth    int
}

// A Scored is a lead with its priority.
type Scored struct {
	portal.Lead
	Score int
	Rule  string // the name of the rule that gave the score
	Cut   string // why it is never asked for, when Score is 0 for a reason worth counting
}

// ruleTrap is the name of the rule for what is never asked for: Cut names the trap.
const ruleTrap = "trap"

// Rank scores all leads of one page together. Their order is kept.
func Rank(leads []portal.Lead, page *url.URL, heat int, at Place) []Scored {
	out, _ := rank(leads, page, heat, at)
	return out
}

// rank is Rank with the features that it rests on.
func rank(leads []portal.Lead, page *url.URL, heat int, at Place) ([]Scored, []features) {
	out := make([]Scored, len(leads))
	found := make([]features, len(leads))
	for i := range leads {
		out[i].Lead = leads[i]
		u, err := url.Parse(leads[i].URL)
		if err != nil {
			out[i].Cut, out[i].Rule = address.Trap(leads[i].URL), ruleTrap
			continue
		}
		found[i] = look(&out[i].Lead, u, page, heat, at)
	}
	hubs, titled := hubPathsFound(found), titledPlaces(found)
	best := 0
	asked := map[string]bool{}
	for i := range out {
		s, f := &out[i], &found[i]
		if s.Cut != "" {
			continue
		}
		if f.role == toSearch { // the one search that is meant
			r := rate(f)
			s.Score, s.Rule = r.score, r.name
			continue
		}
		if s.Cut = address.TrapURL(f.at, len(s.URL)); s.Cut != "" {
			s.Rule = ruleTrap
			continue
		}
		f.set(amongTitles, titled[s.Place])
		if hubs && f.path == hub {
			f.path = silent // on such a site it means nothing
		}
		if f.role == toScript { // scored when the whole page is known
			continue
		}
		if f.role == toService {
			service, _, _ := strings.Cut(s.URL, "?")
			f.set(repeated, asked[service])
			asked[service] = true
		}
		r := rate(f)
		s.Score, s.Rule = r.score, r.name
		s.amend(settled, f)
		if f.facts&frame == 0 {
			best = max(best, s.Score)
		}
	}
	pictures := onlyPicturesIn(out, found)
	for i := range out {
		s, f := &out[i], &found[i]
		if s.Cut != "" {
			continue
		}
		f.set(onlyPictures, pictures)
		f.set(barren, best < Sure)
		f.set(doubtful, s.Score > 0 && s.Score < Sure)
		f.set(sendsOn, s.Kind == document.LinkRefresh && len(leads) <= few)
		if f.role == toScript {
			r := rate(f)
			s.Score, s.Rule = r.score, r.name
		}
		s.amend(whole, f)
	}
	return out, found
}

// A place of the template holds titles when it holds as many as this, and they are half of it or more.
const titlesOfPlace = 2

// titledPlaces are the places of the template where most links are titles of reports.
func titledPlaces(found []features) map[string]bool {
	titles, all := map[string]int{}, map[string]int{}
	for i := range found {
		f := &found[i]
		if f.lead == nil || f.lead.Place == "" {
			continue
		}
		all[f.lead.Place]++
		if f.words == article || f.words == partial {
			titles[f.lead.Place]++
		}
	}
	var out map[string]bool
	for place, n := range titles {
		if n >= titlesOfPlace && 2*n >= all[place] {
			if out == nil {
				out = map[string]bool{}
			}
			out[place] = true
		}
	}
	return out
}

// amend applies the amendments that match.
func (s *Scored) amend(list []amendment, f *features) {
	for i := range list {
		a := &list[i]
		if !a.matches(f) {
			continue
		}
		if score := a.apply(s.Score); score != s.Score {
			s.Score, s.Rule = score, a.name
		}
	}
}

// onlyPicturesIn reports whether the files of a page's main content are pictures alone.
func onlyPicturesIn(out []Scored, found []features) bool {
	seen := false
	for i := range found {
		f := &found[i]
		switch {
		case f.role != toFile || out[i].Cut != "":
		case f.facts&picture == 0 && out[i].Score > 0:
			return false
		case f.facts&(picture|inBody) == picture|inBody:
			seen = true
		}
	}
	return seen
}
