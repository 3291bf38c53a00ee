// Package expect keeps the table of the reports that a portal is expected to hold: its bodies, each with the ground on
// which it is expected to report, and the years found of each.
//
// In go observations of a crawl: a directory names a body, a body's host becomes known, a report is found, a list has
// been read to its end. Out come the gaps: body and year, and whether the search for them still makes sense. The table
// drives the search (what is expected and not yet found is what requests are spent on), says in the end what is missing
// and why, and becomes the coverage matrix. The room is pure: a Table is a plain value that the frontier keeps, and
// taking in an observation twice changes nothing.
package expect

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Ground is why a body is expected to report.
type Ground string

// The grounds, the strongest first.
const (
	GroundReport    Ground = "report"    // it has reported
	GroundSeed      Ground = "seed"      // it is the seed's own government or department
	GroundColumn    Ground = "column"    // a column of reports names it
	GroundDirectory Ground = "directory" // a directory of bodies names it
)

var strength = map[Ground]int{GroundReport: 4, GroundSeed: 3, GroundColumn: 2, GroundDirectory: 1}

// A Table lists the reports that one portal is expected to hold. Its zero value is empty.
type Table struct {
	Place  string           `json:"place"`
	Host   string           `json:"host,omitempty"`   // the portal's own
	Bodies map[string]*Body `json:"bodies,omitempty"` // by folded name
}

// A Body is one that is expected to report.
type Body struct {
	Name   string   `json:"name"`
	Ground Ground   `json:"ground"`
	Via    string   `json:"via,omitempty"`  // the page that names it
	Host   string   `json:"host,omitempty"` // of its own, where it has one
	Years  []int    `json:"years,omitempty"`
	Lists  []string `json:"lists,omitempty"` // addresses of columns in which its reports were found
}

// mostBodies bounds the bodies of one portal; mostLists the columns remembered of one body.
const (
	mostBodies = 2000
	mostLists  = 4
)

// Decode reads a table; bytes it cannot read are an older or newer program's, and the table begins anew.
func Decode(data []byte) *Table {
	var t Table
	if len(data) > 0 && json.Unmarshal(data, &t) != nil {
		return &Table{}
	}
	return &t
}

// Encode is the table as the frontier keeps it.
func (t *Table) Encode() []byte {
	b, err := json.Marshal(t)
	if err != nil { // plain fields only: cannot happen
		panic("expect: encode table: " + err.Error())
	}
	return b
}

// Expect takes in that a body is expected to report. It returns whether the table changed.
func (t *Table) Expect(b Body) bool {
	key := t.fold(b.Name)
	if key == "" {
		return false
	}
	old := t.Bodies[key]
	if old == nil {
		if len(t.Bodies) >= mostBodies {
			return false
		}
		if t.Bodies == nil {
			t.Bodies = map[string]*Body{}
		}
		b.Years, b.Lists = nil, nil
		t.Bodies[key] = &b
		return true
	}
	changed := false
	if strength[b.Ground] > strength[old.Ground] {
		old.Ground, old.Via, changed = b.Ground, b.Via, true
	}
	if old.Host == "" && b.Host != "" {
		old.Host, changed = b.Host, true
	}
	return changed
}

// Found takes in a report: of which body and year, and the column that led to it. It returns whether the table changed.
func (t *Table) Found(name string, year int, list string) bool {
	changed := t.Expect(Body{Name: name, Ground: GroundReport})
	b := t.Bodies[t.fold(name)]
	if b == nil {
		return changed
	}
	if i, known := slices.BinarySearch(b.Years, year); !known {
		b.Years, changed = slices.Insert(b.Years, i, year), true
	}
	if list != "" && !slices.Contains(b.Lists, list) && len(b.Lists) < mostLists {
		b.Lists, changed = append(b.Lists, list), true
	}
	return changed
}

// Wanting reports whether a host may still lead to something expected and unfound: a body whose host it is has shown
// no more than a few years, or, for the portal's own hosts, any body without a host of its own has, or hardly any is known.
func (t *Table) Wanting(host string, own bool) bool {
	known, settled := 0, 0
	for _, b := range t.Bodies {
		if b.Host == host && len(b.Years) < settledYears {
			return true
		}
		if b.Host == "" || b.Host == host {
			known++
			if len(b.Years) >= settledYears {
				settled++
			}
		}
	}
	return own && (len(t.Bodies) < fewBodies || settled < known)
}

// Names reports whether a host is that of a body the table holds.
func (t *Table) Names(host string) bool {
	for _, b := range t.Bodies {
		if host != "" && b.Host == host && host != t.Host {
			return true
		}
	}
	return false
}

const (
	// settledYears is how many years of a body must be found for its column to be known: the others stand beside them.
	settledYears = 3
	// fewBodies is how many bodies a portal has at least: every county has a bureau of finance, of education …
	fewBodies = 5
)

// A Gap is a body with the years of it that were not found.
type Gap struct {
	Body  *Body
	Years []int
}

// Gaps are the bodies and years missing of an interval, bodies in the order of their names. A body that has reported is
// missing the years from its first report on; one that has not is missing all.
func (t *Table) Gaps(from, to int) []Gap {
	var out []Gap
	for _, key := range slices.Sorted(maps.Keys(t.Bodies)) {
		b := t.Bodies[key]
		var years []int
		for y := from; y <= to; y++ {
			if _, found := slices.BinarySearch(b.Years, y); !found {
				years = append(years, y)
			}
		}
		if len(years) > 0 {
			out = append(out, Gap{b, years})
		}
	}
	slices.SortStableFunc(out, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(len(a.Body.Years), len(b.Body.Years)), cmp.Compare(a.Body.Name, b.Body.Name))
	})
	return out
}

// fold is a name without what may be left out: blanks, the place whose portal it is, the level and 人民政府.
func (t *Table) fold(name string) string {
	name = strings.Join(strings.Fields(name), "")
	name = strings.ReplaceAll(name, "人民政府办公", "政府办公")
	stem := strings.TrimRight(t.Place, "省市县区州旗盟")
	for _, p := range []string{t.Place, stem} {
		if short, ok := strings.CutPrefix(name, p); ok && p != "" && utf8.RuneCountInString(short) > 1 {
			name = short
			break
		}
	}
	if r, n := utf8.DecodeRuneInString(name); strings.ContainsRune("省市县区州旗盟", r) && utf8.RuneCountInString(name) > 2 {
		name = name[n:]
	}
	if name != "人民政府" {
		name = strings.TrimSuffix(name, "人民政府")
	}
	for _, s := range [][2]string{{"委员会", "委"}, {"办公室", "办"}, {"街道办事处", "街道"}, {"街道办", "街道"}} {
		if short, ok := strings.CutSuffix(name, s[0]); ok && utf8.RuneCountInString(short) > 1 {
			name = short + s[1]
		}
	}
	return name
}
