package compose

import (
	"fmt"
	"strings"
)

// A Fault is one way in which a paged file shows something other than it stores. Files with a fault say the same to a
// reader of the page as files without.
type Fault string

// The faults. Those called Old put another number beside some of the report's, in a way that nobody sees; an old number
// that is struck out is seen, and no longer meant.
const (
	Sound       Fault = ""
	OldOnLayer  Fault = "layer"        // on an optional layer that is off
	OldWhite    Fault = "white"        // in the colour of the paper
	OldClear    Fault = "transparent"  // fully transparent
	OldSilent   Fault = "silent"       // by the rendering mode that leaves no mark
	OldClipped  Fault = "clipped"      // outside the clipping path
	OldOutside  Fault = "outside"      // outside the page
	OldCovered  Fault = "covered"      // painted over later
	OldPictured Fault = "pictured"     // below an opaque picture
	OldStruck   Fault = "struck"       // with a rule through its middle
	Watermarks  Fault = "watermark"    // numbers written slanted across the cells
	Raised      Fault = "raised"       // note marks behind some numbers
	WhiteRules  Fault = "white rules"  // every cell crossed by a white line
	PaleFills   Fault = "pale fills"   // every cell crossed by a thin white fill
	NoRules     Fault = "no rules"     // some rules between rows are missing
	InFields    Fault = "fields"       // some numbers stand in form fields with an appearance
	InValues    Fault = "values"       // the same without one
	InNotes     Fault = "notes"        // some numbers stand in free text annotations
	OldNotes    Fault = "hidden notes" // old numbers in annotations that are hidden
)

// old is the number that a fault puts beside the n-th number of a table.
func old(n int) string { return fmt.Sprint(1 + n%9) }

// spoiltEvery is how many numbers lie from one that a fault spoils to the next.
const spoiltEvery = 6

// spoilt reports whether a fault falls on a cell.
func (f Fault) spoilt(c cell, n int) bool {
	return f != Sound && f != NoRules && c.value && strings.Trim(c.text, "0123456789.,") == "" && c.text != "" && n%spoiltEvery == 0
}

// ruled reports whether the level rule above a row is drawn. Rules that are left out lie between rows of numbers.
func (f Fault) ruled(row, rows int) bool {
	return f != NoRules || row < 6 || row >= rows || row%4 != 0
}

// cross draws the lines that nobody sees through a cell.
func (w *pdfWriter) cross(left, right, top, foot float64) {
	y := (top + foot) / 2
	switch w.fault {
	case WhiteRules:
		fmt.Fprintf(w.page(), "q 1 G %.2f %.2f m %.2f %.2f l S Q\n", left, y, right, y)
	case PaleFills:
		fmt.Fprintf(w.page(), "q 0 0 0 0 k %.2f %.2f %.2f 1 re f Q\n", left, y, right-left)
	}
}

// spoil draws what a fault puts into a cell whose number stands at x; it reports whether the number itself is still to
// be shown.
func (w *pdfWriter) spoil(c cell, n int, x, y, size float64) (show bool) {
	s := old(n)
	before := x - width(s, size)
	old := func(open, shut string) {
		fmt.Fprintf(w.page(), "q %s\n", open)
		w.show(before, y, size, s)
		fmt.Fprintf(w.page(), "%s Q\n", shut)
	}
	switch w.fault {
	case OldOnLayer:
		old("/OC /MC0 BDC", "EMC")
	case OldWhite:
		old("1 1 1 rg", "")
	case OldClear:
		old("/GS0 gs", "")
	case OldSilent:
		old("3 Tr", "")
	case OldClipped:
		old(fmt.Sprintf("%.2f %.2f 3 3 re W n", x+100, y+30), "")
	case OldOutside:
		fmt.Fprintf(w.page(), "q 1 0 0 1 -%d 0 cm\n", pageWidth)
		w.show(x, y, size, s)
		fmt.Fprintf(w.page(), "Q\n")
	case OldCovered:
		old("", fmt.Sprintf("1 g %.2f %.2f %.2f %.2f re f", before-0.5, y-2, width(s, size)+0.5, size+2))
	case OldPictured:
		old("", fmt.Sprintf("%.2f 0 0 %.2f %.2f %.2f cm /Im0 Do", width(s, size)+0.5, size+2, before-0.5, y-2))
	case OldStruck:
		old("", fmt.Sprintf("0.5 w %.2f %.2f m %.2f %.2f l S", before-0.2, y+0.3*size, before+width(s, size)-0.2, y+0.3*size))
	case Watermarks:
		fmt.Fprintf(w.page(), "BT /F1 %g Tf 0.7 0.7 -0.7 0.7 %.2f %.2f Tm %s Tj ET\n", size, before, y-size, w.encode("2022"))
	case Raised:
		w.show(x+width(c.text, size), y+0.4*size, 0.6*size, s)
	case InFields, InValues, InNotes, OldNotes:
		w.annotate(c.text, s, x, y, size)
		return w.fault == OldNotes
	}
	return true
}

// annotate puts a number into an annotation at its place.
func (w *pdfWriter) annotate(number, old string, x, y, size float64) {
	rect := fmt.Sprintf("/Rect [%.2f %.2f %.2f %.2f]", x, y-2, x+width(number, size), y+size)
	var body, look string
	box := fmt.Sprintf("/BBox [0 0 %.2f %.2f]", width(number, size), size+2)
	text := fmt.Sprintf("BT /Helv %g Tf 0 2 Td (%s) Tj ET", 0.9*size, number)
	switch w.fault {
	case InFields:
		body, look = fmt.Sprintf("/Type /Annot /Subtype /Widget /FT /Tx /T (f%d) /V (%s) /DA (/Helv %g Tf 0 g) %s", len(w.notes), number, size, rect), text
	case InValues:
		body = fmt.Sprintf("/Type /Annot /Subtype /Widget /FT /Tx /T (f%d) /V (%s) /DA (/Helv %g Tf 0 g) %s", len(w.notes), number, size, rect)
	case InNotes:
		body, look = fmt.Sprintf("/Type /Annot /Subtype /FreeText /Contents (%s) /DA (/Helv %g Tf 0 g) %s", number, size, rect), text
	case OldNotes:
		body, look = fmt.Sprintf("/Type /Annot /Subtype /FreeText /F 2 /Contents (%s) /DA (/Helv %g Tf 0 g) %s", old, size, rect), strings.Replace(text, number, old, 1)
	}
	w.notes = append(w.notes, pdfNote{len(w.pages) - 1, body, box, look})
}

// A pdfNote is an annotation of a page with the content of its appearance, if it has one.
type pdfNote struct {
	page            int
	body, box, look string
}

// spoil does to a document of GB/T 33190 what can be expressed there; it reports nothing, for the number is always shown.
func (w *ofdWriter) spoil(text string, n int, x, base, size float64) {
	if w.fault == Raised {
		w.show(x+width(text, size), base-0.35*size, 0.6*size, old(n))
		return
	}
	s := old(n)
	before := x - width(s, size)
	at := len(w.pages) - 1
	w.show(before, base, size, s)
	all := w.pages[at].String()
	i := strings.LastIndex(all, "<ofd:TextObject")
	head, object := all[:i], all[i:]
	attribute := func(a string) { object = strings.Replace(object, "<ofd:TextObject", "<ofd:TextObject "+a, 1) }
	child := func(e string) { object = strings.Replace(object, "<ofd:TextCode", e+"<ofd:TextCode", 1) }
	box := func(x0, y0, w, h float64, fill string) string {
		return fmt.Sprintf(`<ofd:PathObject Boundary="%.3f %.3f %.3f %.3f" Stroke="false" Fill="true"><ofd:FillColor Value="%s"/><ofd:AbbreviatedData>M 0 0 L %.3f 0 L %.3f %.3f L 0 %.3f C</ofd:AbbreviatedData></ofd:PathObject>`, x0, y0, w, h, fill, w, w, h, h)
	}
	switch w.fault {
	case OldOnLayer:
		object = `</ofd:Layer><ofd:Layer ID="11" Visible="false">` + object + `</ofd:Layer><ofd:Layer ID="12">`
	case OldWhite:
		child(`<ofd:FillColor Value="255 255 255"/>`)
	case OldClear:
		attribute(`Alpha="0"`)
	case OldSilent:
		attribute(`Fill="false"`)
	case OldClipped:
		child(`<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="90 90 2 2"><ofd:AbbreviatedData>M 0 0 L 2 0 L 2 2 L 0 2 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>`)
	case OldOutside:
		object = strings.Replace(object, fmt.Sprintf(`Boundary="%.3f`, before), fmt.Sprintf(`Boundary="%.3f`, before-210), 1)
	case OldCovered:
		object += box(before-0.2, base-size, width(s, size)+0.2, size*1.3, "255 255 255")
	case OldStruck:
		object += box(before, base-0.32*size, width(s, size), 0.2, "0 0 0")
	case Watermarks:
		attribute(`CTM="0.7 -0.7 0.7 0.7 0 0"`)
	default:
		object = ""
	}
	w.pages[at].Reset()
	w.pages[at].WriteString(head + object)
}
