package polite

import (
	"fmt"
	"testing"
	"time"
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
