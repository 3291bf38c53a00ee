package portal

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A page with two selects and a function that joins what they are set to leads to every pair, the newest year first.
func TestSelectsJoinedByAFunction(t *testing.T) {
	const selects = `<select id="dw" name="unit"><option value="">请选择</option><option value="czj">县财政局</option><option value="jyj">县教育局</option></select>
		<select id="nf"><option>2021</option><option value="2023">2023年</option></select>`
	want := []string{"http://a.gov.cn/nb/czj_2023.html", "http://a.gov.cn/nb/jyj_2023.html", "http://a.gov.cn/nb/czj_2021.html", "http://a.gov.cn/nb/jyj_2021.html"}
	for name, script := range map[string]string{
		"variables":        `function ck(){var y=document.getElementById("nf").value,o=document.getElementById("dw").value;window.open('/nb/'+o+'_'+y+'.html');}`,
		"in place":         `function ck(){location.href='/nb/'+$("#dw").val()+'_'+$("#nf").val()+'.html';}`,
		"options by index": `function ck(){var s=document.getElementById('dw'); var o = s.options[s.selectedIndex].value; var n=document.getElementById('nf').value; location.href="/nb/"+document.getElementById('dw').value+"_"+n+".html"}`,
		"by name":          `$(".go").click(function(){ var d = $("select[name='unit']").val(); var y = $("#nf option:selected").val(); location = "/nb/" + d + "_" + y + ".html"; });`,
	} {
		var got []string
		for _, l := range leadsOf(t, &Page{MediaType: "text/html", Text: selects + "<script>" + script + "</script>"}, "http://a.gov.cn/nb/") {
			if l.Place != "script:select" {
				continue
			}
			got = append(got, l.URL)
			if !strings.Contains(l.URL, strconv.Itoa(l.Year)) || !strings.Contains(l.Text, "局") || !strings.Contains(l.Text, "年") {
				t.Errorf("%s: %s is called %q of %d", name, l.URL, l.Text, l.Year)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// What no select gives a value stays unknown, and huge selects are bounded.
func TestSelectsThatDoNotMakeAnAddress(t *testing.T) {
	var many strings.Builder
	for i := range 2000 {
		many.WriteString(`<option value="x` + strconv.Itoa(i) + `">单位</option>`)
	}
	for _, c := range []struct {
		name, source string
		most         int
	}{
		{"another part is unknown", `<select id="a"><option value="1">甲</option><option value="2">乙</option></select><script>function f(){var x=document.getElementById("a").value,k=secret();location.href='/q/'+x+'/'+k+'.html'}</script>`, 0},
		{"a select of one", `<select id="a"><option value="1">甲</option></select><script>function f(){var x=document.getElementById("a").value;location.href='/q/'+x+'.html'}</script>`, 0},
		{"two of two thousand", `<select id="a">` + many.String() + `</select><select id="b">` + many.String() + `</select><script>function f(){location.href='/q/'+$("#a").val()+'/'+$("#b").val()+'.html'}</script>`, maxChosen},
	} {
		n := 0
		for _, l := range leadsOf(t, &Page{MediaType: "text/html", Text: c.source}, "http://a.gov.cn/nb/") {
			if l.Place == "script:select" {
				n++
			}
		}
		if n > c.most || n == 0 && c.most > 0 {
			t.Errorf("%s: %d addresses, at most %d wanted", c.name, n, c.most)
		}
	}
}
