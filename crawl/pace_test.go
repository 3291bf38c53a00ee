package crawl

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"nianbao/document"
	"nianbao/extract"
)

// uneven are portals of which the first has the longest queue.
func uneven(hosts, most, least int) map[string][]string {
	portals := map[string][]string{}
	for i := range hosts {
		portals[fmt.Sprintf("县%04d", i)] = pages(fmt.Sprintf("x%d.gov.cn", i), max(least, most*(hosts-i)/hosts))
	}
	return portals
}

// A crawl takes as long as the delays of its most loaded host, whatever else there is: many hosts, dead ones, slow ones, ones that
// push back. No worker is idle while a host is due.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const hosts, most, delay, latency = 15, 40, 3 * time.Second, 400 * time.Millisecond
		portals := uneven(hosts, most, 5)
		for i := range 20 {
			portals[fmt.Sprintf("死县%d", i)] = pages(fmt.Sprintf("dead%d.gov.cn", i), 3)
		}
		portals["慢县"] = pages("slow.gov.cn", 2)
		w := newWorld(t, portals, func(rw http.ResponseWriter, r *http.Request) {
			time.Sleep(latency)
			if r.Host == "slow.gov.cn" && r.URL.Path != "/robots.txt" {
				time.Sleep(25 * time.Second)
			}
			page(rw, r)
		})
		for i := range 20 {
			w.dead[fmt.Sprintf("dead%d.gov.cn", i)], w.dead[fmt.Sprintf("www.dead%d.gov.cn", i)] = true, true
		}
		began := time.Now()
		w.crawl()
		took, bound := time.Since(began), most*(delay+latency)+latency // robots.txt and the pages
		t.Logf("%s, the most loaded host alone takes %s: %.2f %% over", took, bound, 100*float64(took-bound)/float64(bound))
		if took > bound*101/100 {
			t.Errorf("it took %s, the most loaded host alone takes %s", took, bound)
		}
		for i := range hosts {
			w.gaps(fmt.Sprintf("x%d.gov.cn", i), delay)
		}
		time.Sleep(time.Hour) // let the slow server end
	})
}

// BenchmarkPace crawls a hundred hosts on loopback in real time, with the archive and the frontier on disk, and says how much
// longer it takes than the delays of the most loaded host ask for, and how many violations the servers saw.
func BenchmarkPace(b *testing.B) {
	const most, delay, latency = 60, 250 * time.Millisecond, 30 * time.Millisecond // five fetches stay below the delay
	for b.Loop() {
		w := newWorld(b, uneven(100, most, 5), func(rw http.ResponseWriter, r *http.Request) {
			time.Sleep(latency)
			page(rw, r)
		})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		srv := &http.Server{Handler: http.HandlerFunc(w.record)}
		go srv.Serve(l)
		s, err := Open(Config{ArchiveDir: w.dir, Seeds: w.seeds, Portals: w.seeds.Portals, Delay: delay, ConnectTo: []string{"::" + l.Addr().String()},
			Read: func(ctx context.Context, in extract.Input) (*document.Document, error) {
				return extract.Read(ctx, in, extract.Limits{})
			}})
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		sum, err := s.Run(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		took := time.Since(began)
		bound := time.Duration(0) // a fetch takes as long as it takes on this machine
		for i := range 100 {
			log := w.of(fmt.Sprintf("x%d.gov.cn", i))
			own := time.Duration(len(log)-1) * delay
			for _, a := range log {
				own += a.ended.Sub(a.began)
			}
			bound = max(bound, own)
		}
		b.ReportMetric(100*float64(took-bound)/float64(bound), "%over")
		b.ReportMetric(float64(sum.Requests)/took.Seconds(), "requests/s")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		srv.Close()
	}
}
