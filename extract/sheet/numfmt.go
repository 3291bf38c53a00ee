package sheet

import (
	"math"
	"strconv"
	"strings"
)

// section picks the part of a number format (ECMA-376 §18.8.31) that holds for a value: for positive numbers, negative
// ones and zero, or by the conditions in brackets. own reports a part for negative numbers, which says the sign itself.
func section(code string, v float64) (part string, own bool) {
	if !strings.Contains(code, ";") {
		return code, false
	}
	parts := sections(code)
	if len(parts) > 3 {
		parts = parts[:3]
	}
	conditions := false
	for _, p := range parts {
		if op, limit, ok := condition(p); ok {
			conditions = true
			if holds(v, op, limit) {
				return p, false
			}
		}
	}
	if conditions {
		for _, p := range parts {
			if _, _, ok := condition(p); !ok {
				return p, false
			}
		}
		return parts[0], false
	}
	switch {
	case v < 0 && len(parts) > 1:
		if parts[1] == "" && len(parts) == 2 {
			return "", true
		}
		return shownPart(parts[1]), true
	case v == 0 && len(parts) > 2:
		return shownPart(parts[2]), false
	}
	return shownPart(parts[0]), false
}

// shownPart makes an empty part one that shows nothing: an empty format is the general one.
func shownPart(p string) string {
	if p == "" {
		return `""`
	}
	return p
}

// sections parts a format at its semicolons.
func sections(code string) []string {
	var out []string
	from := 0
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case '\\', '_', '*', '!':
			i++
		case '[':
			if end := strings.IndexByte(code[i:], ']'); end >= 0 {
				i += end
			}
		case ';':
			out = append(out, code[from:i])
			from = i + 1
		}
	}
	return append(out, code[from:])
}

// condition reads the condition of a part, such as [>=100].
func condition(p string) (op string, limit float64, ok bool) {
	for rest := p; ; {
		_, after, found := strings.Cut(rest, "[")
		if !found {
			return "", 0, false
		}
		inner, next, found := strings.Cut(after, "]")
		if !found {
			return "", 0, false
		}
		for _, o := range []string{"<=", ">=", "<>", "<", ">", "="} {
			if n, has := strings.CutPrefix(inner, o); has {
				if f, err := strconv.ParseFloat(strings.TrimSpace(n), 64); err == nil {
					return o, f, true
				}
			}
		}
		rest = next
	}
}

func holds(v float64, op string, limit float64) bool {
	switch op {
	case "<":
		return v < limit
	case "<=":
		return v <= limit
	case ">":
		return v > limit
	case ">=":
		return v >= limit
	case "=":
		return v == limit
	}
	return v != limit
}

// textBy is what a format shows of a text: itself, or nothing where its part for text is empty.
func textBy(code, text string) (show string, hidden bool) {
	parts := sections(code)
	if len(parts) < 4 {
		return text, false
	}
	part := parts[3]
	if strings.Contains(part, "@") {
		return text, false
	}
	return strings.TrimSpace(parseFormat(shownPart(part)).text), true
}

// format is what is of use of one part of a number format.
type format struct {
	places               int // after the point; -1: as many as there are
	percent, date, clock bool
	scale                int    // thousands that are left away
	literal              bool   // there is no place for the number
	awkward              bool   // literal text within or beside the digits makes another number of them
	text                 string // its literal text
	tokens               []token
}

// token is a place of a digit, or literal text where the digits go.
type token struct {
	digit byte // 0, # or ?; 0 for literal text
	text  string
}

// parseFormat reads one part of a format; its tokens are kept only where they are needed to write the number.
func parseFormat(code string) format {
	f := scan(code, false)
	if f.awkward {
		return scan(code, true)
	}
	return f
}

func scan(code string, keep bool) format {
	f := format{places: -1}
	lower := strings.ToLower(code)
	if code == "" || code == "@" || strings.Contains(lower, "general") || strings.Contains(lower, "g/通用") {
		return f
	}
	digits, point, day, month, commas := 0, false, false, false, 0
	literal := func(s string) {
		f.text += s
		if keep {
			f.tokens = append(f.tokens, token{text: s})
		}
		if strings.ContainsAny(s, "0123456789") || digits > 0 && s == "." {
			f.awkward = true
		}
	}
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return format{places: -1} // damaged
			}
			literal(code[i+1 : i+1+end])
			i += end + 1
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return format{places: -1}
			}
			i += end
		case '\\', '!':
			if i+1 < len(code) {
				size := 1
				for i+1+size < len(code) && code[i+1+size]&0xC0 == 0x80 {
					size++
				}
				if s := code[i+1 : i+1+size]; s != "-" {
					literal(s)
				}
				i += size
			}
		case '_', '*':
			i++
		case '0', '#', '?':
			digits++
			commas = 0
			if keep {
				f.tokens = append(f.tokens, token{digit: c})
			}
			if point {
				f.places++
			}
		case ',':
			commas++
		case '.':
			if !point && !day && !month && !f.clock {
				point, f.places, f.scale = true, 0, f.scale+commas
				commas = 0
				if keep {
					f.tokens = append(f.tokens, token{digit: '.'})
				}
			}
		case '%':
			f.percent = true
		case 'y', 'Y', 'd', 'D':
			day = true
		case 'm', 'M': // or the minute, where there is an hour or a second
			month = true
		case 'h', 'H', 's', 'S':
			f.clock = true
		case 'E', 'e':
			if digits > 0 {
				return format{places: -1} // scientific: the plain number says the same
			}
			day = true // an era's year
		default:
			if c >= 0x80 {
				f.text += code[i : i+1]
			}
		}
	}
	if f.text != "" {
		f.text = strings.ToValidUTF8(f.text, "")
	}
	f.date = day || month && !f.clock
	if digits > 0 && !point {
		f.places = 0
	}
	f.scale += commas
	if digits > 0 && strings.Contains(code, "/") {
		f.places, f.scale, f.awkward = -1, 0, false // a fraction
	}
	if f.date || f.clock {
		f.awkward = false
	}
	f.literal = digits == 0 && !f.date && !f.clock && !f.percent && !strings.Contains(code, "@")
	return f
}

// display writes a number into the places of its digits, as it is shown: literal text stands between and beside them.
func (f format) display(v float64, own bool) string {
	if f.percent {
		v *= 100
	}
	v /= math.Pow10(3 * f.scale)
	digits := strconv.FormatFloat(math.Abs(round(v, max(0, f.places))), 'f', max(0, f.places), 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	places := 0
	for _, t := range f.tokens {
		if t.digit == '.' {
			break
		}
		if t.digit != 0 {
			places++
		}
	}
	var b strings.Builder
	if v < 0 && !own {
		b.WriteByte('-')
	}
	point, seen := false, 0
	for _, t := range f.tokens {
		switch {
		case t.digit == 0:
			b.WriteString(t.text)
		case t.digit == '.':
			point = true
			b.WriteByte('.')
		case point:
			if fraction != "" {
				b.WriteByte(fraction[0])
				fraction = fraction[1:]
			}
		default:
			seen++
			left := places - seen // places to the right of this one, before the point
			switch {
			case seen == 1 && len(whole) > places:
				b.WriteString(whole[:len(whole)-left])
			case len(whole) > left:
				b.WriteByte(whole[len(whole)-left-1])
			case t.digit == '0':
				b.WriteByte('0')
			}
		}
	}
	if f.percent {
		b.WriteByte('%')
	}
	return strings.TrimSpace(b.String())
}
