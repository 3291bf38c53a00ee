package archive

import "testing"

func TestNamesOfOnePublisher(t *testing.T) {
	id := func(name string) string {
		return ReportID(Publisher{Name: name, Code: "990101", Portal: "永宁县"}, 2023, "annual")
	}
	for _, same := range [][]string{
		{"永宁县人民政府", "永宁县", "永宁县政府"},
		{"永宁县城关街道办事处", "城关街道", "城关街道办", "永宁县人民政府城关街道办事处", "永宁县城关街道"},
		{"永宁县柳河镇人民政府", "柳河镇", "永宁县柳河镇政府", "柳河镇人民政府", "永宁县 柳河镇"},
		{"永宁县财政局"},
		{"永宁县人民政府办公室", "永宁县政府办公室", "永宁县政府办", "政府办公室", "人民政府办公室"},
		{"永宁县教育局"},
		{"永宁市财政局"},
	} {
		for _, name := range same {
			if id(name) != id(same[0]) {
				t.Errorf("%s and %s are two", same[0], name)
			}
		}
	}
	all := map[string]string{}
	for _, name := range []string{"永宁县", "城关街道", "柳河镇", "永宁县财政局", "永宁县人民政府办公室", "永宁县教育局", "永宁市财政局", "永宁县城关镇"} {
		if other, twice := all[id(name)]; twice {
			t.Errorf("%s and %s are one", name, other)
		}
		all[id(name)] = name
	}
}
