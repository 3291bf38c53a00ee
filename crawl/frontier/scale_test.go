package frontier_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawl/frontier"
	"nianbao/crawl/frontier/frontiertest"
)

// addresses is how many the benchmark of the whole store fills it with; ten million take some minutes:
//
//	go test -run '^$' -bench Scale -benchtime 1x -timeout 2h ./crawl/frontier -args -addresses 10000000
var addresses = flag.Int("addresses", 1_000_000, "addresses that BenchmarkScale puts")

const scaleHosts = 3000

// BenchmarkScale fills a store as a crawl does: each visit of one of 3,000 hosts is leased, and acknowledged together with
// what it leads to. It reports the rates, the memory beside the file, and what opening takes.
func BenchmarkScale(b *testing.B) {
	ctx, path := context.Background(), filepath.Join(b.TempDir(), "f.db")
	s := open(b, path, frontiertest.Now)
	for b.Loop() {
		began := time.Now()
		fill(b, s, *addresses)
		b.ReportMetric(float64(*addresses)/time.Since(began).Seconds(), "put/s")

		const visits = 30_000
		now := frontiertest.Now.Add(time.Hour)
		began = time.Now()
		var leasing time.Duration
		for n := 0; n < visits; {
			now = now.Add(4 * time.Second)
			t := time.Now()
			ls, err := s.Lease(ctx, now, 1024)
			leasing += time.Since(t)
			if err != nil || len(ls) == 0 {
				b.Fatal(len(ls), err)
			}
			var wg sync.WaitGroup
			for i, l := range ls {
				wg.Go(func() {
					d := frontier.Done{Completed: now, Outcome: "ok", Bytes: 20_000, NextDue: now.Add(24 * time.Hour)}
					for k := range 10 { // half of them known
						d.Outlinks = append(d.Outlinks, item(int(l.Key[0])%scaleHosts, n+i+k*k))
					}
					if err := s.Ack(ctx, l, d); err != nil {
						b.Error(err)
					}
				})
			}
			wg.Wait()
			n += len(ls)
		}
		b.ReportMetric(visits/time.Since(began).Seconds(), "visit/s")
		b.ReportMetric(float64(leasing.Microseconds())/visits, "µs/lease")
	}
	anon, file, peak := resident()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapInuse)/(1<<20), "heap-MB")
	b.ReportMetric(anon, "rss-own-MB")
	b.ReportMetric(file, "rss-file-MB")
	b.ReportMetric(peak, "rss-peak-MB")
	if st, err := os.Stat(path); err == nil {
		b.ReportMetric(float64(st.Size())/(1<<20), "file-MB")
	}
	began := time.Now()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	open(b, path, frontiertest.Now)
	b.ReportMetric(float64(time.Since(began).Milliseconds()), "reopen-ms")
}

func item(host, i int) frontier.Item {
	return frontiertest.Item(fmt.Sprintf("h%d.test", host), fmt.Sprintf("/zwgk/zfxxgk/%d/t2024_%d.html", host, i), i%1000)
}

func fill(b *testing.B, s *frontier.Store, n int) {
	const each = 250
	next := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for at := range next {
				items := make([]frontier.Item, 0, each)
				for i := at; i < min(at+each, n); i++ {
					items = append(items, item(at/each%scaleHosts, i))
				}
				if _, err := s.Put(context.Background(), items...); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for at := 0; at < n; at += each {
		next <- at
	}
	close(next)
	wg.Wait()
}

// resident is the memory of the process in MB: its own, pages of files that the system lends it and may take back, and the
// most that both have been.
func resident() (own, file, peak float64) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, 0, 0
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var kb float64
		name, value, _ := strings.Cut(sc.Text(), ":")
		fmt.Sscanf(value, "%f", &kb)
		switch name {
		case "RssAnon":
			own = kb / 1024
		case "VmHWM":
			peak = kb / 1024
		case "RssFile", "RssShmem":
			file += kb / 1024
		}
	}
	return own, file, peak
}

// A lease costs the same however many hosts wait.
func BenchmarkLeaseAmongHosts(b *testing.B) {
	for _, hosts := range []int{100, 3000, 30_000} {
		b.Run(fmt.Sprint(hosts), func(b *testing.B) {
			ctx := context.Background()
			s := open(b, filepath.Join(b.TempDir(), "f.db"), frontiertest.Now)
			for at := 0; at < hosts; at += 500 {
				var items []frontier.Item
				for h := at; h < min(at+500, hosts); h++ {
					items = append(items, item(h, 1))
				}
				if _, err := s.Put(ctx, items...); err != nil {
					b.Fatal(err)
				}
			}
			now := frontiertest.Now
			for b.Loop() {
				now = now.Add(4 * time.Second)
				ls, err := s.Lease(ctx, now, 1)
				if err != nil || len(ls) != 1 {
					b.Fatal(len(ls), err)
				}
				if err := s.Release(ctx, ls[0], frontier.Return{Completed: now}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOutlook(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "f.db"), frontiertest.Now)
	var items []frontier.Item
	for h := range 10_000 {
		items = append(items, item(h, 1))
	}
	if _, err := s.Put(context.Background(), items...); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if o := s.Outlook(frontiertest.Now); o.Queued != 10_000 {
			b.Fatal(o)
		}
	}
}
