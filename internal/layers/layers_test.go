// Package layers holds no code: its test lists the imports of every room and fails on one that points the wrong way.
package layers

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// pure are the rooms that may not reach a network, a clock or a disk, and below which of ours they may look.
var pure = map[string][]string{
	"nianbao/document":                   {},
	"nianbao/charset":                    {},
	"nianbao/diff":                       {"nianbao/report"},
	"nianbao/fetch/robots":               {"nianbao/fetch/exchange"},
	"nianbao/report":                     {"nianbao/document"},
	"nianbao/archive/warc":               {},
	"nianbao/extract/html":               {"nianbao/document", "nianbao/charset"},
	"nianbao/extract/docx":               {"nianbao/extract/internal/line", "nianbao/document", "nianbao/extract/internal/numbering", "nianbao/extract/internal/opc", "nianbao/extract/internal/gridlines"},
	"nianbao/extract/ofd":                {"nianbao/document", "nianbao/extract/internal/opc", "nianbao/extract/internal/paint", "nianbao/extract/internal/tables"},
	"nianbao/extract/odt":                {"nianbao/extract/internal/line", "nianbao/document", "nianbao/extract/internal/numbering", "nianbao/extract/internal/opc", "nianbao/extract/internal/gridlines"},
	"nianbao/extract/rtf":                {"nianbao/extract/internal/numbering", "nianbao/extract/internal/line", "nianbao/document", "nianbao/charset", "nianbao/extract/internal/gridlines"},
	"nianbao/extract/bundle":             {"nianbao/document", "nianbao/charset"},
	"nianbao/extract/internal/cfb":       {"nianbao/document"},
	"nianbao/extract/internal/opc":       {"nianbao/document"},
	"nianbao/extract/internal/crypt":     {"nianbao/document"},
	"nianbao/extract/sheet":              {"nianbao/extract/internal/crypt", "nianbao/extract/internal/line", "nianbao/document", "nianbao/extract/internal/cfb", "nianbao/extract/internal/opc"},
	"nianbao/extract/doc":                {"nianbao/extract/internal/crypt", "nianbao/extract/internal/line", "nianbao/document", "nianbao/extract/internal/cfb", "nianbao/extract/internal/numbering", "nianbao/extract/internal/gridlines"},
	"nianbao/extract/internal/numbering": {},
	"nianbao/extract/internal/gridlines": {"nianbao/document", "nianbao/extract/internal/line"},
	"nianbao/extract/internal/line":      {"nianbao/document"},
	"nianbao/extract/pdf":                {"nianbao/document", "nianbao/extract/internal/paint", "nianbao/extract/internal/tables"},
	"nianbao/extract/internal/tables":    {"nianbao/document"},
	"nianbao/extract/internal/paint":     {},
	"nianbao/crawl/polite":               {},
	"nianbao/crawl/address":              {},
	"nianbao/crawl/portal":               {"nianbao/charset", "nianbao/document", "nianbao/extract", "nianbao/crawl/address"},
	"nianbao/crawl/schedule":             {"nianbao/crawl/polite"},
	"nianbao/crawl/budget":               {"nianbao/crawl/address", "nianbao/crawl/discover"},
	"nianbao/crawl/status":               {"nianbao/crawl/budget", "nianbao/crawl/decide", "nianbao/crawl/expect", "nianbao/crawl/frontier", "nianbao/crawl/host", "nianbao/fetch/exchange", "nianbao/fetch/robots"},
	"nianbao/crawl/host":                 {"nianbao/archive", "nianbao/crawl/address", "nianbao/crawl/budget", "nianbao/crawl/evidence", "nianbao/crawl/frontier", "nianbao/crawl/polite", "nianbao/fetch", "nianbao/fetch/exchange", "nianbao/fetch/robots"}, // of fetch the jar
	// decide speaks of captures and observations: of the archive it uses the types.
	"nianbao/crawl/decide": {"nianbao/archive", "nianbao/charset", "nianbao/crawl/address", "nianbao/crawl/discover", "nianbao/crawl/expect", "nianbao/crawl/portal", "nianbao/crawl/schedule", "nianbao/document",
		"nianbao/extract", "nianbao/fetch/exchange", "nianbao/report"},
	"nianbao/schema":         {},
	"nianbao/crawl/discover": {"nianbao/document", "nianbao/report", "nianbao/crawl/portal", "nianbao/crawl/address"},
}

// headers are pure rooms that read HTTP headers and statuses, and make no request.
var headers = map[string]bool{"nianbao/fetch/robots": true, "nianbao/crawl/decide": true, "nianbao/crawl/host": true}

// below lists, for a room and all under it, what it must never import: arrows point down, cmd → crawl → fetch, extract,
// report, archive.
var below = map[string][]string{
	"nianbao/fetch":   {"nianbao/crawl", "nianbao/archive", "nianbao/report", "nianbao/handoff", "nianbao/cmd"},
	"nianbao/extract": {"nianbao/crawl", "nianbao/archive", "nianbao/fetch", "nianbao/report", "nianbao/handoff", "nianbao/cmd"},
	"nianbao/report":  {"nianbao/crawl", "nianbao/archive", "nianbao/fetch", "nianbao/extract", "nianbao/handoff", "nianbao/cmd"},
	"nianbao/archive": {"nianbao/crawl", "nianbao/extract", "nianbao/handoff", "nianbao/cmd"},
	"nianbao/handoff": {"nianbao/crawl", "nianbao/cmd"},
	"nianbao/crawl":   {"nianbao/handoff", "nianbao/cmd"},
	// The rooms under crawl never call back into the loop; they know each other only downwards.
	"nianbao/crawl/frontier": {"nianbao/crawl/decide", "nianbao/crawl/host", "nianbao/crawl/budget", "nianbao/crawl/portal", "nianbao/crawl/discover"},
	"nianbao/crawl/portal":   {"nianbao/crawl/discover", "nianbao/crawl/decide"},
	"nianbao/crawl/discover": {"nianbao/crawl/decide"},
}

type pkg struct {
	ImportPath string
	Imports    []string
	GoFiles    []string
}

func TestImportsPointDown(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,GoFiles", "nianbao/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) == 0 {
			continue
		}
		seen++
		for _, imp := range p.Imports {
			check(t, p.ImportPath, imp)
		}
	}
	if seen < 10 {
		t.Fatalf("only %d packages listed: the check does not see the tree", seen)
	}
}

func check(t *testing.T, from, to string) {
	t.Helper()
	if allowed, ok := pure[from]; ok {
		if to == "net" || to == "os" || to == "net/http" && !headers[from] {
			t.Errorf("%s is a pure room and imports %s", from, to)
		}
		if strings.HasPrefix(to, "nianbao/") {
			for _, a := range allowed {
				if to == a || strings.HasPrefix(to, a+"/") {
					return
				}
			}
			t.Errorf("%s may not import %s", from, to)
		}
	}
	if strings.HasPrefix(from, "nianbao/crawl/") && to == "nianbao/crawl" {
		t.Errorf("%s imports the loop it is called by", from)
	}
	for room, never := range below {
		if from != room && !strings.HasPrefix(from, room+"/") {
			continue
		}
		for _, n := range never {
			if to == n || strings.HasPrefix(to, n+"/") {
				t.Errorf("%s imports %s: arrows point down", from, to)
			}
		}
	}
}
