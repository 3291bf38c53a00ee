package crawl

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nianbao/archive"
	"nianbao/crawl/decide"
	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/extract"
	"nianbao/fetch/exchange"
)

// Explained is a page with what its links are worth, in words.
type Explained struct {
	Page  string          `json:"page"`
	Heat  int             `json:"heat"` // 2: a column of reports, 1: it leads to columns, 0: neither
	Signs []discover.Step `json:"signs,omitempty"`
	Leads []ExplainedLead `json:"leads"`
}

// ExplainedLead is one link of an explained page.
type ExplainedLead struct {
	Method string          `json:"method"`
	URL    string          `json:"url"`
	Text   string          `json:"text,omitempty"`
	Role   portal.Role     `json:"role"`
	Place  string          `json:"place,omitempty"` // in the template of the page
	Score  int             `json:"score"`
	Tier   discover.Tier   `json:"tier"`
	Rule   string          `json:"rule"`
	Steps  []discover.Step `json:"steps"`
}

// Explain says why the links of a page would be followed, or not. The page is a file, or an address whose newest capture
// the archive holds; no request is made. Base is the address of a page in a file, "" for one that is made up.
func Explain(ctx context.Context, cfg Config, page, base string) (Explained, error) {
	ex, err := pageOf(cfg, page, base)
	if err != nil {
		return Explained{}, err
	}
	c := decide.Case{Request: decide.Request{Method: "GET", URL: ex.URL, Depth: 1}, At: ex.URL, Exchange: ex, Families: cfg.Families}
	if in, ok := decide.Reading(&c); ok {
		if c.Document, err = cfg.Read(ctx, in); err != nil {
			return Explained{}, fmt.Errorf("crawl: explain %s: %w", page, err)
		}
	}
	found, err := decide.Explain(ctx, c)
	if err != nil {
		return Explained{}, fmt.Errorf("crawl: explain %s: %w", page, err)
	}
	out := Explained{Page: ex.URL, Heat: found.Heat, Signs: found.Signs}
	for _, l := range found.Leads {
		out.Leads = append(out.Leads, ExplainedLead{l.Method, l.URL, l.Text, l.Role, l.Place, l.Score, l.Tier, l.Rule, l.Steps})
	}
	return out, nil
}

// pageOf is a page as if it had been fetched.
func pageOf(cfg Config, page, base string) (*exchange.Exchange, error) {
	ex := &exchange.Exchange{Method: "GET", URL: page, Completed: time.Now(), Status: 200, Outcome: exchange.OK, MediaType: extract.HTML}
	if !strings.HasPrefix(page, "http://") && !strings.HasPrefix(page, "https://") {
		data, err := os.ReadFile(page)
		if err != nil {
			return nil, fmt.Errorf("%w: --explain: %w", ErrConfig, err)
		}
		if ex.URL = base; base == "" {
			ex.URL = (&url.URL{Scheme: "http", Host: "www.example.gov.cn", Path: "/" + filepath.Base(page)}).String()
		}
		switch strings.ToLower(filepath.Ext(page)) {
		case ".json":
			ex.MediaType = extract.JSON
		case ".js":
			ex.MediaType = "text/javascript"
		case ".xml":
			ex.MediaType = extract.XML
		}
		ex.Payload = data
		return ex, nil
	}
	a, err := archive.OpenExisting(cfg.ArchiveDir, archive.Options{})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	c, ok := a.Latest(page)
	if !ok || c.SHA256 == "" {
		return nil, fmt.Errorf("%w: --explain %s: %w in %s: crawl it first, or save the page and name the file", ErrConfig, page, archive.ErrNotFound, cfg.ArchiveDir)
	}
	ex.URL, ex.MediaType, ex.Charset = c.URL, c.MediaType, c.Charset
	ex.Payload, err = a.Payload(c.SHA256)
	return ex, err
}
