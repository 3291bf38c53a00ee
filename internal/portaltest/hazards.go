package portaltest

import (
	"fmt"
	"slices"
	"strings"
)

// A hazard is one trouble of the real web. on puts it on a portal; world does what needs more than one.
type hazard struct {
	name string
	// every hazard but those that are everywhere stands on one portal of three, so that a portal has several and none has
	// all; in a world of few portals all of them have it.
	everywhere bool
	on         func(p *portal)
	world      func(w *World)
}

func hazards() []hazard {
	return []hazard{
		{name: "ssrf", everywhere: true, on: (*portal).ssrf},
		{name: "mirror", everywhere: true, on: (*portal).forged},
		{name: "twins", on: (*portal).twins},
		{name: "loops", on: (*portal).loops},
		{name: "sessions", on: (*portal).sessions},
		{name: "calendar", on: (*portal).calendar},
		{name: "endless", on: (*portal).endless},
		{name: "deep", on: (*portal).deep},
		{name: "slow", on: (*portal).slow},
		{name: "big", on: (*portal).big},
		{name: "pushback", on: (*portal).pushback},
		{name: "soft404", on: (*portal).softMissing},
		{name: "cookie", on: (*portal).cookieWall},
		{name: "throttled", on: (*portal).throttled},
		{name: "viewer", on: func(p *portal) { p.viewer = true }},
		{name: "iframe", on: (*portal).framed},
		{name: "hijack", on: (*portal).hijacked},
		{name: "otherlists", everywhere: true, on: (*portal).otherLists},
		{name: "bundle", on: (*portal).bundle},
		{name: "walls", world: (*World).walls},
	}
}

// Hazards are the names Options.Hazards takes.
func Hazards() []string {
	var out []string
	for _, h := range hazards() {
		out = append(out, h.name)
	}
	return out
}

// hazards puts those asked for into the world.
func (w *World) hazards() {
	for i, h := range hazards() {
		if !slices.Contains(w.opt.Hazards, h.name) {
			continue
		}
		for k, p := range w.portals {
			if h.on != nil && (h.everywhere || len(w.portals) < 6 || (i+k)%3 == 0) {
				h.on(p)
			}
		}
	}
	for _, h := range hazards() { // the portals that these add have no other hazards
		if h.world != nil && slices.Contains(w.opt.Hazards, h.name) {
			h.world(w)
		}
	}
}

// link adds a link to the front page, aside one to the page of the annual reports.
func (p *portal) link(href, text string) {
	p.front = append(p.front, fmt.Sprintf("<a href=\"%s\">%s</a>", href, text))
}

func (p *portal) aside(href, text string) {
	p.beside = append(p.beside, fmt.Sprintf("<li><a href=\"%s\" title=\"%s\">%s</a></li>", href, text, text))
}

// ssrf: links and redirects to addresses inside the crawler's own network, called what a crawler looks for.
func (p *portal) ssrf() {
	for i, host := range []string{"127.0.0.1", "127.0.0.1:8500", "169.254.169.254", "localhost", "[::1]", "10.0.0.8", "192.168.1.1", "0x7f000001", "2130706433"} {
		title := fmt.Sprintf("%s信访局%d年政府信息公开工作年度报告", p.place, 2010+i)
		p.aside("http://"+host+"/latest/meta-data/nb.html", title)
		from := fmt.Sprintf("/nbzl/r%d.html", i)
		p.redirect(from, "http://"+host+"/zfxxgknb/index.html")
		p.link(from, "政府信息公开年报")
	}
}

func (p *portal) redirect(from, to string) {
	p.put(from, &page{status: 302, mediaType: typeHTML, header: map[string]string{"Location": to}, body: func() []byte { return nil }})
}

// forged: the column itself leads to a copy of the portal on a foreign host, which also frames it and sends scripts.
func (p *portal) forged() {
	for _, year := range p.opt.Years {
		p.aside("http://"+p.mirror()+fmt.Sprintf("/nb/%d.html", year), fmt.Sprintf("%s审计局%d年政府信息公开工作年度报告", p.place, year))
	}
	p.beside = append(p.beside, fmt.Sprintf("<iframe src=\"http://%s/zfxxgknb/\"></iframe><script src=\"http://%s/js/nav-list.js\"></script>", p.mirror(), p.mirror()))
	p.link("http://"+p.mirror()+"/zfxxgknb/", "政府信息公开年报")
	p.redirect("/jump/nb.html", "http://"+p.mirror()+"/zfxxgknb/")
	p.link("/jump/nb.html", "信息公开年报")
}

// twins: every entry of the column again on a host for telephones, through the gateway that writes traditional characters,
// and with a parameter for small screens.
func (p *portal) twins() {
	p.mobile, p.big5 = "m."+p.domain, "big5."+p.domain
	p.below = append(p.below, p.mobile, p.big5)
	p.link("http://"+p.mobile+"/", "手机版")
	p.link("http://"+p.big5+"/gate/big5/"+p.host()+"/", "繁體版")
	for i, a := range p.site.annual.items {
		uri := p.layout.article(a)
		if a.report == nil || strings.HasPrefix(uri, "//") || i > 9 {
			continue
		}
		sep := "?"
		if strings.Contains(uri, "?") {
			sep = "&amp;"
		}
		p.aside("http://"+p.mobile+uri, a.title)
		p.aside("http://"+p.big5+"/gate/big5/"+p.host()+uri, a.title)
		p.aside("http://"+p.domain+uri, a.title)
		p.aside(uri+sep+"isMobile=true", a.title)
	}
}

// loops: redirects that never end, in a circle and in a chain.
func (p *portal) loops() {
	p.redirect("/nb-old/", "/nb-old/a.html")
	p.redirect("/nb-old/a.html", "/nb-old/b.html")
	p.redirect("/nb-old/b.html", "/nb-old/")
	p.link("/nb-old/", "政府信息公开年报（旧版）")
	for i := range 40 {
		p.redirect(fmt.Sprintf("/nb-hop/%d.html", i), fmt.Sprintf("/nb-hop/%d.html", i+1))
	}
	p.link("/nb-hop/0.html", "政府信息公开年度报告")
}

// hijacked: an entry of the column whose page has been taken over.
func (p *portal) hijacked() {
	title := fmt.Sprintf("%s商务局2019年政府信息公开工作年度报告", p.place)
	uri := "/ndbg/2019/swj.html"
	p.html(uri, func() string {
		return p.frame(frame{title: title, body: "<h1>" + title + "</h1><div class=\"content\"><p>老虎机娱乐城注册送彩金，百家乐真人视讯，统计期限自2019年1月1日起。</p><p>一、总体情况 二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 四、行政复议</p></div>"})
	})
	p.aside(uri, title)
}

// otherLists: the column leads to the places of false friends, under names that nearly fit.
func (p *portal) otherLists() {
	for slug, name := range map[string]string{"fzzfnb": "法治政府建设年度报告", "wzgznb": "网站工作年度报表", "gjjnb": "住房公积金年度报告", "xkndbg": "行政许可年度报告"} {
		uri := "/" + slug + "/index.html"
		p.html(uri, func() string {
			var b strings.Builder
			for _, y := range p.opt.Years {
				fmt.Fprintf(&b, "<li><a href=\"/%s/%d.html\">%s%d年%s</a></li>\n", slug, y, p.place, y, name)
			}
			return p.frame(frame{title: name, body: "<ul>" + b.String() + "</ul>"})
		})
		for _, y := range p.opt.Years {
			title := fmt.Sprintf("%s%d年%s", p.place, y, name)
			p.html(fmt.Sprintf("/%s/%d.html", slug, y), func() string {
				return p.frame(frame{title: title, body: "<h1>" + title + "</h1><div class=\"content\"><p>现将本年度有关情况公布如下。</p></div>"})
			})
		}
		p.beside = append(p.beside, fmt.Sprintf("<li><a href=\"%s\">%s</a></li>", uri, name))
	}
	slices.Sort(p.beside[max(0, len(p.beside)-4):])
}
