package browser

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// chromium is the browser that tests run with; without one they are skipped by name.
func chromium(t *testing.T) string {
	t.Helper()
	path, err := Find(os.Getenv("NIANBAO_BROWSER"))
	if err != nil {
		t.Skipf("%s needs a Chromium: %v", t.Name(), err)
	}
	return path
}

// launch makes a Browser that ends with the test.
func launch(t *testing.T, change ...func(*Options)) *Browser {
	t.Helper()
	opt := Options{Path: chromium(t), UserAgent: "nianbao-test/1 (+https://example.org/contact)", Timeout: 60 * time.Second}
	for _, c := range change {
		c(&opt)
	}
	b := New(opt)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

const host = "http://www.yongning.gov.cn"

// site answers addresses of host by path with query; what it lacks is a 404. A value beginning with "type;" names its type.
type site struct {
	pages map[string]string
	mu    sync.Mutex
	asked []string
}

func (s *site) ask(_ context.Context, r Request) Answer {
	s.mu.Lock()
	s.asked = append(s.asked, r.Kind+" "+r.Method+" "+r.URL)
	s.mu.Unlock()
	path, ok := strings.CutPrefix(r.URL, host)
	if !ok {
		return Answer{Refused: "a foreign host"}
	}
	body, ok := s.pages[path]
	kind := "text/html; charset=utf-8"
	switch {
	case !ok:
		return Answer{Status: http.StatusNotFound, Header: http.Header{"Content-Type": {kind}}, Body: []byte("<p>404")}
	case strings.HasPrefix(body, "location;"):
		return Answer{Status: http.StatusFound, Header: http.Header{"Location": {body[len("location;"):]}}}
	case strings.HasPrefix(body, "json;"):
		kind, body = "application/json", body[5:]
	case strings.HasPrefix(body, "js;"):
		kind, body = "text/javascript; charset=utf-8", body[3:]
	case strings.HasPrefix(body, "pdf;"):
		kind = "application/pdf"
	}
	return Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {kind}}, Body: []byte(body)}
}

func open(t *testing.T, b *Browser, s *site, path string) (Result, error) {
	t.Helper()
	return b.Open(t.Context(), host+path, s.ask)
}
