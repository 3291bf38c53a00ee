package expect_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawl/expect"
)

func TestTableTakesInBodiesByAllTheirNames(t *testing.T) {
	tab := &expect.Table{Place: "德安县"}
	for _, n := range []string{"县财政局", "德安县财政局", "德安财政局", "财政局"} {
		tab.Expect(expect.Body{Name: n, Ground: expect.GroundDirectory})
	}
	for _, n := range []string{"德安县人民政府办公室", "县政府办公室", "县政府办"} {
		tab.Expect(expect.Body{Name: n, Ground: expect.GroundDirectory})
	}
	tab.Expect(expect.Body{Name: "德安县人民政府", Ground: expect.GroundSeed})
	tab.Expect(expect.Body{Name: "城关镇人民政府", Ground: expect.GroundDirectory})
	tab.Expect(expect.Body{Name: "德安县城关镇", Ground: expect.GroundDirectory})
	if len(tab.Bodies) != 4 {
		t.Errorf("%d bodies: %v", len(tab.Bodies), tab.Bodies)
	}
}

func TestExpectKeepsTheStrongestGround(t *testing.T) {
	tab := &expect.Table{Place: "德安县"}
	steps := []struct {
		b       expect.Body
		changed bool
	}{
		{expect.Body{Name: "财政局", Ground: expect.GroundDirectory, Via: "a"}, true},
		{expect.Body{Name: "财政局", Ground: expect.GroundDirectory, Via: "b"}, false},
		{expect.Body{Name: "财政局", Ground: expect.GroundColumn, Via: "c"}, true},
		{expect.Body{Name: "财政局", Ground: expect.GroundDirectory, Via: "d", Host: "czj.gov.cn"}, true},
		{expect.Body{Name: "财政局", Ground: expect.GroundDirectory, Host: "other.gov.cn"}, false},
		{expect.Body{Name: "  ", Ground: expect.GroundReport}, false},
	}
	for i, s := range steps {
		if got := tab.Expect(s.b); got != s.changed {
			t.Errorf("step %d: changed %v", i, got)
		}
	}
	want := map[string]*expect.Body{"财政局": {Name: "财政局", Ground: expect.GroundColumn, Via: "c", Host: "czj.gov.cn"}}
	if d := cmp.Diff(want, tab.Bodies); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(tab, expect.Decode(tab.Encode())); d != "" {
		t.Error(d)
	}
	if got := expect.Decode([]byte("{broken")); len(got.Bodies) != 0 {
		t.Errorf("broken data gives %v", got)
	}
}

func TestFoundTwiceIsFoundOnce(t *testing.T) {
	tab := &expect.Table{Place: "德安县"}
	if !tab.Found("县财政局", 2023, "list") || tab.Found("德安县财政局", 2023, "list") || !tab.Found("财政局", 2021, "") {
		t.Error("changes are not told apart")
	}
	b := tab.Bodies["财政局"]
	if b == nil || b.Ground != expect.GroundReport || cmp.Diff([]int{2021, 2023}, b.Years) != "" || cmp.Diff([]string{"list"}, b.Lists) != "" {
		t.Errorf("%+v", b)
	}
}

func TestWanting(t *testing.T) {
	tab := &expect.Table{Place: "德安县"}
	want := func(what, host string, own, wanted bool) {
		t.Helper()
		if got := tab.Wanting(host, own); got != wanted {
			t.Errorf("%s: wanting is %v", what, got)
		}
	}
	three := func(name string) {
		for y := 2021; y <= 2023; y++ {
			tab.Found(name, y, "")
		}
	}
	want("nothing is known yet", "www", true, true)
	want("a host nobody expects anything of", "x", false, false)
	three("德安县人民政府")
	want("a portal has more bodies than its government", "www", true, true)
	for _, n := range []string{"教育局", "民政局", "司法局", "审计局"} {
		three(n)
	}
	want("all that is known has reported", "www", true, false)
	tab.Expect(expect.Body{Name: "财政局", Ground: expect.GroundDirectory, Host: "czj"})
	want("a body with a host of its own is not looked for here", "www", true, false)
	want("but there", "czj", false, true)
	tab.Expect(expect.Body{Name: "林业局", Ground: expect.GroundColumn})
	want("a body without a host is", "www", true, true)
	tab.Found("财政局", 2020, "")
	want("one year of a body is not the list of its reports", "czj", false, true)
	three("财政局")
	want("it has reported", "czj", false, false)
}

func TestGapsNameWhatIsMissing(t *testing.T) {
	tab := &expect.Table{Place: "德安县"}
	tab.Found("财政局", 2021, "")
	tab.Found("财政局", 2023, "")
	tab.Expect(expect.Body{Name: "教育局", Ground: expect.GroundColumn})
	got := map[string][]int{}
	var order []string
	for _, g := range tab.Gaps(2021, 2023) {
		got[g.Body.Name] = g.Years
		order = append(order, g.Body.Name)
	}
	if d := cmp.Diff(map[string][]int{"财政局": {2022}, "教育局": {2021, 2022, 2023}}, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"教育局", "财政局"}, order); d != "" {
		t.Errorf("who has shown nothing stands first: %s", d)
	}
	if g := tab.Gaps(2023, 2023); len(g) != 1 {
		t.Errorf("%v", g)
	}
}
