package portaltest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"nianbao/internal/compose"
)

// content is what a portal publishes, before a family lays it out.
type content struct {
	top     []*column // columns of the home page
	section *column   // 政务公开, whose kids lead on
	inner   *column   // 政府信息公开
	annual  *column   // the column of the reports; split into kids or a list
	quiet   []*column // columns that stand beside it
}

// columns walks every column once, parents first.
func (s *content) columns() []*column {
	var out []*column
	seen := map[*column]bool{}
	var walk func(c *column)
	walk = func(c *column) {
		if seen[c] {
			return
		}
		seen[c] = true
		out = append(out, c)
		for _, k := range c.kids {
			walk(k)
		}
	}
	for _, c := range s.top {
		walk(c)
	}
	return out
}

// rng is a stream of chance for one purpose on this portal, the same in every epoch.
func (p *portal) rng(purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(p.opt.Seed)+1, uint64(p.index)<<16|purpose))
}

// content composes what the portal publishes in its epoch.
func (p *portal) content() *content {
	rng := p.rng(1)
	id := 1500 + 37*p.index
	col := func(slug, name string, items []*article, kids ...*column) *column {
		id += 1 + rng.IntN(9)
		c := &column{slug: slug, name: name, id: id, items: items, kids: kids, perPage: 8}
		for _, a := range items {
			a.column = c
		}
		return c
	}
	noise := p.news(rng)
	share := func(i int) []*article { // the i-th of five equal parts
		return noise[len(noise)*i/5 : len(noise)*(i+1)/5]
	}
	reports := p.reports()
	var annual *column
	friends := p.friends()
	inside := friends[:4]
	switch p.family.split {
	case splitKind:
		var kids []*column
		belongs := func(a *article, kind string) bool { return a.kind == kind || a.level == kind }
		for _, k := range [][3]string{{"szf", "县政府年报", "zf"}, {"bm", "政府部门年报", "department"}, {"xz", "乡镇街道年报", "town"}} {
			var items []*article
			for _, a := range reports {
				if belongs(a, k[2]) {
					items = append(items, a)
				}
			}
			c := col("zfxxgknb/"+k[0], k[1], items)
			p.leave(c, func(a *article) bool { return belongs(a, k[2]) })
			kids = append(kids, c)
		}
		annual = col("zfxxgknb", "政府信息公开年报", nil, kids...)
	case splitYear:
		var kids []*column
		for i := len(p.opt.Years) - 1; i >= 0; i-- {
			var items []*article
			for _, a := range reports {
				if a.report.Year == p.opt.Years[i] {
					items = append(items, a)
				}
			}
			c := col(fmt.Sprintf("xxgknb/%d", p.opt.Years[i]), fmt.Sprintf("%d年", p.opt.Years[i]), items)
			p.leave(c, func(a *article) bool { return a.report.Year == p.opt.Years[i] })
			kids = append(kids, c)
		}
		annual = col("xxgknb", "政府信息公开年度报告", nil, kids...)
	default:
		annual = col("zfxxgknb", []string{"政府信息公开年报", "信息公开年报", "政府信息公开工作年度报告", "公开年报"}[p.index%4], mix(reports, inside[:2]))
		p.leave(annual, func(*article) bool { return true })
	}
	quiet := []*column{
		col("zfgzbg", "政府工作报告", friends[4:6]),
		col("fzzfjs", "法治政府建设年度报告", friends[6:8]),
		col("zcjd", "政策解读", friends[8:11]),
		col("wzndbb", "政府网站工作年度报表", friends[11:14]),
		col("czxx", "财政预决算", append(append([]*article{}, friends[14:]...), share(3)...)),
	}
	guide := col("xxgkzn", "政府信息公开指南", inside[2:3])
	rules := col("xxgkzd", "政府信息公开制度", inside[3:4])
	inner := col("zfxxgk", "政府信息公开", nil, guide, rules, annual)
	section := col("zwgk", "政务公开", nil, append([]*column{inner}, quiet...)...)
	s := &content{section: section, inner: inner, annual: annual, quiet: quiet}
	s.top = []*column{col("xwdt", "要闻动态", share(0)), col("tzgg", "通知公告", share(1)), col("rsxx", "人事信息", share(2)), section,
		col("hygq", "回应关切", share(4))}
	return s
}

// leave tells removed and delisted reports in which column they stood.
func (p *portal) leave(c *column, was func(*article) bool) {
	for _, a := range slices.Concat(p.gone, p.delisted) {
		if was(a) {
			a.column = c
		}
	}
}

// mix puts false friends between the reports, by date.
func mix(reports, friends []*article) []*article {
	out := append([]*article{}, reports...)
	for i, f := range friends {
		at := min(len(out), 2+5*i)
		out = append(out[:at], append([]*article{f}, out[at:]...)...)
	}
	return out
}

// friends are one false friend of every kind, in an order that depends on the portal: the first four stand nearest to
// the reports.
func (p *portal) friends() []*article {
	kinds := compose.Kinds()
	rng := p.rng(2)
	rng.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	var out []*article
	for i, k := range kinds {
		year := p.opt.Years[rng.IntN(len(p.opt.Years))]
		title, text := compose.FalseFriend(k, p.place, year, p.opt.Seed)
		out = append(out, &article{id: 30_000 + i, title: title, date: fmt.Sprintf("%d-%02d-%02d", year+1, 1+rng.IntN(3), 1+rng.IntN(28)),
			publisher: p.place + "人民政府办公室", body: func() string { return text }})
	}
	return out
}

var (
	newsWho  = []string{"县委书记", "副县长", "水利站", "应急办", "文化馆", "招商专班", "农技人员", "志愿者", "供电所", "社区干部"}
	newsDid  = []string{"调研春耕备耕", "检查防汛准备", "走访困难群众", "召开安全生产会议", "举办图书展览", "慰问环卫职工", "开展义务植树", "推进道路改造", "部署冬季供暖", "考察产业园区"}
	newsNote = []string{"要求各有关单位压实责任，抓好落实。", "现场察看了项目进度，听取了群众意见。", "活动持续三天，参加者两百余人。", "会议传达了上级精神，安排了近期工作。", "下一阶段将加快施工，争取早日完工。"}
)

// news are dated articles about other things, newest first, as many as the options ask for.
func (p *portal) news(rng *rand.Rand) []*article {
	day := time.Date(p.opt.Years[len(p.opt.Years)-1]+1, 3, 20, 0, 0, 0, 0, time.UTC)
	var out []*article
	for i := range max(p.opt.Noise, 0) {
		day = day.AddDate(0, 0, -1-rng.IntN(6))
		title := fmt.Sprintf("%s%s%s", p.place, newsWho[rng.IntN(len(newsWho))], newsDid[rng.IntN(len(newsDid))])
		if i%9 == 4 {
			title = fmt.Sprintf("%s关于%d年度%s情况的报告", p.place, day.Year(), newsDid[rng.IntN(len(newsDid))])
		}
		text := newsNote[rng.IntN(len(newsNote))] + newsNote[rng.IntN(len(newsNote))]
		date := day.Format(time.DateOnly)
		out = append(out, &article{id: 40_000 + i, title: title, date: date, publisher: p.place + "融媒体中心",
			body: func() string { return fmt.Sprintf("<p>%s消息：%s。</p>\n<p>%s</p>", date, title, text) }})
	}
	return out
}
