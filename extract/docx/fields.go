package docx

import (
	"encoding/xml"
	"strconv"

	"nianbao/extract/internal/opc"
)

// field is a complex field (ECMA-376 §17.16.18): its code, then its result.
type field struct {
	result bool   // its code has been read
	chosen string // of a drop-down list, which has no result in the text
}

const maxFields = 100 // within one another

// fieldChar takes a mark of a field. A drop-down list shows the entry that is chosen.
func (r *reader) fieldChar(kind string, write func(string)) error {
	switch kind {
	case "begin":
		if len(r.fields) < maxFields {
			r.fields = append(r.fields, field{})
		}
		return r.formField()
	case "separate":
		if n := len(r.fields); n > 0 {
			r.fields[n-1].result = true
		}
	case "end":
		if n := len(r.fields); n > 0 {
			chosen := r.fields[n-1].chosen
			r.fields = r.fields[:n-1]
			if chosen != "" {
				write(chosen)
			}
		}
	}
	return r.skip()
}

// formField reads the drop-down list of the field that was opened last.
func (r *reader) formField() error {
	var entries []string
	result := 0
	list := func(s xml.StartElement) error {
		n, _ := strconv.Atoi(opc.Attr(s, "val"))
		switch s.Name.Local {
		case "result":
			result = n
		case "default":
			if result == 0 {
				result = n
			}
		case "listEntry":
			entries = append(entries, opc.Attr(s, "val"))
		}
		return r.skip()
	}
	err := r.children(func(s xml.StartElement) error {
		if s.Name.Local != "ffData" {
			return r.skip()
		}
		return r.children(func(s xml.StartElement) error {
			if s.Name.Local != "ddList" {
				return r.skip()
			}
			return r.children(list)
		})
	})
	if n := len(r.fields); n > 0 && result >= 0 && result < len(entries) {
		r.fields[n-1].chosen = entries[result]
	}
	return err
}

// shows reports whether text is part of what is shown: it stands in no field's code.
func (r *reader) shows() bool {
	for _, f := range r.fields {
		if !f.result {
			return false
		}
	}
	return true
}

// endCodes ends the codes of fields with their paragraph: a field that is not ended may not hide the rest of the text.
func (r *reader) endCodes() {
	for i, f := range r.fields {
		if !f.result {
			r.fields = r.fields[:i]
			return
		}
	}
}
