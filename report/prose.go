package report

import (
	"regexp"
	"strconv"
	"strings"

	"nianbao/document"
)

var (
	sectionHead = regexp.MustCompile(`^\s*([一二三四五六七八九]|[1-9])\s*[、.．]\s*\S`)
	sectionWord = regexp.MustCompile(`总体情况|概述|概况|主动公开|收到和处理|依申请公开|复议|诉讼|存在的|问题|其他需要|其它`)
	sentenceEnd = regexp.MustCompile(`[。；;\n]`)
	received    = regexp.MustCompile(`(?:收到|受理|接收|接到|接收到|收到并办理|新收|办理)[^，。；、\d]{0,24}?(\d+)(?:件|宗|起|例|条|封|份)`)
	noRequests  = regexp.MustCompile(`(?:未|没有|无)(?:收到|接到|接收|受理)[^。；]{0,16}申请`)
	proactive   = regexp.MustCompile(`主动公开(?:各类)?(?:政府|政务)?信息(?:总数|共计?|总计)?[^，。；、\d]{0,6}(\d+)(?:余)?(?:条|篇|件)`)
	otherYear   = regexp.MustCompile(`上年|去年|同比|较20`)
)

// sections lists the section titles as printed.
func sections(d *document.Document) []string {
	var out []string
	for _, b := range d.Blocks {
		if b.Table != nil || len(out) >= 12 {
			continue
		}
		for _, l := range strings.Split(b.Text, "\n") {
			l = strings.TrimSpace(l)
			if len(l) < 120 && sectionHead.MatchString(l) && sectionWord.MatchString(l) && !strings.ContainsAny(l, "。\t|") && !tableLabel(l) {
				out = append(out, l)
			}
		}
	}
	return out
}

// tableLabel keeps rows of table 3, which are numbered like sections, out of them.
func tableLabel(l string) bool {
	c := squeeze(l)
	return strings.Contains(c, "新收政府") || strings.Contains(c, "上年结转") || strings.Contains(c, "办理结果") || strings.Contains(c, "结转下") ||
		strings.Contains(c, "其他法律")
}

// readProse takes the figures of running text, each with its sentence.
func (r *AnnualReport) readProse(d *document.Document) {
	for _, b := range d.Blocks {
		if b.Table != nil {
			continue
		}
		for _, s := range sentenceEnd.Split(b.Text, -1) {
			c := squeeze(fold(s))
			if len(c) < 12 || len(c) > 1200 {
				continue
			}
			if m := proactive.FindStringSubmatch(c); m != nil && r.Prose.ProactiveItems == nil {
				r.Prose.ProactiveItems = figure(m[1], s)
			}
			if r.Prose.RequestsReceived != nil || otherYear.MatchString(c) || !strings.Contains(c, "申请") {
				continue
			}
			if m := received.FindStringSubmatch(c); m != nil {
				r.Prose.RequestsReceived = figure(m[1], s)
			} else if noRequests.MatchString(c) {
				r.Prose.RequestsReceived = figure("0", s)
			}
		}
	}
}

func figure(n, sentence string) *Figure {
	v, err := strconv.ParseFloat(n, 64)
	if err != nil {
		return nil
	}
	return &Figure{v, strings.TrimSpace(sentence)}
}

// compareProse sets the requests named in running text against table 3: they may be the new ones alone or with those
// carried in.
func (r *AnnualReport) compareProse() {
	f := r.Prose.RequestsReceived
	newly, ok := r.Data.Value("t3.new.total")
	if f == nil || !ok {
		return
	}
	carried, _ := r.Data.Value("t3.carried_in.total")
	holds := f.Value == newly || f.Value == newly+carried
	r.Checks = append(r.Checks, Check{Rule: "prose_vs_table", Holds: holds, Left: f.Value, Right: newly, Cells: []string{"prose.requests_received", "t3.new.total", "t3.carried_in.total"}})
	if !holds {
		r.warn("prose_vs_table", "t3.new.total", "the text says %v requests, the table %v new and %v carried in", f.Value, newly, carried)
	}
}
