package portal

import (
	"slices"
	"strings"
	"testing"
)

func TestSelectFamilies(t *testing.T) {
	for s, want := range map[string][]string{"": known(), "all": known(), "none": nil, "trs": {"trs"}, " gkmlpt , trs ": {"trs", "gkmlpt"}} {
		sel, err := SelectFamilies(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
		}
		var got []string
		for _, name := range known() {
			if sel.Has(name) {
				got = append(got, name)
			}
		}
		slices.SortFunc(want, func(a, b string) int { return slices.Index(known(), a) - slices.Index(known(), b) })
		if !slices.Equal(got, want) {
			t.Errorf("%q selects %v, want %v", s, got, want)
		}
	}
	for _, s := range []string{"nosuch", "trs,", "none,trs"} {
		if _, err := SelectFamilies(s); err == nil || !strings.Contains(err.Error(), "gkmlpt") {
			t.Errorf("%q: the error %v does not name what there is", s, err)
		}
	}
}

func TestFamilyNamesAreUnique(t *testing.T) {
	names := Families()
	slices.Sort(names)
	if n := len(slices.Compact(slices.Clone(names))); n != len(names) {
		t.Errorf("%v: a name stands twice", names)
	}
}

// A family that is switched off leaves what it knows to the general means, or untold.
func TestFamiliesSwitchedOff(t *testing.T) {
	const src = `<script>var s="/gkmlpt/x.js";window._CONFIG = {"SID":"75","TREE":[{"id":1,"name":"政府信息公开年报"}]};</script>`
	told := func(families string) bool {
		sel, err := SelectFamilies(families)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range leadsOf(t, &Page{Families: sel, MediaType: page, Text: src}, "http://www.example.gov.cn/gkmlpt/index") {
			if l.Place == "gkmlpt:api" {
				return true
			}
		}
		return false
	}
	if !told("all") || !told("gkmlpt,trs") || told("none") || told("trs") {
		t.Errorf("all %v, gkmlpt %v, none %v, trs %v", told("all"), told("gkmlpt,trs"), told("none"), told("trs"))
	}
}
