package opc

import (
	"path"
	"strings"
)

// A Relation leads from one part of an Office Open XML package to another (ECMA-376 part 2).
type Relation struct {
	ID, Type string
	// Target is a member's name, or an address when External.
	Target   string
	External bool
}

// Relations lists those of a part, or of the package for "". What cannot be read gives none.
func (p *Package) Relations(part string) []Relation {
	dir := path.Dir(clean(part))
	if part == "" {
		dir = "."
	}
	b, err := p.Read(path.Join(dir, "_rels", path.Base(clean(part))+".rels"))
	if part == "" {
		b, err = p.Read("_rels/.rels")
	}
	if err != nil {
		return nil
	}
	var x struct {
		Rel []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	_ = Unmarshal(b, &x) // as far as it goes
	var out []Relation
	for _, r := range x.Rel {
		to := Relation{ID: r.ID, Type: r.Type, Target: r.Target, External: strings.EqualFold(r.Mode, "External")}
		if !to.External {
			if strings.HasPrefix(r.Target, "/") {
				to.Target = clean(r.Target)
			} else {
				to.Target = clean(path.Join(dir, strings.ReplaceAll(r.Target, `\`, "/")))
			}
		}
		out = append(out, to)
	}
	return out
}

// Related is the first part a part leads to by a relation whose type ends so, e.g. "/officeDocument"; "" without one.
func (p *Package) Related(part, kind string) string {
	for _, r := range p.Relations(part) {
		if strings.HasSuffix(r.Type, kind) && !r.External {
			return r.Target
		}
	}
	return ""
}
