package sheet

import (
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/line"
)

// font is what a font says of how its text is seen.
type font struct {
	struck, raised, clear bool // clear: white ink, that shows on a ground of its own only
}

// format is what a cell's style says: its number format, its font, and whether it has a ground.
type cellStyle struct {
	code   string
	font   font
	filled bool
}

// rich is a text: plain, or in runs. A run without a font of its own has the cell's.
type rich struct {
	text string
	runs []piece
}

type piece struct {
	text string
	font *font
}

func plainText(s string) rich { return rich{text: s} }

// see is how a text is seen in a cell of a style.
func (t rich) see(st cellStyle) shown {
	if t.runs == nil {
		if st.font == (font{}) && !strings.Contains(st.code, ";") {
			return shown{text: t.text}
		}
		t.runs = []piece{{text: t.text}}
	}
	var l line.Line
	for _, p := range t.runs {
		f := st.font
		if p.font != nil {
			f = *p.font
		}
		look := line.Look{Raised: f.raised}
		switch {
		case f.struck:
			look.Why = document.WhyStruck
		case f.clear && !st.filled:
			look.Why = document.WhyInvisible
		}
		l.Add(p.text, look)
	}
	text, unseen := l.Text()
	if text == "" {
		return shown{unseen: unseen}
	}
	show, hidden := textBy(st.code, text)
	if hidden {
		unseen = append(unseen, document.Unseen{Text: text, Why: document.WhyHidden})
	}
	return shown{text: show, unseen: unseen}
}

// seeNumber is how a number is seen in a cell of a style.
func seeNumber(v float64, st cellStyle, from1904 bool) shown {
	text := number(v, st.code, from1904)
	if text == "" {
		if plain := number(v, "", from1904); plain != "" {
			return hide(plain, document.WhyHidden)
		}
		return shown{}
	}
	switch {
	case st.font.struck:
		return hide(text, document.WhyStruck)
	case st.font.clear && !st.filled:
		return hide(text, document.WhyInvisible)
	}
	return shown{text: text}
}
