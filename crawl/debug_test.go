package crawl_test

import (
	"os"
	"strings"
	"testing"

	"nianbao/internal/portaltest"
)

func TestDebug(t *testing.T) {
	var fams []string
	if f := os.Getenv("FAM"); f != "" {
		fams = strings.Split(f, ",")
	}
	r := rehearse(t, portaltest.Options{Seed: 1, Noise: 300, Families: fams, Hazards: strings.Split(os.Getenv("HAZ"), ",")})
	res := r.crawl(nil)
	for _, q := range res.log {
		t.Logf("%d %s %s", q.Status, q.Method, q.URL)
	}
	r.demand(res, 6)
	for _, h := range res.hosts {
		t.Logf("%s %v %v", h.Host, h.Cut, h.Outcomes)
	}
}
