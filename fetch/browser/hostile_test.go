package browser

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// Whatever a page does, it ends within its time and with a name, and the next page is shown as ever.
func TestHostilePages(t *testing.T) {
	if testing.Short() {
		t.Skip("TestHostilePages lets pages run into their deadlines")
	}
	const short, long = 6 * time.Second, 90 * time.Second // for pages that run into it, and for the others on a busy machine
	b := launch(t, func(o *Options) { o.MaxRequests, o.MaxMemory, o.MaxPage = 30, 700<<20, 1<<20 })
	good := &site{pages: map[string]string{"/": "<p>永宁县</p>"}}
	for _, tt := range []struct {
		name, page string
		want       []error // one of them; none when the page is harmless in the end
	}{
		{"an endless loop", `<p>甲</p><script>for(;;);</script>`, []error{ErrDeadline}},
		{"an endless loop on a click", `<p>甲</p><a href="javascript:for(;;);">更多</a>`, []error{ErrDeadline}},
		{"requests without end", `<p>甲</p><script>let i=0;const f=()=>fetch('/x?'+i++).finally(f);f();</script>`, []error{ErrRequests, nil}},
		{"requests to ever new paths", `<p>甲</p><script>let i=0;const f=()=>fetch('/x'+i++).finally(f);f();</script>`, []error{ErrRequests}},
		{"a storm of requests at once", `<p>甲</p><script>for(let i=0;i<20000;i++)fetch('/x'+i).catch(()=>0)</script>`, []error{ErrRequests, ErrMemory}},
		{"dialogs without end", `<p>甲</p><script>for(;;)alert('年报')</script>`, []error{ErrDialogs, ErrDeadline}},
		{"windows without end", `<p>甲</p><script>for(let i=0;i<300;i++)window.open('/w'+i)</script>`, []error{nil}},
		{"a million nodes", `<p>甲</p><script>const d=document.body;for(let i=0;i<1e6;i++)d.appendChild(document.createElement('b'))</script>`, []error{ErrBytes, ErrDeadline, ErrMemory}},
		{"a page that grows without end", `<p>甲</p><script>const k=[];for(;;){k.push(new Uint8Array(1<<24).fill(7))}</script>`, []error{ErrMemory, ErrCrashed, ErrDeadline}},
		{"a heap that grows without end", `<p>甲</p><script>const k=[];for(;;)k.push({a:[1,2,3,Math.random()]})</script>`, []error{ErrMemory, ErrCrashed, ErrDeadline}},
		{"a console that never stops", `<p>甲</p><script>const s='年'.repeat(1<<20);for(let i=0;i<300;i++)console.log(s+i)</script>`, []error{nil, ErrDeadline, ErrMemory}},
		{"reloads without end", `<p>甲</p><script>location.href='/?'+Math.random()</script>`, []error{ErrNavigations}},
		{"frames in frames", `<p>甲</p><script>if(Number(location.search.slice(1)||0)<500){const f=document.createElement('iframe');f.src='/?'+(Number(location.search.slice(1)||0)+1);document.body.append(f)}</script>`, []error{nil, ErrRequests}},
		{"prototypes turned against us", `<p>甲</p><script>Document.prototype.querySelectorAll=()=>{for(;;);};JSON.stringify=()=>{for(;;);};Object.defineProperty(Element.prototype,'outerHTML',{get(){for(;;);}});String.prototype.slice=()=>'x'</script>`, []error{nil}},
		{"a leave dialog", `<p>甲</p><script>onbeforeunload=e=>{e.preventDefault();return '别走'}</script><a href="javascript:location.href='/2'">更多</a>`, []error{nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &site{pages: map[string]string{"/": tt.page}}
			if b.opt.Timeout = long; slices.Contains(tt.want, ErrDeadline) {
				b.opt.Timeout = short
			}
			began := time.Now()
			res, err := b.Open(t.Context(), host+"/", func(ctx context.Context, r Request) Answer {
				if path, _, ok := strings.Cut(r.URL, "?"); ok && path == host+"/" {
					r.URL = path
				}
				return s.ask(ctx, r)
			})
			took := time.Since(began)
			ok := false
			for _, w := range tt.want {
				ok = ok || err == nil && w == nil || w != nil && errors.Is(err, w)
			}
			if !ok || took > b.opt.Timeout+20*time.Second {
				t.Errorf("after %s: %v, want one of %v", took, err, tt.want)
			}
			if err == nil && !strings.Contains(res.HTML(), "甲") {
				t.Errorf("nothing was seen: %.200s", res.HTML())
			}
			if len(s.asked) > 30 || len(res.Asked) > mostAsked || len(res.Leads) > mostLeads {
				t.Errorf("%d requests, %d wishes, %d leads", len(s.asked), len(res.Asked), len(res.Leads))
			}
			t.Logf("%s: %v after %s, %d views", tt.name, err, took.Round(time.Millisecond), len(res.Views))
			b.opt.Timeout = long
			if res, err := open(t, b, good, "/"); err != nil || !strings.Contains(res.HTML(), "永宁县") {
				t.Fatalf("the next page: %v", err)
			}
		})
	}
}
