package portaltest

import (
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"

	"nianbao/internal/compose"
)

// buildForms lays a portal out as one whose pager sends a form, and whose entries are opened by a function of the page.
func buildForms(p *portal, s *content) {
	var l layout
	l.column = func(c *column, _ int) string { return fmt.Sprintf("/govinfo/list.do?channel=%d", c.id) }
	l.article = func(a *article) string { return fmt.Sprintf("/govinfo/detail/%d/%d.html", a.column.id, 70_000+a.id) }
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/govinfo/file?attachid=%s%d", digest(fmt.Sprint(p.index, a.id)), i)
	}
	l.fileHeader = func(_ *article, f file) map[string]string {
		return map[string]string{"Content-Disposition": "attachment; filename=\"attachment." + f.ext + "\""}
	}
	l.list = func(c *column, n int) string {
		var b strings.Builder
		b.WriteString("<script>\nfunction openInfo(channel, id){ window.open('/govinfo/detail/' + channel + '/' + id + '.html'); }\nfunction turn(n){ document.getElementById('pageNo').value = n; document.forms['lf'].submit(); }\n</script>\n<table class=\"gl\">")
		for _, a := range c.page(n) {
			fmt.Fprintf(&b, "<tr onclick=\"openInfo('%d','%d')\"><td>%s</td><td>%s</td></tr>\n", c.id, 70_000+a.id, html.EscapeString(a.title), a.date)
		}
		fmt.Fprintf(&b, "</table><form name=\"lf\" method=\"post\" action=\"/govinfo/list.do\"><input type=\"hidden\" name=\"channel\" value=\"%d\"><input type=\"hidden\" id=\"pageNo\" name=\"pageNo\" value=\"%d\"></form>\n", c.id, n)
		return b.String()
	}
	l.pager = func(c *column, n int) string {
		return fmt.Sprintf("<div>第 %d/%d 页 <a href=\"#\" onclick=\"turn(%d);return false;\">下一页</a> <a href=\"#\" onclick=\"turn(%d);return false;\">末页</a></div>", n, c.pages(), min(n+1, c.pages()), c.pages())
	}
	l.reach = func(*column, int) string { return ReachScript }
	p.lay(l, s)
	for _, c := range s.columns() {
		p.html(l.column(c, 1), func() string {
			return p.frame(frame{title: c.name, crumbs: p.path(s, c), body: p.columnBody(l.defaults(), c, 1)})
		})
	}
	p.put("/govinfo/list.do", &page{serve: func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.ParseForm() != nil {
			p.notFound(w)
			return
		}
		n, err := strconv.Atoi(r.PostForm.Get("pageNo"))
		for _, c := range s.columns() {
			if err == nil && strconv.Itoa(c.id) == r.PostForm.Get("channel") && n >= 1 && n <= c.pages() {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = w.Write([]byte(p.frame(frame{title: c.name, crumbs: p.path(s, c), body: p.columnBody(l.defaults(), c, n)})))
				return
			}
		}
		p.notFound(w)
	}})
}

// buildTabs lays a portal out as one whose columns are tabs: each loads a fragment named in an attribute, and a button
// loads the next pages of it until one is empty.
func buildTabs(p *portal, s *content) {
	var l layout
	l.column = func(c *column, _ int) string { return "/" + c.slug + ".html" }
	l.article = func(a *article) string {
		return fmt.Sprintf("/detail?infoid=%s", digest(fmt.Sprint(p.index, a.id))[:16])
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/oss/%s/%s.%s", a.date[:7], digest(fmt.Sprint(a.id, i))[:12], a.files[i].ext)
	}
	fragment := func(c *column, n int) string { return fmt.Sprintf("/fragment/%d?pageNum=%d", c.id, n) }
	l.list = func(c *column, _ int) string {
		return fmt.Sprintf("<div class=\"tab\" data-url=\"%s\"></div><button onclick=\"more()\">加载更多</button><script>var n=1;function more(){n=n+1;$.get('/fragment/%d?pageNum='+n,function(h){if(h)$('.tab').append(h);});}</script>", fragment(c, 1), c.id)
	}
	l.pager = func(*column, int) string { return "" }
	l.reach = func(*column, int) string { return ReachAPI }
	p.lay(l, s)
	for _, c := range s.columns() {
		for n := 1; n <= c.pages()+1; n++ {
			p.html(fragment(c, n), func() string {
				if len(c.page(n)) == 0 {
					return "<!-- -->"
				}
				return ul(l, c.page(n))
			})
		}
	}
}

// departments is how many departments a portal of buildTree has beside those of every portal.
const departments = 36

// buildTree lays a portal out as a city whose departments have pages of their own below one list, each with a column of
// reports two steps further; there is no column of all reports.
func buildTree(p *portal, s *content) {
	var l layout
	l.column = func(c *column, n int) string {
		if n > 1 {
			return fmt.Sprintf("/%s/index_%d.html", c.slug, n-1)
		}
		return "/" + c.slug + "/"
	}
	l.article = func(a *article) string { return fmt.Sprintf("/%s/%s/content_%d.html", a.column.slug, a.date[:7], a.id) }
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/%s/files/%d_%d.%s", a.column.slug, a.id, i, a.files[i].ext)
	}
	l.conditional = true
	names := strings.Fields("发展和改革局 工业和信息化局 科学技术局 公安局 民政局 司法局 人力资源和社会保障局 自然资源局 生态环境局 住房和城乡建设局 交通运输局 水利局 农业农村局 商务局 文化和旅游局 卫生健康委员会 退役军人事务局 应急管理局 审计局 国有资产监督管理委员会 市场监督管理局 体育局 统计局 医疗保障局 乡村振兴局 信访局 城市管理局 行政审批服务局 林业局 金融工作局 粮食和物资储备局 机关事务管理局 大数据管理局 地方金融监督管理局 国防动员办公室 投资促进局")
	hub := &column{slug: "bmxxgk", name: "部门信息公开", id: 90_000, perPage: 8}
	s.section.kids = append(s.section.kids, hub)
	for i := range min(departments, len(names)) {
		dir := fmt.Sprintf("bmxxgk/bm%02d", i)
		mk := func(slug, name string, kids ...*column) *column {
			return &column{slug: dir + slug, name: name, id: 90_001 + 10*i + len(slug), kids: kids, perPage: 8}
		}
		nb := mk("/nb", "年度报告")
		body := p.place + names[i]
		for y, year := range p.opt.Years[max(0, len(p.opt.Years)-2):] {
			r := compose.New(p.opt.Seed, body, year, compose.Options{Level: "department"})
			a := &article{id: 60_000 + 100*i + y, title: r.Title, date: r.Published, publisher: body, report: r, level: "department", kind: "bm", column: nb}
			a.body = func() string { return r.HTML(compose.Plain) }
			nb.items = append([]*article{a}, nb.items...)
		}
		hub.kids = append(hub.kids, mk("", names[i], mk("/jggk", "机构概况"), mk("/zcwj", "政策文件"), mk("/xxgk", "政府信息公开", mk("/xxgkzn", "信息公开指南"), nb)))
	}
	p.lay(l, s)
}
