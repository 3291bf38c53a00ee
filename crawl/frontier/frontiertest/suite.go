// Package frontiertest holds what every frontier must do, whatever it stores in.
package frontiertest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"nianbao/crawl/frontier"
)

// Now is the suite's clock at its beginning.
var Now = time.Date(2026, 1, 15, 8, 0, 0, 0, time.UTC)

// Item makes an item of a host with a priority.
func Item(host, path string, priority int) frontier.Item {
	u := "http://" + host + path
	sum := sha256.Sum256([]byte(u))
	return frontier.Item{Key: frontier.Key(sum[:16]), URL: u, Host: host, Priority: priority, Context: []byte(`{"role":"list"}`)}
}

// Run runs the suite; open returns an empty store whose default delay is three seconds and whose clock starts at Now.
func Run(t *testing.T, open func(t *testing.T) frontier.Frontier) {
	ctx := context.Background()
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	lease := func(t *testing.T, f frontier.Frontier, now time.Time, max int) []frontier.Lease {
		t.Helper()
		ls, err := f.Lease(ctx, now, max)
		must(t, err)
		return ls
	}

	t.Run("known items are put once and leased by priority", func(t *testing.T) {
		f := open(t)
		n, err := f.Put(ctx, Item("a.test", "/1", 1), Item("a.test", "/2", 900), Item("a.test", "/1", 1))
		must(t, err)
		if n != 2 {
			t.Errorf("added %d, want 2", n)
		}
		ls := lease(t, f, Now, 10)
		if len(ls) != 1 || ls[0].URL != "http://a.test/2" {
			t.Fatalf("leased %+v", ls)
		}
		if string(ls[0].Context) != `{"role":"list"}` {
			t.Errorf("context %q", ls[0].Context)
		}
	})

	t.Run("one lease per host, then its delay from completion", func(t *testing.T) {
		f := open(t)
		_, err := f.Put(ctx, Item("a.test", "/1", 5), Item("a.test", "/2", 4), Item("b.test", "/1", 1))
		must(t, err)
		ls := lease(t, f, Now, 10)
		if len(ls) != 2 {
			t.Fatalf("%d leases, want one a host", len(ls))
		}
		if again := lease(t, f, Now.Add(time.Hour), 10); len(again) != 0 {
			t.Fatalf("host leased twice: %+v", again)
		}
		end := Now.Add(10 * time.Second)
		for _, l := range ls {
			must(t, f.Ack(ctx, l, frontier.Done{Completed: end, Outcome: "ok", Bytes: 7}))
		}
		if got := lease(t, f, end.Add(3*time.Second-time.Millisecond), 10); len(got) != 0 {
			t.Errorf("leased within the delay: %+v", got)
		}
		if next := f.NextDue(end); !next.Equal(end.Add(3 * time.Second)) {
			t.Errorf("next due %v", next)
		}
		if got := lease(t, f, end.Add(3*time.Second), 10); len(got) != 1 || got[0].URL != "http://a.test/2" {
			t.Errorf("leased %+v", got)
		}
		h, _ := f.Host("a.test")
		if h.Requests != 1 || h.Outcomes["ok"] != 1 || h.Bytes != 7 {
			t.Errorf("host %+v", h)
		}
	})

	t.Run("outlinks come with the acknowledgement", func(t *testing.T) {
		f := open(t)
		_, err := f.Put(ctx, Item("a.test", "/1", 5))
		must(t, err)
		l := lease(t, f, Now, 1)[0]
		must(t, f.Ack(ctx, l, frontier.Done{Completed: Now, NextDue: Now.Add(time.Hour), ETag: `"x"`, Outlinks: []frontier.Item{Item("b.test", "/o", 3), Item("a.test", "/1", 9)}}))
		if got := lease(t, f, Now.Add(time.Minute), 10); len(got) != 1 || got[0].URL != "http://b.test/o" {
			t.Fatalf("leased %+v", got)
		}
		got := lease(t, f, Now.Add(time.Hour), 10)
		if len(got) != 1 || got[0].URL != "http://a.test/1" || got[0].ETag != `"x"` {
			t.Fatalf("leased %+v", got)
		}
		if err := f.Ack(ctx, l, frontier.Done{Completed: Now}); err != nil {
			t.Errorf("the item is leased again and may be acknowledged: %v", err)
		}
		if err := f.Ack(ctx, l, frontier.Done{Completed: Now}); err == nil {
			t.Error("acknowledged twice without an error")
		}
	})

	t.Run("release, block, recall and cut", func(t *testing.T) {
		f := open(t)
		_, err := f.Put(ctx, Item("a.test", "/1", 500), Item("a.test", "/2", 10))
		must(t, err)
		l := lease(t, f, Now, 1)[0]
		must(t, f.Release(ctx, l, frontier.Return{NotBefore: Now.Add(time.Minute)}))
		if got := lease(t, f, Now, 1); len(got) != 1 || got[0].URL != "http://a.test/2" {
			t.Fatalf("leased %+v", got)
		} else {
			must(t, f.Release(ctx, got[0], frontier.Return{NotBefore: Now}))
		}
		must(t, f.BlockUntil(ctx, "a.test", Now.Add(time.Hour), "challenge"))
		if got := lease(t, f, Now.Add(30*time.Minute), 1); len(got) != 0 {
			t.Fatalf("leased from a blocked host: %+v", got)
		}
		n, err := f.Cut(ctx, "a.test", 100, "budget")
		must(t, err)
		got := lease(t, f, Now.Add(time.Hour), 5)
		if n != 1 || len(got) != 1 || got[0].URL != "http://a.test/1" {
			t.Fatalf("cut %d, leased %+v", n, got)
		}
		must(t, f.Ack(ctx, got[0], frontier.Done{Completed: Now.Add(time.Hour)}))
		if _, st, _ := f.Lookup(got[0].Key); st != frontier.Closed {
			t.Errorf("state %q", st)
		}
		must(t, f.Recall(ctx, Now.Add(2*time.Hour), got[0].Key))
		if again := lease(t, f, Now.Add(2*time.Hour), 5); len(again) != 1 {
			t.Errorf("recalled item not leased: %+v", again)
		}
	})

	t.Run("a thousand hosts are leased fairly", func(t *testing.T) {
		f := open(t)
		var items []frontier.Item
		for i := range 1000 {
			items = append(items, Item(fmt.Sprintf("h%d.test", i), "/", 1))
		}
		_, err := f.Put(ctx, items...)
		must(t, err)
		seen := map[string]bool{}
		for range 10 {
			for _, l := range lease(t, f, Now, 100) {
				seen[l.Host] = true
			}
		}
		if len(seen) != 1000 {
			t.Errorf("%d hosts leased", len(seen))
		}
		if c := f.Counts(); c.Leased != 1000 || c.Ready != 0 || c.Known != 1000 {
			t.Errorf("counts %+v", c)
		}
	})
}
