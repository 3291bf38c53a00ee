package html

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Form is a form of a page, as a browser would send it: its fields with the values they hold.
type Form struct {
	ID, Action, Method string
	Fields             [][2]string
	Text               []string            // names of the fields that a user writes into
	IDs                map[string]string   // names of fields by their ids
	Selects            map[string][]string // values that selects offer, by name
}

// SelectNames are the names of the form's selects, in order.
func (f Form) SelectNames() []string {
	names := make([]string, 0, len(f.Selects))
	for name := range f.Selects {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// set gives a field a value.
func (f *Form) set(name, value string) {
	for i := range f.Fields {
		if f.Fields[i][0] == name {
			f.Fields[i][1] = value
			return
		}
	}
	f.Fields = append(f.Fields, [2]string{name, value})
}

// Forms are the forms of a page.
func Forms(text string) []Form {
	var out []Form
	z := html.NewTokenizer(strings.NewReader(text))
	choice := "" // the select that is open
	for fields := 0; fields < 500 && len(out) < 50; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			at := map[string]string{}
			for _, a := range t.Attr {
				at[a.Key] = a.Val
			}
			switch t.DataAtom {
			case atom.Form:
				out = append(out, Form{ID: at["id"], Action: at["action"], Method: strings.ToUpper(at["method"])})
			case atom.Select:
				if choice = at["name"]; len(out) > 0 && choice != "" {
					if f := &out[len(out)-1]; f.Selects == nil {
						f.Selects = map[string][]string{}
					}
				}
			case atom.Option:
				if v, ok := at["value"]; ok && len(out) > 0 && choice != "" {
					fields++
					f := &out[len(out)-1]
					if _, chosen := at["selected"]; chosen || len(f.Selects[choice]) == 0 {
						f.set(choice, v)
					}
					f.Selects[choice] = append(f.Selects[choice], v)
				}
			case atom.Input:
				kind := strings.ToLower(at["type"])
				if len(out) == 0 || at["name"] == "" || kind == "submit" || kind == "button" || kind == "image" || kind == "file" || kind == "password" || kind == "checkbox" || kind == "radio" {
					continue
				}
				fields++
				f := &out[len(out)-1]
				f.Fields = append(f.Fields, [2]string{at["name"], at["value"]})
				if at["id"] != "" {
					if f.IDs == nil {
						f.IDs = map[string]string{}
					}
					f.IDs[at["id"]] = at["name"]
				}
				if kind == "" || kind == "text" || kind == "search" {
					f.Text = append(f.Text, at["name"])
				}
			}
		}
	}
	return out
}

// Hidden are the hidden fields of a page's forms, as name and value, in order: what a browser would send back.
func Hidden(text string) [][2]string {
	var out [][2]string
	z := html.NewTokenizer(strings.NewReader(text))
	for len(out) < 200 {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if t.DataAtom != atom.Input {
				continue
			}
			var name, value, kind string
			for _, a := range t.Attr {
				switch a.Key {
				case "name":
					name = a.Val
				case "value":
					value = a.Val
				case "type":
					kind = a.Val
				}
			}
			if name != "" && strings.EqualFold(kind, "hidden") {
				out = append(out, [2]string{name, value})
			}
		}
	}
	return out
}

// maxValues bounds the values of one page.
const maxValues = 500

// Values are what the fields of a page hold, under "#" and their id and "@" and their name, and what elements with an id
// carry in data attributes, under "#id data-name". A script reads them when it asks for data.
func Values(text string) map[string]string {
	out := map[string]string{}
	put := func(key, value string) {
		if _, seen := out[key]; !seen && len(out) < maxValues && len(value) <= 500 {
			out[key] = value
		}
	}
	z := html.NewTokenizer(strings.NewReader(text))
	for len(out) < maxValues {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			field := atom.Lookup(name) == atom.Input || atom.Lookup(name) == atom.Button
			var id, key, value string
			valued := false
			data := map[string]string{}
			for more {
				var k, v []byte
				k, v, more = z.TagAttr()
				switch {
				case string(k) == "id":
					id = string(v)
				case string(k) == "name":
					key = string(v)
				case string(k) == "value":
					value, valued = string(v), true
				case strings.HasPrefix(string(k), "data-"):
					data[string(k)] = string(v)
				}
			}
			if id != "" {
				for k, v := range data {
					put("#"+id+" "+k, v)
				}
			}
			if field && valued {
				if id != "" {
					put("#"+id, value)
				}
				if key != "" {
					put("@"+key, value)
				}
			}
		}
	}
	return out
}
