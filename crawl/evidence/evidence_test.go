package evidence_test

import (
	"testing"

	"nianbao/crawl/evidence"
)

func TestTemplates(t *testing.T) {
	for _, tt := range []struct {
		name, page, service, other, want string
		learned, applied                 bool
	}{
		{"query and path", "http://a.gov.cn/public/column/6536922?type=4&catId=70073698&action=list", "http://a.gov.cn/site/label/8888?organId=6536922&type=4&catId=70073698&pageSize=15",
			"http://a.gov.cn/public/column/6508697?type=4&catId=70076430&action=list", "http://a.gov.cn/site/label/8888?organId=6508697&type=4&catId=70076430&pageSize=15", true, true},
		{"another shape", "http://a.gov.cn/col/col1234/index.html", "http://a.gov.cn/api?col=col1234", "http://a.gov.cn/art/col1234/list.html", "", true, false},
		{"nothing shared", "http://a.gov.cn/col/col1234/index.html", "http://a.gov.cn/api?col=77", "", "", false, false},
		{"not a part of a longer number", "http://a.gov.cn/c/123/", "http://a.gov.cn/api?id=51234&c=123", "http://a.gov.cn/c/999/", "http://a.gov.cn/api?id=51234&c=999", true, true},
		{"short numbers stand by chance", "http://a.gov.cn/c/12/", "http://a.gov.cn/api?page=12", "", "", false, false},
		{"the service on another host", "http://a.gov.cn/c/c0451/", "http://b.gov.cn/list/c0451.json", "http://a.gov.cn/c/c0452/", "http://b.gov.cn/list/c0452.json", true, true},
		{"a letter case that differs", "http://a.gov.cn/c/AB12/", "http://a.gov.cn/x?c=ab12", "", "", false, false},
	} {
		tpl, ok := evidence.Learn(tt.page, tt.service)
		if ok != tt.learned {
			t.Errorf("%s: learned %v: %+v", tt.name, ok, tpl)
			continue
		}
		if !ok {
			continue
		}
		if got, ok := tpl.Apply(tt.page); !ok || got != tt.service {
			t.Errorf("%s: its own page gives %q %v", tt.name, got, ok)
		}
		if got, ok := tpl.Apply(tt.other); ok != tt.applied || got != tt.want {
			t.Errorf("%s: %q %v, want %q", tt.name, got, ok, tt.want)
		}
	}
}

// FuzzLearn: what is learned of a page gives the page's own service again.
func FuzzLearn(f *testing.F) {
	f.Add("http://a.gov.cn/c/123/?x=1", "http://a.gov.cn/api?id=123")
	f.Add("http://a/{0}1/2", "{1}{0}")
	f.Fuzz(func(t *testing.T, page, service string) {
		tpl, ok := evidence.Learn(page, service)
		if !ok {
			return
		}
		if _, ok := tpl.Apply(page); !ok {
			t.Errorf("%+v does not fit %q", tpl, page)
		}
	})
}
