package docx

import (
	"encoding/xml"
	"path"
	"strconv"

	"nianbao/extract/listnum"
)

// numbering reads the lists of a package.
func (c *container) numbering(dir string) *listnum.Counter {
	n := listnum.New()
	b, err := c.member(path.Join(dir, "numbering.xml"))
	if err != nil {
		return n
	}
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
	if xml.Unmarshal(b, &x) != nil {
		return n
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
	return n
}
