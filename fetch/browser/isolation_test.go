package browser

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// canary listens on loopback for TCP and UDP and keeps what comes.
type canary struct {
	tcp  net.Listener
	udp  net.PacketConn
	mu   sync.Mutex
	came []string
}

func newCanary(t *testing.T) *canary {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := &canary{tcp: tcp, udp: udp}
	var done sync.WaitGroup
	done.Go(func() {
		for {
			conn, err := tcp.Accept()
			if err != nil {
				return
			}
			c.note("tcp " + conn.RemoteAddr().String())
			conn.Close()
		}
	})
	done.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := udp.ReadFrom(buf)
			if err != nil {
				return
			}
			c.note(fmt.Sprintf("udp %s %x", from, buf[:min(n, 20)]))
		}
	})
	t.Cleanup(func() {
		tcp.Close()
		udp.Close()
		done.Wait()
	})
	return c
}

func (c *canary) note(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.came = append(c.came, s)
}

func (c *canary) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.came...)
}

// escapes is a page that tries every way out that a page has towards an address. Each attempt fails for itself.
func escapes(to string) string {
	return strings.ReplaceAll(`<!DOCTYPE html><title>出口</title>
		<link rel=dns-prefetch href="//dns.example.com"><link rel=preconnect href="http://ADDR"><link rel=prefetch href="http://ADDR/prefetch">
		<link rel=preload as=fetch href="http://ADDR/preload"><link rel=modulepreload href="http://ADDR/module.js"><link rel=prerender href="http://ADDR/prerender">
		<link rel=stylesheet href="http://ADDR/style.css"><link rel=icon href="http://ADDR/icon.png"><link rel=manifest href="http://ADDR/manifest">
		<script type=speculationrules>{"prerender":[{"source":"list","urls":["http://ADDR/spec"]}],"prefetch":[{"source":"list","urls":["http://ADDR/spec2"]}]}</script>
		<meta http-equiv=Content-Security-Policy content="img-src *"><style>@import url(http://ADDR/i.css);@font-face{font-family:x;src:url(http://ADDR/f.woff)}body{font-family:x;background:url(http://ADDR/bg.png)}</style>
		<img src="http://ADDR/img.png"><img srcset="http://ADDR/set.png 2x"><video src="http://ADDR/v.mp4" autoplay></video><audio src="http://ADDR/a.mp3" autoplay></audio>
		<object data="http://ADDR/o.swf"></object><embed src="http://ADDR/e.pdf"><iframe src="http://ADDR/frame"></iframe><iframe sandbox="allow-scripts" srcdoc="<script>fetch('http://ADDR/srcdoc')</script>"></iframe>
		<a id=ping href="#x" ping="http://ADDR/ping">更多</a><iframe name=f></iframe><form id=form action="http://ADDR/form" method=post target=f></form>
		<script>
		const tries = {
			fetch: () => fetch('http://ADDR/fetch', {mode: 'no-cors'}), keepalive: () => fetch('http://ADDR/keep', {mode: 'no-cors', keepalive: true}),
			cors: () => fetch('http://ADDR/cors', {method: 'PUT', headers: {'x-a': 'b'}}), xhr: () => { const x = new XMLHttpRequest(); x.open('GET', 'http://ADDR/xhr'); x.send() },
			beacon: () => navigator.sendBeacon('http://ADDR/beacon', 'x'), socket: () => new WebSocket('ws://ADDR/ws'), events: () => new EventSource('http://ADDR/events'),
			transport: () => new WebTransport('https://ADDR/wt'), module: () => import('http://ADDR/m.js'), open: () => window.open('http://ADDR/open'),
			worker: () => new Worker(URL.createObjectURL(new Blob(["fetch('http://ADDR/worker');new WebSocket('ws://ADDR/workerws');importScripts('http://ADDR/ws.js')"]))),
			shared: () => new SharedWorker(URL.createObjectURL(new Blob(["fetch('http://ADDR/shared')"]))),
			service: () => navigator.serviceWorker.register('/sw.js'), form: () => document.getElementById('form').submit(), ping: () => document.getElementById('ping').click(),
			rtc: async () => { const p = new RTCPeerConnection({iceServers: [{urls: ['stun:ADDR', 'turn:ADDR?transport=tcp'], username: 'a', credential: 'b'}]}); p.createDataChannel('x'); await p.setLocalDescription(await p.createOffer()) },
			paint: () => CSS.paintWorklet && CSS.paintWorklet.addModule('http://ADDR/paint.js'), audio: () => new AudioContext().audioWorklet.addModule('http://ADDR/audio.js'),
			image: () => { new Image().src = 'http://ADDR/new.png' }, timing: () => new PerformanceObserver(() => 0),
		};
		let n = 0;
		for (const [name, f] of Object.entries(tries)) try { Promise.resolve(f()).catch(() => 0); n++ } catch (e) {}
		document.title = 'tried ' + n;
		</script>`, "ADDR", to)
}

// leave has a page try to get out, with the switches alone or with all that keeps it in, and gives what it asked for.
func leave(t *testing.T, to string, change func(*Options)) []Asked {
	t.Helper()
	b := launch(t, func(o *Options) { o.Timeout, o.Quiet = 30*time.Second, 1500*time.Millisecond }, change)
	s := &site{pages: map[string]string{"/": escapes(to), "/sw.js": "js;fetch('http://" + to + "/sw')"}}
	res, err := open(t, b, s, "/")
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Views) == 0 || !strings.Contains(res.HTML(), "<title>tried 1") && !strings.Contains(res.HTML(), "<title>tried 2") {
		t.Fatalf("the page did not try: %.300s", res.HTML())
	}
	return res.Asked
}

func TestNothingLeavesTowardsLoopback(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"switches alone": func(o *Options) { o.shared, o.bare = true, true },
		"all":            func(*Options) {},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCanary(t)
			asked := leave(t, c.tcp.Addr().String(), change)
			if len(asked) < 5 {
				t.Errorf("only %d requests were paused", len(asked))
			}
			if came := c.all(); len(came) > 0 {
				t.Errorf("the browser spoke to loopback by itself: %v", came)
			}
			// the canary sees what there is to see
			conn, err := net.Dial("tcp", c.tcp.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			io.ReadAll(conn)
			if len(c.all()) != 1 {
				t.Error("the canary is blind")
			}
		})
	}
}

// What a worker wants is not paused with the page's requests, so it fails; the page is told.
func TestWorkersGetNothing(t *testing.T) {
	b := launch(t)
	s := &site{pages: map[string]string{"/w.js": "js;postMessage('有')",
		"/": `<p id=x>无</p><script>const w = new Worker('/w.js'), p = document.getElementById('x'); w.onmessage = e => p.textContent = e.data; w.onerror = () => p.textContent = '失败'</script>`}}
	res, err := open(t, b, s, "/")
	if err != nil || !strings.Contains(res.HTML(), "失败") || len(s.asked) != 1 {
		t.Errorf("%v, asked %v: %.300s", err, s.asked, res.HTML())
	}
}
