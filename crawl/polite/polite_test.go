package polite

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDelay(t *testing.T) {
	for _, tt := range []struct {
		name  string
		s     State
		least time.Duration
		want  time.Duration
	}{
		{"nothing known", State{}, 3 * time.Second, 3 * time.Second},
		{"fast host", State{Smoothed: 100 * time.Millisecond}, 3 * time.Second, 3 * time.Second},
		{"slow host", State{Smoothed: 2 * time.Second}, 3 * time.Second, 10 * time.Second},
		{"very slow host", State{Smoothed: time.Minute}, 3 * time.Second, 30 * time.Second},
		{"crawl-delay", State{CrawlDelay: 60 * time.Second}, 3 * time.Second, 60 * time.Second},
		{"crawl-delay without end", State{CrawlDelay: time.Hour}, 3 * time.Second, 300 * time.Second},
		{"a least delay above all", State{Smoothed: time.Second}, time.Minute, time.Minute},
	} {
		if got := tt.s.Delay(tt.least); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestSmoothing(t *testing.T) {
	var s State
	s.Fetched(time.Second)
	s.Fetched(2 * time.Second)
	if s.Smoothed != 1250*time.Millisecond {
		t.Errorf("%s", s.Smoothed)
	}
}

func TestBackOff(t *testing.T) {
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	var s State
	for i, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		if got := s.PushedBack(now, 0, 0); got != want {
			t.Errorf("push-back %d: %s, want %s", i, got, want)
		}
	}
	if got := s.PushedBack(now, 7*time.Second, 0.9); got != 7*time.Second {
		t.Errorf("Retry-After of 7 s became %s", got)
	}
	if got := s.PushedBack(now, 48*time.Hour, 0); got != 24*time.Hour {
		t.Errorf("Retry-After of two days became %s", got)
	}
	s.Answered(now.Add(29 * time.Minute))
	if s.PushBacks == 0 {
		t.Error("forgiven after 29 minutes")
	}
	s.Answered(now.Add(30 * time.Minute))
	if s.PushBacks != 0 {
		t.Error("not forgiven after 30 quiet minutes")
	}
	for range 20 {
		s.NotReached(now, 0.99)
	}
	if got := s.NotReached(now, 0.99); got != 24*time.Hour {
		t.Errorf("a dead host is left alone for %s", got)
	}
	s.Answered(now)
	if got := s.NotReached(now, 0); got != 15*time.Minute {
		t.Errorf("first failed connection: %s", got)
	}
	if got := (&State{}).PushedBack(now, 0, 0.8); got != 72*time.Second {
		t.Errorf("jitter: %s", got)
	}
}

func TestGate(t *testing.T) {
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	g := NewGate(2, time.Second)
	enter := func(who string, at time.Duration) bool { ok, _ := g.Enter("192.0.2.1", who, now.Add(at)); return ok }
	if !enter("a", 0) {
		t.Fatal("the first was refused")
	}
	if ok, retry := g.Enter("192.0.2.1", "b", now.Add(300*time.Millisecond)); ok || !retry.Equal(now.Add(1300*time.Millisecond)) {
		t.Errorf("inside the gap: %v, retry %s", ok, retry)
	}
	if enter("c", 1100*time.Millisecond) {
		t.Error("one that came later was let in before one that waits")
	}
	if enter("b", 1200*time.Millisecond) {
		t.Error("let in before its turn")
	}
	if !enter("b", 1300*time.Millisecond) {
		t.Error("refused at its turn")
	}
	if enter("c", 5*time.Second) {
		t.Error("a third in flight")
	}
	if ok, _ := g.Enter("192.0.2.2", "c", now); !ok {
		t.Error("another address was refused")
	}
	g.Leave("192.0.2.1")
	if !enter("c", 6*time.Second) {
		t.Error("refused although one had left")
	}
	if ok, _ := g.Enter("", "d", now); !ok {
		t.Error("an unknown address was refused")
	}
	g.Leave("")
	g.Leave("192.0.2.77")
}

// A thousand hosts at one address come in one by one, a gap apart, each asking a handful of times.
func TestGateCrowd(t *testing.T) {
	const hosts, gap, took = 1000, 250 * time.Millisecond, 300 * time.Millisecond
	g := NewGate(4, gap)
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	ask := map[string]time.Time{}
	for i := range hosts {
		ask[fmt.Sprint(i)] = now
	}
	asked, inFlight, last := 0, []time.Time{}, time.Time{}
	for at := now; len(ask) > 0; at = at.Add(10 * time.Millisecond) {
		for len(inFlight) > 0 && !at.Before(inFlight[0]) {
			g.Leave("x")
			inFlight = inFlight[1:]
		}
		for who, when := range ask {
			if at.Before(when) {
				continue
			}
			asked++
			ok, retry := g.Enter("x", who, at)
			if !ok {
				if !retry.After(at) {
					t.Fatalf("told at %s to ask again at %s", at, retry)
				}
				ask[who] = retry
				continue
			}
			if at.Sub(last) < gap || len(inFlight) >= 4 {
				t.Fatalf("let in %s after the last, with %d in flight", at.Sub(last), len(inFlight))
			}
			delete(ask, who)
			inFlight, last = append(inFlight, at.Add(took)), at
		}
		if at.Sub(now) > 2*hosts*gap {
			t.Fatalf("%d still wait after %s", len(ask), at.Sub(now))
		}
	}
	if took := last.Sub(now); took > hosts*gap*11/10 {
		t.Errorf("all were in after %s, the gaps alone take %s", took, hosts*gap)
	}
	if asked > 4*hosts {
		t.Errorf("%d questions for %d hosts", asked, hosts)
	}
}

// Turns that nobody claims hold nobody up for long, and are forgotten.
func TestGateForgets(t *testing.T) {
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	g := NewGate(4, time.Second)
	g.Enter("x", "a", now)
	g.Leave("x")
	for i := range 50 {
		g.Enter("x", fmt.Sprint("gone", i), now)
	}
	if ok, _ := g.Enter("x", "b", now.Add(2*time.Minute)); !ok {
		t.Error("those who never came back hold up the others")
	}
	g.Leave("x")
	for i := range 30_000 {
		at := now.Add(time.Hour + time.Duration(i)*time.Minute)
		g.Enter(fmt.Sprint("addr", i), "a", at)
		g.Leave(fmt.Sprint("addr", i))
	}
	if n := len(g.slots); n > 10_001 {
		t.Errorf("%d addresses are remembered", n)
	}
}

func TestFailures(t *testing.T) {
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	var s State
	for i, want := range []time.Duration{0, 0, 0, 0, time.Minute, 2 * time.Minute, 4 * time.Minute} {
		if got := s.Failed(now, 0); got != want {
			t.Errorf("failure %d: %s, want %s", i+1, got, want)
		}
	}
	s.Answered(now)
	if got := s.Failed(now, 0); got != 0 {
		t.Errorf("after a good answer: %s", got)
	}
	var w State
	for i, want := range []time.Duration{90 * time.Second, 30 * time.Minute, time.Hour} {
		if got := w.Walled(now, 0); got != want {
			t.Errorf("wall %d: %s, want %s", i+1, got, want)
		}
	}
}

func TestRetryAfterFailure(t *testing.T) {
	for n, want := range map[int]time.Duration{0: 20 * time.Second, 1: 40 * time.Second, 2: 80 * time.Second, 40: 24 * time.Hour} {
		if got := RetryAfterFailure(n); got != want {
			t.Errorf("after failure %d: %s, want %s", n, got, want)
		}
	}
}

func BenchmarkGate(b *testing.B) {
	g, now := NewGate(4, time.Nanosecond), time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	for b.Loop() {
		now = now.Add(time.Microsecond)
		g.Enter("192.0.2.1", "a", now)
		g.Leave("192.0.2.1")
	}
}

// Who comes late for its turn keeps it for a while: moved when the one before came a little late, given anew after that,
// forgotten half a minute on.
func TestGateTurns(t *testing.T) {
	start := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	g := NewGate(9, time.Second)
	enter := func(who string, ms int) (bool, time.Duration) {
		ok, retry := g.Enter("192.0.2.1", who, at(ms))
		if ok {
			return true, 0
		}
		return false, retry.Sub(start)
	}
	type ask struct {
		who   string
		ms    int
		ok    bool
		retry time.Duration
	}
	for i, a := range []ask{
		{"a", 0, true, 0},
		{"b", 100, false, 1100 * time.Millisecond},  // a gap behind now
		{"c", 200, false, 2100 * time.Millisecond},  // a gap behind b
		{"b", 1600, true, 0},                        // half a gap late
		{"c", 2100, false, 2600 * time.Millisecond}, // its turn has come, but b was late: moved, not given anew
		{"c", 2599, false, 2600 * time.Millisecond}, // not before its turn
		{"d", 2599, false, 3599 * time.Millisecond}, // c waits
		{"c", 2600, true, 0},                        // at its turn
		{"e", 3600, false, 4600 * time.Millisecond}, // the gap is over, but d is expected
		{"d", 5700, true, 0},                        // late, and nobody came meanwhile
		{"f", 6700, false, 7700 * time.Millisecond}, // e is expected still
		{"f", 4600 + 30_000, true, 0},
		{"g", 4600 + 31_000, true, 0}, // e is not expected any more
	} {
		if ok, retry := enter(a.who, a.ms); ok != a.ok || retry != a.retry {
			t.Errorf("%d: %s at %d ms: %t, %s; want %t, %s", i, a.who, a.ms, ok, retry, a.ok, a.retry)
		}
	}
}

func TestGateKeepsATurnForHalfAMinute(t *testing.T) {
	start := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]bool{30 * time.Second: false, 30*time.Second + 1: true} {
		g := NewGate(9, time.Second)
		g.Enter("x", "a", start)
		_, turn := g.Enter("x", "b", start)
		if ok, _ := g.Enter("x", "c", turn.Add(after)); ok != want {
			t.Errorf("%s after the turn of another: %t", after, ok)
		}
	}
}

// A turn that is more than two gaps late is given anew, behind all who wait.
func TestGateQueuesALateTurnAgain(t *testing.T) {
	start := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	for late, want := range map[time.Duration]time.Duration{2 * time.Second: 900 * time.Millisecond, 2*time.Second + 1: time.Second} {
		g := NewGate(9, time.Second)
		g.Enter("x", "a", start)
		_, turn := g.Enter("x", "b", start)
		_, c := g.Enter("x", "c", start)
		now := turn.Add(late)
		if ok, _ := g.Enter("x", "c", now.Add(-100*time.Millisecond)); !ok || c.Sub(turn) != time.Second {
			t.Fatal("c was refused")
		}
		ok, retry := g.Enter("x", "b", now)
		if ok || retry.Sub(now) != want {
			t.Errorf("%s late: %t, told to come %s later, want %s", late, ok, retry.Sub(now), want)
		}
	}
}

// Leaving more often than entering lets nobody in whom the bound keeps out.
func TestGateCountsNoLessThanNone(t *testing.T) {
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	g := NewGate(1, time.Second)
	g.Enter("x", "a", now)
	g.Leave("x")
	g.Leave("x")
	if ok, _ := g.Enter("x", "a", now.Add(time.Second)); !ok {
		t.Fatal("refused although nothing is in flight")
	}
	if ok, _ := g.Enter("x", "b", now.Add(2*time.Second)); ok {
		t.Error("a second in flight")
	}
}

// Addresses are forgotten when they are idle and many, and not before.
func TestGateSweeps(t *testing.T) {
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	g := NewGate(1, time.Second)
	for i := range manySlots - 1 {
		g.Enter(fmt.Sprint(i), "a", now)
		g.Leave(fmt.Sprint(i))
	}
	g.Enter("busy", "a", now)
	if len(g.slots) != manySlots {
		t.Fatalf("%d addresses are remembered, want %d", len(g.slots), manySlots)
	}
	g.Enter("soon", "a", now.Add(time.Second)) // all could begin again at this very moment, none is idle yet
	if len(g.slots) != manySlots+1 {
		t.Errorf("forgotten while their gap lasts: %d are left", len(g.slots))
	}
	g.Enter("later", "a", now.Add(time.Second+1))
	if len(g.slots) != 3 || g.slots["busy"] == nil || g.slots["soon"] == nil {
		t.Errorf("%d addresses are remembered, want those in flight and the new one", len(g.slots))
	}
}

// The numbers of politeness, as the documentation gives them.
func TestLimits(t *testing.T) {
	for name, c := range map[string][2]time.Duration{
		"the least delay to a real host": {Floor, time.Second}, "the delay where nobody says otherwise": {Default, 3 * time.Second},
		"the cap of the adaptive delay": {ceiling, 30 * time.Second}, "the longest Crawl-delay": {longestCrawlDelay, 5 * time.Minute}, "the quiet that forgives": {quiet, 30 * time.Minute},
		"the first push-back": {firstPushBack, time.Minute}, "the first failed connection": {firstUnreached, 15 * time.Minute}, "the first wall": {firstWall, 90 * time.Second},
		"the second wall": {firstBlocked, 30 * time.Minute}, "the first retry": {firstRetry, 20 * time.Second}, "the longest": {longest, 24 * time.Hour}, "an unclaimed turn": {unclaimed, 30 * time.Second},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %s, want %s", name, c[0], c[1])
		}
	}
}

// A fetch counts no more than what brings the delay to its cap.
func TestOneEndlessFetch(t *testing.T) {
	s := State{Smoothed: 2 * time.Second}
	s.Fetched(time.Hour)
	if s.Smoothed != 3*time.Second { // 2 s and a quarter of the way to 6 s
		t.Errorf("smoothed %s", s.Smoothed)
	}
}

// Laws of the arithmetic.
func TestDelayLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		duration := func(name string, most time.Duration) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(most)).Draw(t, name))
		}
		s := State{Smoothed: duration("smoothed", time.Minute), CrawlDelay: duration("crawl delay", time.Hour)}
		least := duration("least", time.Minute)
		d := s.Delay(least)
		if d < least || d < min(s.CrawlDelay, longestCrawlDelay) || d > max(least, longestCrawlDelay) {
			t.Fatalf("%s for %+v", d, s)
		}
		slower := s
		slower.Smoothed += duration("slower by", time.Minute)
		slower.CrawlDelay += duration("asked for more", time.Hour)
		if slower.Delay(least) < d {
			t.Fatalf("a slower host rests %s, less than %s", slower.Delay(least), d)
		}
		before := s.Smoothed
		s.Fetched(duration("took", time.Hour))
		if s.Smoothed > max(before, ceiling/slowdown) {
			t.Fatalf("one fetch raised %s to %s", before, s.Smoothed)
		}
	})
}

// However a host fails, again and again, it is left alone longer each time, never longer than a day, and jitter only
// lengthens, by no more than a quarter.
func TestBackOffLaws(t *testing.T) {
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	kinds := map[string]func(s *State, jitter float64) time.Duration{
		"pushed back": func(s *State, j float64) time.Duration { return s.PushedBack(now, 0, j) },
		"not reached": func(s *State, j float64) time.Duration { return s.NotReached(now, j) },
		"walled":      func(s *State, j float64) time.Duration { return s.Walled(now, j) },
		"failed":      func(s *State, j float64) time.Duration { return s.Failed(now, j) },
	}
	rapid.Check(t, func(t *rapid.T) {
		for name, f := range kinds {
			var plain, shaken State
			last := time.Duration(0)
			for i := range 40 {
				jitter := rapid.Float64Range(0, 0.999).Draw(t, "jitter")
				d, j := f(&plain, 0), f(&shaken, jitter)
				if d < last || d > longest || j < d || j > longest || j > d+d/4 {
					t.Fatalf("%s for the %d. time: %s, with jitter %s, after %s", name, i+1, d, j, last)
				}
				if last > 0 && last < d && d < longest && name != "walled" && d != 2*last {
					t.Fatalf("%s for the %d. time: %s after %s", name, i+1, d, last)
				}
				last = d
			}
			if last != longest {
				t.Fatalf("%s: after forty times %s", name, last)
			}
		}
	})
}
