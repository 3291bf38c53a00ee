package ocr

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// number is a piece that looks like a number, its readings, and the value settled on.
type number struct {
	box
	marks      []mark  // its digits and points as spots of ink
	readings   []guess // by different means
	word       guess   // what it says if it is none
	text       string
	confidence float64
}

// guess is the result of one way of reading.
type guess struct {
	text       string
	confidence float64
}

// mark is one spot of ink of a number.
type mark struct {
	shape shape
	point bool // too small for a digit
}

// shape is a digit at a common size.
type shape [shapeW * shapeH]uint8

const (
	shapeW = 12
	shapeH = 18
)

// strokes is a piece's own ink, black on white, without what else lies in its box.
func (p *piece) strokes(k *ink) *gray {
	g := newGray(p.w(), p.h())
	for _, c := range p.parts {
		for y := c.y0; y < c.y1; y++ {
			for x := c.x0; x < c.x1; x++ {
				if k.p[y*k.w+x] {
					g.p[(y-p.y0)*g.w+x-p.x0] = 0
				}
			}
		}
	}
	return g
}

// alike are letters that a reader without a whitelist takes digits for.
var alike = strings.NewReplacer("O", "0", "o", "0", "〇", "0", "l", "1", "I", "1", "|", "1", "丨", "1", "]", "1", "[", "1", "!", "1", ",", ".", "，", ".", "·", ".")

// newNumber collects the readings of a piece; false when it is a word. One that nothing read as a number, or as anything,
// may still show the shapes of digits that were read elsewhere.
func newNumber(p *piece, g *gray, c guess, digits ...[]word) (number, bool) {
	n := number{box: p.box}
	for _, b := range p.marks() {
		n.marks = append(n.marks, mark{shapeOf(g, b), 10*b.h() < 5*p.h()})
	}
	best := 0.0
	for _, words := range digits {
		if r := together(words); r.text != "" {
			n.readings = append(n.readings, r)
			best = max(best, r.confidence)
		}
	}
	word := c.text
	c.text = alike.Replace(c.text)
	switch {
	case c.text != "" && strings.Trim(c.text, "0123456789.") == "":
		n.readings = append(n.readings, c)
	case c.confidence > 0.3 && (best < 0.8 || c.confidence > best) && strings.IndexFunc(c.text, wordy) >= 0:
		n.word = guess{word, c.confidence}
	}
	if len(n.readings) == 0 {
		n.word = guess{word, c.confidence}
	}
	return n, len(n.readings) > 0 || utf8.RuneCountInString(word) <= len(n.marks)
}

// wordy reports whether a mark belongs to words, or is a dash or slash in place of a number.
func wordy(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("/-—－―_", r) }

// together joins a line's words; the confidence is the average over their characters.
func together(words []word) guess {
	var g guess
	n := 0
	for _, w := range words {
		k := utf8.RuneCountInString(w.text)
		g.text += w.text
		g.confidence += w.confidence * float64(k)
		n += k
	}
	g.confidence /= float64(max(1, n))
	return g
}

// shapeOf scales a spot of ink to the common size and contrast, keeping its proportions.
func shapeOf(g *gray, b box) shape {
	lo, hi := 255, 0
	for y := b.y0; y < b.y1; y++ {
		for _, v := range g.p[y*g.w+b.x0 : y*g.w+b.x1] {
			lo, hi = min(lo, int(v)), max(hi, int(v))
		}
	}
	var s shape
	f := float64(b.h()) / shapeH
	if w := float64(b.w()) / shapeW; w > f {
		f = w
	}
	cx, cy := float64(b.x0+b.x1)/2, float64(b.y0+b.y1)/2
	for y := range shapeH {
		for x := range shapeW {
			px, py := cx+(float64(x)+0.5-shapeW/2)*f, cy+(float64(y)+0.5-shapeH/2)*f
			if px < float64(b.x0) || px > float64(b.x1) || py < float64(b.y0) || py > float64(b.y1) {
				continue
			}
			s[y*shapeW+x] = uint8(min(255, max(0, (float64(hi)-g.at(px-0.5, py-0.5))*255/float64(max(1, hi-lo)))))
		}
	}
	return s
}

// distance is between 0 and 1.
func (s *shape) distance(o *shape) float64 {
	sum := 0
	for i, v := range s {
		d := int(v) - int(o[i])
		sum += d * d
	}
	return math.Sqrt(float64(sum) / (shapeW * shapeH * 255 * 255))
}

const (
	maxExamples = 1500
	neighbours  = 7
	// near is how far apart two prints of one digit are at most.
	near = 0.25
)

// example is a digit of the document as tesseract read it.
type example struct {
	shape  *shape
	digit  byte
	weight float64
}

// votes collects the evidence for each digit at one position.
type votes struct {
	of  [10]float64
	sum float64
}

func (v *votes) add(digit byte, weight float64) {
	v.of[digit-'0'] += weight
	v.sum += weight
}

func (v *votes) best() (digit byte, share float64) {
	b := 0
	for i := range v.of {
		if v.of[i] > v.of[b] {
			b = i
		}
	}
	if v.sum == 0 {
		return '0', 0
	}
	return byte('0' + b), v.of[b] / v.sum
}

// compareDigits settles every number of the document: by its own readings, and by what the digits were read as that look
// the same elsewhere.
func compareDigits(pages []*page) {
	var all []*number
	for _, p := range pages {
		for i := range p.digits {
			all = append(all, &p.digits[i])
		}
	}
	own := make([][]votes, len(all))
	var examples []example
	for i, n := range all {
		own[i] = n.votes()
		if n.word.text != "" {
			continue
		}
		for k := range n.marks {
			if digit, share := own[i][k].best(); share > 0.5 && !n.marks[k].point {
				examples = append(examples, example{&n.marks[k].shape, digit, share})
			}
		}
	}
	if step := len(examples)/maxExamples + 1; step > 1 {
		few := examples[:0]
		for i := 0; i < len(examples); i += step {
			few = append(few, examples[i])
		}
		examples = few
	}
	for i, n := range all {
		n.settle(own[i], examples)
	}
}

// votes gives each mark what the readings say that have as many digits as there are marks for digits.
func (n *number) votes() []votes {
	var places []int
	for i, m := range n.marks {
		if !m.point {
			places = append(places, i)
		}
	}
	out := make([]votes, len(n.marks))
	for _, r := range n.readings {
		digits := strings.ReplaceAll(r.text, ".", "")
		if len(digits) != len(places) {
			continue
		}
		for i, p := range places {
			out[p].add(digits[i], r.confidence)
		}
	}
	return out
}

// point says behind how many digits the decimal point stands, 0 for nowhere, and whether all agree: the marks, where a
// point is easily lost in the paper's grain, and the readings of all digits. To overlook a point is easier than to see
// one that is not there.
func (n *number) point(digits int) (at int, sure bool) {
	seen := map[int]float64{}
	k := 0
	for _, m := range n.marks {
		if !m.point {
			k++
		} else if k > 0 && k < digits {
			seen[k] += 1.2
		}
	}
	for _, r := range n.readings {
		if len(strings.ReplaceAll(r.text, ".", "")) != digits {
			continue
		}
		if i := strings.IndexByte(r.text, '.'); i > 0 && i < digits {
			seen[i] += 1.2 * r.confidence
		} else {
			seen[0] += r.confidence
		}
	}
	for i, c := range seen {
		if c > seen[at] || c == seen[at] && i > at {
			at = i
		}
	}
	return at, len(seen) <= 1
}

// settle decides what the number says and how sure that is.
func (n *number) settle(own []votes, examples []example) {
	var text []byte
	n.confidence = 1
	twins := 0
	for i := range n.marks {
		if n.marks[i].twin(examples) {
			twins++
		}
	}
	if n.word.text != "" && twins == 0 || len(n.readings) == 0 && twins < len(n.marks) {
		n.text, n.confidence = n.word.text, n.word.confidence
		return
	}
	for i := range n.marks {
		m := &n.marks[i]
		if m.point {
			continue
		}
		v := own[i]
		seen := m.like(examples)
		d, share := seen.best()
		if seen.sum > 0 {
			v.add(d, 2*share)
		}
		digit, share := v.best()
		text = append(text, digit)
		// Either it was not read itself, or no similar shape was read elsewhere: one of the two confirmations is missing.
		switch {
		case v.sum == 0:
			share = 0
		case own[i].sum == 0:
			share *= 0.7
		case seen.sum == 0:
			share *= 0.9
		}
		n.confidence = min(n.confidence, share*min(1, v.sum/2))
	}
	at, sure := n.point(len(text))
	if n.text = string(text); at > 0 {
		n.text = n.text[:at] + "." + n.text[at:]
	}
	if !sure {
		n.confidence *= 0.5
	}
	fits := slices.ContainsFunc(own, func(v votes) bool { return v.sum > 0 })
	if whole, agreed := n.whole(); agreed > 1 && !fits || agreed > 0 && n.confidence < 0.5 {
		// The marks are not its digits: some touch or are broken. Then the readings count as they are.
		n.text, n.confidence = whole.text, whole.confidence
	}
	if !fits {
		n.confidence = min(n.confidence, 0.55)
	}
	n.text = strings.Trim(n.text, ".")
	n.confidence = max(0.01, n.confidence)
}

// like collects the readings of the marks whose shapes are nearest to this one, without its own.
func (m *mark) like(examples []example) votes {
	type found struct {
		d float64
		e *example
	}
	var nearest []found
	for i := range examples {
		e := &examples[i]
		if e.shape == &m.shape {
			continue
		}
		d := m.shape.distance(e.shape)
		if d > near || len(nearest) == neighbours && d >= nearest[neighbours-1].d {
			continue
		}
		at, _ := slices.BinarySearchFunc(nearest, d, func(f found, d float64) int {
			if f.d < d {
				return -1
			}
			return 1
		})
		nearest = slices.Insert(nearest, at, found{d, e})
		nearest = nearest[:min(len(nearest), neighbours)]
	}
	var v votes
	for _, f := range nearest {
		v.add(f.e.digit, f.e.weight/(f.d+0.03))
	}
	return v
}

// twin reports whether the shape of a mark is practically the same as that of digits elsewhere.
func (m *mark) twin(examples []example) bool {
	n := 0
	for i := range examples {
		if m.shape.distance(examples[i].shape) < near/2 {
			n++
		}
	}
	return n >= 2
}

// whole is the reading that most agree on, and how many do; sure only if all do.
func (n *number) whole() (best guess, votes int) {
	for _, r := range n.readings {
		same, conf := 0, 0.0
		for _, o := range n.readings {
			if o.text == r.text {
				same++
				conf += o.confidence
			}
		}
		if same > votes || same == votes && conf/float64(same) > best.confidence {
			votes, best = same, guess{r.text, conf / float64(same)}
		}
	}
	if votes == 0 {
		return best, 0
	}
	if votes < 2 || votes < len(n.readings) {
		best.confidence *= 0.5 * float64(votes) / float64(len(n.readings))
	} else {
		best.confidence *= 0.8
	}
	return best, votes
}
