package discover

import (
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"nianbao/crawl/address"
	"nianbao/crawl/portal"
	"nianbao/document"
)

// A facts is a set of what is true of a link and of the page it stands on.
type facts uint32

const (
	inBody       facts = 1 << iota // it stands in the main content of its page
	below                          // its path lies below the directory of its page, which is not the root
	home                           // its page is where the portal begins
	announces                      // its page announces a report whose body is not on it
	reports                        // its page is a report
	picture                        // it is a picture
	fullName                       // its words name a column of reports and nothing else: 公开 stands in them, or more than a word
	noisy                          // its words name what never leads to a report
	entry                          // it is an entry of some list of news
	library                        // it is a script file of general use
	telling                        // it is a script file whose name promises navigation or data
	barren                         // no link of its page is sure to lead on
	doubtful                       // its score so far is neither that of a sure link nor 0
	frame                          // it is a frame
	sendsOn                        // it is a refresh of a page that holds hardly anything else
	repeated                       // it is one more request to a service that its page already asks
	amongTitles                    // most links at its place of the template are titles of reports
	twin                           // its host is one for telephones
	front                          // it is the front page of another host than its page's
	listing                        // its page is a directory of bodies
	ownHost                        // it lies on the host of its page
	long                           // its words are as long as the title of an article
	onlyPictures                   // its page has pictures in its main content and no other file
	speaks                         // its words say nothing of reports and yet speak of disclosure or of a special page: 标准化规范化专栏
	general                        // it is a script file of the page's own host whose name may stand for anything: common.js, min.js
)

// lazy are the facts that cost a look at the words: they are looked for only when a rule asks.
const lazy = noisy | entry

// A role is what a link is to the policy: the roles of leads, those that lead to pages taken together.
type role uint8

const (
	toPage role = iota // a page, a column or an article
	toList             // a further page of a list
	toFile
	toService
	toScript
	toSitemap
	toSearch // the portal's own search for reports
)

// features are what the policy knows of one link.
type features struct {
	role  role
	words kind
	path  kind
	heat  int
	facts facts

	lead   *portal.Lead
	at     *url.URL
	looked facts // lazy facts that have been looked for
}

// few is how many links a page has, at the most, that only sends on.
const few = 8

// shortName is how long the name of a column may be, in characters, that any yearly report could bear: 年度报告.
const shortName = 4

// look finds the features of a link whose address is u.
func look(l *portal.Lead, u, page *url.URL, heat int, p Place) features {
	f := features{role: roleOf(l.Role), heat: heat, lead: l, at: u}
	f.set(twin, address.Small(u.Hostname()))
	f.set(inBody, l.InBody)
	f.set(home, p.Home)
	f.set(announces, p.Announces)
	f.set(reports, p.IsReport)
	f.set(frame, l.Kind == document.LinkFrame)
	f.set(listing, p.Directory)
	f.set(ownHost, strings.EqualFold(u.Host, page.Host))
	f.set(front, IsFront(u) && address.Host(l.URL) != address.Host(page.String()))
	if f.role == toScript {
		f.facts |= scriptFacts(strings.ToLower(path.Base(u.Path)), strings.EqualFold(u.Host, page.Host))
		return f
	}
	f.words, f.path = kindOf(l.Text, heat), pathKind(u.RequestURI())
	if f.role == toFile && f.words == silent {
		if k := kindOf(fileName(u), heat); k == article || k == partial || k == year || k == falseClass {
			f.words = k
		}
	}
	f.set(long, f.words == other && utf8.RuneCountInString(l.Text) > longEntry)
	f.set(speaks, f.words == other && f.facts&long == 0 && (containsAny(l.Text, speaking) || containsAny(l.Text, special) && !isNoise(l.Text)))
	if l.Year > 0 {
		f.words = article // the address itself selects a year's report
	}
	f.set(picture, f.role == toFile && (l.Kind == document.LinkImage || portal.IsPicture(l.URL)))
	f.set(below, isBelow(u.Path, page.Path))
	if f.words == column {
		name := squeeze(l.Text)
		f.set(fullName, strings.Contains(name, "公开") || utf8.RuneCountInString(name) > shortName)
	}
	return f
}

func roleOf(r portal.Role) role {
	switch r {
	case portal.RoleList:
		return toList
	case portal.RoleAttachment:
		return toFile
	case portal.RoleAPI:
		return toService
	case portal.RoleScript:
		return toScript
	case portal.RoleSitemap:
		return toSitemap
	case portal.RoleSearch:
		return toSearch
	}
	return toPage
}

// set adds facts when they hold.
func (f *features) set(which facts, holds bool) {
	if holds {
		f.facts |= which
	}
}

// has reports whether all of some facts hold, looking for those that have not been looked for yet.
func (f *features) has(which facts) bool {
	f.find(which)
	return f.facts&which == which
}

// hasAny reports whether one of some facts holds.
func (f *features) hasAny(which facts) bool {
	f.find(which)
	return f.facts&which != 0
}

func (f *features) find(which facts) {
	missing := which & lazy &^ f.looked
	if missing == 0 {
		return
	}
	f.looked |= missing
	if missing&noisy != 0 {
		f.set(noisy, isNoise(f.lead.Text))
	}
	if missing&entry != 0 {
		f.set(entry, looksLikeEntry(f.lead, f.at))
	}
}

// isBelow reports whether a path lies below the directory of a page. Everything lies below the root, so that tells
// nothing.
func isBelow(p, page string) bool {
	dir := path.Dir(page)
	return dir != "/" && strings.HasPrefix(p, dir)
}

// speaking are words that the names of columns on the way to disclosure hold, whatever else they say; special are those of
// special pages, which count where nothing else speaks against them.
var (
	speaking = []string{"公开", "主体", "标准化", "规范化"}
	special  = []string{"专栏"}
)

// longEntry is how long the words of an entry of a list of news are at least, in characters, less one.
const longEntry = 10

// looksLikeEntry reports whether a link is an entry of some list of news: a long text with a date beside it, or with an
// address that systems give to articles.
func looksLikeEntry(l *portal.Lead, u *url.URL) bool {
	if utf8.RuneCountInString(l.Text) <= longEntry {
		return false
	}
	for _, sign := range []string{"/t20", "art_", "content_", "post_"} {
		if strings.Contains(u.Path, sign) {
			return true
		}
	}
	return dates.MatchString(l.Near)
}

// IsFront reports whether an address is that of a host itself.
func IsFront(u *url.URL) bool {
	if u.RawQuery != "" {
		return false
	}
	p := strings.ToLower(strings.Trim(u.Path, "/"))
	name, _, _ := strings.Cut(p, ".")
	return p == "" || name == "index" || name == "default" || name == "home" || name == "main"
}

// libraries are parts of the names of script files that every site may use, and of those that count visitors or play
// videos: they never hold links.
var libraries = []string{"jquery", "bootstrap", "vue", "swiper", "layui", "echarts", "moment", "polyfill", "axios", "angular", "react", "slick", "superslide", "respond", "html5",
	"share", "analytics", "hm.js", "wza", "player", "video", "qrcode", "md5", "base64"}

// generals are parts of the names of script files that mostly hold none either, but do on some sites.
var generals = []string{"stat", "count", "min.js", "lib", "common.js"}

// promises are parts of the names of script files that hold the navigation of a site or the entries of a list.
var promises = []string{"nav", "menu", "head", "top", "list", "data", "column", "left", "channel", "tree", "article", "link", "gk", "nb", "dh", "page"}

// scriptFacts says what the name of a script file tells; own says that it lies on the host of its page.
func scriptFacts(name string, own bool) (f facts) {
	switch {
	case containsAny(name, libraries), containsAny(name, generals) && !own:
		f |= library
	case containsAny(name, generals):
		f |= general
	}
	if containsAny(name, promises) {
		f |= telling
	}
	return f
}
