package portal

import (
	"regexp"
	"strconv"
)

// This file holds what pages say in numbers: the years of a switch, how many pages or entries a list has.

var yearSwitch = regexp.MustCompile(`(?:fbtime=|value=["']|\(\s*['"]?|['"]\s*,\s*['"]?|>\s*)((?:19|20)\d\d)(?:["'年)&<\s])`)

// years are the report years that a page's switch offers.
func years(text string) []int {
	seen := map[int]bool{}
	var out []int
	for _, m := range yearSwitch.FindAllStringSubmatch(text, 500) {
		if y, _ := strconv.Atoi(m[1]); y >= 2003 && y <= 2040 && !seen[y] {
			seen[y] = true
			out = append(out, y)
		}
	}
	return out
}

// yearsOffered are the report years of the page's switch.
func (p *Page) yearsOffered() []int {
	if p.years == nil {
		p.years = append([]int{}, years(p.Text)...)
	}
	return p.years
}

func firstNumber(re *regexp.Regexp, text string) int {
	m := re.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func firsts(re *regexp.Regexp, text string) []string {
	var out []string
	for _, m := range re.FindAllStringSubmatch(text, 10) {
		out = append(out, m[1])
	}
	return out
}
