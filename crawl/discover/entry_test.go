package discover

import (
	"fmt"
	"net/url"
	"testing"

	"nianbao/crawl/portal"
	"nianbao/document"
)

// What the words of a link promise in a column of reports (2), on a page about disclosure (1) and elsewhere (0).
func TestWordsInColumns(t *testing.T) {
	for text, want := range map[string][3]kind{
		// The year and what sort of text it is: the column says the rest.
		"2023年度报告":           {other, partial, partial},
		"2023年年报":            {other, partial, partial},
		"2023年度工作报告":         {other, partial, partial},
		"永宁县财政局2023年度报告":     {other, partial, partial},
		"2023年永宁县财政局年报":      {other, partial, partial},
		"永宁县统计局2022年度工作报告":   {other, partial, partial},
		"2023年信息公开工作":        {disclosure, disclosure, partial},
		"2023年":              {year, year, year},
		"永宁县财政局2023年":        {other, partial, partial},
		"政府信息公开年报":           {column, column, column},
		"永宁县2023年政府信息公开年度报告": {article, article, article},
		// Cut by the template.
		"永宁县财政局2023年政府信息公开…":       {partial, partial, partial},
		"永宁县财政局2023年政府信息公...":      {partial, partial, partial},
		"永宁县柳河镇人民政府2023年政…":        {other, partial, partial},
		"永宁县人民政府办公室关于政府信息公…":       {other, partial, partial},
		"永宁县公共资源交易服务中心2023年政府信息公…": {partial, partial, partial},
		// Files.
		"2023年度报告.docx":     {other, partial, partial},
		"永宁县财政局2023.pdf":    {other, partial, partial},
		"永宁县政务服务局2023年.wps": {other, partial, partial},
		"2023年.pdf":         {year, year, year},
		"县财政局.docx":         {body, body, body},
		"永宁县财政局2023年政府信息公开工作年度报告.docx": {article, article, article},
		// Words of false friends in the name of a body say nothing.
		"永宁市住房公积金管理中心2023年度报告":    {falseClass, partial, partial},
		"永宁市住房公积金管理中心2023年政府信息公…": {partial, partial, partial},
		"2023年永宁县政府采购中心年度报告":      {falseClass, partial, partial},
		// False friends stay what they are, in the column too.
		"永宁市住房公积金2023年年度报告":         {falseClass, falseClass, falseClass},
		"2023年法治政府建设年度报告":           {falseClass, falseClass, falseClass},
		"永宁县2023年政府工作报告":            {falseClass, falseClass, falseClass},
		"2023年政府网站工作年度报表":           {falseClass, falseClass, falseClass},
		"永宁县财政局2023年度部门决算公开":        {falseClass, falseClass, falseClass},
		"《2023年政府信息公开工作年度报告》解读":     {falseClass, falseClass, falseClass},
		"2023年第一季度政府信息公…":           {falseClass, falseClass, falseClass},
		"关于做好2023年政府信息公开年报编制工作的通知…": {falseClass, falseClass, falseClass},
		// Other words.
		"永宁县召开2024年春季农业生产现场会":  {other, other, other},
		"永宁县2023年国民经济运行情况新闻发…": {other, other, other},
		"2023年重点工作安排":          {other, other, other},
		"县财政局":                 {body, body, body},
		"更多…":                  {silent, silent, silent},
	} {
		for heat := range 3 {
			if got := kindOf(text, heat); got != want[heat] {
				t.Errorf("%q on a page of heat %d is %s, want %s", text, heat, got, want[heat])
			}
		}
	}
}

// In a column of reports nothing that may be one is left for later.
func TestEntriesOfColumnsAreFollowed(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/nb/index.html"}
	rank := func(role portal.Role, ref, text string) Scored {
		return Rank([]portal.Lead{{Method: "GET", URL: "http://www.yongning.example" + ref, Text: text, Role: role, InBody: true, Kind: document.LinkAnchor}}, page, 2, Place{})[0]
	}
	for _, text := range []string{"2023年度报告", "永宁县财政局2023年政府信息公…", "永宁县政务服务中心2023年度报告", "2023年", "永宁市住房公积金管理中心2023年度报告", "永宁县财政局2023", "永宁县财政局政府信息公开年度报告"} {
		if s := rank(portal.RolePage, "/art/1.html", text); s.Score < Sure {
			t.Errorf("%s: %d by %s", text, s.Score, s.Rule)
		}
	}
	for ref, text := range map[string]string{
		"/a.docx": "2023年度报告.docx", "/b.docx": "永宁县财政局2023.docx", "/c.pdf": "", "/d.pdf": "下载",
		"/module/download/downfile.jsp?classid=0&showname=2023%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A.docx&filename=0a1b.docx": "附件1",
	} {
		if s := rank(portal.RoleAttachment, ref, text); s.Score < Sure {
			t.Errorf("%s %s: %d by %s", ref, text, s.Score, s.Rule)
		}
	}
	for ref, text := range map[string]string{"/e.docx": "2023年部门决算.docx", "/x?filename=2023%E5%B9%B4%E9%83%A8%E9%97%A8%E5%86%B3%E7%AE%97.pdf": ""} {
		if s := rank(portal.RoleAttachment, ref, text); s.Score != 0 {
			t.Errorf("%s %s: %d by %s", ref, text, s.Score, s.Rule)
		}
	}
}

// Where most links at one place of the template are titles of reports, the others there are looked at too.
func TestPlacesOfTitles(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/zwgk/index.html"}
	at := func(place, text string, n int) portal.Lead {
		return portal.Lead{Method: "GET", URL: fmt.Sprintf("http://www.yongning.example/a/%d.html", n), Text: text, Role: portal.RolePage, InBody: true, Place: place}
	}
	const title = "永宁县202%d年政府信息公开工作年度报告"
	for _, c := range []struct {
		name           string
		titles, others int
		place          string
		sure           bool
	}{
		{"half of them", 2, 2, "ul>li>a", true},
		{"less than half", 2, 3, "ul>li>a", false},
		{"one title", 1, 1, "ul>li>a", false},
		{"no place", 3, 1, "", false},
	} {
		var leads []portal.Lead
		for i := range c.titles {
			leads = append(leads, at(c.place, fmt.Sprintf(title, i), i))
		}
		for i := range c.others {
			leads = append(leads, at(c.place, "永宁县工作回顾之"+string(rune('甲'+i)), 100+i))
		}
		leads = append(leads, at("div>a", "永宁县工作回顾", 999))
		ranked := Rank(leads, page, 1, Place{})
		if got := ranked[c.titles]; (got.Score >= Sure) != c.sure {
			t.Errorf("%s: %d by %s", c.name, got.Score, got.Rule)
		}
		if got := ranked[len(ranked)-1]; got.Score >= Sure {
			t.Errorf("%s: at another place %d by %s", c.name, got.Score, got.Rule)
		}
	}
}

func TestADateBehindACutTitle(t *testing.T) {
	for text, want := range map[string]kind{
		"某县统计局关于2021年度政府...2022-01-23": partial, "某县统计局关于2021年度政府… [2022-01-23]": partial, "某县统计局2021年政府信息公开年报(01-23)": article,
		"某县工业和信息化局2025年度法治政府...2026-02-05": falseClass, "2022-01-23": silent, "春节期间值班安排...2022-01-23": other,
	} {
		if got := kindOf(text, 2); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// The name of a file is what a parameter says, when that says anything, else the end of the path.
func TestFileNames(t *testing.T) {
	for ref, want := range map[string]string{
		"/a/2023.pdf":                                       "2023.pdf",
		"/d.jsp?filename=0a1b.pdf":                          "d.jsp",
		"/d.jsp?filename=2023.pdf":                          "2023.pdf",
		"/d.jsp?filename=2023":                              "d.jsp",
		"/d.jsp?showname=%E5%B9%B4%E6%8A%A5&name=%E7%94%B2": "年报",
		"/d.jsp?title=%E5%B9%B4%E6%8A%A5.docx":              "年报.docx",
		"/d.jsp?other=%E5%B9%B4%E6%8A%A5.docx":              "d.jsp",
	} {
		u, err := url.Parse("http://www.yongning.example" + ref)
		if err != nil {
			t.Fatal(err)
		}
		if got := fileName(u); got != want {
			t.Errorf("%s: %q, want %q", ref, got, want)
		}
	}
}

// What an entry says once suffix, cut, date and script are out of the way.
func TestEntriesAreRead(t *testing.T) {
	for text, want := range map[string]entryText{
		"永宁县财政局2023年度报告.docx":     {"永宁县财政局2023年度报告", false, 2023, "永宁县财政局"},
		"2023年永宁县财政局年报":           {"2023年永宁县财政局年报", false, 2023, "永宁县财政局"},
		"关于2023年永宁县财政局年报":         {"关于2023年永宁县财政局年报", false, 2023, "永宁县财政局"},
		"永宁县财政局关于2023年信息公…":       {"永宁县财政局关于2023年信息公", true, 2023, "永宁县财政局"},
		"永宁县财政局信息公开年报":            {"永宁县财政局信息公开年报", false, 0, "永宁县财政局"},
		"永宁县财政局2023年年报2024-01-18": {"永宁县财政局2023年年报", false, 2023, "永宁县财政局"},
		"永寧縣財政局2023年年報":           {"永宁县财政局2023年年报", false, 2023, "永宁县财政局"},
		"永宁市住房公积金2023年年报":         {"永宁市住房公积金2023年年报", false, 2023, ""},
		"…":                       {"", false, 0, ""},
	} {
		if got := readEntry(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
