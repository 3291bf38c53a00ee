package docx

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// style is what a style says of outline, list and looks; outline is -1 for body text.
type style struct {
	outline int
	num     string
	level   int
	run     runProps
	fill    string
	shaded  bool // a table style that gives some cells a ground
}

// elements are children of any name.
type elements struct {
	List []struct {
		XMLName xml.Name
		Attr    []xml.Attr `xml:",any,attr"`
	} `xml:",any"`
}

func (e elements) runProps() runProps {
	var p runProps
	for _, c := range e.List {
		p.set(xml.StartElement{Name: c.XMLName, Attr: c.Attr})
	}
	return p
}

// maxBases bounds a chain of styles.
const maxBases = 20

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
	type shade struct {
		Val   string `xml:"val,attr"`
		Fill  string `xml:"fill,attr"`
		Color string `xml:"color,attr"`
	}
	type cellProps struct {
		Shade *shade `xml:"shd"`
	}
	var x struct {
		Defaults elements `xml:"docDefaults>rPrDefault>rPr"`
		Style    []struct {
			ID      string `xml:"styleId,attr"`
			Type    string `xml:"type,attr"`
			Default string `xml:"default,attr"`
			Based   attr   `xml:"basedOn"`
			Link    attr   `xml:"link"`
			Name    attr   `xml:"name"`
			PPr     struct {
				Outline *attr  `xml:"outlineLvl"`
				Shade   *shade `xml:"shd"`
				Num     *struct {
					ID   attr `xml:"numId"`
					Ilvl attr `xml:"ilvl"`
				} `xml:"numPr"`
			} `xml:"pPr"`
			RPr   elements  `xml:"rPr"`
			TcPr  cellProps `xml:"tcPr"`
			Parts []struct {
				TcPr cellProps `xml:"tcPr"`
			} `xml:"tblStylePr"`
		} `xml:"style"`
	}
	if err := r.unmarshal(r.main, "/styles", &x); err != nil {
		return err
	}
	r.defaults = x.Defaults.runProps()
	based := map[string]string{}
	for _, s := range x.Style {
		st := style{outline: -1, run: s.RPr.runProps()}
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
		if s.PPr.Shade != nil {
			st.fill = fillOf(s.PPr.Shade.Val, s.PPr.Shade.Fill, s.PPr.Shade.Color)
		}
		st.shaded = s.TcPr.Shade != nil
		for _, p := range s.Parts {
			st.shaded = st.shaded || p.TcPr.Shade != nil
		}
		out[s.ID], based[s.ID] = st, s.Based.Val
		if len(s.RPr.List) == 0 && s.Based.Val == "" && s.Link.Val != "" { // one half of a pair may leave all to the other
			based[s.ID] = s.Link.Val
		}
		if toggled(s.Default) == on && s.Default != "" && (s.Type == "paragraph" || s.Type == "") {
			r.normal = s.ID
		}
	}
	for id := range based { // what a style does not say, its base does
		st := out[id]
		for at, n := based[id], 0; at != "" && n < maxBases; at, n = based[at], n+1 {
			base := out[at]
			if st.outline < 0 {
				st.outline = base.outline
			}
			if st.num == "" {
				st.num, st.level = base.num, base.level
			}
			if st.fill == "" {
				st.fill = base.fill
			}
			st.run = st.run.over(base.run)
			st.shaded = st.shaded || base.shaded
		}
		out[id] = st
	}
	return nil
}

// styleOf is a paragraph's style: the default one where it names none.
func (r *reader) styleOf(id string) style {
	if id == "" {
		id = r.normal
	}
	return r.styles[id]
}

// core reads the properties of the document.
func (r *reader) core() error {
	var p struct {
		Title   string `xml:"title"`
		Creator string `xml:"creator"`
	}
	if err := r.unmarshal("", "/core-properties", &p); err != nil {
		return err
	}
	r.d.Title = strings.TrimSpace(p.Title)
	if p.Creator != "" {
		r.d.Meta["creator"] = p.Creator
	}
	return nil
}
