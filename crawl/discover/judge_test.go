package discover_test

import (
	"context"
	"fmt"
	"html"
	"strings"
	"testing"

	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/document"
	htmlreader "nianbao/extract/html"
	"nianbao/internal/compose"
	"nianbao/report"
)

// A specimen is a labelled document: a report of a body and year, or none.
type specimen struct {
	name     string
	doc      *document.Document
	trail    discover.Trail
	report   bool
	complete bool
	body     string
	level    string
	year     int
}

// page frames a fragment as portals do: navigation that names false friends, a position line, related links, and the
// portal's name behind the title.
func page(t *testing.T, title, heading, body, column string) *document.Document {
	t.Helper()
	nav := ""
	for _, l := range []string{"首页", "政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开", "政策解读", "政府网站工作年度报表"} {
		nav += `<li><a href="/` + fmt.Sprint(len(nav)) + `/">` + l + `</a></li>`
	}
	if heading != "" {
		heading = "<h1>" + html.EscapeString(heading) + "</h1>"
	}
	src := `<!DOCTYPE html><html><head><meta charset="utf-8"><title>` + html.EscapeString(title) + `-永宁县人民政府门户网站</title><meta name="SiteName" content="永宁县人民政府"><meta name="ColumnName" content="` + column + `">` +
		`<meta name="PubDate" content="2024-01-19 10:02"></head><body><div class="head"><ul class="nav">` + nav + `</ul></div><div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/xxgk/">政府信息公开</a> &gt; <a href="/nb/">` + column + `</a></div>` +
		`<div class="article">` + heading + `<div class="TRS_Editor">` + body + `</div></div><div class="related"><a href="/1.html">《永宁县2022年政府信息公开工作年度报告》解读</a><a href="/2.html">关于做好2023年度政府信息公开年度报告编制工作的通知</a></div>` +
		`<div class="foot">主办：永宁县人民政府办公室 网站标识码：9901220001</div></body></html>`
	d, err := htmlreader.Read(context.Background(), []byte(src), "utf-8", htmlreader.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// titles are the patterns met; %[1]s is the body, %[2]d the year.
var titles = []string{
	"%[1]s%[2]d年政府信息公开工作年度报告", "%[2]d年%[1]s政府信息公开工作年度报告", "%[1]s%[2]d年度政府信息公开年度报告", "%[1]s%[2]d年政府信息公开年报", "%[1]s政府信息公开工作%[2]d年度报告",
	"%[1]s%[2]d年信息公开年度报告", "%[1]s%[2]d年政务信息公开年度报告", "%[1]s%[2]d年政府信息公开工作情况报告", "%[1]s关于%[2]d年度政府信息公开情况的报告", "%[1]s%[2]d年度政府信息公开年度工作报告",
	"%[1]s %[2]d 年政府信息公开工作 年度报告", "关于%[1]s%[2]d年政府信息公开工作年度报告的公告", "%[1]s_%[2]d年_政府信息公开工作年度报告", "%[2]d年度%[1]s政府信息公开工作年度报告", "%[1]s%[2]d年政府信息公开重点工作年度报告",
}

// bodies with their level, on the portal of 永宁县; special ones carry words of false friends in their names.
var bodies = [][2]string{
	{"永宁县人民政府", "county"}, {"永宁县财政局", "department"}, {"永宁县统计局", "department"}, {"江北市住房公积金管理中心", "department"}, {"永宁县柳河镇人民政府", "town"}, {"永宁县城关街道办事处", "town"},
	{"永宁县教育体育局", "department"}, {"永宁县第一中学", "department"}, {"国家税务总局永宁县税务局", "department"}, {"永宁县机构编制委员会办公室", "department"}, {"永宁县审计局", "department"},
	{"永宁经济开发区管理委员会", "zone"}, {"江北市公安局永宁分局", "department"}, {"永宁县政务服务和数据管理局", "department"}, {"永宁县规划和质量监督局", "department"}, {"永宁县巴彦苏木", "town"},
}

func labelled(t *testing.T) []specimen {
	t.Helper()
	home := &portal.Portal{Name: "永宁县", Code: "990122", Level: "county", URL: "http://www.yongning.example/"}
	var out []specimen
	add := func(s specimen) {
		s.trail.Portal = home
		out = append(out, s)
	}
	for _, kind := range compose.Kinds() {
		for i, year := range []int{2017, 2021, 2023} {
			title, body := compose.FalseFriend(kind, "永宁县", year, int64(i))
			heading := title
			if i == 2 {
				heading = "" // the title in the page's metadata only
			}
			add(specimen{name: fmt.Sprintf("%s %d", kind, year), doc: page(t, title, heading, body, "政府信息公开年报")})
		}
	}
	list := ""
	for y := 2014; y < 2024; y++ {
		list += fmt.Sprintf(`<li><a href="/%d.html">永宁县%d年政府信息公开工作年度报告</a><span>%d-01-20</span></li>`, y, y, y+1)
	}
	add(specimen{name: "column", doc: page(t, "政府信息公开年报", "", "<ul>"+list+"</ul>", "政府信息公开年报")})
	add(specimen{name: "column with a heading", doc: page(t, "政府信息公开年报", "政府信息公开年报", "<ul>"+list+"</ul>", "政府信息公开年报")})

	n := 0
	for bi, b := range bodies {
		for ti, pattern := range titles {
			if (bi+ti)%2 == 1 && ti > 4 {
				continue
			}
			year := 2019 + (bi+ti)%6
			n++
			r := compose.New(int64(n), b[0], year, compose.Options{Title: fmt.Sprintf(pattern, b[0], year)})
			s := specimen{name: fmt.Sprintf("%s, %s", r.Title, b[0]), report: true, complete: true, body: b[0], level: b[1], year: year}
			fragment := r.HTML(compose.Styles()[n%4])
			switch n % 6 {
			case 0: // text with its title
				s.doc = report.FromText(r.As(compose.Shapes()[n%10]))
			case 1: // a page whose body lacks the title
				s.doc = page(t, r.Title, "", fragment, "政府信息公开年报")
			case 2: // a page with the title broken over lines
				c := []rune(r.Title)
				s.doc = page(t, "政府信息公开年报", "", "<p>"+string(c[:len(c)/2])+"</p><p>"+string(c[len(c)/2:])+"</p>"+fragment, "政府信息公开年报")
			case 3: // an announcement whose attachment is the report
				s.doc = page(t, r.Title, r.Title, `<p>附件：<a href="/P020240119.pdf">`+r.Title+`.pdf</a></p>`, "政府信息公开年报")
				s.complete = false
			case 4: // a file
				s.doc = r.Document(compose.Cuts()[n%7])
			default:
				s.doc = page(t, r.Title, r.Title, fragment, "年度报告")
			}
			add(s)
		}
	}
	for i, b := range bodies[:6] {
		for _, year := range []int{2008, 2011, 2015, 2018} {
			o := compose.NewOld(int64(year), b[0], year)
			s := specimen{name: o.Title, report: true, complete: true, body: b[0], level: b[1], year: year}
			if (year+i)%2 == 0 {
				s.doc = report.FromText(o.As(compose.Tabs))
			} else {
				s.doc = page(t, o.Title, o.Title, o.HTML(compose.Plain), "政府信息公开年报")
			}
			add(s)
		}
	}
	// The title is nowhere; the link that led here names it.
	for i, b := range bodies[:6] {
		year := 2020 + i%4
		r := compose.New(int64(900+i), b[0], year, compose.Options{})
		text := strings.TrimPrefix(r.As(compose.Tabs), r.Title)
		add(specimen{name: "no title, " + b[0], doc: report.FromText(text), trail: discover.Trail{Text: r.Title}, report: true, complete: true, body: b[0], level: b[1], year: year})
	}
	return out
}

// TestPrecisionAndRecall judges a labelled set of reports and false friends.
func TestPrecisionAndRecall(t *testing.T) {
	var right, missed, foreign, friends, bodyOff, yearOff, levelOff int
	list := labelled(t)
	for _, s := range list {
		v := discover.Judge(s.doc, s.trail)
		switch {
		case !s.report && v.IsReport:
			foreign++
			t.Errorf("taken for a report: %s (%s)", s.name, v.Reason)
		case !s.report:
			friends++
			if v.Reason == "" {
				t.Errorf("turned away without a reason: %s", s.name)
			}
		case !v.IsReport || v.Complete != s.complete:
			missed++
			t.Errorf("missed: %s: %+v", s.name, v)
		default:
			right++
			if v.Publisher != s.body {
				bodyOff++
				t.Errorf("%s: publisher %q, want %q", s.name, v.Publisher, s.body)
			}
			if v.Year != s.year {
				yearOff++
				t.Errorf("%s: year %d, want %d", s.name, v.Year, s.year)
			}
			if v.Level != s.level {
				levelOff++
				t.Errorf("%s: level %q of %s, want %q", s.name, v.Level, v.Publisher, s.level)
			}
		}
	}
	precision, recall := float64(right)/float64(right+foreign), float64(right)/float64(right+missed)
	t.Logf("%d documents: %d reports found, %d missed, %d false friends turned away, %d taken; precision %.4f, recall %.4f; publisher wrong %d, year wrong %d, level wrong %d",
		len(list), right, missed, friends, foreign, precision, recall, bodyOff, yearOff, levelOff)
	if len(list) < 300 {
		t.Errorf("only %d documents", len(list))
	}
	if precision < 0.99 || recall < 0.99 {
		t.Errorf("precision %.4f, recall %.4f: both must reach 0.99", precision, recall)
	}
}
