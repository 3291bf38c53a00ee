package rtf

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"nianbao/document"
)

// formField is a field of a form: the entries of its list and which is chosen.
type formField struct {
	kind, chosen, preset int
	entries              []string
	entry                string
}

const (
	formList     = 2  // a drop-down list
	formUnchosen = 25 // ffres of one in which nothing was chosen yet
	maxEntries   = 1000
)

func (r *reader) formWord(w string, n int) {
	switch w {
	case "fftype":
		r.form.kind = n
	case "ffres":
		r.form.chosen = n
	case "ffdefres":
		r.form.preset = n
	case "ffl":
		r.state.to, r.form.entry = formEntry, ""
	case "ffname", "ffdeftext", "ffformat", "ffhelptext", "ffstattext", "ffentrymcr", "ffexitmcr":
		r.state.to = nowhere
	}
}

func (r *reader) colorWord(w string, n int) {
	shift, ok := map[string]int{"red": 16, "green": 8, "blue": 0}[w]
	if !ok {
		return
	}
	if r.color == noColor {
		r.color = 0
	}
	r.color |= n & 255 << shift
}

// endGroup finishes what a group described, which stands in a group whose text goes outer.
func (r *reader) endGroup(outer destination) error {
	if r.state.to == outer {
		return nil
	}
	switch r.state.to {
	case formEntry:
		if len(r.form.entries) < maxEntries {
			r.form.entries = append(r.form.entries, r.form.entry)
		}
	case form:
		f := r.form
		if f.chosen < 0 || f.chosen == formUnchosen {
			f.chosen = f.preset
		}
		if f.kind == formList && f.chosen >= 0 && f.chosen < len(f.entries) {
			r.story.line.Add(f.entries[f.chosen], r.look())
		}
	case objectData:
		return r.endObject()
	}
	return nil
}

const maxEmbedded = 100

// endObject reads an embedded file ([MS-OLEDS] §2.2: a frame with the name of its program, then the file).
func (r *reader) endObject() error {
	raw := make([]byte, hex.DecodedLen(len(r.object)))
	n, _ := hex.Decode(raw, r.object[:len(r.object)&^1])
	r.object = r.object[:0]
	data := native(raw[:n])
	if r.opt.Object == nil || len(data) == 0 || r.embedded >= maxEmbedded || r.look().Why != "" {
		return nil
	}
	r.embedded++
	d, err := r.opt.Object(r.ctx, data)
	switch {
	case errors.Is(err, document.ErrBomb):
		return fmt.Errorf("embedded file: %w", err)
	case err != nil || d == nil: // what stands for it is read
		return nil
	case d.Name != "": // a file behind an icon
		r.d.Parts = append(r.d.Parts, d)
	default:
		r.story.after = append(r.story.after, d.Blocks...)
		r.story.object = true
	}
	return nil
}

// native takes the file out of its frame.
func native(b []byte) []byte {
	if len(b) < 12 || binary.LittleEndian.Uint32(b[4:]) != 2 { // an embedded object
		return nil
	}
	b = b[8:]
	for range 3 { // class, topic and item
		if len(b) < 4 {
			return nil
		}
		n := binary.LittleEndian.Uint32(b)
		if uint64(n) > uint64(len(b)-4) {
			return nil
		}
		b = b[4+n:]
	}
	if len(b) < 4 {
		return nil
	}
	n := binary.LittleEndian.Uint32(b)
	return b[4:min(uint64(len(b)), 4+uint64(n))]
}

const maxImages = 200

// Images gives the pictures of a document in their order, as files: what is to be read when Read flags a document that
// needs OCR.
func Images(data []byte) [][]byte {
	var out [][]byte
	for len(out) < maxImages {
		i := bytes.Index(data, []byte(`\pict`))
		if i < 0 {
			return out
		}
		data = data[i+len(`\pict`):]
		if img := picture(data); img != nil {
			out = append(out, img)
		}
	}
	return out
}

// picture takes the hex of a picture out of its group, past the groups and words that describe it.
func picture(b []byte) []byte {
	var digits []byte
	depth := 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth < 0 {
				i = len(b)
			}
		case c == '\\':
			for i+1 < len(b) && (letter(b[i+1]) || b[i+1] == '-' || b[i+1] == '*' || b[i+1] >= '0' && b[i+1] <= '9') {
				i++
			}
		case depth == 0 && strings.IndexByte("0123456789abcdefABCDEF", c) >= 0:
			digits = append(digits, c)
		}
	}
	raw := make([]byte, len(digits)/2)
	if _, err := hex.Decode(raw, digits[:len(digits)&^1]); err != nil {
		return nil
	}
	if bytes.HasPrefix(raw, []byte("\x89PNG")) || bytes.HasPrefix(raw, []byte("\xff\xd8\xff")) || bytes.HasPrefix(raw, []byte("BM")) {
		return raw
	}
	return nil
}
