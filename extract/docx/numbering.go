package docx

import (
	"strconv"

	"nianbao/extract/listnum"
)

// numberings reads the lists of a document.
func (r *reader) numberings() error {
	n := listnum.New()
	r.numbering = n
	type attr struct {
		Val string `xml:"val,attr"`
	}
	var x struct {
		Abstract []struct {
			ID  string `xml:"abstractNumId,attr"`
			Lvl []struct {
				Ilvl   int  `xml:"ilvl,attr"`
				Start  attr `xml:"start"`
				Format attr `xml:"numFmt"`
				Text   attr `xml:"lvlText"`
			} `xml:"lvl"`
		} `xml:"abstractNum"`
		Num []struct {
			ID       string `xml:"numId,attr"`
			Abstract attr   `xml:"abstractNumId"`
			Override []struct {
				Ilvl  int   `xml:"ilvl,attr"`
				Start *attr `xml:"startOverride"`
			} `xml:"lvlOverride"`
		} `xml:"num"`
	}
	if err := r.unmarshal(r.main, "/numbering", &x); err != nil {
		return err
	}
	for _, a := range x.Abstract {
		for _, l := range a.Lvl {
			start := 1
			if v, err := strconv.Atoi(l.Start.Val); err == nil {
				start = v
			}
			n.Define(a.ID, l.Ilvl, listnum.Level{Start: start, Format: l.Format.Val, Text: l.Text.Val})
		}
	}
	for _, m := range x.Num {
		n.Use(m.ID, m.Abstract.Val)
		for _, o := range m.Override {
			if o.Start != nil {
				v, _ := strconv.Atoi(o.Start.Val)
				n.StartAt(m.ID, o.Ilvl, v)
			}
		}
	}
	return nil
}
