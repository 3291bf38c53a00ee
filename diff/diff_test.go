package diff

import (
	"bytes"
	"encoding/json"
	"math/rand"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"nianbao/report"
)

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"共受理132件,增长3.5%。":              "共|受|理|132|件|,|增|长|3.5%|。",
		"2024年1月31日至2月1日":              "2024年1月31日|至|2月1日",
		"2024-01-31 10:22:05更新":        "2024-01-31| |10:22:05|更|新",
		"收费1,234,567.80元":              "收|费|1,234,567.80|元",
		"open-data via a@b.cn 第2条":     "open-data| |via| |a@b.cn| |第|2|条",
		"增减\t-12\t+3":                  "增|减|\t|-12|\t|+3",
		"1-12月":                        "1|-|12|月",
		"":                             "",
		"\xff\xfe坏":                    "\xff|\xfe|坏",
		strings.Repeat("1", 2*longest): strings.Repeat("1", longest) + "|" + strings.Repeat("1", longest),
	} {
		if got := strings.Join(tokens(text), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestOneNumberIsOneChange(t *testing.T) {
	d := Compare(Side{Text: "一、总体情况\n全年收到申请123件，办结100件。\n浏览次数：5\n三、存在问题"}, Side{Text: "一、总体情况\n全年收到申请132件，办结100件。\n浏览次数：917\n新的一段话。\n三、存在问题"})
	want := []Edit{
		{Op: Replace, A: 1, B: 1, Old: "全年收到申请123件,办结100件。", New: "全年收到申请132件,办结100件。",
			Spans: []Span{{Same, "全年收到申请"}, {Delete, "123"}, {Insert, "132"}, {Same, "件,办结100件。"}}},
		{Op: Insert, A: 2, B: 2, New: "新的一段话。"},
	}
	if diff := cmp.Diff(want, d.Paragraphs); diff != "" {
		t.Error(diff)
	}
}

// TestNoiseIsSilent: two renderings of the same words are one text.
func TestNoiseIsSilent(t *testing.T) {
	a := "永宁县财政局２０２３年报告\n发布时间：2024-01-18 浏览次数：12次\n全年收到申请 3 件。\n上一篇：无\n【字体：大 中 小】打印"
	b := "永宁县财政局2023年报告\n发布时间：2024-01-18 浏览次数：4711次\n您是第12位访客\n全年收到\u00a0申请3件。\n下一篇：公告\n今天是2026年11月3日"
	if d := Compare(Side{Text: a}, Side{Text: b}); !d.Empty() {
		t.Errorf("%+v", d.Paragraphs)
	}
}

func data(t *testing.T, s string) *report.Data {
	t.Helper()
	var d report.Data
	if err := json.Unmarshal([]byte(s), &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

func TestTablesByPlaceWithSums(t *testing.T) {
	a := data(t, `{"format":"f2021","t3":{"new":{"natural":3,"enterprise":0,"research":0,"nonprofit":0,"legal_service":0,"other_org":0,"total":3}},"t4":{"reconsideration":{"upheld":1,"corrected":0,"other":0,"pending":0,"total":1}}}`)
	b := data(t, `{"format":"f2021","t3":{"new":{"natural":3,"enterprise":0,"research":0,"nonprofit":0,"legal_service":0,"other_org":null,"total":0}},"raw":{"t3.new.other_org":"/"}}`)
	d := Compare(Side{Name: "v1", Text: "新收\t3\t3", Data: a}, Side{Name: "v2", Text: "新收\t3\t0", Data: b})
	three, nought := 3.0, 0.0
	want := []Cell{
		{Path: "t3.new.other_org", Row: "一、本年新收政府信息公开申请数量", Column: "其他", Old: &nought, NewText: "/"},
		{Path: "t3.new.total", Row: "一、本年新收政府信息公开申请数量", Column: "总计", Old: &three, New: &nought},
	}
	if diff := cmp.Diff(want, d.Cells); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Table{{"t4", "to"}}, d.Unread); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Sum{{Rule: "row_totals", Row: "t3.new", Old: &Equation{true, 3, 3}, New: &Equation{false, 0, 3}}}, d.Sums); diff != "" {
		t.Error(diff)
	}
	var text bytes.Buffer
	if err := d.WriteText(&text, false); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"总计  3 → 0", `其他  0 → "/"`, "row_totals t3.new  ✓ 3 = 3 → ✗ 0 ≠ 3", "t4: not read (the second version)"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("%q is missing in\n%s", part, text.String())
		}
	}
}

func TestHTMLIsEscaped(t *testing.T) {
	d := Compare(Side{Name: "<b>", Text: "旧<script>alert(1)</script>话"}, Side{Name: "v2", Text: "新<script>alert(2)</script>话\n<img src=x>"})
	for _, chinese := range []bool{false, true} {
		var b bytes.Buffer
		if err := d.WriteHTML(&b, chinese); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script", "<img", "<b>"} {
			if strings.Contains(b.String(), bad) {
				t.Errorf("%s in\n%s", bad, b.String())
			}
		}
	}
	var b bytes.Buffer
	if err := (Compare(Side{Text: "a\x1b[2Jb旧"}, Side{Text: "a\x1b[2Jb新"})).WriteText(&b, true); err != nil || strings.Contains(b.String(), "\x1b") {
		t.Errorf("%q %v", b.String(), err)
	}
}

// hold are the laws of every comparison.
func hold(t *testing.T, a, b string) {
	t.Helper()
	if d := Compare(Side{Text: a}, Side{Text: a}); !d.Empty() {
		t.Fatalf("%q differs from itself: %+v", a, d.Paragraphs)
	}
	d := Compare(Side{Text: a}, Side{Text: b})
	pa, pb := Paragraphs(a), Paragraphs(b)
	if got := d.Apply(pa); !cmp.Equal(strings.Join(got, "\n"), strings.Join(pb, "\n")) {
		t.Fatalf("from %q to %q: applied %q", pa, pb, got)
	}
	for _, e := range d.Paragraphs {
		if e.Op != Replace {
			continue
		}
		old, now := "", ""
		for _, s := range e.Spans {
			if s.Op != Insert {
				old += s.Text
			}
			if s.Op != Delete {
				now += s.Text
			}
		}
		if old != e.Old || now != e.New || old == now {
			t.Fatalf("spans of %+v", e)
		}
	}
}

func TestLawsOnRandomEdits(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	lines := []string{"一、总体情况", "全年收到申请12件", "办结 3 件，占 25%", "二、主动公开", "制发\t1\t2\t3", "open data portal", "2024年1月31日", "没有"}
	for range 400 {
		var a []string
		for range r.Intn(25) {
			a = append(a, lines[r.Intn(len(lines))])
		}
		b := append([]string(nil), a...)
		for range r.Intn(6) {
			switch i := r.Intn(len(b) + 1); {
			case i == len(b) || r.Intn(3) == 0:
				b = append(b[:i:i], append([]string{lines[r.Intn(len(lines))] + "补"}, b[i:]...)...)
			case r.Intn(2) == 0:
				b = append(b[:i:i], b[i+1:]...)
			default:
				b[i] = strings.ReplaceAll(b[i], "1", "7") + "。"
			}
		}
		hold(t, strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
}

// TestLeastEdits: the alignment is the longest there is.
func TestLeastEdits(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	for range 300 {
		word := func() []string {
			s := make([]string, r.Intn(12))
			for i := range s {
				s[i] = string(rune('a' + r.Intn(3)))
			}
			return s
		}
		a, b := word(), word()
		best := make([][]int, len(a)+1)
		for i := range best {
			best[i] = make([]int, len(b)+1)
		}
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				best[i][j] = max(best[i+1][j], best[i][j+1])
				if a[i] == b[j] {
					best[i][j] = max(best[i][j], best[i+1][j+1]+1)
				}
			}
		}
		got := (&work{maxWork}).align(a, b)
		for i, m := range got {
			if a[m.a] != b[m.b] || i > 0 && (m.a <= got[i-1].a || m.b <= got[i-1].b) {
				t.Fatalf("%q %q: %v", a, b, got)
			}
		}
		if len(got) != best[0][0] {
			t.Fatalf("%q %q: %d in common, want %d", a, b, len(got), best[0][0])
		}
	}
}

// TestBounds: texts that have nothing in common, and long ones, end soon and still apply.
func TestBounds(t *testing.T) {
	var a, b strings.Builder
	for i := range 6000 {
		a.WriteString(strings.Repeat(string(rune(0x4e00+i)), 3) + "\n")
		b.WriteString(strings.Repeat(string(rune(0x6f00+i)), 3) + "\n")
	}
	hold(t, a.String(), b.String())
	one, other := strings.Repeat("甲乙", 60_000), strings.Repeat("丙甲", 60_000)
	hold(t, one, other)
	if d := Compare(Side{Text: strings.Repeat("长", maxText)}, Side{}); !d.Cut {
		t.Error("a text that was cut is not told")
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("一、总体\n收到123件", "一、总体\n收到132件\n办结")
	f.Add("a\tb\n\n1\t2", "a\tb\n3\t2")
	f.Add("打印 今天是2024年1月1日", "\xff\n浏览次数：1")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 1<<14 || len(b) > 1<<14 {
			return
		}
		hold(t, a, b)
		d := Compare(Side{Text: a}, Side{Text: b})
		var out bytes.Buffer
		if d.WriteText(&out, true) != nil || d.WriteHTML(&out, false) != nil || d.WriteJSON(&out) != nil || utf8.ValidString(a+b) && !utf8.Valid(out.Bytes()) {
			t.Fatal("rendering failed")
		}
	})
}
