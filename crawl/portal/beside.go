package portal

import (
	"net/url"
	"strings"
)

// A besideSource is a page or script that asked for this one, looked through.
type besideSource struct {
	Source
	code *source // its scripts
}

// beside are the scripts and the page that asked for this script or answer, looked through once.
func (p *Page) beside() []besideSource {
	if p.besides == nil {
		p.besides = []besideSource{}
		for _, s := range p.Beside {
			q := &Page{MediaType: s.MediaType, Text: s.Text}
			p.besides = append(p.besides, besideSource{s, q.scripts()})
		}
	}
	return p.besides
}

// asker is the page for whose sake a script or an answer was asked for: what a script writes is relative to it. It is nil
// for pages, and where it is not known.
func (p *Page) asker() *url.URL {
	for _, s := range p.Beside {
		if strings.Contains(s.MediaType, "html") {
			if u, err := url.Parse(s.URL); err == nil && u.Host != "" {
				return u
			}
		}
	}
	return nil
}
