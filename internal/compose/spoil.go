package compose

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// A Spoil is one way in which a file holds something else in a cell than a reader of the page sees there.
type Spoil string

// The faults that office formats and web pages can express. SpoilStruck to SpoilDeleted put another number before the valid one.
const (
	SpoilStruck    Spoil = "struck"     // crossed out
	SpoilHidden    Spoil = "hidden"     // by an attribute of the text
	SpoilWhite     Spoil = "white"      // in the colour of the paper
	SpoilDeleted   Spoil = "deleted"    // by a tracked change
	SpoilRaised    Spoil = "raised"     // the valid number has a raised note mark
	SpoilHiddenRow Spoil = "hidden_row" // a row of other numbers before the valid one is hidden
	SpoilBoxed     Spoil = "boxed"      // the number stands in a table of one cell within its cell
	SpoilChosen    Spoil = "chosen"     // the number is the chosen entry of a drop-down list
	SpoilMarked    Spoil = "marked"     // the number stands between directional marks, with a zero-width space in it
)

// Spoils are all of them.
func Spoils() []Spoil {
	return []Spoil{SpoilStruck, SpoilHidden, SpoilWhite, SpoilDeleted, SpoilRaised, SpoilHiddenRow, SpoilBoxed, SpoilChosen, SpoilMarked}
}

// Spoiled is the report with a fault in every cell that holds a number above 9, in the formats that express it: DOCX, DOC,
// RTF, ODT, XLSX and HTML in its plain dialect.
func (r *Report) Spoiled(f Spoil) *Report {
	s := *r
	s.spoil = f
	return &s
}

// spoils tells the fault of a cell: none for labels and single digits.
func (g *grid) spoils(c cell) Spoil {
	if n, err := strconv.ParseFloat(c.text, 64); !c.value || err != nil || n <= 9 {
		return ""
	}
	return g.spoil
}

// other is a number that is not the valid one.
func other(text string) string { return "9" + strings.ReplaceAll(text, ".", "") }

// marked puts directional marks around a number and a zero-width space into it.
func marked(text string) string {
	return "\u200e\u202a" + text[:1] + "\u200b" + text[1:] + "\u202c"
}

// hides reports whether a hidden row goes before a row: one whose cells all begin and end in it.
func (g *grid) hides(y int) bool {
	values := false
	for _, c := range g.across(y) {
		if c.r != y || c.rs > 1 {
			return false
		}
		values = values || g.spoils(c) == SpoilHiddenRow
	}
	return values
}

// wordRuns are the paragraphs of a cell in WordprocessingML.
func wordRuns(text string, f Spoil) string {
	run := func(props, s string) string {
		if props != "" {
			props = "<w:rPr>" + props + "</w:rPr>"
		}
		return `<w:r>` + props + `<w:t>` + html.EscapeString(s) + `</w:t></w:r>`
	}
	valid := run("", text)
	switch f {
	case SpoilStruck:
		valid = run("<w:strike/>", other(text)) + valid
	case SpoilHidden:
		valid = run("<w:vanish/>", other(text)) + valid
	case SpoilWhite:
		valid = run(`<w:color w:val="FFFFFF"/>`, other(text)) + valid
	case SpoilDeleted:
		valid = `<w:del><w:r><w:delText>` + other(text) + `</w:delText></w:r></w:del>` + valid
	case SpoilRaised:
		valid += run(`<w:vertAlign w:val="superscript"/>`, "1")
	case SpoilBoxed:
		return `<w:tbl><w:tr><w:tc><w:p>` + valid + `</w:p></w:tc></w:tr></w:tbl><w:p/>`
	case SpoilChosen:
		valid = `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="` + other(text) + `"/><w:listEntry w:val="` + text +
			`"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
	case SpoilMarked:
		valid = run("", marked(text))
	}
	return `<w:p>` + valid + `</w:p>`
}

// docCell writes the text of a cell before its mark and gives what is left for the mark's own run.
func (w *docWriter) docCell(text string, f Spoil) string {
	switch f {
	case SpoilStruck:
		w.text(other(text), []byte{0x37, 0x08, 1}) // sprmCFStrike
	case SpoilHidden:
		w.text(other(text), []byte{0x3C, 0x08, 1}) // sprmCFVanish
	case SpoilWhite:
		w.text(other(text), []byte{0x70, 0x68, 0xFF, 0xFF, 0xFF, 0}) // sprmCCv
	case SpoilDeleted:
		w.text(other(text), []byte{0x00, 0x08, 1}) // sprmCFRMarkDel
	case SpoilRaised:
		w.text(text, nil)
		w.text("1", []byte{0x48, 0x2A, 1}) // sprmCIss
		return ""
	case SpoilMarked:
		return marked(text)
	}
	return text
}

// rtfCell is the text of a cell in RTF.
func rtfCell(text string, f Spoil) string {
	valid := rtfText(text)
	switch f {
	case SpoilStruck:
		return `{\strike ` + other(text) + `}` + valid
	case SpoilHidden:
		return `{\v ` + other(text) + `}` + valid
	case SpoilWhite:
		return `{\cf1 ` + other(text) + `}` + valid
	case SpoilDeleted:
		return `{\deleted ` + other(text) + `}` + valid
	case SpoilRaised:
		return valid + `{\super 1}`
	case SpoilChosen:
		return `{\field{\*\fldinst FORMDROPDOWN {\*\formfield{\fftype2\ffres1{\*\ffname x}{\*\ffl ` + other(text) + `}{\*\ffl ` + text + `}}}}{\fldrslt }}`
	case SpoilMarked:
		return rtfText(marked(text))
	}
	return valid
}

// odtStyles are the styles that odtCell uses.
const odtStyles = `<office:automatic-styles><style:style style:name="S" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>` +
	`<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>` +
	`<style:style style:name="W" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>` +
	`<style:style style:name="U" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style></office:automatic-styles>`

// odtCell is the content of a cell in OpenDocument.
func odtCell(text string, f Spoil) string {
	span := func(style, s string) string {
		return `<text:span text:style-name="` + style + `">` + s + `</text:span>`
	}
	valid := html.EscapeString(text)
	switch f {
	case SpoilStruck:
		valid = span("S", other(text)) + valid
	case SpoilHidden:
		valid = span("H", other(text)) + valid
	case SpoilWhite:
		valid = span("W", other(text)) + valid
	case SpoilRaised:
		valid += span("U", "1")
	case SpoilBoxed:
		return `<table:table><table:table-row><table:table-cell><text:p>` + valid + `</text:p></table:table-cell></table:table-row></table:table>`
	case SpoilChosen:
		valid = `<text:drop-down><text:label text:value="` + other(text) + `"/><text:label text:value="` + valid + `" text:current-selected="true"/>` + valid + `</text:drop-down>`
	case SpoilMarked:
		valid = marked(text)
	}
	return `<text:p>` + valid + `</text:p>`
}

// htmlCell is the content of a cell in HTML.
func htmlCell(text string, f Spoil) string {
	valid := html.EscapeString(text)
	switch f {
	case SpoilStruck:
		return `<s>` + other(text) + `</s>` + valid
	case SpoilHidden:
		return `<span style="display:none">` + other(text) + `</span>` + valid
	case SpoilWhite:
		return `<font color="#ffffff">` + other(text) + `</font>` + valid
	case SpoilRaised:
		return valid + `<sup>1</sup>`
	case SpoilBoxed:
		return `<table><tr><td>` + valid + `</td></tr></table>`
	case SpoilChosen:
		return `<select><option>` + other(text) + `</option><option selected>` + valid + `</option></select>`
	case SpoilMarked:
		return marked(text)
	}
	return valid
}

// sheetText is a string of a workbook: the other number in a run of its own.
func sheetText(text string, f Spoil) (string, bool) {
	run := func(props, s string) string { return `<r><rPr>` + props + `</rPr><t>` + s + `</t></r>` }
	switch f {
	case SpoilStruck:
		return run("<strike/>", other(text)) + run("", text), true
	case SpoilWhite:
		return run(`<color rgb="FFFFFFFF"/>`, other(text)) + run("", text), true
	case SpoilRaised:
		return run("", text) + run(`<vertAlign val="superscript"/>`, "1"), true
	case SpoilMarked:
		return fmt.Sprintf(`<t>%s</t>`, marked(text)), true
	}
	return "", false
}
