package docx

import (
	"encoding/xml"
	"path"
	"strconv"
)

// style is what a paragraph style says of outline and list; outline is -1 for body text.
type style struct {
	outline int
	num     string
	level   int
}

func (c *container) styles(dir string) map[string]style {
	out := map[string]style{"": {outline: -1}}
	b, err := c.member(path.Join(dir, "styles.xml"))
	if err != nil {
		return out
	}
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
	if xml.Unmarshal(b, &x) != nil {
		return out
	}
	based := map[string]string{}
	for _, s := range x.Style {
		st := style{outline: -1}
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
	return out
}
