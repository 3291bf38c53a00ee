package portal

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nianbao/extract/html"
)

// This file holds the addresses that a function of the page makes of what its selects are set to: a body and a year, a
// town, a kind of document. Nothing links to them; what the selects offer is all that is needed to know them.

const (
	maxChosen  = 1500 // addresses that the selects of one page are joined into
	choiceSpan = 1500 // octets before an address within which its variables are set
)

// assignment is where a script gives a variable a value.
var assignment = regexp.MustCompile(`(?:^|[\s,;{(])([A-Za-z_$][\w$]{0,40})\s*=\s*`)

// chosen are the addresses that an expression makes of the selects of the page, the newest year first. It is not ok when
// the expression does not rest on a select, or on something that is not known besides.
func (p *Page) chosen(c concat, src string, env *environment) (out []Lead, ok bool) {
	if !p.source().has(wordOption) {
		return nil, false
	}
	set := map[string]*html.Choice{} // name of a variable → the select it is read from
	var names []string
	for i, t := range c.terms {
		if t.name == "" || idle(t.name) || set[t.name] != nil {
			continue
		}
		if s := p.selectOf(t.name, src[max(0, c.at-choiceSpan):c.at]); s != nil {
			set[t.name] = s
			names = append(names, t.name)
		} else if _, known := env.get(t.name); !known && i > 0 {
			return nil, false
		}
	}
	if len(names) == 0 {
		return nil, false
	}
	slices.SortStableFunc(names, func(a, b string) int { // the year changes last
		return yearsIn(set[b]) - yearsIn(set[a])
	})
	p.choose(c, env, set, names, Lead{Role: RolePage, Place: "script:select"}, &out)
	return out, len(out) > 0
}

// choose gives the first of some variables each value of its select, and goes on with the others.
func (p *Page) choose(c concat, env *environment, set map[string]*html.Choice, names []string, l Lead, out *[]Lead) {
	if len(*out) >= maxChosen {
		return
	}
	if len(names) == 0 {
		if ref := c.address(env); ref != "" {
			l.URL = ref
			*out = append(*out, l)
		}
		return
	}
	options := slices.Clone(set[names[0]].Options)
	slices.SortStableFunc(options, func(a, b html.Option) int { return yearOf(b) - yearOf(a) })
	for _, o := range options {
		if o.Value == "" || strings.ContainsAny(o.Value, "<>\"' ") {
			continue // the words above the choices
		}
		next := l
		if y := yearOf(o); y > 0 {
			next.Year, next.Role = y, RoleArticle
			next.Text = strings.TrimSpace(l.Text + " " + strconv.Itoa(y) + "年")
		} else {
			next.Text = strings.TrimSpace(o.Text + " " + l.Text)
		}
		p.choose(c, env.with(names[0], o.Value), set, names[1:], next, out)
	}
}

// selectOf is the select that a variable is read from: it is named in the expression itself, or in what the code before
// gives the variable.
func (p *Page) selectOf(name, before string) *html.Choice {
	if p.selects == nil {
		p.selects = append([]html.Choice{}, html.Choices(p.source().text)...)
	}
	value := name
	if name[0] != '#' && name[0] != '@' {
		value = ""
		for _, m := range assignment.FindAllStringSubmatchIndex(before, -1) {
			if before[m[2]:m[3]] == name {
				r := values{src: before}
				end, code := r.pass(m[1])
				if value = before[m[1]:end]; code {
					value = ""
				}
			}
		}
		if value == "" && strings.HasSuffix(name, ".value") {
			value = name
		}
	}
	if value == "" {
		return nil
	}
	for i := range p.selects {
		s := &p.selects[i]
		if len(s.Options) > 1 && (s.ID != "" && names(value, s.ID) || s.Name != "" && names(value, s.Name)) {
			return s
		}
	}
	return nil
}

// names reports whether an expression reads the field of the page with a name.
func names(expression, field string) bool {
	if expression == "#"+field || expression == "@"+field {
		return true
	}
	for _, form := range [...]string{"'%'", `"%"`, "'#%'", `"#%"`, "'select#%'", "name=%]", "name='%']", `name="%"]`, "'#% option:selected'", `"#% option:selected"`, ".%.value", ".%.options"} {
		if strings.Contains(expression, strings.Replace(form, "%", field, 1)) {
			return true
		}
	}
	return strings.HasPrefix(expression, field+".value") || strings.HasPrefix(expression, field+".options")
}

// yearsIn is how many options of a select are years.
func yearsIn(c *html.Choice) int {
	n := 0
	for _, o := range c.Options {
		if yearOf(o) > 0 {
			n++
		}
	}
	return n
}

// yearOf is the year that an option stands for, 0 when it is none.
func yearOf(o html.Option) int {
	for _, s := range [...]string{o.Text, o.Value} {
		if yearOption.MatchString(s) {
			y, _ := strconv.Atoi(s[:4])
			return y
		}
	}
	return 0
}
