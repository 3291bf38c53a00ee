package browser

import (
	"net/http"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
)

const (
	mostPath        = 12   // requests of one page to one host and path
	mostSame        = 3    // times the very same request
	mostNavigations = 8    // of the page by itself, redirects included
	mostPending     = 2000 // requests that wait for their turn
	mostAsked       = 1000 // entries of Result.Asked: refusals are cheap to cause
	mostLeads       = 500
	mostURL         = 8 << 10
)

// verdict is what becomes of a paused request.
type verdict int

const (
	pass   verdict = iota // it needs no network: data, blob, about
	ask                   // ask for it
	refuse                // fail it
	stay                  // a page that leads elsewhere: keep what is shown
)

// kindOfRequest is the Kind of a resource type, or empty for what is never asked for.
func kindOfRequest(t network.ResourceType, styles bool) string {
	switch t {
	case network.ResourceTypeDocument:
		return KindDocument
	case network.ResourceTypeScript:
		return KindScript
	case network.ResourceTypeXHR, network.ResourceTypeFetch:
		return KindXHR
	case network.ResourceTypeStylesheet:
		if styles {
			return KindStylesheet
		}
	}
	return ""
}

// tally is what a visit has used up, and where it stands.
type tally struct {
	asked, navigations int
	bytes              int64
	paths, same        map[string]int
	settled            bool // the page has come to rest: it may not lead elsewhere any more
}

// wish is a paused request as far as judging it goes.
type wish struct {
	Request
	main bool // it would replace the page itself
	kind network.ResourceType
}

// judge decides about a request by what it is and what was used up. The reason is empty for pass and ask. It changes nothing.
func judge(w wish, t *tally, opt Options) (verdict, string) {
	scheme, rest, _ := strings.Cut(w.URL, ":")
	switch scheme {
	case "data", "blob", "about":
		return pass, ""
	case "http", "https":
	default:
		return refuse, "scheme " + scheme
	}
	if w.main && t.settled {
		return stay, "the page would lead elsewhere"
	}
	switch {
	case len(w.URL) > mostURL:
		return refuse, "an address without end"
	case w.Kind == "":
		return refuse, "kind " + strings.ToLower(string(w.kind))
	case w.Method != http.MethodGet && w.Method != http.MethodPost:
		return refuse, "method " + w.Method
	case w.Kind == KindDocument && w.Method != http.MethodGet:
		return refuse, "a form"
	case w.main && t.navigations >= mostNavigations:
		return refuse, reasonNavigations
	case t.asked >= opt.MaxRequests:
		return refuse, reasonRequests
	case t.bytes >= opt.MaxBytes:
		return refuse, reasonBytes
	case t.same[w.identity()] >= mostSame:
		return refuse, "the same again"
	case t.paths[w.place(rest)] >= mostPath:
		return refuse, "the same path too often"
	}
	return ask, ""
}

const (
	reasonNavigations = "too many navigations"
	reasonRequests    = "too many requests"
	reasonBytes       = "too many octets"
	reasonNoPage      = "no page but " // and its media type
)

func (w wish) identity() string { return w.Method + " " + w.URL + "\n" + w.Body }

// place is host and path of an address without its scheme.
func (w wish) place(rest string) string {
	p, _, _ := strings.Cut(rest, "?")
	return p
}

// count takes an asked request into the tally.
func (t *tally) count(w wish) {
	t.asked++
	if w.main {
		t.navigations++
	}
	_, rest, _ := strings.Cut(w.URL, ":")
	t.same[w.identity()]++
	t.paths[w.place(rest)]++
}

// wishOf reads a paused request.
func wishOf(ev *fetch.EventRequestPaused, page cdp.FrameID, styles bool) wish {
	w := wish{kind: ev.ResourceType}
	w.Kind = kindOfRequest(ev.ResourceType, styles)
	w.main = ev.ResourceType == network.ResourceTypeDocument && ev.FrameID == page
	r := ev.Request
	if r == nil {
		return w
	}
	w.Method, w.URL = r.Method, r.URL
	var body strings.Builder
	for _, e := range r.PostDataEntries {
		body.Write(e.Bytes)
	}
	w.Body = body.String()
	for name, v := range r.Headers {
		s, _ := v.(string)
		switch strings.ToLower(name) {
		case "content-type":
			w.ContentType = s
		case "referer":
			w.Referer = s
		}
	}
	return w
}

// unsent are headers that no longer hold for what the browser is given, or that would have it speak to others.
func unsent() []string {
	return []string{"Content-Encoding", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Trailer", "Strict-Transport-Security",
		"Alt-Svc", "Nel", "Report-To", "Reporting-Endpoints", "Link", "Speculation-Rules", "Content-Security-Policy-Report-Only"}
}

// fulfil is an answer as the browser takes it.
func fulfil(id fetch.RequestID, a Answer) fetch.FulfillRequestParams {
	f := fetch.FulfillRequestParams{RequestID: id, ResponseCode: int64(a.Status), Body: a.Body}
	names := make([]string, 0, len(a.Header))
	for name := range a.Header {
		if !slices.Contains(unsent(), http.CanonicalHeaderKey(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, v := range a.Header[name] {
			if v = clean(v); v != "" {
				f.ResponseHeaders = append(f.ResponseHeaders, &fetch.HeaderEntry{Name: name, Value: v})
			}
		}
	}
	if len(a.Body) == 0 {
		f.Body = []byte{} // an absent body would have the browser ask by itself
	}
	return f
}

// clean makes a header's value one that the protocol carries.
func clean(v string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(v, ""))
}

// mediaType is the type of an answer without its parameters.
func mediaType(h http.Header) string {
	t, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// isPage reports whether a document of this type is shown as a page.
func isPage(t string) bool {
	return t == "" || t == "text/html" || t == "text/plain" || strings.HasSuffix(t, "xml") || strings.HasSuffix(t, "json")
}
