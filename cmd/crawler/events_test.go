package main

import (
	"testing"
	"time"
)

func TestSinceWhen(t *testing.T) {
	now := time.Date(2024, 3, 8, 12, 0, 0, 0, time.Local)
	for s, want := range map[string]time.Time{"": {}, "7d": now.AddDate(0, 0, -7), "12h": now.Add(-12 * time.Hour), "2024-03-01": time.Date(2024, 3, 1, 0, 0, 0, 0, time.Local), "2024-03-01T08:00:00Z": time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC)} {
		from, seq, err := sinceWhen(s, now)
		if err != nil || seq != 0 || !from.Equal(want) {
			t.Errorf("%q: %v %d %v", s, from, seq, err)
		}
	}
	if _, seq, err := sinceWhen("53", now); seq != 53 || err != nil {
		t.Errorf("a sequence number: %d %v", seq, err)
	}
	for _, s := range []string{"week", "-7d", "7 d", "2024-13-01", "-3h"} {
		if _, _, err := sinceWhen(s, now); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}
