package expect

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestNamesOfOneBody(t *testing.T) {
	for _, tt := range []struct{ place, name, want string }{
		{"永宁县", "永宁县财政局", "财政局"}, {"永宁县", "永宁财政局", "财政局"}, {"永宁县", "县财政局", "财政局"}, {"永宁县", " 财 政 局 ", "财政局"},
		{"永宁县", "永宁县县财政局", "财政局"},
		{"永宁县", "永宁县局", "县局"}, {"永宁县", "永宁县人民政府", "人民政府"}, {"永宁县", "人民政府", "人民政府"}, {"永宁县", "县政府", "政府"},
		{"永宁县", "城关镇人民政府", "城关镇"}, {"永宁县", "永宁县人民政府办公室", "政府办"}, {"永宁县", "县政府办", "政府办"},
		{"永宁县", "县卫生健康委员会", "卫生健康委"}, {"永宁县", "卫生健康委", "卫生健康委"}, {"永宁县", "委员会", "委员会"}, {"永宁县", "编委员会", "编委员会"}, {"永宁县", "编办公室", "编办公室"},
		{"永宁县", "城关街道办事处", "城关街道"}, {"永宁县", "城关街道办", "城关街道"}, {"永宁县", "城关街道", "城关街道"},
		{"永宁县", "永宁县", "永宁县"}, {"永宁县", "县局", "县局"}, {"永宁县", "县级局", "级局"},
		{"", "县财政局", "财政局"}, {"", "江北市财政局", "江北市财政局"}, {"永宁县", "江北市财政局", "江北市财政局"},
		{"永宁县", "", ""}, {"永宁县", " \t\n", ""},
	} {
		if got := (&Table{Place: tt.place}).fold(tt.name); got != tt.want {
			t.Errorf("%q on the portal of %q is %q, want %q", tt.name, tt.place, got, tt.want)
		}
	}
}

func TestTablesAreBounded(t *testing.T) {
	tab := &Table{}
	for i := range mostBodies {
		if !tab.Expect(Body{Name: fmt.Sprint("局", i), Ground: GroundDirectory}) {
			t.Fatalf("body %d is not taken in", i)
		}
	}
	if tab.Expect(Body{Name: "财政局", Ground: GroundSeed}) || tab.Found("财政局", 2023, "list") || len(tab.Bodies) != mostBodies {
		t.Errorf("%d bodies", len(tab.Bodies))
	}
	if !tab.Found("局7", 2023, "") {
		t.Error("a body that is known is no longer told of")
	}
	for i := range mostLists + 2 {
		if got := tab.Found("局7", 2023, fmt.Sprint(i)); got != (i < mostLists) {
			t.Errorf("list %d changed the table: %v", i, got)
		}
	}
	if n := len(tab.Bodies["局7"].Lists); n != mostLists {
		t.Errorf("%d lists", n)
	}
	if tab.Found("", 2023, "") {
		t.Error("a body without a name")
	}
}

func TestNewBodiesBringNoYears(t *testing.T) {
	tab := &Table{}
	tab.Expect(Body{Name: "财政局", Ground: GroundColumn, Years: []int{2023}, Lists: []string{"x"}})
	if b := tab.Bodies["财政局"]; len(b.Years)+len(b.Lists) > 0 {
		t.Errorf("what is expected counts as found: %+v", b)
	}
}

func TestGapsOfNothing(t *testing.T) {
	tab := &Table{}
	if g := tab.Gaps(2020, 2023); len(g) > 0 {
		t.Errorf("%+v", g)
	}
	tab.Expect(Body{Name: "乙局", Ground: GroundColumn})
	tab.Expect(Body{Name: "甲局", Ground: GroundColumn})
	if g := tab.Gaps(2023, 2022); len(g) > 0 {
		t.Errorf("an empty interval lacks %+v", g)
	}
	if g := tab.Gaps(2022, 2022); len(g) != 2 || g[0].Body.Name != "乙局" || g[1].Body.Name != "甲局" || len(g[0].Years) != 1 {
		t.Errorf("%+v", g)
	}
}

// TestTheOrderOfObservationsDoesNotMatter: a table says the same of grounds and years however it came to know, and taking
// in an observation again changes nothing.
func TestTheOrderOfObservationsDoesNotMatter(t *testing.T) {
	type observed struct {
		name   string
		year   int // 0: expected only
		ground Ground
	}
	an := rapid.Custom(func(t *rapid.T) observed {
		return observed{rapid.SampledFrom([]string{"财政局", "县财政局", "永宁县财政局", "水务局", "永宁县人民政府"}).Draw(t, "name"), rapid.SampledFrom([]int{0, 2021, 2022, 2023}).Draw(t, "year"),
			rapid.SampledFrom([]Ground{GroundSeed, GroundColumn, GroundDirectory}).Draw(t, "ground")}
	})
	take := func(tab *Table, o observed) bool {
		if o.year > 0 {
			return tab.Found(o.name, o.year, "")
		}
		return tab.Expect(Body{Name: o.name, Ground: o.ground})
	}
	said := func(tab *Table) map[string]string {
		out := map[string]string{}
		for key, b := range tab.Bodies {
			out[key] = fmt.Sprint(b.Ground, b.Years)
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(an, 0, 12).Draw(t, "observations")
		one, other := &Table{Place: "永宁县"}, &Table{Place: "永宁县"}
		for _, o := range list {
			take(one, o)
		}
		for _, o := range rapid.Permutation(list).Draw(t, "order") {
			take(other, o)
		}
		if d := cmp.Diff(said(one), said(other)); d != "" {
			t.Fatal(d)
		}
		b := one.Encode()
		for _, o := range list {
			if take(one, o) {
				t.Fatalf("%+v changed the table a second time", o)
			}
		}
		if back := Decode(b); !bytes.Equal(b, one.Encode()) || cmp.Diff(one, back) != "" {
			t.Fatalf("kept as %s", b)
		}
	})
}

// A host is named when a body of the table has it, unless it is the portal's own.
func TestNamedHosts(t *testing.T) {
	table := &Table{Place: "永宁县", Host: "a.gov.cn"}
	table.Expect(Body{Name: "永宁县财政局", Ground: GroundDirectory, Host: "czj.a.gov.cn"})
	table.Expect(Body{Name: "永宁县教育局", Ground: GroundDirectory, Host: "a.gov.cn"})
	for host, want := range map[string]bool{"czj.a.gov.cn": true, "a.gov.cn": false, "x1.a.gov.cn": false, "": false} {
		if got := table.Names(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
