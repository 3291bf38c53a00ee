// Package compose writes annual reports on government information disclosure whose every number is known, for tests,
// rehearsals and the demo.
//
// In go a seed, an invented body and a year; out comes a Report: title, date, prose of our own and the numbers of the
// three statutory tables, by the paths of report.Fields. All relations of the form hold, within a report and from one
// year to the next. A Report renders as text, HTML in several dialects, DOCX and PDF, each made here by hand, so that no
// foreign document is needed. FalseFriend writes the documents that look like such reports and are none.
//
// The same arguments always give the same bytes: nothing here asks a clock or a global source of chance. The forms are
// those of 国办公开办函〔2021〕30号 for years from 2021 and 〔2019〕60号 before.
package compose

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"strings"
	"time"
)

// Options shape a report. The zero value is what the body's name suggests.
type Options struct {
	// Level is province, city, county, town, zone or department; it scales the numbers and decides who may make 规章.
	// Empty: taken from the body's name.
	Level string
	// Empty makes a report of zeros, as many small bodies publish.
	Empty bool
	// Title overrides the usual title.
	Title string
}

// A Report is one composed report.
type Report struct {
	Title, Body string
	Year        int
	Published   string // YYYY-MM-DD, in January to March of the next year
	// Numbers are the numbers of the form by path, e.g. "t3.new.natural": 200 in the form of 2021.
	Numbers map[string]float64
	// Marks are printed in the cells that hold no number: "", "/", 无; see Filled.
	Marks map[string]string

	spoil     Spoil // of the cells of numbers
	single    bool  // one row 其他处理 in the form of 2021
	thousands bool  // separators in large numbers
	seed      int64
	edition   int
	words     []string // the choices of prose made for this report
}

// New composes the report of a body for a year.
func New(seed int64, body string, year int, opt Options) *Report {
	if opt.Level == "" {
		opt.Level = levelOf(body)
	}
	r := &Report{Title: opt.Title, Body: body, Year: year, seed: seed}
	rng := source(seed, body, year, "title")
	if r.Title == "" {
		r.Title = titles(body, year)[pick(rng, 10, 2, 2, 1, 1)]
	}
	late := 2 + rng.IntN(28)
	if opt.Level != "department" && opt.Level != "town" {
		late += rng.IntN(58)
	}
	r.Published = time.Date(year+1, time.January, 1+late, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	r.Numbers = numbers(seed, body, year, opt)
	r.words = choices(source(seed, body, year, "prose"))
	return r
}

// Edited is the report as its body corrected it later: some numbers changed, every relation still holding. Different n
// give different corrections; n = 0 gives the report itself.
func (r *Report) Edited(n int) *Report {
	e := *r
	e.Numbers = maps.Clone(r.Numbers)
	e.edition = n
	if n == 0 {
		return &e
	}
	d := float64(n)
	for _, p := range []string{"t3.new.natural", "t3.new.total", "t3.granted.natural", "t3.granted.total", "t3.results_total.natural", "t3.results_total.total"} {
		e.Numbers[p] += d
	}
	e.Numbers["t2.penalty.decisions"] += 2*d + 1
	e.Numbers["t4.reconsideration.upheld"] += d
	e.Numbers["t4.reconsideration.total"] += d
	return &e
}

// Format is f2021 or f2019: which form the report fills in.
func (r *Report) Format() string {
	if r.Year <= 2020 {
		return "f2019"
	}
	return "f2021"
}

func titles(body string, year int) []string {
	return []string{
		fmt.Sprintf("%s%d年政府信息公开工作年度报告", body, year),
		fmt.Sprintf("%d年%s政府信息公开工作年度报告", year, body),
		fmt.Sprintf("%s%d年度政府信息公开年度报告", body, year),
		fmt.Sprintf("%s关于%d年度政府信息公开工作情况的报告", body, year),
		fmt.Sprintf("%s%d年政府信息公开年报", body, year),
	}
}

// levelOf guesses a body's level from its name, as the parser's own rules do.
func levelOf(body string) string {
	has := func(list ...string) bool {
		for _, s := range list {
			if strings.HasSuffix(body, s) {
				return true
			}
		}
		return false
	}
	core := strings.TrimSuffix(body, "人民政府")
	switch {
	case has("街道办事处", "镇人民政府", "乡人民政府"):
		return "town"
	case has("管理委员会", "管委会"):
		return "zone"
	case core == body:
		return "department"
	case strings.HasSuffix(core, "省") || strings.HasSuffix(core, "自治区"):
		return "province"
	case strings.HasSuffix(core, "县") || strings.HasSuffix(core, "区") || strings.HasSuffix(core, "旗"):
		return "county"
	}
	return "city"
}

// source is a stream of chance of its own for each purpose, so that a change to one part leaves the others as they were.
func source(seed int64, body string, year int, purpose string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\x00%s\x00%d\x00%s", seed, body, year, purpose)
	return rand.New(rand.NewPCG(h.Sum64(), uint64(seed)))
}

// pick draws an index with the given weights.
func pick(rng *rand.Rand, weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := rng.IntN(sum)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	return 0
}
