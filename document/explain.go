package document

import (
	"fmt"
	"strings"
)

// A TableNote says where a table came from and how far to trust it.
type TableNote struct {
	Part   string `json:"part,omitempty"` // names of the containers' members around it, joined by /
	Number int    `json:"number"`         // of the table in its part, from 1
	Page   int    `json:"page,omitempty"`
	Rows   int    `json:"rows"`
	Cols   int    `json:"cols"`
	Cells  int    `json:"cells"` // origin cells; fewer than rows × cols where cells are merged
	Engine string `json:"engine,omitempty"`
	Method string `json:"method,omitempty"`
	// Confidence is the lowest of the cells that OCR read; 0 where all was text. Doubtful counts those below 0.6.
	Confidence float64 `json:"confidence,omitempty"`
	Doubtful   int     `json:"doubtful,omitempty"`
}

// doubtful is the confidence below which a cell wants a human's look.
const doubtful = 0.6

// Explain lists the tables of the document and its parts in reading order.
func (d *Document) Explain() []TableNote { return d.explain("", nil) }

func (d *Document) explain(part string, notes []TableNote) []TableNote {
	n := 0
	for _, b := range d.Blocks {
		t := b.Table
		if b.Kind != TableKind || t == nil {
			continue
		}
		n++
		note := TableNote{Part: part, Number: n, Page: max(t.Page, b.Page), Rows: t.Rows, Cols: t.Cols, Cells: len(t.Cells), Engine: d.Engine, Method: t.Method}
		for _, c := range t.Cells {
			if c.Confidence > 0 && (note.Confidence == 0 || c.Confidence < note.Confidence) {
				note.Confidence = c.Confidence
			}
			if c.Confidence > 0 && c.Confidence < doubtful {
				note.Doubtful++
			}
		}
		notes = append(notes, note)
	}
	for i, p := range d.Parts {
		name := p.Name
		if name == "" {
			name = fmt.Sprintf("part %d", i+1)
		}
		if part != "" {
			name = part + "/" + name
		}
		notes = p.explain(name, notes)
	}
	return notes
}

// String is one line for a reader.
func (n TableNote) String() string {
	var b strings.Builder
	if n.Part != "" {
		b.WriteString(n.Part + ": ")
	}
	fmt.Fprintf(&b, "table %d", n.Number)
	if n.Page > 0 {
		fmt.Fprintf(&b, ", page %d", n.Page)
	}
	fmt.Fprintf(&b, ": %d×%d, %d cells", n.Rows, n.Cols, n.Cells)
	if n.Method != "" {
		b.WriteString(", by " + n.Method)
	}
	if n.Engine != "" {
		b.WriteString(" in " + n.Engine)
	}
	if n.Confidence > 0 {
		fmt.Fprintf(&b, ", confidence from %.2f, %d doubtful", n.Confidence, n.Doubtful)
	}
	return b.String()
}
