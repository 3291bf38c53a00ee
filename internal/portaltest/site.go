package portaltest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// A portal is one simulated site, and all hosts under which it answers.
type portal struct {
	opt          Options
	index, epoch int
	family       family
	place, level string
	code, domain string
	extra        []string         // hosts of its own besides www and the bare domain
	below        []string         // sub-domains that the seeds file does not name
	byQuery      map[string]*page // pages whose address has a query, by path and sorted query
	strict       bool             // the server minds queries it does not know
	nav          string           // a script file that writes the header of every page, empty: the header is markup
	entry        string           // an entry address for the seeds file
	pages        map[string]*page
	denies       []string // prefixes robots.txt forbids, percent-decoded
	robots       string   // lines to add to robots.txt
	canaries     map[string]bool
	retryAfter   time.Duration // what its Retry-After asks for
	truth        []Truth
	changes      []Change
	fates        map[*article]string
	was          map[*article]*article
	gone         []*article
	delisted     []*article // out of every list, but still there
	site         *content
	layout       layout
	front        []string // markup the hazards add to the home page
	beside       []string // markup they add to the column of the reports
	viewer       bool     // files are shown in a viewer page
	mobile, big5 string   // hosts of twins
	wall         func(http.ResponseWriter, *http.Request) bool
	guards       []func(http.ResponseWriter, *http.Request) bool // answer instead of the page, when they report true
	prefixes     map[string]func(http.ResponseWriter, *http.Request)
	missing      func(http.ResponseWriter) // answers for what is not there
}

// A page is one address of a portal, without its host.
type page struct {
	status    int // 0: 200
	mediaType string
	header    map[string]string
	body      func() []byte
	modified  time.Time
	etag      bool
	// serve answers instead of all above.
	serve func(http.ResponseWriter, *http.Request)
}

// places are the invented places of the world, in the order in which families take them.
var places = []struct{ name, pinyin, level string }{
	{"永宁县", "yongning", "county"}, {"江北市", "jiangbei", "city"}, {"青榆县", "qingyu", "county"}, {"石栏县", "shilan", "county"},
	{"明岭区", "mingling", "county"}, {"白苇县", "baiwei", "county"}, {"望川县", "wangchuan", "county"}, {"临湾市", "linwan", "city"},
	{"松桥县", "songqiao", "county"}, {"禾丰县", "hefeng", "county"}, {"雁塘县", "yantang", "county"}, {"沙棘旗", "shaji", "county"},
	{"梅坪县", "meiping", "county"}, {"澄河市", "chenghe", "city"}, {"苍榕区", "cangrong", "county"}, {"鹿洼县", "luwa", "county"},
	{"双槐县", "shuanghuai", "county"}, {"寒溪县", "hanxi", "county"}, {"长岬县", "changjia", "county"}, {"枫谷县", "fenggu", "county"},
	{"银滩区", "yintan", "county"}, {"丹崖县", "danya", "county"}, {"竹关县", "zhuguan", "county"}, {"麦垄县", "mailong", "county"},
}

// newPortal builds the i-th portal of a world.
func newPortal(opt Options, i int, f family, epoch int) *portal {
	at := places[i%len(places)]
	p := &portal{opt: opt, index: i, epoch: epoch, family: f, place: at.name, level: at.level, code: fmt.Sprintf("99%02d%02d", i/60+1, i%60+1),
		domain: fmt.Sprintf("%s-%s.gov.cn", at.pinyin, f.name), pages: map[string]*page{}, canaries: map[string]bool{},
		fates: map[*article]string{}, was: map[*article]*article{}}
	if i >= len(places) {
		p.domain = fmt.Sprintf("%s%d-%s.gov.cn", at.pinyin, i/len(places)+1, f.name)
		p.place = string([]rune("东西南北中上下前后左右")[i/len(places)%11]) + p.place
	}
	p.denies = []string{"/manage/", "/内部/"}
	f.build(p, p.content())
	p.forbidden()
	for uri, pg := range p.pages {
		if pg.mediaType == "" && pg.serve == nil {
			pg.mediaType = typeHTML
			p.pages[uri] = pg
		}
	}
	p.sortQueries()
	return p
}

func (p *portal) host() string { return "www." + p.domain }
func (p *portal) hosts() []string {
	return slices.Concat([]string{p.host(), p.domain}, p.extra, p.below)
}
func (p *portal) mirror() string { return strings.TrimSuffix(p.domain, ".gov.cn") + ".info-news.com" }

// url makes an address whole; one that begins with // names its host itself.
func (p *portal) url(uri string) string {
	if strings.HasPrefix(uri, "//") {
		return "http:" + uri
	}
	return "http://" + p.host() + uri
}

// hideNav has a script file of the site write the header and the navigation.
func (p *portal) hideNav(file string)     { p.nav = file }
func (p *portal) put(uri string, g *page) { p.pages[uri] = g }

// html puts a page of markup that is rendered when asked for.
func (p *portal) html(uri string, body func() string) *page {
	g := &page{body: func() []byte { return p.encode(body()) }, mediaType: p.family.contentType}
	if g.mediaType == "" {
		g.mediaType = "text/html; charset=utf-8"
	}
	p.put(uri, g)
	return g
}

// encode gives markup in the portal's charset.
func (p *portal) encode(s string) []byte {
	if p.family.gbk {
		if b, err := simplifiedchinese.GB18030.NewEncoder().String(s); err == nil {
			return []byte(b)
		}
	}
	return []byte(s)
}

// denied reports whether robots.txt forbids an address.
func (p *portal) denied(uri string) bool {
	if s, err := url.PathUnescape(uri); err == nil {
		uri = s
	}
	for _, d := range p.denies {
		if strings.HasPrefix(uri, d) {
			return true
		}
	}
	return false
}

// forbidden puts canaries into the directories that robots.txt forbids, and robots.txt itself.
func (p *portal) forbidden() {
	for i, d := range p.denies {
		uri := (&url.URL{Path: d}).EscapedPath() + fmt.Sprintf("nb%d.html", i)
		title := fmt.Sprintf("%s人民政府2023年政府信息公开工作年度报告（送审稿）", p.place)
		p.html(uri, func() string { return p.frame(frame{title: title, body: "<p>内部材料，请勿转发。</p>"}) })
		p.canaries[uri] = true
	}
	if _, ok := p.pages["/robots.txt"]; !ok {
		var b strings.Builder
		b.WriteString("# 网站抓取规则\nUser-agent: *\n")
		for _, d := range p.denies {
			fmt.Fprintf(&b, "Disallow: %s\n", d)
		}
		b.WriteString(p.robots)
		text := b.String()
		p.put("/robots.txt", &page{mediaType: "text/plain", body: func() []byte { return []byte(text) }})
	}
}

// serve answers a request to one of the portal's hosts.
func (p *portal) serve(w http.ResponseWriter, r *http.Request, host string) {
	if p.wall != nil && p.wall(w, r) {
		return
	}
	for _, guard := range p.guards {
		if guard(w, r) {
			return
		}
	}
	if uri := p.untwin(host, r.URL.RequestURI()); uri != r.URL.RequestURI() {
		if u, err := url.ParseRequestURI(uri); err == nil {
			r.URL = u
		}
	}
	for prefix, f := range p.prefixes {
		if strings.HasPrefix(r.URL.Path, prefix) {
			f(w, r)
			return
		}
	}
	g, ok := p.pages["//"+host+r.URL.RequestURI()]
	if !ok {
		g, ok = p.pages[r.URL.RequestURI()]
	}
	if !ok && r.URL.RawQuery != "" { // programs do not mind the order of their parameters
		g, ok = p.byQuery[r.URL.EscapedPath()+"?"+r.URL.Query().Encode()]
	}
	if !ok && !(p.strict && r.URL.RawQuery != "") { // servers of static pages ignore a query they do not know
		g, ok = p.pages[r.URL.EscapedPath()]
	}
	switch {
	case !ok:
		p.notFound(w)
	case g.serve != nil:
		g.serve(w, r)
	default:
		g.answer(w, r)
	}
}

func (p *portal) sortQueries() {
	p.byQuery = map[string]*page{}
	for uri, g := range p.pages {
		if path, raw, ok := strings.Cut(uri, "?"); ok {
			if q, err := url.ParseQuery(raw); err == nil {
				p.byQuery[path+"?"+q.Encode()] = g
			}
		}
	}
}

func (p *portal) notFound(w http.ResponseWriter) {
	if p.missing != nil {
		p.missing(w)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write([]byte("<html><head><title>404 Not Found</title></head><body><h1>404</h1></body></html>"))
}

func (g *page) answer(w http.ResponseWriter, r *http.Request) {
	body := g.body()
	h := w.Header()
	h.Set("Content-Type", g.mediaType)
	for k, v := range g.header {
		h.Set(k, v)
	}
	if g.etag {
		sum := sha256.Sum256(body)
		h.Set("Etag", `"`+hex.EncodeToString(sum[:8])+`"`)
	}
	if !g.modified.IsZero() {
		h.Set("Last-Modified", g.modified.UTC().Format(http.TimeFormat))
	}
	if g.etag && r.Header.Get("If-None-Match") != "" && r.Header.Get("If-None-Match") == h.Get("Etag") ||
		!g.modified.IsZero() && r.Header.Get("If-None-Match") == "" && r.Header.Get("If-Modified-Since") == h.Get("Last-Modified") {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if g.status != 0 {
		w.WriteHeader(g.status)
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may be gone
	}
}

// serveForged is the hijacked copy: the same addresses on a foreign host, numbers and words swapped.
func (p *portal) serveForged(w http.ResponseWriter, r *http.Request) {
	g, ok := p.pages[r.URL.RequestURI()]
	if !ok || g.serve != nil || g.body == nil {
		p.notFound(w)
		return
	}
	w.Header().Set("Content-Type", g.mediaType)
	_, _ = w.Write([]byte(strings.NewReplacer("政府信息公开", "老虎机娱乐城", "0", "8").Replace(string(g.body()))))
}

// A frame is what differs from page to page inside a portal's frame.
type frame struct {
	title  string
	meta   [][2]string
	crumbs []*column
	body   string
}

// frame puts content into the portal's page: head, navigation, position line, content, footer with its traps.
func (p *portal) frame(f frame) string {
	var b strings.Builder
	charset := "utf-8"
	if p.family.gbk {
		charset = "gb2312"
	}
	b.WriteString("<!DOCTYPE html>\n<html><head>")
	if !p.family.noMeta {
		fmt.Fprintf(&b, "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=%s\">", charset)
	}
	fmt.Fprintf(&b, "<title>%s</title>\n<meta name=\"SiteName\" content=\"%s政府网\"><meta name=\"SiteDomain\" content=\"%s\">\n", html.EscapeString(f.title), p.place, p.host())
	for _, m := range f.meta {
		fmt.Fprintf(&b, "<meta name=\"%s\" content=\"%s\">\n", m[0], html.EscapeString(m[1]))
	}
	b.WriteString("</head>\n<body>\n<div class=\"header\"><a href=\"/\">首页</a> <a href=\"javascript:void(0)\" onclick=\"toggle()\">无障碍</a>\n")
	b.WriteString("</div>\n")
	if len(f.crumbs) > 0 {
		b.WriteString("<div class=\"position\">当前位置：<a href=\"/\">首页</a>")
		for _, c := range f.crumbs {
			fmt.Fprintf(&b, " &gt; %s", html.EscapeString(c.name))
		}
		b.WriteString("</div>\n")
	}
	b.WriteString(f.body)
	fmt.Fprintf(&b, "\n<div class=\"footer\"><a href=\"http://%s/\">%s政府信息公开年报（镜像）</a> <a href=\"https://service.share-example.com/share?u=%s\">分享</a> <a href=\"javascript:window.print()\">打印</a><p>主办：%s人民政府办公室</p></div>\n</body></html>\n", p.mirror(), p.place, p.host(), p.place)
	return b.String()
}
