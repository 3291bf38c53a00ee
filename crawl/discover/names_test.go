package discover

import "testing"

func TestSameBody(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"县财政局", "永宁县财政局", true},
		{"财政局", "永宁县财政局", true},
		{"市财政局", "永宁县财政局", false},
		{"永宁县财政局", "江北县财政局", false},
		{"永宁县教育局", "永宁县财政局", false},
		{"永宁县人民政府", "永宁县", true},
		{"永宁县政府", "永宁县人民政府", true},
		{"县政府", "永宁县人民政府", true},
		{"县政府", "永宁县财政局", false},
		{"县人民政府", "江北市", false},
		{"永宁县政府办公室", "永宁县人民政府办公室", true},
		{"永宁县政府办", "永宁县人民政府办公室", true},
		{"县政府办公室", "永宁县人民政府办公室", true},
		{"永宁县人民政府", "永宁县人民政府办公室", false},
		{"县政府", "永宁县政府办公室", false},
		{"永宁县柳河镇人民政府", "柳河镇", true},
		{"柳河镇政府", "永宁县柳河镇人民政府", true},
		{"永宁县柳河镇人民政府", "永宁县人民政府", false},
		{"城关街道", "永宁县城关街道办事处", true},
		{"城关街道办", "永宁县城关街道办事处", true},
		{"永宁县卫生健康委", "永宁县卫生健康委员会", true},
		{"永寧縣財政局", "永宁县财政局", true},
		{"永宁县 财政局", "永宁县财政局", true},
		{"局", "永宁县财政局", false},
		{"", "永宁县", false},
		{"", "", false},
		{"人民政府", "永宁县", false},
	} {
		if got := SameBody(c.a, c.b); got != c.same {
			t.Errorf("%q and %q: %t", c.a, c.b, got)
		}
		if got := SameBody(c.b, c.a); got != c.same {
			t.Errorf("%q and %q, turned round: %t", c.b, c.a, got)
		}
	}
}
