package portal

import (
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func load(t *testing.T, text string) *Seeds {
	t.Helper()
	s, err := Load("seeds.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShippedListIsSound(t *testing.T) {
	f, err := os.Open("../../seeds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := Load("seeds.yaml", f)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	hosts := map[string]string{}
	for _, p := range s.Portals {
		count[p.Level]++
		if h := bare(p.Host()); hosts[h] != "" {
			t.Errorf("%s and %s share %s", p.Name, hosts[h], h)
		} else {
			hosts[h] = p.Name
		}
		u, err := url.Parse(p.URL)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Owner(u); got != p {
			t.Errorf("the address of %s belongs to %v", p.Name, got)
		}
	}
	for level, least := range map[string]int{"national": 1, "province": 33, "city": 330, "county": 2830, "zone": 610, "department": 45} {
		if count[level] < least {
			t.Errorf("%d portals of level %s, want at least %d", count[level], level, least)
		}
	}
}

func TestEveryErrorIsShownAtOnce(t *testing.T) {
	const text = `defaults: {delya: 3s, delay: 3}
portals:
  - {name: 永宁县, code: 110101, level: county, url: "http://www.yongning.gov.cn/"}
  - {name: 江北市, code: "990100", level: citty, url: "www.jiangbei.gov.cn"}
  - {name: 河东区, level: county, url: "ftp://hedong.gov.cn/", delya: 5s}
  - {level: county, url: "http://a.gov.cn/"}
  - {name: 二, level: county, url: "http://yongning.gov.cn"}
  - {name: 三, level: county, url: "http://c.gov.cn/", hosts: zf.c.gov.cn, family: trss}
  - just text
`
	_, err := Load("my.yaml", strings.NewReader(text))
	var p *Problems
	if !errors.As(err, &p) {
		t.Fatalf("%v", err)
	}
	want := []string{
		`my.yaml:1:12: unknown key "delya" in defaults`, `did you mean "delay"?`,
		`my.yaml:1:30: "3" is no duration`, `add the unit: 3s`,
		`my.yaml:3:23: code 110101 is a number`, `write "110101" with quotes`,
		`my.yaml:4:40: unknown level "citty"`, `did you mean "city"?`,
		`my.yaml:4:52: "www.jiangbei.gov.cn" is no complete address`, `begin it with http:// or https://`,
		`my.yaml:5:37: "ftp://hedong.gov.cn/" is not on the web`,
		`my.yaml:5:61: unknown key "delya" in a portal`,
		`my.yaml:6:5: a portal without name`,
		`my.yaml:7:1: 二 has the same address as 永宁县`, `stands on line 3`,
		`my.yaml:8:62: hosts is a list`, `write hosts: [zf.c.gov.cn]`,
		`unknown family "trss"`, `did you mean "trs"?`,
		`my.yaml:9:5: a portal is a mapping`,
		`    - {name: 江北市, code: "990100"`,
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("missing %q", w)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestBrokenFiles(t *testing.T) {
	for name, text := range map[string]string{
		"tab":      "portals:\n\t- {name: a}\n",
		"bracket":  "portals:\n  - {name: a, level: county\n  - {name: b}\n",
		"empty":    "",
		"comment":  "# nothing\n",
		"scalar":   "portals\n",
		"list":     "- a\n- b\n",
		"nothing":  "defaults: {delay: 3s}\n",
		"no entry": "portals: []\n",
		"binary":   "\x00\x01\x02",
		"bad utf8": "portals:\n  - {name: \"\xc4\xea\"}\n",
		"alias":    "a: &a [*a]\nportals: *a\n",
	} {
		_, err := Load("x.yaml", strings.NewReader(text))
		var p *Problems
		if !errors.As(err, &p) || len(p.List) == 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(err.Error(), "x.yaml:") {
			t.Errorf("%s: no place in %q", name, err)
		}
	}
}

func TestOwner(t *testing.T) {
	s := load(t, `
defaults: {delay: 4s}
portals:
  - {name: 江北市, code: "990100", level: city, url: "http://www.jiangbei.gov.cn/", delay: 5s}
  - {name: 永宁县, code: "990121", level: county, url: "http://yongning.jiangbei.gov.cn/"}
  - {name: 河东区, code: "990102", level: county, url: "https://hedong.gov.cn/", hosts: [zwgk.other.gov.cn]}
  - {name: 南山县, level: county, url: "http://portal.nanshan.gov.cn/"}
  - {name: 北镇, level: town, url: "http://www.shared.gov.cn/bei/"}
  - {name: 南镇, level: town, url: "http://www.shared.gov.cn/nan/"}
  - {name: 昌邑区, level: county, url: "http://192.0.2.7:8080/pub/"}
`)
	for u, want := range map[string]string{
		"http://www.jiangbei.gov.cn/a":                   "江北市",
		"https://jiangbei.gov.cn/":                       "江北市",
		"http://zfxxgk.jiangbei.gov.cn/x":                "江北市",
		"http://yongning.jiangbei.gov.cn/":               "永宁县",
		"http://www.yongning.jiangbei.gov.cn/":           "永宁县",
		"http://edu.yongning.jiangbei.gov.cn/":           "永宁县",
		"http://WWW.HEDONG.gov.cn:80/":                   "河东区",
		"http://zwgk.other.gov.cn/":                      "河东区",
		"http://www.other.gov.cn/":                       "",
		"http://www.nanshan.gov.cn/":                     "南山县",
		"http://www.shared.gov.cn/nan/a.html":            "南镇",
		"http://www.shared.gov.cn/bei/a.html":            "北镇",
		"http://192.0.2.7:8080/pub/x":                    "昌邑区",
		"http://127.0.0.1/":                              "",
		"http://www.jiangbei.gov.cn.evil.example/":       "",
		"http://evil-jiangbei.gov.cn/":                   "",
		"ftp://www.jiangbei.gov.cn/":                     "",
		"http://big5.www.gov.cn/gate/big5/www.a.gov.cn/": "",
	} {
		parsed, err := url.Parse(u)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if p := s.Owner(parsed); p != nil {
			got = p.Name
		}
		if got != want {
			t.Errorf("%s belongs to %q, want %q", u, got, want)
		}
	}
	if d := []time.Duration{s.Portals[0].Delay, s.Portals[1].Delay}; d[0] != 5*time.Second || d[1] != 4*time.Second {
		t.Errorf("delays %v", d)
	}
	for only, want := range map[string][]string{
		"河东": {"河东区"}, "9901": {"江北市", "永宁县", "河东区"}, "990121": {"永宁县"},
		"jiangbei.gov.cn": {"江北市", "永宁县"}, "www.hedong.gov.cn": {"河东区"}, "nowhere": nil,
	} {
		var names []string
		for _, p := range s.Select(only, "") {
			names = append(names, p.Name)
		}
		if d := cmp.Diff(want, names); d != "" {
			t.Errorf("%q: %s", only, d)
		}
	}
	if n := len(s.Select("", "county")); n != 4 {
		t.Errorf("%d counties", n)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("portals:\n  - {name: a, level: county, url: \"http://a.gov.cn\"}\n")
	f.Add("defaults: {delay: x}\nportals: [a, {}, *b]")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Load("x", strings.NewReader(text))
		if (s == nil) == (err == nil) {
			t.Errorf("%v and %v", s, err)
		}
	})
}
