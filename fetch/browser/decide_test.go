package browser

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/google/go-cmp/cmp"
)

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if _, err := Find("auto"); !errors.Is(err, ErrAbsent) || !strings.Contains(err.Error(), "chromium") {
		t.Errorf("none there: %v", err)
	}
	for _, name := range []string{"google-chrome", "chromium-browser", "mine"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for in, want := range map[string]string{"": "chromium-browser", "auto": "chromium-browser", "mine": "mine", filepath.Join(dir, "google-chrome"): "google-chrome"} {
		if got, err := Find(in); err != nil || got != filepath.Join(dir, want) {
			t.Errorf("%q: %s %v", in, got, err)
		}
	}
	if _, err := Find("never"); !errors.Is(err, ErrNever) {
		t.Errorf("never: %v", err)
	}
	if _, err := Find(filepath.Join(dir, "nothing")); !errors.Is(err, ErrAbsent) || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("no such path: %v", err)
	}
}

func TestKindOfClick(t *testing.T) {
	for text, want := range map[string]string{
		"下一页": clickNext, " 下一页 > ": clickNext, "[下页]": clickNext, ">": clickNext, "»": clickNext, "尾页": clickLast, "更多>>": clickMore, "加载更多": clickMore,
		"2023": clickYear, "2023年": clickYear, "2009年度": clickYear, "2": clickNumber, "3": clickNumber,
		"财政局": clickWord, " 财政局 ": clickWord, "": "", "1": "", "15": "", "首页": "", "上一页": "", "提交": "", "删除": "", "2023年政府信息公开工作年度报告": clickReport, "18888888888": "",
	} {
		if got := kindOf(text, []string{"财政局", ""}); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestPlanOfClicks(t *testing.T) {
	texts := []string{"2022年", "2023年", "2", "下一页", "末页", "更多", "财政局"}
	done, dead := map[string]int{}, map[string]bool{}
	var got []string
	for range 20 {
		text, kind := plan(texts, []string{"财政局"}, done, dead)
		if text == "" {
			break
		}
		got = append(got, text)
		done[kind]++
		done[fold(text)]++
		dead[fold(text)] = text == "更多" // clicked for nothing
	}
	if d := cmp.Diff([]string{"下一页", "下一页", "财政局", "2023年", "2022年", "更多", "末页"}, got); d != "" {
		t.Error(d)
	}
	if text, _ := plan([]string{"3", "2"}, nil, map[string]int{}, nil); text != "3" && text != "2" {
		t.Errorf("numbers without a next: %q", text)
	}
	if text, _ := plan([]string{"登录", "退出"}, nil, map[string]int{}, nil); text != "" {
		t.Errorf("clicked %q", text)
	}
}

func TestJudge(t *testing.T) {
	opt := Options{}.withDefaults()
	fresh := func(change func(*tally)) *tally {
		t := &tally{paths: map[string]int{}, same: map[string]int{}}
		change(t)
		return t
	}
	get := func(url, kind string) wish { return wish{Request: Request{Method: "GET", URL: url, Kind: kind}} }
	mainTo := func(url string) wish { w := get(url, KindDocument); w.main = true; return w }
	post := func(kind string) wish { w := get(host+"/a", kind); w.Method = "POST"; return w }
	for _, tt := range []struct {
		name string
		w    wish
		used func(*tally)
		want verdict
	}{
		{"a script", get(host+"/a.js", KindScript), func(*tally) {}, ask},
		{"a call that posts", post(KindXHR), func(*tally) {}, ask},
		{"a picture", wish{Request: Request{Method: "GET", URL: host + "/a.png"}, kind: network.ResourceTypeImage}, func(*tally) {}, refuse},
		{"data", get("data:text/html,x", KindDocument), func(*tally) {}, pass},
		{"a blob", get("blob:http://a/1", KindScript), func(*tally) {}, pass},
		{"a file", get("file:///etc/passwd", KindDocument), func(*tally) {}, refuse},
		{"an inner page of the browser", get("chrome://version", KindDocument), func(*tally) {}, refuse},
		{"a form", post(KindDocument), func(*tally) {}, refuse},
		{"a PUT", wish{Request: Request{Method: "PUT", URL: host + "/", Kind: KindXHR}}, func(*tally) {}, refuse},
		{"an address without end", get(host+"/"+strings.Repeat("a", mostURL), KindXHR), func(*tally) {}, refuse},
		{"the page itself", mainTo(host + "/"), func(*tally) {}, ask},
		{"another page by a click", mainTo(host + "/b"), func(t *tally) { t.settled = true }, stay},
		{"another page without end", mainTo(host + "/b"), func(t *tally) { t.navigations = mostNavigations }, refuse},
		{"a frame after a click", get(host+"/b", KindDocument), func(t *tally) { t.settled = true }, ask},
		{"one more than may be", get(host+"/b", KindXHR), func(t *tally) { t.asked = opt.MaxRequests }, refuse},
		{"more octets than may be", get(host+"/b", KindXHR), func(t *tally) { t.bytes = opt.MaxBytes }, refuse},
	} {
		if got, why := judge(tt.w, fresh(tt.used), opt); got != tt.want || (why == "") != (got == ask || got == pass) {
			t.Errorf("%s: %v %q, want %v", tt.name, got, why, tt.want)
		}
	}
	used := fresh(func(*tally) {})
	asks := 0
	for range 100 {
		if does, _ := judge(get(host+"/poll", KindXHR), used, opt); does == ask {
			asks++
			used.count(get(host+"/poll", KindXHR))
		}
	}
	if asks != mostSame {
		t.Errorf("the same request %d times, want %d", asks, mostSame)
	}
}

func TestFulfil(t *testing.T) {
	f := fulfil("1", Answer{Status: 200, Header: http.Header{"Content-Type": {"text/html;\x00 charset=utf-8"}, "Content-Encoding": {"gzip"}, "Content-Length": {"9"},
		"Strict-Transport-Security": {"max-age=1"}, "Link": {"</a>; rel=preconnect"}, "Set-Cookie": {"a=b", "c=d"}, "X-Empty": {""}}})
	want := []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html; charset=utf-8"}, {Name: "Set-Cookie", Value: "a=b"}, {Name: "Set-Cookie", Value: "c=d"}}
	if d := cmp.Diff(want, f.ResponseHeaders); d != "" {
		t.Error(d)
	}
	if f.Body == nil {
		t.Error("an absent body would have the browser ask by itself")
	}
}

func TestShown(t *testing.T) {
	rendered := "永宁县财政局2023年年报\n永宁县教育局2023年年报\n首页导航文字"
	for _, tt := range []struct {
		name, body  string
		hits, texts int
	}{
		{"JSON", `{"code":"0","rows":[{"t":"永宁县财政局2023年年报"},{"t":"永宁县教育局2023年年报"},{"t":"永宁县民政局2023年年报"}]}`, 2, 3},
		{"JSON in JSON", `{"data":"[{\"t\":\"\u6c38\u5b81\u53bf\u8d22\u653f\u5c402023年年报\"}]"}`, 1, 1},
		{"JSONP", `cb({"t":"\u6c38\u5b81\u53bf\u8d22\u653f\u5c402023\u5e74\u5e74\u62a5"})`, 1, 1},
		{"markup", `<li><a href="/1">永宁县财政局2023年年报</a></li>`, 1, 1},
		{"what was served already", `{"t":"首页导航文字"}`, 0, 1},
		{"no text", `{"a":[1,2,3],"b":"ok"}`, 0, 0},
		{"nothing", ``, 0, 0},
	} {
		if hits, texts := shown([]byte(tt.body), rendered, "<p>首页导航文字"); hits != tt.hits || texts != tt.texts {
			t.Errorf("%s: %d of %d, want %d of %d", tt.name, hits, texts, tt.hits, tt.texts)
		}
	}
	if n := len(textsOf([]byte(strings.Repeat(`永宁县某某局年报甲`+"\n", 5) + strings.Repeat("[", 1<<20)))); n != 1 {
		t.Errorf("%d texts of a damaged answer", n)
	}
}

func TestSwitches(t *testing.T) {
	f := flags(Options{UserAgent: "a"}, "/p", false)
	if slices.Contains(f, "--no-sandbox") || !slices.Contains(flags(Options{}, "/p", true), "--no-sandbox") {
		t.Error("the sandbox is left out for root, and for nobody else")
	}
	for _, s := range f {
		if strings.HasPrefix(s, "--remote-debugging-port") {
			t.Error("a port is opened")
		}
	}
}
