package discover

import (
	"bufio"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/report"
)

// labelled is a link with what it is.
type labelled struct {
	url, text string
	near      string
	good      bool
	list      bool // a column rather than an article
}

// real reads the addresses of real reports and columns that lie beside the checkout.
func real(t testing.TB) []labelled {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "report_urls.tsv"))
	if err != nil {
		t.Skip("the list of real addresses is not here")
	}
	defer f.Close()
	var out []labelled
	sc := bufio.NewScanner(f)
	for n := 0; sc.Scan(); n++ {
		c := strings.Split(sc.Text(), "\t")
		if n == 0 || len(c) < 6 {
			continue
		}
		title, _, _ := strings.Cut(c[1], "(")
		out = append(out, labelled{url: c[0], text: title, near: title + " 2024-01-20", good: c[5] != "false-friend", list: c[5] == "list"})
	}
	return out
}

// others are links of the same portals that lead elsewhere: false friends with their usual addresses, and what else
// stands on their pages.
func others(hosts []string) []labelled {
	kinds := []struct{ path, text string }{
		{"/zwgk/zfgzbg/202402/t20240220_1.html", "%s2024年政府工作报告"},
		{"/zwgk/fdzdgknr/fzzfjsndbg/202403/t20240328_6583952.html", "%s2023年法治政府建设年度报告"},
		{"/gongkai/channel_c_1/doc_65b069.html", "《%s2023年政府信息公开工作年度报告》解读"},
		{"/zwgk/zfwzndbb/202401/t20240105_3.html", "%s政府网站工作年度报表（2023年度）"},
		{"/szyyj/zwgk/xxgknb/202401/t20240110_8.html", "%s政府网站2023年度工作报表"},
		{"/zwgk/xxgknb/content_25206.html", "%s住房公积金2023年年度报告"},
		{"/czxx/bmjs/202308/t20230820_77.html", "%s财政局2022年度部门决算公开"},
		{"/czxx/ysgk/202402/t20240220_78.html", "%s民政局2024年部门预算公开"},
		{"/tjj/tjgb/202403/t20240315_90.html", "%s2023年国民经济和社会发展统计公报"},
		{"/tjj/tjnb/2023/index.html", "%s2023年统计年报"},
		{"/scjg/qynb/index.html", "关于开展2023年度企业年报的公告"},
		{"/zwgk/xzxk/202401/t20240118_4.html", "%s2023年度行政许可实施情况年度报告"},
		{"/xxgk/gknb/2023w2024xnfddxxxgkndbg/list.htm", "%s职业技术学院2022-2023学年信息公开年度报告：高校信息公开"},
		{"/zwgk/zfxxgkzn/", "政府信息公开指南"},
		{"/zwgk/zfxxgkzd/", "政府信息公开制度"},
		{"/zwgk/tzgg/202312/t20231220_5.html", "关于做好2023年度政府信息公开工作年度报告编制发布工作的通知"},
		{"/zwgk/ysqgk/", "依申请公开"},
		{"/zwgk/zfgb/2023/", "政府公报"},
		{"/xwzx/bmdt/202401/t20240112_33.html", "%s财政局召开2023年度工作总结会"},
		{"/xwzx/jrdt/202401/t20240113_34.html", "%s领导调研春节保供工作"},
		{"/art/2024/1/16/art_1229779591_99.html", "%s关于2024年春节放假的通知"},
		{"/info/1039/10812.htm", "%s开展冬季安全生产检查"},
		{"/content/post_8770000.html", "%s人事任免"},
		{"/tzgg/index.html", "通知公告"}, {"/xwzx/", "新闻中心"}, {"/hdjl/zxft/", "在线访谈"}, {"/fwdt/", "办事服务"}, {"/zjyx/", "走进我们"},
		{"/zfxxgk/public/column/24601?type=4&action=list", "人事信息"}, {"/col/col1532802/index.html", "规划计划"}, {"/eportal/ui?pageId=11f1063f98964aba8e33f0e01c3bfaee", "机构概况"},
		{"/wzdt/sitemap.html", "网站地图"}, {"/zwgk/zcjd/", "政策解读"}, {"/2022031615161128280/index.html", "应急管理"}, {"/module/visitcount/visit.jsp?type=1", ""},
	}
	var out []labelled
	for i, h := range hosts {
		for _, k := range kinds {
			text := k.text
			if strings.Contains(text, "%s") {
				text = fmt.Sprintf(text, []string{"永宁县", "江北市", "青榆区", "石栏镇"}[i%4])
			}
			out = append(out, labelled{url: "http://" + h + k.path, text: text, near: text + " 2024-01-18"})
		}
	}
	return out
}

// scoreOf scores one link as it would stand on a page about disclosure, or on a front page.
func scoreOf(t testing.TB, l labelled, heat int, text bool) int {
	u, err := url.Parse(l.url)
	if err != nil {
		t.Fatal(err)
	}
	page := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/index/page.html"}
	lead := portal.Lead{Method: "GET", URL: l.url, Role: portal.RolePage, InBody: true, Kind: document.LinkAnchor}
	if text {
		lead.Text, lead.Near = l.text, l.near
	}
	return Rank([]portal.Lead{lead}, page, heat, Place{Home: heat == 0})[0].Score
}

// auc is how often a good link scores above another one, ties counting half.
func auc(good, bad []int) float64 {
	sum := 0.0
	for _, g := range good {
		for _, b := range bad {
			switch {
			case g > b:
				sum++
			case g == b:
				sum += 0.5
			}
		}
	}
	return sum / float64(len(good)*len(bad))
}

func TestRealAddressesRankAboveNoise(t *testing.T) {
	list := real(t)
	var hosts []string
	for _, l := range list {
		u, err := url.Parse(l.url)
		if err != nil {
			t.Fatal(err)
		}
		hosts = append(hosts, u.Host)
	}
	noise := others(hosts)
	for _, c := range []struct {
		name string
		heat int
		text bool
		want float64
	}{
		{"front page, text and address", 0, true, 0.995},
		{"disclosure page, text and address", 1, true, 0.995},
		{"front page, address alone", 0, false, 0.80},
	} {
		var good, bad []int
		for _, l := range list {
			s := scoreOf(t, l, c.heat, c.text)
			if l.good {
				good = append(good, s)
				if c.text && s < Sure {
					t.Errorf("%s: %d for %s %s", c.name, s, l.text, l.url)
				}
			} else {
				bad = append(bad, s)
			}
		}
		for _, l := range noise {
			s := scoreOf(t, l, c.heat, c.text)
			bad = append(bad, s)
			if c.text && s >= Sure {
				t.Errorf("%s: %d for noise %s %s", c.name, s, l.text, l.url)
			}
		}
		got := auc(good, bad)
		t.Logf("%s: AUC %.4f over %d and %d", c.name, got, len(good), len(bad))
		if got < c.want {
			t.Errorf("%s: AUC %.4f, want at least %.3f", c.name, got, c.want)
		}
	}
}

func TestWordsOfLinks(t *testing.T) {
	for text, want := range map[string]kind{
		"政府信息公开年报": column, "信息公开年度报告": column, "公开年报": column, "部门年报": column, "年度报告": column, "政府信息 公开年报": column, "政府信息公开工作年度报告": column, "历年年报": column,
		"某县财政局2023年政府信息公开工作年度报告": article, "2022年度政府信息公开年度报告": article, "关于2021年度政府信息公开工作情况的报告": article, "高岭镇_2017年政府信息公开年报": article,
		"2023年": year, "2023": year, "2019年度": year, "县财政局": body, "城关镇": body, "县政府部门": directory, "部门导航": directory, "乡镇街道": directory, "市直部门网站": directory, "机构设置": directory, "公开主体": directory, "部门动态": other,
		"政务公开": hub, "政府信息公开": disclosure, "法定主动公开内容": disclosure, "政府信息公开目录": disclosure,
		"2023年政府工作报告": falseClass, "法治政府建设年度报告": falseClass, "《某县2023年政府信息公开工作年度报告》解读": falseClass, "政府网站工作年度报表": falseClass, "住房公积金年度报告": falseClass,
		"政府信息公开指南": falseClass, "依申请公开": falseClass, "部门决算": falseClass, "关于做好2023年度政府信息公开工作年度报告编制工作的通知": falseClass,
		"更多": silent, "": silent, "3": silent, "下载": silent, "2024-01-18": silent, "要闻动态": other, "招商引资": other,
	} {
		if got := classify(text); got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
}

func TestPathsOfLinks(t *testing.T) {
	for path, want := range map[string]kind{
		"/zfxxgk/zfxxgknb/": column, "/zwgk/xxgknb/2022/content/post_1.html": column, "/xxgk/gkndbg/": column, "/OpennessAnnualReport/show/3084.html": column, "/zfxxgk_x/zfxxgknb.html?nbYear=2019": column,
		"/x/nb/20200711/1.html": year, "/zwgk/zfxxgk/": hub, "/gkmlpt/index": hub, "/info/1039/1.htm": silent, "/zfgzbg/": falseClass, "/zwgk/zfwzndbb/": falseClass, "/fzzfjs/": falseClass,
		"/zfgzbg": falseClass, "/zfgzbg_1.html": falseClass, "/zfgzbg12/": falseClass, "/zfgzbgs/": silent, "/zfgzbgs/zfgzbg/": falseClass, "/xxfzzf2/": falseClass,
		"/nb": year, "/nb.html": year, "/nb_x/": year, "/nbx/": silent, "/xnb/": silent, "/nb2023": year, "/nb2023n.html": year, "/nb2023nn/": silent, "/nb_2023/": year, "/nb202/": silent, "/nb202x/": silent, "/2023nb/": year, "/2023nbx/": silent, "/202nb/": silent,
		"/x023nb/": silent, "/2023xb/": silent, "/ndbg2023/": year, "/ndbg2023_1/": year, "/ndbg2023x/": silent, "/gznb/": year, "/ndgb.shtml": year,
		"/zfxxgk.html": hub, "/zwgk2/": hub, "/zwgk-2/": silent, "/zwgk_b": hub, "/xzwgk/": silent, "/public/": hub, "/publicx/": silent, "/openness.do": hub, "/-": silent, "//": silent, "/zwgk年报/": silent, "/zwgk/nb/": year, "/NB/": year, "/ZWGK/": hub,
	} {
		if got := pathKind(path); got != want {
			t.Errorf("%q is %d, want %d", path, got, want)
		}
	}
}

// An announcement names one report; a list names several, or leads to the page that is one.
func TestAnnouncesOrLists(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.example.gov.cn", Path: "/xxgk/1.html"}
	file := func(text, ref string) portal.Lead {
		return portal.Lead{Method: "GET", URL: "http://www.example.gov.cn/" + ref, Text: text, Role: portal.RoleAttachment}
	}
	link := func(text, ref string) portal.Lead {
		return portal.Lead{Method: "GET", URL: "http://www.example.gov.cn/" + ref, Text: text, Role: portal.RolePage}
	}
	news := func(n int) portal.Lead {
		return portal.Lead{Method: "GET", URL: fmt.Sprintf("http://www.example.gov.cn/%d.html", n), Text: "甲县供电所走访困难群众", Role: portal.RolePage, InBody: true}
	}
	const a, b = "甲县财政局2023年政府信息公开工作年度报告", "甲县教育局2023年政府信息公开工作年度报告"
	for name, c := range map[string]struct {
		title string
		leads []portal.Lead
		want  bool
	}{
		"a file":             {a, []portal.Lead{file(a+".pdf", "a.pdf")}, true},
		"two formats":        {"", []portal.Lead{file(a+".pdf", "a.pdf"), file(a+".docx", "a.docx")}, true},
		"files of several":   {"政府信息公开年报", []portal.Lead{file(a+".pdf", "a.pdf"), file(b+".pdf", "b.pdf")}, false},
		"several, one title": {a, []portal.Lead{file(a+".pdf", "a.pdf"), file(b+".pdf", "b.pdf")}, true},
		"an entry":           {"政府信息公开年报", []portal.Lead{link(a, "2.html")}, false},
		"a list of news":     {"", []portal.Lead{news(1), news(2), news(3), news(4), news(5)}, false},
		"the next article":   {a, []portal.Lead{link(b, "2.html")}, true},
	} {
		d := &document.Document{Title: c.title}
		if got := Announces(d, page, verdictTitled(a), c.leads); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

func BenchmarkRank1000(b *testing.B) {
	noise := others([]string{"a.gov.cn", "b.gov.cn", "c.gov.cn", "d.gov.cn", "e.gov.cn", "f.gov.cn", "g.gov.cn", "h.gov.cn", "i.gov.cn", "j.gov.cn", "k.gov.cn", "l.gov.cn", "m.gov.cn", "n.gov.cn", "o.gov.cn",
		"p.gov.cn", "q.gov.cn", "r.gov.cn", "s.gov.cn", "t.gov.cn", "u.gov.cn", "v.gov.cn", "w.gov.cn", "x.gov.cn", "y.gov.cn", "z.gov.cn", "aa.gov.cn", "ab.gov.cn", "ac.gov.cn", "ad.gov.cn"})
	var leads []portal.Lead
	for _, l := range noise {
		if len(leads) < 1000 {
			leads = append(leads, portal.Lead{Method: "GET", URL: l.url, Text: l.text, Near: l.near, Role: portal.RolePage, InBody: true})
		}
	}
	page := &url.URL{Scheme: "http", Host: "a.gov.cn", Path: "/"}
	b.ReportAllocs()
	for b.Loop() {
		Rank(leads, page, 1, Place{})
	}
}

func BenchmarkClassify(b *testing.B) {
	texts := []string{"首页", "要闻动态", "县财政局", "政府信息公开", "政府信息公开年报", "永宁县财政局2023年政府信息公开工作年度报告", "永宁县召开2024年春季农业生产现场推进大会", "关于做好2023年度政府信息公开工作年度报告编制发布工作的通知", "更多"}
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range texts {
			classify(t)
		}
	}
}

func BenchmarkPathKind(b *testing.B) {
	paths := []string{"/zwgk/zfxxgk/zfxxgknb/202401/t20240115_1.html", "/art/2024/1/16/art_1229779591_99.html", "/eportal/ui?pageId=11f1063f98964aba8e33f0e01c3bfaee", "/xwzx/bmdt/202401/t20240112_33.html", "/czxx/bmjs/"}
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range paths {
			pathKind(p)
		}
	}
}

func verdictTitled(title string) report.Verdict {
	return report.Verdict{IsReport: true, Title: title, Score: 0.6}
}

// A page about disclosure may lead on by a name that says nothing of reports: it is asked for before its neighbours.
func TestNamesThatSpeakOfDisclosure(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/zwgk/s/"}
	score := func(text string, heat int) int {
		return Rank([]portal.Lead{{Method: "GET", URL: "http://www.yongning.example/lm/7/", Role: portal.RolePage, Text: text}}, page, heat, Place{})[0].Score
	}
	for _, text := range []string{"标准化规范化专栏", "公开标准目录", "便民专栏"} {
		for heat := range 2 {
			if got, neighbour := score(text, heat), score("社会救助", heat); got <= neighbour || heat == 1 && got < Likely {
				t.Errorf("%s scores %d on a page of heat %d, its neighbour %d", text, got, heat, neighbour)
			}
		}
	}
	if got := score("学习教育专题新闻", 1); got >= Likely {
		t.Errorf("a special page of something else scores %d", got)
	}
}
