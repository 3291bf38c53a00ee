package html

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlaceOfLinks(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"plain", `<a href="/x">x</a>`, "a"},
		{"ids and classes", `<div id="main" class="wrap fl"><ul class="list"><li><a href="/x">x</a></li></ul></div>`, "div#main.wrap.fl>ul.list>li>a"},
		{"digits left out", `<div class="col12 tab_3"><a id="link_7" href="/x">x</a></div>`, "div.col.tab>a#link"},
		{"a member that stands out", `<ul><li class="cur first"><a class="active" href="/x">x</a></li></ul>`, "ul>li>a"},
		{"a generated name", `<div id="a1b2c3d4"><a href="/x">x</a></div>`, "div>a"},
		{"a long name", `<div class="abcdefghijklmnopqrstuvwxyz"><a href="/x">x</a></div>`, "div>a"},
		{"three names at most", `<div id="a" class="b c d"><a href="/x">x</a></div>`, "div#a.b.c>a"},
		{"eight steps at most", `<div class="out"><p></p><div><div><div><div><div><div><ul><a href="/x">x</a></ul></div></div></div></div></div></div></div>`, "div>div>div>div>div>div>ul>a"},
		{"a table without tbody", `<table class="t"><tr><td><a href="/x">x</a></td></tr></table>`, "table.t>tr>td>a"},
		{"a clicked element", `<li class="e" onclick="location.href='/x'">x</li>`, "li.e"},
		{"an attribute", `<li class="e" data-url="/x">x</li>`, "li.e:data-url"},
		{"written by a script", `<div class="m"><script>document.write("<a href='/x'>x</a>")</script></div>`, "div.m>script>inline"},
	} {
		d, err := ReadText(context.Background(), "<body>"+c.source+"</body>", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Links) != 1 {
			t.Errorf("%s: links %v, want one", c.name, d.Links)
			continue
		}
		if diff := cmp.Diff(c.want, d.Links[0].Place); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
