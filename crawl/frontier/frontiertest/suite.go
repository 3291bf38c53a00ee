// Package frontiertest holds what every frontier must do, whatever it stores in, and the smallest frontier that does it:
// one in memory, for tests that need none on disk.
//
// Run takes a way to open a store and puts it through every verb of the interface; a store that outlives its process gives
// Reopen as well.
package frontiertest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// A Maker makes the stores that the suite tries. Their default delay is three seconds, and hosts that begin with "rests"
// take no part in the run.
type Maker struct {
	// Open makes an empty store whose clock starts at Now.
	Open func(t *testing.T) frontier.Frontier
	// Reopen closes a store, as a kill would, and opens it again at a time; nil for a store that does not outlive its process.
	Reopen func(t *testing.T, f frontier.Frontier, now time.Time) frontier.Frontier
}

// Wanted is the part that hosts take in the suite's runs.
func Wanted(host string) bool { return len(host) < 5 || host[:5] != "rests" }

// Run runs the suite.
func Run(t *testing.T, m Maker) {
	for _, part := range []struct {
		name string
		try  func(*bench)
	}{
		{"put: known items once, by priority", puts}, {"put: what cannot be queued", putsRefused}, {"put: a higher priority", raises},
		{"put: items due later", putsLater}, {"lease: one a host, then its delay from completion", leases}, {"lease: fairly", leasesFairly},
		{"lease: hosts that take no part", rests}, {"ack: outlinks in the same step", acks}, {"ack: twice", acksTwice}, {"ack: retries are counted", retries},
		{"ack: what it changes of the item", acksFields}, {"release", releases}, {"release: a request was made", releasesSpent},
		{"recall", recalls}, {"cut", cuts}, {"block and set delay", blocks}, {"host data, rules and counts", keeps}, {"outlook", outlooks}, {"items and lookup", listsItems},
		{"cancelled", cancelled}, {"closed", closed},
	} {
		t.Run(part.name, func(t *testing.T) { part.try(&bench{t, context.Background(), m.Open(t)}) })
	}
	if m.Reopen != nil {
		t.Run("reopened", func(t *testing.T) { reopened(&bench{t, context.Background(), m.Open(t)}, m.Reopen) })
	}
}

// bench is a store under test.
type bench struct {
	*testing.T
	ctx context.Context
	f   frontier.Frontier
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) put(items ...frontier.Item) int {
	b.Helper()
	n, err := b.f.Put(b.ctx, items...)
	b.must(err)
	return n
}

func (b *bench) lease(after time.Duration, max int) []frontier.Lease {
	b.Helper()
	ls, err := b.f.Lease(b.ctx, Now.Add(after), max)
	b.must(err)
	return ls
}

// leased wants exactly these addresses, in this order.
func (b *bench) leased(after time.Duration, max int, want ...string) []frontier.Lease {
	b.Helper()
	ls := b.lease(after, max)
	var got []string
	for _, l := range ls {
		got = append(got, l.URL[len("http://"):])
		if !l.At.Equal(Now.Add(after)) {
			b.Errorf("leased at %v", l.At)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		b.Fatalf("leased after %s: %s", after, d)
	}
	return ls
}

func (b *bench) host(name string) frontier.HostState {
	b.Helper()
	h, ok := b.f.Host(name)
	if !ok {
		b.Fatalf("no host %s", name)
	}
	return h
}

func (b *bench) state(it frontier.Item, want frontier.State) frontier.Item {
	b.Helper()
	got, st, err := b.f.Lookup(it.Key)
	b.must(err)
	if st != want {
		b.Fatalf("%s is %q, want %q", it.URL, st, want)
	}
	return got
}

func (b *bench) done(l frontier.Lease, d frontier.Done) {
	b.Helper()
	b.must(b.f.Ack(b.ctx, l, d))
}

func puts(b *bench) {
	full := frontier.Item{Key: frontier.Key{9}, URL: "http://c.test/x", Method: "POST", Body: "a=b", ContentType: "text/plain", Host: "c.test", Portal: "丙县",
		Via: "http://c.test/", Priority: 7, Depth: 3, Context: []byte("ctx")}
	if n := b.put(Item("a.test", "/1", 1), Item("a.test", "/2", 900), Item("a.test", "/1", 1), full); n != 3 {
		b.Errorf("added %d, want 3", n)
	}
	if n := b.put(Item("a.test", "/1", 1)); n != 0 {
		b.Errorf("added %d that was known", n)
	}
	ls := b.leased(0, 10, "a.test/2", "c.test/x")
	if string(ls[0].Context) != `{"role":"list"}` {
		b.Errorf("context %q", ls[0].Context)
	}
	if d := cmp.Diff(full, ls[1].Item); d != "" {
		b.Error("what was put is not what was leased:", d)
	}
	if c := b.f.Counts(); c != (frontier.Counts{Known: 3, Ready: 1, Leased: 2}) {
		b.Errorf("counts %+v", c)
	}
}

// An item that no queue can hold is refused without harm to what others do.
func putsRefused(b *bench) {
	for _, bad := range []frontier.Item{{Host: "a.test"}, {URL: "http://a.test/"}} {
		if _, err := b.f.Put(b.ctx, Item("a.test", "/good", 1), bad); err == nil {
			b.Errorf("%+v was put", bad)
		}
	}
	b.put(Item("b.test", "/1", 1))
	l := b.lease(0, 9)[0]
	if err := b.f.Ack(b.ctx, l, frontier.Done{Completed: Now, Outlinks: []frontier.Item{{}}}); err == nil {
		b.Error("an outlink without an address was taken")
	}
	b.done(l, frontier.Done{Completed: Now})
	b.state(l.Item, frontier.Closed)
}

func raises(b *bench) {
	low, other := Item("a.test", "/low", 10), Item("a.test", "/other", 50)
	b.put(low, other)
	low.Priority, low.Via, low.Context = 90, "http://a.test/better", []byte("new")
	if n := b.put(low); n != 0 {
		b.Errorf("a higher priority made %d new items", n)
	}
	l := b.leased(0, 9, "a.test/low")[0]
	if l.Priority != 90 || l.Via != "http://a.test/better" || string(l.Context) != "new" {
		b.Errorf("leased %+v", l)
	}
	b.done(l, frontier.Done{Completed: Now, Cut: "budget"})
	b.state(low, frontier.Dropped)
	b.put(low)
	b.state(low, frontier.Dropped)
	low.Priority = 91
	b.put(low)
	b.state(low, frontier.Ready)
	other.Priority = 40
	b.put(other)
	if got := b.state(other, frontier.Ready); got.Priority != 50 {
		b.Errorf("a lower priority lowered it: %+v", got)
	}
}

func putsLater(b *bench) {
	it := Item("a.test", "/later", 1)
	it.Due = Now.Add(time.Hour)
	b.put(it)
	b.state(it, frontier.Later)
	if next := b.f.NextDue(Now); !next.Equal(it.Due) {
		b.Errorf("next due %v", next)
	}
	if hs := b.f.Hosts(); len(hs) != 1 || !hs[0].NextDue.Equal(it.Due) || hs[0].Later != 1 {
		b.Errorf("hosts %+v", hs)
	}
	b.leased(time.Hour-time.Second, 9)
	b.leased(time.Hour, 9, "a.test/later")
	if next := b.f.NextDue(Now.Add(time.Hour)); !next.IsZero() {
		b.Errorf("nothing waits, but next due %v", next)
	}
}

func leases(b *bench) {
	b.put(Item("a.test", "/1", 5), Item("a.test", "/2", 4), Item("b.test", "/1", 1))
	ls := b.leased(0, 10, "a.test/1", "b.test/1")
	b.leased(time.Hour, 10)
	end := 10 * time.Second
	for _, l := range ls {
		b.done(l, frontier.Done{Completed: Now.Add(end), Outcome: "ok", Bytes: 7})
	}
	b.leased(end+3*time.Second-time.Millisecond, 10)
	if next := b.f.NextDue(Now.Add(end)); !next.Equal(Now.Add(end + 3*time.Second)) {
		b.Errorf("next due %v", next)
	}
	b.leased(end+3*time.Second, 0)
	b.leased(end+3*time.Second, 10, "a.test/2")
	if h := b.host("a.test"); h.Requests != 1 || h.Outcomes["ok"] != 1 || h.Bytes != 7 || !h.Leased || h.Delay != 3*time.Second || !h.Last.Equal(Now.Add(end)) {
		b.Errorf("host %+v", h)
	}
}

// Hosts take turns: the one that has been free longest comes first, and none is left out.
func leasesFairly(b *bench) {
	var items []frontier.Item
	for i := range 300 {
		items = append(items, Item(fmt.Sprintf("h%d.test", i), "/1", 1), Item(fmt.Sprintf("h%d.test", i), "/2", 999))
	}
	b.put(items...)
	visits := map[string]int{}
	for round := range 60 {
		for _, l := range b.lease(time.Duration(round)*time.Second, 20) {
			visits[l.Host]++
			b.done(l, frontier.Done{Completed: Now.Add(time.Duration(round) * time.Second), NextDue: Now})
		}
		if round == 14 && len(visits) != 300 {
			b.Errorf("%d of 300 hosts were visited in the first 300 visits", len(visits))
		}
	}
	for h, n := range visits {
		if n < 3 || n > 5 {
			b.Errorf("%s was visited %d times, four are its share", h, n)
		}
	}
}

func rests(b *bench) {
	b.put(Item("rests.test", "/", 1000), Item("a.test", "/", 1))
	l := b.leased(0, 9, "a.test/")[0]
	b.done(l, frontier.Done{Completed: Now, Outlinks: []frontier.Item{Item("rests.test", "/2", 1)}})
	if next := b.f.NextDue(Now); !next.IsZero() {
		b.Errorf("next due %v, but only a host that takes no part has anything", next)
	}
	if o := b.f.Outlook(Now); o.Queued != 0 || b.host("rests.test").Ready != 2 {
		b.Errorf("outlook %+v", o)
	}
}

func acks(b *bench) {
	b.put(Item("a.test", "/1", 5))
	l := b.lease(0, 1)[0]
	b.done(l, frontier.Done{Completed: Now, NextDue: Now.Add(time.Hour), ETag: `"x"`, Outlinks: []frontier.Item{Item("b.test", "/o", 3), Item("a.test", "/1", 9)}})
	b.leased(time.Minute, 10, "b.test/o")
	if l := b.leased(time.Hour, 10, "a.test/1")[0]; l.ETag != `"x"` {
		b.Errorf("leased %+v", l)
	}
}

func acksTwice(b *bench) {
	b.put(Item("a.test", "/1", 5))
	l := b.lease(0, 1)[0]
	b.done(l, frontier.Done{Completed: Now})
	b.state(l.Item, frontier.Closed)
	if err := b.f.Ack(b.ctx, l, frontier.Done{Completed: Now, Outlinks: []frontier.Item{Item("a.test", "/never", 1)}}); !errors.Is(err, frontier.ErrNotLeased) {
		b.Errorf("acknowledged twice: %v", err)
	}
	if err := b.f.Release(b.ctx, l, frontier.Return{}); !errors.Is(err, frontier.ErrNotLeased) {
		b.Errorf("released after its acknowledgement: %v", err)
	}
	b.state(Item("a.test", "/never", 1), frontier.Unknown)
	if h := b.host("a.test"); h.Requests != 1 {
		b.Errorf("%d requests counted", h.Requests)
	}
}

func retries(b *bench) {
	b.put(Item("a.test", "/1", 5))
	for i := range 4 {
		at := time.Duration(i) * time.Minute
		l := b.lease(at, 1)[0]
		if l.Attempts != i {
			b.Errorf("visit %d came with %d attempts", i, l.Attempts)
		}
		b.done(l, frontier.Done{Completed: Now.Add(at), NextDue: Now.Add(at), Retry: true})
	}
	l := b.lease(time.Hour, 1)[0]
	b.done(l, frontier.Done{Completed: Now.Add(time.Hour), NextDue: Now.Add(time.Hour)})
	if l := b.lease(2*time.Hour, 1)[0]; l.Attempts != 0 {
		b.Errorf("attempts are not forgotten after a success: %d", l.Attempts)
	}
}

func acksFields(b *bench) {
	b.put(Item("a.test", "/1", 5), Item("a.test", "/2", 50))
	l := b.leased(0, 1, "a.test/2")[0]
	b.done(l, frontier.Done{Completed: Now, NextDue: Now, Priority: 2, Context: []byte("mine"), ETag: "e", LastMod: "m"})
	l = b.leased(time.Minute, 1, "a.test/1")[0]
	b.done(l, frontier.Done{Completed: Now.Add(time.Minute)})
	l = b.leased(time.Hour, 1, "a.test/2")[0]
	if l.Priority != 2 || string(l.Context) != "mine" || l.ETag != "e" || l.LastMod != "m" {
		b.Errorf("leased %+v", l)
	}
	b.done(l, frontier.Done{Completed: Now.Add(time.Hour), NextDue: Now.Add(time.Hour)})
	if l = b.lease(2*time.Hour, 1)[0]; string(l.Context) != "mine" || l.ETag != "" {
		b.Errorf("a nil context keeps the old one, empty validators do not: %+v", l)
	}
}

// A lease given back keeps its place in the queue, and its host is left alone until then.
func releases(b *bench) {
	b.put(Item("a.test", "/1", 500), Item("a.test", "/2", 10))
	l := b.leased(0, 1, "a.test/1")[0]
	b.must(b.f.Release(b.ctx, l, frontier.Return{NotBefore: Now.Add(time.Minute), Context: []byte("kept")}))
	b.state(l.Item, frontier.Ready)
	b.leased(time.Minute-time.Second, 9)
	if next := b.f.NextDue(Now); !next.Equal(Now.Add(time.Minute)) {
		b.Errorf("next due %v", next)
	}
	if l := b.leased(time.Minute, 9, "a.test/1")[0]; string(l.Context) != "kept" || l.Attempts != 0 {
		b.Errorf("leased %+v", l)
	}
	if h := b.host("a.test"); h.Requests != 0 {
		b.Errorf("a release without a request counted %d", h.Requests)
	}
}

func releasesSpent(b *bench) {
	b.put(Item("a.test", "/1", 500))
	l := b.leased(0, 1, "a.test/1")[0]
	b.must(b.f.Release(b.ctx, l, frontier.Return{NotBefore: Now, Completed: Now.Add(2 * time.Second), Outcome: "not_found", Bytes: 9, Host: &frontier.HostUpdate{Delay: 10 * time.Second}}))
	b.leased(12*time.Second-time.Millisecond, 9)
	b.leased(12*time.Second, 9, "a.test/1")
	if h := b.host("a.test"); h.Requests != 1 || h.Outcomes["not_found"] != 1 || h.Bytes != 9 {
		b.Errorf("host %+v", h)
	}
}

func recalls(b *bench) {
	closed, later, out := Item("a.test", "/closed", 5), Item("b.test", "/later", 5), Item("c.test", "/out", 5)
	later.Due = Now.Add(time.Hour * 24)
	b.put(closed, later, out)
	ls := b.leased(0, 9, "a.test/closed", "c.test/out")
	b.done(ls[0], frontier.Done{Completed: Now})
	due := Now.Add(2 * time.Hour)
	b.must(b.f.Recall(b.ctx, due, closed.Key, later.Key, out.Key, frontier.Key{1, 2, 3}))
	b.leased(2*time.Hour-time.Second, 9)
	if next := b.f.NextDue(Now.Add(time.Hour)); !next.Equal(due) {
		b.Errorf("next due %v", next)
	}
	if got := b.lease(2*time.Hour, 9); len(got) != 2 {
		b.Errorf("recalled items were not leased: %+v", got)
	}
	b.done(ls[1], frontier.Done{Completed: Now})
}

func cuts(b *bench) {
	later := Item("a.test", "/later", 1)
	later.Due = Now.Add(time.Minute)
	b.put(Item("a.test", "/keep", 100), Item("a.test", "/99", 99), Item("a.test", "/0", 0), later, Item("b.test", "/0", 0))
	for _, want := range []int{2, 0} {
		n, err := b.f.Cut(b.ctx, "a.test", 100, "budget")
		b.must(err)
		if n != want {
			b.Errorf("cut %d, want %d", n, want)
		}
	}
	if n, err := b.f.Cut(b.ctx, "nowhere.test", 100, "budget"); n != 0 || err != nil {
		b.Errorf("an unknown host: %d %v", n, err)
	}
	b.state(Item("a.test", "/99", 99), frontier.Dropped)
	b.state(Item("b.test", "/0", 0), frontier.Ready)
	b.state(later, frontier.Later)
	if h := b.host("a.test"); h.Cut["budget"] != 2 || h.Ready != 1 || h.Later != 1 {
		b.Errorf("host %+v", h)
	}
	if n, err := b.f.Cut(b.ctx, "b.test", 0, "none"); n != 0 || err != nil {
		b.Errorf("nothing is below 0: %d %v", n, err)
	}
	var many []frontier.Item
	for i := range 12_000 {
		many = append(many, Item("many.test", fmt.Sprint("/", i), 1+i%2))
	}
	b.put(many...)
	if n, err := b.f.Cut(b.ctx, "many.test", 2, "budget"); n != 6000 || err != nil {
		b.Errorf("cut %d of a long queue: %v", n, err)
	}
}

func blocks(b *bench) {
	b.put(Item("a.test", "/1", 1), Item("a.test", "/2", 1))
	b.must(b.f.BlockUntil(b.ctx, "a.test", Now.Add(time.Hour), "challenge"))
	b.leased(time.Hour-time.Second, 9)
	if h := b.host("a.test"); h.BlockReason != "challenge" || !h.BlockedUntil.Equal(Now.Add(time.Hour)) {
		b.Errorf("host %+v", h)
	}
	if next := b.f.NextDue(Now); !next.Equal(Now.Add(time.Hour)) {
		b.Errorf("next due %v", next)
	}
	b.must(b.f.BlockUntil(b.ctx, "a.test", time.Time{}, ""))
	l := b.leased(0, 9, "a.test/1")[0]
	b.done(l, frontier.Done{Completed: Now, Host: &frontier.HostUpdate{Delay: time.Minute, BlockUntil: Now.Add(30 * time.Second), BlockReason: "rate_limited"}})
	b.leased(time.Minute-time.Second, 9)
	b.must(b.f.SetDelay(b.ctx, "a.test", 2*time.Minute))
	b.leased(2*time.Minute-time.Second, 9)
	if h := b.host("a.test"); h.Delay != 2*time.Minute || h.BlockReason != "rate_limited" {
		b.Errorf("host %+v", h)
	}
	b.leased(2*time.Minute, 9, "a.test/2")
	b.must(b.f.SetDelay(b.ctx, "new.test", time.Minute))
	if h := b.host("new.test"); h.Delay != time.Minute {
		b.Errorf("a host without items: %+v", h)
	}
}

func keeps(b *bench) {
	b.put(Item("a.test", "/1", 1))
	b.must(b.f.SetData(b.ctx, "a.test", []byte("old")))
	b.must(b.f.CountCut(b.ctx, "a.test", "depth", 4))
	l := b.lease(0, 1)[0]
	const http, https = "http://a.test:80", "https://a.test:443"
	b.done(l, frontier.Done{Completed: Now, Cut: "budget", Host: &frontier.HostUpdate{Data: []byte("new"), Cut: map[string]int{"depth": 3, "year": 1},
		Rules: map[string][]byte{http: []byte("User-agent: *\n"), https: []byte("x")}}})
	h := b.host("a.test")
	if d := cmp.Diff(map[string]int{"depth": 7, "year": 1, "budget": 1}, h.Cut); d != "" || string(h.Data) != "new" {
		b.Errorf("data %q, cut %s", h.Data, d)
	}
	h.Cut["depth"] = 99 // a copy
	if b.host("a.test").Cut["depth"] != 7 {
		b.Error("the state handed out is the store's own")
	}
	rules := func(host, authority, want string) {
		b.Helper()
		if got, err := b.f.Rules(host, authority); err != nil || string(got) != want {
			b.Errorf("rules of %s: %q %v, want %q", authority, got, err, want)
		}
	}
	rules("a.test", http, "User-agent: *\n")
	rules("a.test", "http://b.test:80", "")
	for _, want := range []string{"first", "second"} {
		b.must(b.f.SetNote(b.ctx, "某县", []byte(want)))
		if got, err := b.f.Note("某县"); err != nil || string(got) != want {
			b.Errorf("note %q %v, want %q", got, err, want)
		}
	}
	if all, err := b.f.Notes(); err != nil || len(all) != 1 || string(all["某县"]) != "second" {
		b.Errorf("notes %q %v", all, err)
	}
	b.must(b.f.SetNote(b.ctx, "某县", nil))
	if got, err := b.f.Note("某县"); err != nil || got != nil {
		b.Errorf("a note that was taken back: %q %v", got, err)
	}
	b.put(Item("a.test", "/2", 1))
	l = b.lease(time.Hour, 1)[0]
	b.must(b.f.Release(b.ctx, l, frontier.Return{Host: &frontier.HostUpdate{Rules: map[string][]byte{http: nil}}}))
	rules("a.test", http, "")
	rules("a.test", https, "x")
	if got := len(b.f.Hosts()); got != 1 {
		b.Errorf("%d hosts", got)
	}
	if _, ok := b.f.Host("b.test"); ok {
		b.Error("a host that nobody named")
	}
}

func outlooks(b *bench) {
	b.put(Item("a.test", "/1", 1), Item("a.test", "/2", 1), Item("a.test", "/3", 1), Item("b.test", "/1", 1), Item("c.test", "/1", 1))
	l := b.leased(0, 1, "a.test/1")[0]
	b.must(b.f.BlockUntil(b.ctx, "b.test", Now.Add(time.Hour), "dns"))
	b.must(b.f.BlockUntil(b.ctx, "c.test", Now.Add(time.Minute), "rate_limited"))
	got := b.f.Outlook(Now.Add(2 * time.Minute))
	if got.Longest < 6*time.Second || got.Longest > 10*time.Second {
		b.Errorf("the longest queue takes %s", got.Longest)
	}
	got.Longest = 0
	if d := cmp.Diff(frontier.Outlook{Queued: 3, Waiting: 1, Blocked: 1}, got); d != "" {
		b.Error(d)
	}
	b.done(l, frontier.Done{Completed: Now})
	if got := b.f.Outlook(Now.Add(2 * time.Hour)); got.Queued != 4 || got.Waiting != 3 || got.Blocked != 0 {
		b.Errorf("%+v", got)
	}
}

func listsItems(b *bench) {
	var want []string
	for i := range 2500 {
		it := Item(fmt.Sprintf("h%d.test", i%3), fmt.Sprintf("/%d", i), i)
		b.put(it)
		if i%3 == 1 {
			want = append(want, it.URL)
		}
	}
	var got []string
	for it, st := range b.f.Items("h1.test") {
		if got = append(got, it.URL); st != frontier.Ready {
			b.Errorf("%s is %s", it.URL, st)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		b.Error(d)
	}
	n := 0
	for range b.f.Items("") {
		if n++; n == 1700 {
			break
		}
	}
	if n != 1700 {
		b.Errorf("%d items before the end", n)
	}
	if _, st, err := b.f.Lookup(frontier.Key{1}); st != frontier.Unknown || err != nil {
		b.Errorf("an unknown key: %q %v", st, err)
	}
}

func cancelled(b *bench) {
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	for range 50 { // each either happens or does not
		_, err := b.f.Put(ctx, Item("a.test", "/1", 1))
		_, st, lookErr := b.f.Lookup(Item("a.test", "/1", 1).Key)
		if b.must(lookErr); err == nil && st != frontier.Ready || err != nil && !errors.Is(err, context.Canceled) {
			b.Fatalf("%v, and it is %q", err, st)
		}
	}
}

func closed(b *bench) {
	b.put(Item("a.test", "/1", 1))
	b.must(b.f.Close())
	b.must(b.f.Close())
	if _, err := b.f.Put(b.ctx, Item("a.test", "/2", 1)); err == nil {
		b.Error("put after Close")
	}
}

// reopened: what was acknowledged stays, what was leased is due again once its host has rested.
func reopened(b *bench, reopen func(*testing.T, frontier.Frontier, time.Time) frontier.Frontier) {
	b.put(Item("a.test", "/1", 9), Item("a.test", "/2", 1), Item("b.test", "/1", 1), Item("c.test", "/1", 1), Item("d.test", "/1", 1))
	ls := b.leased(0, 4, "a.test/1", "b.test/1", "c.test/1", "d.test/1")
	b.done(ls[1], frontier.Done{Completed: Now, NextDue: Now, Retry: true, Host: &frontier.HostUpdate{Delay: time.Minute, Data: []byte("data"), Rules: map[string][]byte{"x": []byte("rules")}}})
	b.done(ls[2], frontier.Done{Completed: Now, Host: &frontier.HostUpdate{BlockUntil: Now.Add(time.Hour), BlockReason: "rate_limited"}, Outlinks: []frontier.Item{Item("c.test", "/2", 2)}})
	b.must(b.f.Release(b.ctx, ls[3], frontier.Return{NotBefore: Now.Add(90 * time.Second)}))
	b.f = reopen(b.T, b.f, Now.Add(time.Second))
	b.leased(4*time.Second-time.Millisecond, 9)
	b.leased(4*time.Second, 9, "a.test/1")
	b.leased(time.Minute-time.Millisecond, 9)
	if l := b.leased(time.Minute, 9, "b.test/1")[0]; l.Attempts != 1 {
		b.Errorf("attempts were forgotten: %+v", l)
	}
	b.leased(90*time.Second-time.Millisecond, 9)
	b.leased(90*time.Second, 9, "d.test/1")
	if h := b.host("c.test"); h.BlockReason != "rate_limited" || !h.BlockedUntil.Equal(Now.Add(time.Hour)) {
		b.Errorf("block lost: %+v", h)
	}
	b.leased(time.Hour-time.Millisecond, 9)
	b.leased(time.Hour, 9, "c.test/2")
	if got, err := b.f.Rules("b.test", "x"); string(got) != "rules" || err != nil || string(b.host("b.test").Data) != "data" {
		b.Errorf("rules %q, %v", got, err)
	}
	if c := b.f.Counts(); c != (frontier.Counts{Known: 6, Ready: 1, Leased: 4}) {
		b.Errorf("counts %+v", c)
	}
}
