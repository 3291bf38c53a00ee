package discover

import (
	"net/url"
	"strconv"
	"strings"

	"nianbao/crawl/portal"
	"nianbao/document"
)

// A Step is one thing that an explanation says. Name and Value are stable and for programs, the rest is for people.
type Step struct {
	Name    string `json:"name"`  // words, path, heat, fact, rule, score, tier, or a sign of heat
	Value   string `json:"value"` // e.g. column, or the name of a rule
	English string `json:"en"`
	Chinese string `json:"zh"`
}

// An Explanation is a ranked lead with how its score came about.
type Explanation struct {
	Scored
	Tier  Tier
	Steps []Step
}

// Explain is Rank with the reasons: for every lead of a page, in order, the features that were found, the rules that
// gave and changed the score, and what the score means.
func Explain(leads []portal.Lead, page *url.URL, heat int, at Place) []Explanation {
	scored, found := rank(leads, page, heat, at)
	out := make([]Explanation, len(scored))
	for i, s := range scored {
		e := Explanation{Scored: s, Tier: TierOf(s.Score)}
		if s.Cut != "" {
			e.Steps = append(e.Steps, Step{"rule", s.Rule, "never asked for: " + strings.ReplaceAll(s.Cut, "_", " "), "不予访问：" + s.Cut})
		} else {
			e.Steps = append(featureSteps(&found[i]), ruleSteps(&found[i])...)
		}
		e.Steps = append(e.Steps, tierStep(s.Score))
		out[i] = e
	}
	return out
}

// ExplainHeat names all signs that make a page a column of reports, or lead to one, and what they come to.
func ExplainHeat(doc *document.Document, u *url.URL, leads []portal.Lead, at Place) []Step {
	var out []Step
	for _, s := range signs(doc, u, leads, at) {
		en, zh := s.en, s.zh
		if s.found != "" {
			en, zh = en+": "+s.found, zh+"："+s.found
		}
		out = append(out, Step{s.name, strconv.Itoa(s.heat), en, zh})
	}
	return append(out, heatStep(Heat(doc, u, leads, at)))
}

// A RuleInfo is one row of the policy, for listing it.
type RuleInfo struct {
	Name             string
	Score            int
	English, Chinese string
}

// Rules lists the policy: the rules of which the first that matches decides, then the amendments for whole pages.
func Rules() []RuleInfo {
	var out []RuleInfo
	add := func(r *rule) { out = append(out, RuleInfo{r.name, r.score, r.en, r.zh}) }
	for i := range rules {
		add(&rules[i])
	}
	for _, list := range [][]amendment{settled, whole} {
		for i := range list {
			add(&list[i].rule)
		}
	}
	return out
}

// kindNames are the stable names of kinds, and what words of that kind promise.
var kindNames = [...]struct{ name, en, zh string }{
	silent:     {"silent", "nothing", "无含义"},
	other:      {"other", "something else", "其他内容"},
	falseClass: {"false-friend", "something that is often taken for a report", "易混淆的其他材料"},
	year:       {"year", "a year", "年份"},
	body:       {"body", "a body", "单位"},
	directory:  {"directory", "a directory of bodies", "部门导航"},
	hub:        {"hub", "a hub of disclosure", "政务公开"},
	disclosure: {"disclosure", "disclosure pages", "政府信息公开"},
	column:     {"column", "a column of reports", "年报栏目"},
	partial:    {"partial", "part of the title of a report", "不完整的年报标题"},
	article:    {"article", "a report", "年报"},
}

func (k kind) String() string { return kindNames[k].name }

// factNames are the stable names of facts, in the order of their bits, and what they say.
var factNames = [...]struct {
	fact         facts
	name, en, zh string
}{
	{inBody, "in-body", "it stands in the main content", "位于正文"},
	{below, "below", "its address lies below its page", "地址位于本页下级"},
	{home, "home", "its page is where the portal begins", "本页为门户入口"},
	{announces, "announces", "its page announces a report", "本页公布年报"},
	{reports, "reports", "its page is a report", "本页即年报"},
	{picture, "picture", "it is a picture", "图片"},
	{fullName, "full-name", "its words name a column of reports and nothing else", "文字明确为年报栏目"},
	{noisy, "noise", "its words name what never leads to a report", "文字属无关栏目"},
	{entry, "entry", "it looks like an entry of a list of news", "形似新闻条目"},
	{library, "library", "a script of general use", "通用脚本"},
	{telling, "telling", "the name of the script promises navigation", "脚本名称像是导航"},
	{barren, "barren", "no link of its page is sure to lead on", "本页没有明确可用的链接"},
	{doubtful, "doubtful", "its score alone is neither sure nor 0", "单独评分不确定"},
	{frame, "frame", "a frame", "框架"},
	{sendsOn, "sends-on", "its page only sends on", "本页仅作跳转"},
	{repeated, "repeated", "a further request to the same service", "同一接口的后续请求"},
	{amongTitles, "among-titles", "most links at its place are titles of reports", "同一位置多为年报标题"},
	{front, "front", "the front page of another host", "其他主机的首页"},
	{listing, "directory", "its page is a directory of bodies", "本页为部门导航"},
	{long, "long", "its words are as long as the title of an article", "文字长如新闻标题"},
	{ownHost, "own-host", "it lies on the host of its page", "与本页同一主机"},
	{onlyPictures, "only-pictures", "its page holds pictures and no other file", "本页只有图片，没有其他文件"},
	{general, "general-script", "a script file of the site's own, of a general name", "本站的通用名脚本"},
	{twin, "twin", "its host is one for telephones", "手机版站点"},
}

// featureSteps says what was found about a link.
func featureSteps(f *features) []Step {
	var out []Step
	if f.role != toScript {
		w, p := kindNames[f.words], kindNames[f.path]
		out = append(out,
			Step{"words", w.name, "its words promise " + w.en, "文字所指：" + w.zh},
			Step{"path", p.name, "its address promises " + p.en, "地址所指：" + p.zh})
	}
	out = append(out, heatStep(f.heat))
	for _, n := range factNames {
		if f.facts&n.fact != 0 {
			out = append(out, Step{"fact", n.name, n.en, n.zh})
		}
	}
	return out
}

// ruleSteps says which rule gave the score and what changed it.
func ruleSteps(f *features) []Step {
	r := rate(f)
	out := []Step{{"rule", r.name, r.en, r.zh}}
	s := Scored{Score: r.score}
	for _, list := range [][]amendment{settled, whole} {
		for i := range list {
			before := s.Score
			if s.amend(list[i:i+1], f); s.Score != before {
				out = append(out, Step{"amendment", list[i].name, list[i].en, list[i].zh})
			}
		}
	}
	return out
}

func heatStep(heat int) Step {
	en, zh := "its page has nothing to do with reports", "本页与年报无关"
	switch heat {
	case 1:
		en, zh = "its page leads to columns of reports", "本页通向年报栏目"
	case 2:
		en, zh = "its page is a column of reports", "本页为年报栏目"
	}
	return Step{"heat", strconv.Itoa(heat), en, zh}
}

// tierStep says what a score means for the search.
func tierStep(score int) Step {
	t, n := TierOf(score), strconv.Itoa(score)
	en, zh := "never asked for", "不予访问"
	switch t {
	case TierSure:
		en, zh = "asked for first, whatever the budget", "优先访问，不受预算限制"
	case TierLikely:
		en, zh = "asked for within the budget of its host", "在主机预算内访问"
	case TierPossible:
		en, zh = "asked for while the portal has shown no report", "门户尚未发现年报时访问"
	}
	return Step{"tier", string(t), n + ": " + en, n + "：" + zh}
}
