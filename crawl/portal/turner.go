package portal

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"nianbao/document"
)

// This file holds pagers that a script draws from a few facts: how many pages there are, which one this is, what the files
// are called. They are passed to a function of any name in any order, or stand in an object of settings.

// maxPages bounds how many pages of one list are asked for.
const maxPages = 200

// A turner is what a page says of the pages of its list: name_1.suffix, name_2.suffix …
type turner struct {
	total, current int
	name, suffix   string
}

var (
	suffixes = map[string]bool{"html": true, "shtml": true, "htm": true, "jhtml": true, "jsp": true, "shtm": true, "aspx": true, "php": true}
	fileStem = regexp.MustCompile(`^[\w./-]{1,80}$`)
	// turns is a call that may draw a pager; its name says page or pager.
	turns = finder{regexp.MustCompile(`^\w*\s*\(([^()]{3,300})\)`), []word{wordPage}, 500}
	// numberedFile is a setting that names a page of the list with its number: currentPage: "1.html".
	numberedFile = finder{regexp.MustCompile(`^\w*['"]?\s*[:=]\s*['"]([\w./-]{0,80}?)(\d{1,4})(\.(?:s?html?|jhtml|jsp))['"]`), []word{wordPage}, 200}
)

// turner reads the arguments of a call that draws a pager, in any order: the number of pages is the larger of the first
// two numbers, the current page the smaller; the file name stands beside its suffix, or before it in one string.
func (p *Page) turner(args string) turner {
	var numbers []int
	var texts []string
	for _, a := range splitArguments(args) {
		a = strings.TrimSpace(a)
		quoted := strings.HasPrefix(a, "'") || strings.HasPrefix(a, `"`)
		if quoted {
			a, _ = literal(a)
		} else if v, known := p.globals().get(a); known {
			a, quoted = v, true
		}
		if n, err := strconv.Atoi(a); err == nil && (!quoted || len(texts) == 0 || len(numbers) < 2) {
			numbers = append(numbers, n)
		} else if quoted {
			texts = append(texts, a)
		}
	}
	var t turner
	if len(numbers) > 1 {
		t.total, t.current = max(numbers[0], numbers[1]), min(numbers[0], numbers[1])
	} else if len(numbers) == 1 {
		t.total = numbers[0]
	}
	for i, s := range texts {
		stem, ext := s, ""
		if dot := strings.LastIndexByte(s, '.'); dot >= 0 {
			stem, ext = s[:dot], s[dot+1:]
		}
		switch {
		case ext != "" && stem != "" && suffixes[ext] && fileStem.MatchString(stem):
			t.name, t.suffix = stem, ext
			return t
		case suffixes[strings.TrimPrefix(s, ".")]:
			t.suffix = strings.TrimPrefix(s, ".")
			if i > 0 && fileStem.MatchString(texts[i-1]) {
				t.name = texts[i-1]
			} else if i+1 < len(texts) && fileStem.MatchString(texts[i+1]) {
				t.name = texts[i+1]
			}
			if t.name != "" {
				return t
			}
		}
	}
	return turner{}
}

// pages are the further pages of the list. Where the first page counts as 1 the last may carry the number of all.
func (t turner) pages(p *Page) []Lead {
	here := path.Base(p.URL.Path)
	last := t.total
	if t.current == 1 && !strings.HasPrefix(here, path.Base(t.name)+"_") {
		last++
	}
	var out []Lead
	for n := 1; n < min(last, maxPages); n++ {
		if file := fmt.Sprintf("%s_%d.%s", t.name, n, t.suffix); path.Base(file) != here {
			out = append(out, Lead{URL: file, Role: RoleList, InBody: true, Kind: document.LinkInline, Text: strconv.Itoa(n + 1), Place: "pager:call"})
		}
	}
	return out
}

// turned are the further pages of a list whose pager a script draws.
func (p *Page) turned() []Lead {
	s := p.scripts()
	for _, m := range turns.all(s, 100) {
		if t := p.turner(s.text[m[2]:m[3]]); t.total > 1 {
			return t.pages(p)
		}
	}
	total := p.totalPages()
	if total < 2 {
		return nil
	}
	named := numberedFile.all(s, 1)
	if len(named) == 0 {
		return nil
	}
	m := named[0]
	stem, suffix := s.text[m[2]:m[3]], s.text[m[6]:m[7]]
	here := path.Base(p.URL.Path)
	var out []Lead
	for n := 1; n <= total; n++ {
		if file := stem + strconv.Itoa(n) + suffix; path.Base(file) != here {
			out = append(out, Lead{URL: file, Role: RoleList, InBody: true, Kind: document.LinkInline, Text: strconv.Itoa(n), Place: "pager:settings"})
		}
	}
	return out
}
