package html

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Choice is a select of a page, in a form or not, with what it offers.
type Choice struct {
	ID, Name string
	Options  []Option
}

// An Option is one value of a select and the words it is shown by.
type Option struct{ Value, Text string }

// Bounds of what is read of the selects of one page.
const (
	maxChoices = 50
	maxOptions = 3000 // of all selects together
)

// Choices are the selects of a page. An option without a value attribute has its words for a value, as browsers have it.
func Choices(text string) []Choice {
	var out []Choice
	z := html.NewTokenizer(strings.NewReader(text))
	options, inside, valued := 0, false, false
	var option *Option // that is open
	for options < maxOptions && len(out) < maxChoices {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := atom.Lookup(name)
			if tag != atom.Select && (tag != atom.Option || !inside) {
				continue
			}
			at := map[string]string{}
			for more {
				var k, v []byte
				k, v, more = z.TagAttr()
				at[string(k)] = string(v)
			}
			if tag == atom.Select {
				out, inside, option = append(out, Choice{ID: at["id"], Name: at["name"]}), true, nil
				continue
			}
			c := &out[len(out)-1]
			var value string
			value, valued = at["value"]
			c.Options = append(c.Options, Option{Value: value})
			option = &c.Options[len(c.Options)-1]
			options++
		case html.TextToken:
			if option != nil {
				option.Text = strings.TrimSpace(option.Text + string(z.Text()))
				if !valued {
					option.Value = option.Text
				}
			}
		case html.EndTagToken:
			switch name, _ := z.TagName(); atom.Lookup(name) {
			case atom.Select:
				inside, option = false, nil
			case atom.Option:
				option = nil
			}
		}
	}
	return out
}
