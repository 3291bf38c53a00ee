package fetch

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"nianbao/fetch/exchange"
)

// Pages such as the products in front of official sites serve, in our own words.
func TestWalls(t *testing.T) {
	html := func(body string) string {
		return "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>" + body + "</body></html>"
	}
	filler := strings.Repeat("var _0x1f = 'a1b2c3d4';", 60)
	for _, tt := range []struct {
		name   string
		status int
		header string
		body   string
	}{
		{"加速乐, first stage", 521, "Set-Cookie: __jsluid_s=77; path=/", "<script>document.cookie=('_')+('_jsl_clearance_s=')+'1|0';location.href=location.pathname</script>"},
		{"加速乐, first stage without a cookie header", 521, "", "<script>document.cookie='__jsl_clearance_s=1';location.reload()</script>"},
		{"加速乐, second stage", 200, "", `<script>function hash(){};go({"bts":["17","0"],"chars":"abc","ct":"d3","ha":"sha1","tn":"__jsl_clearance_s","vt":"3600","wt":"1500"})</script>`},
		{"瑞数 412", 412, "", html("<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};" + filler + "</script>")},
		{"瑞数 412, a long script", 412, "", "<html><script>$_ts={};" + strings.Repeat(filler, 100) + "</script></html>"},
		{"瑞数 202", 202, "", html("<script>$_ts={};" + filler + "</script>")},
		{"瑞数 200 with nothing to read", 200, "", html("<script>$_ts={};" + filler + "</script>")},
		{"412 with a script elsewhere", 412, "", "<html><head><script src=\"/x7f.js\" r='m'></script></head><body></body></html>"},
		{"Aliyun", 200, "", "<html><script>var arg1='5F2A';function setCookie(n,v){document.cookie=n+'='+v};setCookie('acw_sc__v2',x);document.location.reload()</script></html>"},
		{"C3VK shell", 200, "", "<html><body><script>document.cookie='C3VK=9d1e; max-age=300; path=/';window.location.reload();</script></body></html>"},
		{"C3VK shell, cookie in the header", 200, "Set-Cookie: C3VK=9d1e; max-age=300", "<html><script>location.reload()</script></html>"},
		{"CT6T shell", 200, "", "<html><script>document.cookie='CT6T=1;path=/';location.replace(location.href)</script></html>"},
		{"CT6T refusal", 403, "Set-Cookie: CT6TS=8", html("<h1>403</h1>")},
		{"EdgeOne", 200, "", "<html><script>document.cookie='__tst_status=1#';document.cookie='EO_Bot_Ssid=2';location.reload()</script></html>"},
		{"Wangsu", 403, "X-Ws-Request-Id: 65a4_PS1", html("<h1>403 Forbidden</h1><p>X-Ws-Request-Id: 65a4_PS1</p>")},
		{"WZWS", 403, "Server: WZWS", html("<p>reason:GeoBL</p>")},
		{"WZWS without a reason", 403, "Server: WZWS-2", html("denied")},
		{"GeoBL from another", 403, "", html("<p>Access Denied, reason:GeoBL</p>")},
		{"创宇", 403, "", html("<h1>创宇盾</h1><p>当前访问疑似黑客攻击，已被网站管理员设置为拦截</p><p>事件ID: 8f</p>")},
		{"创宇 burst", 200, "", html("<p>知道创宇云防御提醒您：访问频繁，请稍后再试。事件编号 9a-22</p>")},
		{"a refusal with 200", 200, "", html("<div>您的访问过于频繁，请稍后重试</div>")},
		{"a refusal with 202", 202, "", html("<div>安全验证中，请稍候</div>")},
		{"a challenge with 202", 202, "", html("<script>" + filler + "</script>")},
		{"a slider", 200, "", html("<p>请完成安全验证，拖动滑块</p><script>" + filler + "</script>")},
		{"a firewall in GBK", 200, "", string([]byte("<html><head><title>\xcd\xf8\xd5\xbe\xb7\xc0\xbb\xf0\xc7\xbd</title></head><body>\xc4\xfa\xb5\xc4\xc7\xeb\xc7\xf3\xd2\xd1\xb1\xbb\xd7\xe8\xb6\xcf</body></html>"))},
		{"a firewall's event", 405, "", html("<p>拦截时间 2024-01-15 08:00:00</p><p>客户端IP 203.0.113.9</p>")},
		{"an unheard-of status", 999, "", html("<p>WAF 拦截</p>")},
		{"网防G01", 403, "", html("<p>网防G01</p>")},
		{"Cloudflare", 403, "Cf-Mitigated: challenge", ""},
		{"云锁", 200, "", "<script>function stringToHex(s){};document.cookie='srcurl='+stringToHex(location.href);location='?security_verify_data='+x</script>"},
	} {
		h := http.Header{"Content-Type": {"text/html"}}
		if name, value, ok := strings.Cut(tt.header, ": "); ok {
			h.Set(name, value)
		}
		e, blocked := Wall(tt.status, h, []byte(tt.body))
		if !blocked || e == "" {
			t.Errorf("%s: not recognised", tt.name)
		}
		f := rawWorld(t, fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Type: text/html\r\n%s\r\nContent-Length: %d\r\n\r\n%s", tt.status, orNothing(tt.header), len(tt.body), tt.body))
		if ex := get(t, f, home); tt.body != "" && (ex.Outcome != exchange.Blocked || ex.Evidence != e || ex.Err == nil) {
			t.Errorf("%s: %s, evidence %q, %v", tt.name, ex.Outcome, ex.Evidence, ex.Err)
		}
	}
}

func orNothing(header string) string {
	if header == "" {
		return "X-None: 1"
	}
	return header
}

// Ordinary pages that speak of what walls speak of, or carry their scripts, are ordinary pages.
func TestNoWalls(t *testing.T) {
	links := strings.Repeat(`<li><a href="/zwgk/1.html">政府信息公开</a></li>`, 12)
	report := "<h1>永宁县财政局2023年政府信息公开工作年度报告</h1><p>" + strings.Repeat("本年度主动公开政府信息，依申请公开办理情况如下。", 20) + "</p>"
	for name, tt := range map[string]struct {
		status int
		body   string
		want   exchange.Outcome
		header string
	}{
		"a report with the jsl script beside it":  {200, `<html><head><script src="/js/__jsl_clearance.js"></script></head><body>` + report + "</body></html>", exchange.OK, ""},
		"a report behind 瑞数":                      {200, "<html><head><script>$_ts=window['$_ts'];</script></head><body>" + report + "</body></html>", exchange.OK, ""},
		"a report with acw_sc__v2 in a script":    {200, "<html><script>var arg1='1';document.cookie='acw_sc__v2=1'</script><body>" + report + "</body></html>", exchange.OK, ""},
		"an article about too many visits":        {200, "<html><body><h1>关于网站访问的说明</h1><p>发布时间：2024-03-01</p><p>近期部分地址访问过于频繁，防火墙对恶意攻击予以拦截，敬请谅解。</p></body></html>", exchange.OK, ""},
		"an article about a firewall, bare":       {200, "<html><body><h1>网站防火墙升级通知</h1><p>为抵御攻击，本局将升级网站防火墙，期间访问过于频繁的地址会受到限制。</p></body></html>", exchange.OK, ""},
		"an article with a date in words":         {200, "<html><body><p>您的访问过于频繁一词的解释。</p><p>2024年1月15日</p></body></html>", exchange.OK, ""},
		"a short list with a product in its foot": {200, "<html><body><ul>" + links + "</ul><div>本站由知道创宇提供安全防护，禁止恶意攻击，请输入验证码</div></body></html>", exchange.OK, ""},
		"a report of the network office":          {200, `<html><head><meta name="ArticleTitle" content="x"></head><body><p>您的IP已被封禁 是常见问题；拦截恶意攻击 300 次</p></body></html>`, exchange.OK, ""},
		"a login form":                            {200, `<html><body><form>您的访问过于频繁时请输入验证码<input type="password"></form></body></html>`, exchange.OK, ""},
		"a plain 403":                             {403, "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1>禁止访问</body></html>", exchange.Forbidden, ""},
		"nginx's 404":                             {404, "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr>nginx</body></html>", exchange.NotFound, ""},
		"a 404 with the portal about it":          {404, "<html><body><ul>" + links + "</ul><p>您访问的页面不存在，防火墙 拦截 攻击</p></body></html>", exchange.NotFound, ""},
		"a 412 that explains itself":              {412, "<html><body><p>Precondition Failed: the resource has changed since it was last read by this client.</p></body></html>", exchange.Forbidden, ""},
		"a 403 of the origin through Wangsu":      {403, "<html><head><title>403 Forbidden</title></head><body>Directory listing denied</body></html>", exchange.Forbidden, "X-Ws-Request-Id: 1"},
		"JSON about blocking":                     {200, `{"title":"访问过于频繁","msg":"您的访问被拦截"}`, exchange.OK, ""},
		"a long page with every word":             {200, "<html><body>" + strings.Repeat("您的访问过于频繁 拦截 防火墙 ", 60) + "</body></html>", exchange.OK, ""},
		"a page with a CT6T cookie":               {200, "<html><body>" + report + "</body></html>", exchange.OK, "Set-Cookie: CT6T=1"},
	} {
		f := rawWorld(t, fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Type: text/html; charset=utf-8\r\n%s\r\nContent-Length: %d\r\n\r\n%s", tt.status, orNothing(tt.header), len(tt.body), tt.body))
		if ex := get(t, f, home); ex.Outcome != tt.want {
			t.Errorf("%s: %s, evidence %q", name, ex.Outcome, ex.Evidence)
		}
	}
}

func TestSoft404(t *testing.T) {
	long := strings.Repeat("永宁县人民政府信息公开 ", 200)
	for _, tt := range []struct {
		title, text string
		want        bool
	}{
		{"404", "返回首页", true},
		{"404 Not Found", "nginx", true},
		{"页面不存在", "首页 政务公开 " + long[:900], true},
		{"出错 - 404", "", true},
		{"", "您访问的页面不存在或已被删除", true},
		{"提示", "抱歉，您要查看的信息已删除。", true},
		{"某局", "HTTP Error 404 The page cannot be found", true},
		{"404", long, false},
		{"404号文件", "关于印发404号文件的通知", false},
		{"国道404线改建工程公示", "公示期七天", false},
		{"2023年政府信息公开工作年度报告", "本机关不存在应公开而未公开的信息。", false},
		{"某局", long + "您访问的页面不存在", false},
	} {
		if e, got := soft404(tt.title, tt.text); got != tt.want || got == (e == "") {
			t.Errorf("%q %.30q: %t, %q", tt.title, tt.text, got, e)
		}
	}
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<html><head><title>错误</title></head><body><script>var a='正文';</script><p>您访问的页面不存在</p></body></html>")
	})
	if ex := get(t, f, home); ex.Outcome != exchange.Soft404 || ex.Evidence == "" {
		t.Errorf("%s %q %v", ex.Outcome, ex.Evidence, ex.Err)
	}
}

func FuzzWall(f *testing.F) {
	f.Add(200, []byte("<script>$_ts={}</script>"))
	f.Add(521, []byte("<!-- <style> </script "))
	f.Add(403, []byte("<p>reason:GeoBL"))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		e, blocked := Wall(status, http.Header{}, body)
		if blocked != (e != "") {
			t.Errorf("%t with evidence %q", blocked, e)
		}
	})
}

func BenchmarkWall(b *testing.B) {
	page := []byte("<html><body>" + strings.Repeat("<p>本年新收政府信息公开申请数量</p><td>12</td>", 900) + "</body></html>")
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, blocked := Wall(200, http.Header{}, page); blocked {
			b.Fatal("blocked")
		}
	}
}
