package fetch

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/charset"
)

const (
	wallBytes   = 64 << 10  // walls are small: longer pages are not walls
	scriptBytes = 512 << 10 // but for the scripts that come with a status no page has
	wallRunes   = 600       // visible characters a wall's own words may fill
	scriptRunes = 150       // visible characters beside a challenge that is served as a success
	wallLinks   = 5         // links on a wall; any page of a portal has more
)

// Wall reports whether an answer is a challenge or a firewall's refusal instead of what was asked for, and what that
// rests on. It never judges by the status alone, and not by a word that ordinary pages use: a login form may ask for a
// 验证码, an article may be about firewalls, a page may keep the script of the wall it stands behind.
//
// The marks are those of the products in front of official sites: 加速乐 (jsl), 瑞数, Aliyun, WZWS, EdgeOne, 创宇 and others.
func Wall(status int, header http.Header, body []byte) (evidence string, blocked bool) {
	if v := header.Get("Cf-Mitigated"); v == "challenge" {
		return "header Cf-Mitigated: challenge", true
	}
	if strings.Contains(strings.ToUpper(header.Get("Server")), "WZWS") && status >= 400 && status != 404 {
		return fmt.Sprintf("WZWS refuses with %d%s", status, reason(body)), true
	}
	if len(body) > wallBytes && (len(body) > scriptBytes || status != 412 && status != 521 && status != 202) {
		return "", false
	}
	success := status >= 200 && status < 300
	if !isMarkup(body) && status == http.StatusOK {
		return "", false
	}
	text, script := visible(body)
	n := utf8.RuneCountInString(text)
	if !success || n <= scriptRunes {
		if e := scriptWall(status, header, body, n); e != "" {
			return e, true
		}
	}
	if n > wallRunes {
		return "", false
	}
	if e := wordWall(status, text, body); e != "" {
		return e, true
	}
	if status == http.StatusAccepted && (n == 0 || script && n < 80) {
		return "status 202 with nothing to read: a challenge", true
	}
	return "", false
}

// scriptWall knows challenges by the names in their scripts; n is how many characters can be read beside them.
func scriptWall(status int, header http.Header, body []byte, n int) string {
	has := func(s string) bool { return bytes.Contains(body, []byte(s)) }
	cookies := strings.Join(header["Set-Cookie"], "\n")
	small := len(body) < 20<<10
	tiny := len(body) < 4<<10
	switch {
	case status == 521 && (has("__jsl_clearance") || strings.Contains(cookies, "__jsl") || has("document.cookie")):
		return "加速乐: status 521 with a __jsl_clearance script"
	case small && has("__jsl_clearance"):
		return "加速乐: __jsl_clearance script"
	case small && has(`"bts"`) && has(`"chars"`) && has(`"tn"`):
		return "加速乐: second stage script"
	case has("$_ts") && (status == 412 || status == 202 || status == 400 || status == 200 && n < 20):
		return fmt.Sprintf("瑞数: status %d with a $_ts script", status)
	case status == http.StatusPreconditionFailed && n < 20 && has("<script"):
		return "status 412 with a script and nothing to read"
	case small && has("acw_sc__v2") && (has("arg1") || has("document.cookie")):
		return "Aliyun: acw_sc__v2 script"
	case tiny && has("C3VK") && has("cookie"), tiny && strings.Contains(cookies, "C3VK=") && n < 20:
		return "C3VK cookie shell"
	case tiny && (has("CT6T") || strings.Contains(cookies, "CT6T") && (status == http.StatusForbidden || n < 20)):
		return "CT6T cookie shell"
	case small && (has("EO_Bot_Ssid") || has("__tst_status") && has("cookie")):
		return "EdgeOne cookie page"
	case has("GeoBL"):
		return "refused by region (GeoBL)"
	case status == http.StatusForbidden && small && (header.Get("X-Ws-Request-Id") != "" || strings.Contains(header.Get("X-Via"), "Cdn Cache")) &&
		(has("X-Ws-Request-Id") || has("Cdn Cache") || has("wangsu") || has("网宿")):
		return "Wangsu: status 403 from the edge"
	case small && (has("yunsuo_session") && has("stringToHex") || has("security_verify_data") || has("security_session_verify")):
		return "云锁: cookie script"
	case small && (has("cdn-cgi/challenge-platform") && has("Just a moment") || has("_cf_chl_opt")):
		return "Cloudflare challenge"
	case small && has("WAF_") && has("document.cookie") && !has("<body><div"):
		return "cookie script of a firewall"
	}
	return ""
}

// products are names of firewalls. They also stand in the footers of the pages behind them, and in articles.
func products() []string {
	return []string{"创宇盾", "创宇云", "知道创宇", "网防G01", "网站防火墙", "安全狗", "云锁", "Web应用防火墙", "WEB应用防火墙", "宝塔防火墙", "玄武盾", "护卫神", "yundun", "waf.tencent", "errors.aliyun.com"}
}

// refusals are phrases that firewalls write to whom they turn away; one is enough on a short page.
func refusals() []string {
	return []string{
		"您的请求存在威胁", "请求存在安全威胁", "请求疑似攻击", "请求可能存在威胁", "您的访问被拦截", "您的访问已被拦截", "请求已被拦截", "访问请求被拦截", "您的请求已被阻断",
		"被防火墙拦截", "被安全策略拦截", "被WAF拦截", "拦截提示", "触发了安全防护", "触发安全防护", "存在异常访问行为", "您的访问行为异常", "访问频率过高", "访问过于频繁", "访问太频繁",
		"请完成安全验证", "请进行安全验证", "安全验证中", "正在进行安全检测", "人机验证", "滑动验证", "拖动滑块", "请开启JavaScript并刷新", "请启用JavaScript并刷新", "正在验证您的浏览器",
		"境外访问", "您所在的地区", "您的IP已被", "您的IP地址已被", "IP已被封禁", "IP被封禁", "Request blocked by", "blocked by security",
	}
}

// likely are words that a refusal may share with an ordinary page.
func likely() []string {
	return []string{"拦截", "防火墙", "安全防护", "非法请求", "恶意", "攻击", "事件ID", "事件编号", "拦截时间", "客户端IP", "您的IP", "WAF", "waf", "Request ID", "event_id", "安全检查",
		"频繁", "访问受限", "禁止访问", "验证码"}
}

var (
	// articles are known by what stands about their text; walls write dates with hyphens and have none of the rest.
	articleMark = regexp.MustCompile(`发布时间|发布日期|发布机构|信息来源|来源[:：]|索引号|当前位置|打印本页|统计期限|\d{4}年\d{1,2}月\d{1,2}日`)
	articleMeta = regexp.MustCompile(`(?i)name\s*=\s*["']?(?:ArticleTitle|PubDate|ColumnName|SiteName|SiteIDCode|ContentSource)`)
	// toReader is how a refusal speaks to whom it refuses, or what it notes about him.
	toReader = regexp.MustCompile(`您|你|(?i:\byou)|事件ID|事件编号|拦截时间|拦截提示|客户端IP|请求ID|Request ID|event_id|刷新|验证码|拖动|滑动|验证`)
)

func wordWall(status int, text string, body []byte) string {
	if bytes.Contains(bytes.ToLower(body), []byte(`type="password"`)) {
		return "" // a login form, with its own words about codes and attempts
	}
	if success := status >= 200 && status < 300; success || status == http.StatusNotFound {
		// what is served as a page must look like none
		if bytes.Count(body, []byte("<a ")) > wallLinks || articleMark.MatchString(text) || articleMeta.Match(body) || !toReader.MatchString(text) {
			return ""
		}
	}
	for _, w := range refusals() {
		if strings.Contains(text, w) {
			return fmt.Sprintf("status %d and %q on a short page", status, w)
		}
	}
	var found []string
	for _, w := range likely() {
		if strings.Contains(text, w) {
			found = append(found, w)
		}
	}
	for _, w := range products() {
		// names of services stand in addresses and scripts, names in words must be there to be read
		if !strings.Contains(text, w) && !(isASCII(w) && bytes.Contains(body, []byte(w))) {
			continue
		}
		if len(found) > 0 || refusing(status) {
			return fmt.Sprintf("status %d and %q on a short page", status, w)
		}
	}
	// "403 … 禁止访问" is what an ordinary server says
	need := 3
	if refusing(status) {
		need = 2
	}
	if len(found) >= need && utf8.RuneCountInString(text) < 300 {
		return fmt.Sprintf("status %d and %q on a short page", status, strings.Join(found, ", "))
	}
	return ""
}

// refusing reports whether a status says no by itself.
func refusing(status int) bool {
	switch status {
	case 202, 400, 401, 403, 405, 406, 412, 418, 429, 493, 503, 521:
		return true
	}
	return status >= 600
}

// reason quotes the reason that WZWS gives.
func reason(body []byte) string {
	if i := bytes.Index(body, []byte("reason:")); i >= 0 {
		r := body[i:min(len(body), i+40)]
		if j := bytes.IndexAny(r, "<\r\n\"'"); j > 0 {
			r = r[:j]
		}
		return ", " + strings.ToValidUTF8(string(r), "")
	}
	return ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isMarkup(b []byte) bool { return bytes.IndexByte(b[:min(len(b), 1024)], '<') >= 0 }

// visible gives the words a reader of a page would see, and whether it holds scripts. It is made for short pages of
// unknown quality, in linear time: tags, comments, scripts and styles go, white space is folded. It stops once there is more
// to read than a wall has.
func visible(body []byte) (text string, script bool) {
	s, _ := charset.Decode(body, "")
	var b strings.Builder
	n := 0
	for s != "" && n <= wallRunes {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			b.WriteString(s)
			break
		}
		if i > 0 {
			b.WriteString(s[:i])
			for _, r := range s[:i] {
				if !unicode.IsSpace(r) {
					n++
				}
			}
		}
		b.WriteByte(' ')
		s = s[i:]
		switch low := strings.ToLower(s[:min(len(s), 8)]); {
		case strings.HasPrefix(low, "<!--"):
			s = behind(s, "-->")
		case strings.HasPrefix(low, "<script"):
			script = true
			s = behind(s, "</script")
			s = behind(s, ">")
		case strings.HasPrefix(low, "<style"):
			s = behind(s, "</style")
			s = behind(s, ">")
		default:
			s = behind(s, ">")
		}
	}
	r := strings.NewReplacer("&nbsp;", " ", "&lt;", "<", "&gt;", ">", "&amp;", "&", "&quot;", `"`)
	return strings.Join(strings.Fields(r.Replace(b.String())), " "), script
}

// behind is what follows the first mark in s, whatever its case; nothing when there is none.
func behind(s, mark string) string {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], mark[0])
		if i < 0 || at+i+len(mark) > len(s) {
			return ""
		}
		at += i
		if strings.EqualFold(s[at:at+len(mark)], mark) {
			return s[at+len(mark):]
		}
		at++
	}
}
