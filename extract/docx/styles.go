package docx

import (
	"strconv"
	"strings"
)

// style is what a paragraph style says of outline and list; outline is -1 for body text.
type style struct {
	outline int
	num     string
	level   int
}

// stylesheet reads the styles of a document.
func (r *reader) stylesheet() error {
	out := map[string]style{"": {outline: -1}}
	for n := range 9 { // the built-in headings need no definition
		out["Heading"+strconv.Itoa(n+1)] = style{outline: n}
	}
	r.styles = out
	type attr struct {
		Val string `xml:"val,attr"`
	}
	var x struct {
		Style []struct {
			ID    string `xml:"styleId,attr"`
			Based attr   `xml:"basedOn"`
			Name  attr   `xml:"name"`
			PPr   struct {
				Outline *attr `xml:"outlineLvl"`
				Num     *struct {
					ID   attr `xml:"numId"`
					Ilvl attr `xml:"ilvl"`
				} `xml:"numPr"`
			} `xml:"pPr"`
		} `xml:"style"`
	}
	if err := r.unmarshal(r.main, "/styles", &x); err != nil {
		return err
	}
	based := map[string]string{}
	for _, s := range x.Style {
		st := style{outline: -1}
		if n, err := strconv.Atoi(strings.TrimPrefix(strings.ToLower(s.Name.Val), "heading ")); err == nil && n >= 1 && n <= 9 && len(s.Name.Val) > 8 {
			st.outline = n - 1
		}
		if s.PPr.Outline != nil {
			if n, err := strconv.Atoi(s.PPr.Outline.Val); err == nil {
				st.outline = n
			}
		}
		if s.PPr.Num != nil {
			st.num = s.PPr.Num.ID.Val
			st.level, _ = strconv.Atoi(s.PPr.Num.Ilvl.Val)
		}
		out[s.ID], based[s.ID] = st, s.Based.Val
	}
	for id := range based { // what a style does not say, its base does
		st := out[id]
		for at, n := based[id], 0; at != "" && n < 20; at, n = based[at], n+1 {
			if st.outline < 0 {
				st.outline = out[at].outline
			}
			if st.num == "" {
				st.num, st.level = out[at].num, out[at].level
			}
		}
		out[id] = st
	}
	return nil
}
