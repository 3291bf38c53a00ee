package docx

import (
	"strconv"
	"strings"

	"nianbao/extract/internal/numbering"
)

// numberings reads the lists of a document.
func (r *reader) numberings() error {
	n := numbering.New()
	r.numbering = n
	type attr struct {
		Val string `xml:"val,attr"`
	}
	type level struct {
		Ilvl   int   `xml:"ilvl,attr"`
		Start  attr  `xml:"start"`
		Format attr  `xml:"numFmt"`
		Text   attr  `xml:"lvlText"`
		Suffix attr  `xml:"suff"`
		Legal  *attr `xml:"isLgl"`
	}
	var x struct {
		Abstract []struct {
			ID  string  `xml:"abstractNumId,attr"`
			Lvl []level `xml:"lvl"`
		} `xml:"abstractNum"`
		Num []struct {
			ID       string `xml:"numId,attr"`
			Abstract attr   `xml:"abstractNumId"`
			Override []struct {
				Ilvl  int    `xml:"ilvl,attr"`
				Start *attr  `xml:"startOverride"`
				Lvl   *level `xml:"lvl"`
			} `xml:"lvlOverride"`
		} `xml:"num"`
	}
	if err := r.unmarshal(r.main, "/numbering", &x); err != nil {
		return err
	}
	define := func(definition string, l level) {
		start := 1
		if v, err := strconv.Atoi(l.Start.Val); err == nil {
			start = v
		}
		n.Define(definition, l.Ilvl, numbering.Level{Start: start, Format: l.Format.Val, Text: l.Text.Val, Bare: strings.EqualFold(l.Suffix.Val, "nothing"), Legal: l.Legal != nil})
	}
	levels := map[string][]level{}
	for _, a := range x.Abstract {
		levels[a.ID] = a.Lvl
		for _, l := range a.Lvl {
			define(a.ID, l)
		}
	}
	for i, m := range x.Num {
		definition := m.Abstract.Val
		for _, o := range m.Override {
			if o.Lvl != nil && i < maxOwn && definition == m.Abstract.Val { // levels of its own: a definition of its own
				definition = "num " + m.ID
				for _, l := range levels[m.Abstract.Val] {
					define(definition, l)
				}
			}
			if o.Lvl != nil && definition != m.Abstract.Val {
				define(definition, *o.Lvl)
			}
			if o.Start != nil {
				v, _ := strconv.Atoi(o.Start.Val)
				n.StartAt(m.ID, o.Ilvl, v)
			}
		}
		n.Use(m.ID, definition)
	}
	return nil
}

const maxOwn = 1000 // lists with levels of their own
