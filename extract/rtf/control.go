package rtf

import (
	"bytes"
	"math"
	"strconv"

	"nianbao/document"
	"nianbao/extract/internal/gridlines"
	"nianbao/extract/internal/line"
)

// control reads one control word or symbol at the head of b and tells its size.
func (r *reader) control(b []byte) (int, error) {
	if len(b) < 2 {
		return 1, nil
	}
	c := b[1]
	if c == '\'' {
		v, err := strconv.ParseUint(string(b[2:min(4, len(b))]), 16, 8)
		if err != nil {
			return 2, nil
		}
		r.octet(byte(v))
		return 4, nil
	}
	if !letter(c) {
		return 2, r.symbol(c)
	}
	i := 1
	for i < len(b) && i < 40 && letter(b[i]) {
		i++
	}
	word := string(b[1:i])
	n, has := 0, false
	if k := i; k < len(b) && (b[k] == '-' || b[k] >= '0' && b[k] <= '9') {
		for k++; k < len(b) && k < i+11 && b[k] >= '0' && b[k] <= '9'; k++ {
		}
		if v, err := strconv.Atoi(string(b[i:k])); err == nil && math.Abs(float64(v)) <= math.MaxInt32 {
			n, has = v, true
		}
		i = k
	}
	if i < len(b) && b[i] == ' ' {
		i++
	}
	if word == "bin" { // n octets of anything
		if n < 0 || n > len(b)-i {
			n = len(b) - i
		}
		return i + n, nil
	}
	if word == "u" {
		r.unicode(n)
		return i, nil
	}
	if r.skip > 0 { // a word may stand for a Unicode escape too
		r.skip--
		return i, nil
	}
	r.flush()
	return i, r.word(word, n, has)
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func (r *reader) symbol(c byte) error {
	if c == '\\' || c == '{' || c == '}' {
		r.octet(c)
		return nil
	}
	if r.skip > 0 && c != '*' {
		r.skip--
		return nil
	}
	switch c {
	case '*':
		r.state.alternative = true
	case '~':
		r.write(" ")
	case '_':
		r.write("-")
	case '\r', '\n':
		return r.end()
	}
	return nil
}

// end ends a paragraph of the story.
func (r *reader) end() error {
	if r.state.to != flow {
		return nil
	}
	return r.paragraph(r.depth())
}

// silent destinations hold nothing a reader sees in the story. Any other with a \* before it is silent too.
var silent = map[string]bool{"header": true, "headerl": true, "headerr": true, "headerf": true, "footer": true, "footerl": true,
	"footerr": true, "footerf": true, "listtable": true, "listoverridetable": true, "fldinst": true, "objclass": true, "objname": true, "objalias": true, "objsect": true, "shprslt": true, "nonesttables": true,
	"annotation": true, "atnid": true, "atnauthor": true, "bkmkstart": true, "bkmkend": true, "xe": true, "tc": true, "rxe": true, "datafield": true,
	"themedata": true, "colorschememapping": true, "latentstyles": true, "datastore": true, "revtbl": true, "rsidtbl": true, "generator": true, "userprops": true,
	"filetbl": true, "pgdsctbl": true, "ftnsep": true, "ftnsepc": true, "aftnsep": true, "aftnsepc": true, "pnseclvl": true, "sp": true, "sn": true, "sv": true, "nonshppict": true, "info": true}

// spoken destinations are read although a \* stands before them.
var spoken = map[string]bool{"footnote": true, "shpinst": true, "nesttableprops": true, "shptxt": true, "shp": true, "shpgrp": true, "listtext": true, "pntext": true, "ud": true, "cs": true, "s": true, "shppict": true, "objdata": true}

// characters that words stand for.
var characters = map[string]string{"tab": " ", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
	"bullet": "•", "emspace": "　", "enspace": " ", "qmspace": " "}

// word does what a control word says. n is its parameter, if it has one.
func (r *reader) word(w string, n int, has bool) error {
	alternative := r.state.alternative
	r.state.alternative = false
	if r.state.to == nowhere {
		switch {
		case w == "title" && !alternative && r.state.info:
			r.state.to = title
		case w == "formfield":
			r.state.to, r.form = form, formField{chosen: -1}
		}
		return nil
	}
	if r.state.to == form || r.state.to == formEntry {
		r.formWord(w, n)
		return nil
	}
	switch w {
	case "fonttbl":
		r.state.to = fontTable
		return nil
	case "stylesheet":
		r.state.to = styles
		return nil
	case "colortbl":
		r.state.to = colors
		return nil
	case "objdata":
		r.state.to, r.object = objectData, r.object[:0]
		return nil
	case "pict":
		if r.state.to == flow && r.look().Why == "" {
			r.story.after = append(r.story.after, document.Block{Kind: document.Image})
		}
		r.state.to = nowhere
		return nil
	case "result":
		if r.state.to == flow && r.story.object { // the file itself has been read
			r.state.to, r.story.object = nowhere, false
		}
		return nil
	}
	if r.state.to == colors {
		r.colorWord(w, n)
		return nil
	}
	if silent[w] || alternative && !spoken[w] {
		r.state.to, r.state.info = nowhere, w == "info"
		return nil
	}
	on := !has || n != 0
	switch w {
	case "ansicpg":
		r.page = n
	case "f":
		r.state.font = n
	case "fcharset":
		if r.state.to == fontTable && len(r.charsets) < 10_000 {
			r.charsets[r.state.font] = n
		}
	case "s":
		r.state.style = n
	case "outlinelevel":
		r.state.outline = min(max(0, n), 9)
		if r.state.to == styles && len(r.outlines) < 10_000 {
			r.outlines[r.state.style] = r.state.outline
		}
	case "uc":
		r.state.skip = min(max(0, n), 10)
	case "plain":
		s := &r.state
		s.deleted, s.hidden, s.struck, s.raised, s.font, s.ink, s.ground, s.size = false, false, false, false, 0, 0, 0, 0
	case "deleted", "mvf":
		r.state.deleted = on
	case "v":
		r.state.hidden = on
	case "strike", "striked":
		r.state.struck = on
	case "super", "sub":
		r.state.raised = on
	case "nosupersub":
		r.state.raised = false
	case "up", "dn":
		r.state.raised = n != 0
	case "cf":
		r.state.ink = n
	case "cb", "highlight", "chcbpat":
		r.state.ground = n
	case "fs":
		r.state.size = n
	case "pard":
		r.state.inTable, r.state.depth, r.state.outline, r.state.style = false, 0, 9, 0
	case "intbl":
		r.state.inTable = on
	case "listtext", "pntext":
		r.state.label = true
	case "itap":
		r.state.depth = max(0, n)
	}
	if r.state.to != flow {
		return nil
	}
	if s, ok := characters[w]; ok {
		if w == "tab" && r.state.label {
			s = r.story.follow()
		}
		r.write(s)
		return nil
	}
	switch w {
	case "par", "sect", "page":
		return r.end()
	case "chftn":
		if !r.state.inNote {
			r.notesRef++
			r.flush()
			r.story.line.Add(strconv.Itoa(r.notesRef), line.Look{Why: r.look().Why, Raised: true})
		}
	case "shptxt":
		return r.beginStory(false)
	case "footnote":
		return r.beginStory(true)
	case "cell":
		return r.cell(1)
	case "nestcell":
		return r.cell(max(2, r.state.depth))
	case "row":
		return r.row(1)
	case "nestrow":
		return r.row(max(2, r.state.depth))
	}
	r.rowWord(w, n)
	return nil
}

const (
	maxRowCells = 255
	// flatRow is the exact height of a row, in twips, below which nothing of it is seen: 1 pt.
	flatRow = 20
)

// rowWord reads the definition of a row.
func (r *reader) rowWord(w string, n int) {
	depth := max(1, r.state.depth)
	def := r.story.row[depth]
	if w == "trowd" {
		if def == nil {
			def = &rowDef{}
			r.story.row[depth] = def
		}
		*def = rowDef{cells: def.cells[:0]}
		return
	}
	if def == nil {
		return
	}
	switch w {
	case "trrh":
		def.flat = n < 0 && n >= -flatRow
	case "clcbpat", "clshdng", "clcfpat", "trcbpat", "clcbpatraw":
		def.shaded = def.shaded || n != 0
	case "trleft":
		def.left = n
	case "clmgf":
		def.next.Joined = false
	case "clmrg":
		def.next.Joined = true
	case "clvmgf":
		def.next.Merge = gridlines.Restart
	case "clvmrg":
		def.next.Merge = gridlines.Continue
	case "cellx":
		if len(def.cells) == maxRowCells {
			return
		}
		c := def.next
		c.Left, c.Right = def.left, n
		if k := len(def.cells); k > 0 {
			c.Left = def.cells[k-1].Right
		}
		def.cells = append(def.cells, c)
		def.next = gridlines.Cell{}
	}
}

// IsRTF reports whether bytes begin as such a file does.
func IsRTF(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n"), []byte("{\\rtf"))
}
