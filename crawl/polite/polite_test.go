package polite

import (
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
	enter := func(at time.Duration) bool { ok, _ := g.Enter("192.0.2.1", now.Add(at)); return ok }
	if !enter(0) {
		t.Fatal("the first was refused")
	}
	if ok, retry := g.Enter("192.0.2.1", now.Add(300*time.Millisecond)); ok || !retry.Equal(now.Add(time.Second)) {
		t.Errorf("inside the gap: %v, retry %s", ok, retry)
	}
	if !enter(time.Second) {
		t.Error("after the gap it was refused")
	}
	if enter(5 * time.Second) {
		t.Error("a third in flight")
	}
	if ok, _ := g.Enter("192.0.2.2", now); !ok {
		t.Error("another address was refused")
	}
	g.Leave("192.0.2.1")
	if !enter(6 * time.Second) {
		t.Error("refused although one had left")
	}
	if ok, _ := g.Enter("", now); !ok {
		t.Error("an unknown address was refused")
	}
}
