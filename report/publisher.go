package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	dateForm = regexp.MustCompile(`((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})`)
	bodyForm = regexp.MustCompile(`^(?:关于)?(?:印发|公布|发布|报送|公开)?《?(?:(?:19|20)\d{2}年?度?)?(.*?)(?:关于)?(?:印发|公布|发布|报送|公开)?《?[_\-]?(?:(?:19|20)\d{2})?[_\-]?年?度?(?:政府信息公开|政务信息公开|政府政务公开|政务公开|政府信息|信息公开)`)
	signed   = regexp.MustCompile(`([\p{Han}]{3,30}?(?:人民政府|委员会|办公室|办公厅|街道办事处|管理委员会|管委会|局|厅|院|中心|站|所|处|分局|队|支队|大队|公司|银行|法院|检察院|部|署|会|海关|公署))(?:20\d{2}年\d{1,2}月\d{1,2}日)`)
	// preamble names the body in the opening sentences.
	preamble = regexp.MustCompile(`(?:[,，。、]|由|公布|现将)(?:现?(?:将|公布|发布|就)|由|经|特)*(?:现|将|向社会|公布|发布)*([\p{Han}]{2,30}?(?:人民政府|委员会|办公室|办公厅|办事处|管委会|局|厅|院|中心|部|署|海关|公署|镇|乡|街道|苏木|馆|站|所|处|队|台|社|分行|支行))(?:特?编制(?:了|本|完成|而成|,|，|。)|特编制|根据|按照|(?:关于)?(?:20\d{2})年?度?(?:政府信息|政务|信息公开))`)
	// acting names the body by what its report says it did.
	acting    = regexp.MustCompile(`[,，。、]([\p{Han}]{2,24}?(?:人民政府|委员会|办公室|街道办事处|管委会|局|厅|中心|海关|公署|镇|乡|街道))(?:认真|坚持|严格|深入|全面|积极|高度重视|始终)`)
	published = regexp.MustCompile(`(?:发布|发文|公布|成文|生成|公开|更新)?(?:日期|时间)[:：]?((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})`)
)

// bodyEnds are how names of bodies end; a longer end that one of them ends is left out.
var bodyEnds = []string{"局", "政府", "会", "委", "办公室", "厅", "办", "处", "街道", "院", "中心", "站", "所", "队", "镇", "乡", "区", "县", "市", "州", "盟", "旗", "部", "署", "社", "公司", "银行", "分行", "支行", "海关", "苏木", "学校", "中学", "小学", "师", "团", "馆", "台"}

func endsLikeBody(s string) bool { return endsInAny(s, bodyEnds) }

func endsInAny(s string, ends []string) bool {
	for _, e := range ends {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

// published is the date of publication: from metadata, from a line of the page that names it, from the signature, from a
// line above the body that holds a day alone.
func (s *reading) published() string {
	for _, k := range []string{"pubdate", "publishdate", "发布日期", "发布时间", "发文日期", "成文日期", "生成日期", "maketime", "date", "published"} {
		v := s.meta(k)
		if v == "" {
			continue
		}
		if m := dateForm.FindStringSubmatch(plainDays(plainYears(fold(v)))); m != nil {
			if t := date(m); t != "" {
				return t
			}
		}
	}
	for _, list := range [][]string{s.near, s.lines} {
		for _, l := range list {
			if !strings.Contains(l, "日期") && !strings.Contains(l, "时间") || len(l) > 240 {
				continue
			}
			if m := published.FindStringSubmatch(plainYears(squeeze(fold(l)))); m != nil {
				if t := date(m); t != "" {
					return t
				}
			}
		}
	}
	if _, day := s.signature(); day != "" {
		return day
	}
	tail := s.flat[max(0, len(s.flat)-240):]
	if all := dateForm.FindAllStringSubmatch(tail, -1); all != nil && strings.HasSuffix(strings.TrimRight(tail, "-0123456789"), "日") {
		return date(all[len(all)-1])
	}
	for _, list := range [][]string{s.near, s.lines} {
		for _, l := range list {
			if len(l) >= 60 {
				continue
			}
			if m := dayLine.FindStringSubmatch(plainYears(squeeze(fold(l)))); m != nil {
				return date(m)
			}
		}
	}
	return ""
}

func date(m []string) string {
	mo, da := atoi(m[2]), atoi(m[3])
	if mo < 1 || mo > 12 || da < 1 || da > 31 {
		return ""
	}
	return m[1] + "-" + two(mo) + "-" + two(da)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// publisher names the body: in the title, then as the body that the metadata say publishes it, then in the opening, by the
// line under the title, by the signature, by metadata that name a source, and last by what the report says it did. A name
// that says less than another that ends alike (县财政局) gives way to it.
func (s *reading) publisher(title string) string {
	name, issuer := bodyOf(withoutPageWords(title))
	if issuer && name != "" {
		if own := s.carried(title); own != "" {
			return own
		}
		s.noticeOnly = true
	}
	name = clean(name)
	if name == "" {
		if t := plainYears(squeeze(fold(cleanTitle(s.d.Title)))); namesReport(t) {
			name = clean(BodyOf(t))
		}
	}
	meta := s.bodyIn("发布机构", "发布单位", "公开主体", "公开机构", "发文机关")
	source := s.bodyIn("信息来源", "contentsource", "来源", "author")
	if name != "" && placed.MatchString(name) {
		for _, o := range []string{meta, source} {
			if fuller(o, name) {
				return o
			}
		}
		return name
	}
	opening := ""
	head := s.flat[:min(len(s.flat), 1500)]
	if at := strings.Index(s.flat, "政府信息公开条例"); at > 1200 {
		head = s.flat[startOf(s.flat, at-600):min(len(s.flat), startOf(s.flat, at+900))]
	}
	if m := preamble.FindStringSubmatch(head); m != nil {
		opening = clean(m[1])
	}
	signer, _ := s.signature()
	others := []string{meta, opening, s.underTitle(title), signer, source}
	if name != "" {
		for _, o := range others {
			if fuller(o, name) {
				return o
			}
		}
		return name
	}
	for i, o := range others {
		if o == "" || opening == "" && signer == "" && shortName.MatchString(o) && i < len(others)-1 && fuller(source, o) {
			continue
		}
		if shortName.MatchString(o) && (opening != "" || signer != "") && i != 1 && i != 3 {
			continue // 县政府办 says less than the text does
		}
		return o
	}
	tail := s.flat[startOf(s.flat, len(s.flat)-600):]
	if all := signed.FindAllStringSubmatch(tail, -1); all != nil {
		return all[len(all)-1][1]
	}
	for _, m := range acting.FindAllStringSubmatch(s.flat[:min(len(s.flat), 3000)], 4) {
		if r, _ := utf8.DecodeRuneInString(m[1]); !strings.ContainsRune("我本各全该市县区在", r) {
			return m[1]
		}
	}
	if meta != "" {
		return meta
	}
	return source
}

// carried is the body of the report that a notice carries: in the title of the report below that of the notice, in its
// opening, or by its signature.
func (s *reading) carried(title string) string {
	for _, list := range [][]string{s.near, s.lines} {
		for _, l := range list {
			c := plainYears(squeeze(fold(l)))
			if isTitle(c) && !strings.HasSuffix(title, c) && !strings.HasPrefix(title, c) && !noticeEnd.MatchString(c) {
				if name := clean(BodyOf(c)); looksLikeBody(name) {
					return name
				}
			}
		}
	}
	if m := preamble.FindStringSubmatch(s.flat[:startOf(s.flat, 1500)]); m != nil {
		if name := clean(m[1]); placed.MatchString(name) {
			return name
		}
	}
	signer, _ := s.signature()
	return signer
}

// startOf is the first place at or behind i where a character begins, within s.
func startOf(s string, i int) int {
	i = max(0, min(i, len(s)))
	for i < len(s) && !utf8.RuneStart(s[i]) {
		i++
	}
	return i
}

// bodyIn is the first of some keys of the metadata that names a body.
func (s *reading) bodyIn(keys ...string) string {
	for _, k := range keys {
		if m := clean(squeeze(fold(s.meta(k)))); looksLikeBody(m) {
			return m
		}
	}
	return ""
}

// fuller reports whether a name is the other with its place before it.
func fuller(name, short string) bool {
	return name != short && utf8.RuneCountInString(name) > utf8.RuneCountInString(short) && utf8.RuneCountInString(name) <= 30 &&
		strings.HasSuffix(name, strings.TrimLeft(short, "省市县区州盟旗")) && strings.TrimLeft(short, "省市县区州盟旗") != "人民政府"
}

// clean takes off a name what a page or a converter put beside it: words of the page, the name of the site, the name
// itself once more.
func clean(name string) string {
	name = strings.Trim(name, "《》〈〉<>_-—:：、，,.的· ()（）[]【】|/\"")
	if all := pageWordsIn(name); all != nil {
		last := all[len(all)-1]
		if rest := name[last[1]:]; looksLikeBody(rest) {
			name = rest
		} else if first := name[:all[0][0]]; looksLikeBody(first) {
			name = first
		}
	}
	if n := len(name) / 2; n >= 6 && len(name)%2 == 0 && name[:n] == name[n:] {
		name = name[:n]
	}
	if m := siteIn(name); m != "" && looksLikeBody(name[len(m):]) && strings.HasPrefix(name[len(m):], firstRunes(m, 2)) {
		name = name[len(m):]
	}
	return name
}

// nameLine is a line that holds the name of a body and nothing else.
func nameLine(c string) string {
	for _, p := range []string{"发布机构:", "发布单位:", "编制单位:", "编制机关:", "单位名称:", "填报单位:", "落款:", "单位:"} {
		c = strings.TrimPrefix(c, p)
	}
	c = strings.Trim(c, "()（）")
	if !looksLikeBody(c) || hasPageWord(c) || utf8.RuneCountInString(c) > 30 || strings.ContainsAny(c, ",，。:：;；、/|0123456789《》") || namesReport(c) || noName.MatchString(c) {
		return ""
	}
	return c
}

// noName are lines that end like a body's name and are none.
var noName = regexp.MustCompile(`^(?:政府|本级政府|各部门|部门|办公室|委员会|街道|社会|机构|中心|单位|镇|乡|区|县|市|州)$|制度|指南|公开$|^主办|^承办|^版权|^技术支持|有限公司$|附表|情况`)

// signature is the body and the day that end a report, the day on the line of the body or on the next.
func (s *reading) signature() (name, day string) {
	if !s.signedKnown {
		s.signedKnown = true
		s.signedName, s.signedDay = s.findSignature()
	}
	return s.signedName, s.signedDay
}

func (s *reading) findSignature() (name, day string) {
	for i := len(s.tail) - 1; i >= 0; i-- {
		l := s.tail[i]
		if len(l) < 8 || len(l) > 240 || !strings.ContainsAny(l, "年-/.") || !strings.ContainsAny(l, "2二２") {
			continue
		}
		c := plainYears(squeeze(fold(l)))
		if m := dayLine.FindStringSubmatch(c); m != nil {
			if d := date(m); d != "" {
				for k := i - 1; k >= 0 && k >= i-2; k-- {
					if n := nameLine(squeeze(fold(s.tail[k]))); len(s.tail[k]) < 240 && n != "" {
						return n, d
					}
				}
				if day == "" {
					day = d
				}
			}
			continue
		}
		if len(c) >= 150 {
			continue
		}
		if at := dateForm.FindStringSubmatchIndex(c); at != nil && at[0] > 0 && len(c)-at[1] <= len("日)") {
			m := dateForm.FindStringSubmatch(c)
			if n := nameLine(c[:at[0]]); n != "" && date(m) != "" {
				return n, date(m)
			}
		}
	}
	return "", day
}

// underTitle is the body on one of the two lines behind the title, or on the line above it.
func (s *reading) underTitle(title string) string {
	for _, list := range [][]string{s.near, s.lines} {
		for i := range list {
			c := plainYears(squeeze(fold(list[i])))
			if c == "" || !strings.HasSuffix(title, c) || !namesReport(title) || !strings.Contains(c, "报") {
				continue
			}
			for _, k := range []int{i + 1, i + 2, i - 1} {
				if k < 0 || k >= len(list) {
					continue
				}
				if n := nameLine(noDay(squeeze(fold(list[k])))); n != "" {
					return n
				}
			}
		}
	}
	return ""
}

// noDay is a line without the day at its end.
func noDay(c string) string {
	c = plainYears(c)
	if at := dateForm.FindStringIndex(c); at != nil && at[0] > 0 && len(c)-at[1] <= len("日)") {
		return strings.TrimRight(c[:at[0]], "(（")
	}
	return c
}

// labelledBody is a body behind a key on a line of running text.
var labelledBody = regexp.MustCompile(`(信息来源|来源|发布机构|公开机构|公开主体|发布单位|发文机关)[:：]\s*([\p{Han}()（）]{3,40})`)

// file puts a value into the catalogue, where the first counts.
func (s *reading) file(key, value string) {
	if s.catalogue == nil {
		s.catalogue = map[string]string{}
	}
	if s.catalogue[key] == "" {
		s.catalogue[key] = value
	}
}

// meta is a value of the document's metadata, or of the catalogue that many portals print above a text.
func (s *reading) meta(key string) string {
	if v := s.d.Meta[key]; v != "" {
		return v
	}
	return s.catalogue[key]
}

// shortName is a name that leaves its place out.
var shortName = regexp.MustCompile(`^[省市县区州旗盟](?:人民)?政府|^[省市县区州旗盟]\p{Han}{1,8}(?:局|办|委|厅)$`)

// catalogueKeys are the heads of such a catalogue.
var catalogueKeys = map[string]bool{"索引号": true, "名称": true, "标题": true, "信息名称": true, "发布机构": true, "发文机关": true, "发布单位": true, "公开机构": true, "公开主体": true, "信息来源": true, "来源": true, "发布日期": true,
	"发文日期": true, "成文日期": true, "生成日期": true, "公开日期": true, "发布时间": true, "文号": true, "发文字号": true, "主题分类": true, "分类": true, "体裁分类": true, "组配分类": true, "有效性": true, "时效": true, "关键词": true, "主题词": true, "文件下载": true}

// parted takes the lines of a catalogue, cells parted by bars or tabs, apart: keys with values go to the catalogue, other
// cells become lines of their own, an empty line on both sides so that no title is joined across them.
func (s *reading) parted(lines []string) []string {
	out := lines[:0:0]
	for _, l := range lines {
		if !strings.ContainsAny(l, "|\t") {
			out = append(out, l)
			if len(l) < 300 && (strings.Contains(l, "来源") || strings.Contains(l, "机构") || strings.Contains(l, "主体") || strings.Contains(l, "单位") || strings.Contains(l, "发文机关")) {
				for _, m := range labelledBody.FindAllStringSubmatch(l, 4) {
					s.file(m[1], m[2])
				}
			}
			continue
		}
		key := ""
		out = append(out, "")
		for _, c := range strings.FieldsFunc(l, func(r rune) bool { return r == '|' || r == '\t' }) {
			c = strings.TrimSpace(c)
			k := strings.TrimRight(squeeze(fold(c)), ":")
			switch {
			case catalogueKeys[k]:
				key = k
				continue
			case c == "":
				continue
			case key != "":
				s.file(key, c)
			}
			if key == "" || key == "名称" || key == "标题" || key == "信息名称" {
				out = append(out, c, "")
			}
			key = ""
		}
	}
	return out
}
