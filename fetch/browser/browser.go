// Package browser opens one page at a time in a headless Chromium, as the last means to see what scripts show.
//
// In goes an address and an Ask; out comes a Result: the rendered page, what it looked like after a few clicks on pagers and
// tabs, every request it wanted, and which XHR answers its text came from. The browser never touches a network: it is
// started with a proxy that does not exist and a resolver that knows no name, on Linux in a network namespace of its own
// where that is allowed, and each request it wants is paused, handed to Ask and answered with what Ask gives. The room knows
// nothing of robots.txt, delays or archives: those are Ask's.
//
// One process serves one Browser and is started when it is first needed. It ends with its whole process group on Close, on a
// deadline that a page does not keep, on memory beyond the bound and when the parent dies; the next Open starts another.
// Open ends within Options.Timeout whatever the page does, and then says by one of the errors below what it did.
package browser

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Errors that Open ends in. The Result beside them holds what was seen by then.
var (
	ErrNever       = errors.New("browser: it is switched off")
	ErrAbsent      = errors.New("browser: none is installed")
	ErrStart       = errors.New("browser: it does not start")
	ErrRefused     = errors.New("browser: the page itself was refused")
	ErrNoPage      = errors.New("browser: the address holds no page")
	ErrDeadline    = errors.New("browser: the page did not come to rest in time")
	ErrMemory      = errors.New("browser: the page took more memory than it may")
	ErrCrashed     = errors.New("browser: the page broke the browser")
	ErrRequests    = errors.New("browser: the page wanted more requests than it may")
	ErrBytes       = errors.New("browser: the page took more octets than it may")
	ErrDialogs     = errors.New("browser: the page opens dialogs without end")
	ErrNavigations = errors.New("browser: the page leads on without end")
)

// Request is what a page wants. Kind is one of the Kind constants.
type Request struct {
	Method, URL, Body, ContentType, Referer string
	Kind                                    string
}

// The kinds of request that a page may want. All others are refused without asking: images, media, fonts, pings, sockets.
const (
	KindDocument   = "document" // the page itself or what a frame shows
	KindScript     = "script"
	KindXHR        = "xhr"        // XMLHttpRequest and fetch alike: Chromium does not tell them apart here
	KindStylesheet = "stylesheet" // only with Options.Styles
)

// Answer is what came of a Request: Body without transfer and content coding. The Content-Type in Header should name the
// charset in force. A redirect is answered as it is; the browser then wants its target. Refused, when not empty, says why
// there is no answer.
type Answer struct {
	Status  int
	Header  http.Header
	Body    []byte
	Refused string
}

// Ask answers a request. It is called by one goroutine at a time and may take its time; the context ends with the visit.
type Ask func(ctx context.Context, r Request) Answer

// Options set a Browser up. The zero value of each field but Path has a sane meaning.
type Options struct {
	Path      string        // of the program, as Find gives it
	UserAgent string        // what scripts see as navigator.userAgent; the browser's own when empty
	Timeout   time.Duration // for one page with all its requests and clicks; 3 min
	Quiet     time.Duration // without a request after which a page counts as at rest; 600 ms
	// MaxRequests are answered for one page, MaxBytes in all; 60 and 32 MiB. MaxPage bounds the text of one view, frames
	// included; 8 MiB.
	MaxRequests int
	MaxBytes    int64
	MaxPage     int
	MaxClicks   int   // on one page; 8, none when negative
	MaxMemory   int64 // private octets of all processes together; 1 GiB (Linux)
	Styles      bool  // whether style sheets are asked for: they cost requests and show nothing

	shared bool // for tests: no network namespace, so that only the switches keep the browser in
	bare   bool // for tests: no script of ours in pages
}

func (o Options) withDefaults() Options {
	set(&o.Timeout, 3*time.Minute)
	set(&o.Quiet, 600*time.Millisecond)
	set(&o.MaxRequests, 60)
	set(&o.MaxBytes, 32<<20)
	set(&o.MaxPage, 8<<20)
	set(&o.MaxClicks, 8)
	set(&o.MaxMemory, 1<<30)
	return o
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Result is what a page showed and wanted.
type Result struct {
	URL   string // of the page in the end, after redirects
	Views []View // the page as it came, and after each click that changed it
	// Asked is every request the page wanted, in order; what was refused carries the reason.
	Asked []Asked
	// Leads are addresses that the page wanted to go to, by a click, a new window or a form. They were not followed.
	Leads  []Lead
	Clicks int
}

// View is the page at one moment.
type View struct {
	Clicked string  // text of the element clicked before, empty for the page as it came
	Frames  []Frame // the page itself first
}

// Frame is one document of a view, serialised.
type Frame struct {
	URL, HTML string
	Text      string // as innerText has it
	Links     []Link
	Cut       bool // more than fits the bound
}

// Link is an anchor. URL is absolute, or the script it holds; OnClick is its handler as written.
type Link struct {
	URL, Text, Title, OnClick string
}

// Asked is a request and what came of it.
type Asked struct {
	Request
	Status      int
	ContentType string
	Bytes       int
	Refused     string // why it was not answered
	View        int    // index of the view that it led to
	// Shown is how many texts of an XHR answer stand in that view and not in the page as it was served; Texts is how many were
	// looked for. A request with Shown > 0 is the API behind what can be read.
	Shown, Texts int
}

// Lead is an address that was not followed.
type Lead struct {
	URL, Method string
	Clicked     string // text of the element that led there, empty when the page did so by itself
}

// HTML is the page as it came, serialised, without its frames.
func (r Result) HTML() string {
	if len(r.Views) == 0 || len(r.Views[0].Frames) == 0 {
		return ""
	}
	return r.Views[0].Frames[0].HTML
}

// pagesPerProcess is after how many pages a process is replaced: what Chromium leaks stays bounded.
const pagesPerProcess = 200

// Browser opens pages, one at a time. It is safe for use by many goroutines; they take turns.
type Browser struct {
	opt Options

	turn  chan struct{} // held by who uses what follows
	proc  *process
	pages int

	closing   chan struct{}
	closeOnce sync.Once
}

// New makes a Browser; nothing is started yet.
func New(opt Options) *Browser {
	b := &Browser{opt: opt.withDefaults(), turn: make(chan struct{}, 1), closing: make(chan struct{})}
	b.turn <- struct{}{}
	return b
}

// Close ends the process and removes its folder. An Open under way ends with ErrCrashed; later ones with ErrStart.
func (b *Browser) Close() error {
	b.closeOnce.Do(func() { close(b.closing) })
	<-b.turn
	defer func() { b.turn <- struct{}{} }()
	return b.stop()
}

func (b *Browser) stop() error {
	if b.proc == nil {
		return nil
	}
	p := b.proc
	b.proc, b.pages = nil, 0
	return p.end()
}

// Open shows the page at url. The Result is what was seen, also when an error ended it. Waiting for another Open does not
// count against Timeout.
func (b *Browser) Open(ctx context.Context, url string, ask Ask) (Result, error) {
	return b.OpenWords(ctx, url, ask, nil)
}

// OpenWords is Open with further texts that may be clicked, such as the names of bodies on tabs.
func (b *Browser) OpenWords(ctx context.Context, url string, ask Ask, words []string) (Result, error) {
	select {
	case <-b.turn:
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	defer func() { b.turn <- struct{}{} }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-b.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := b.ready(ctx); err != nil {
		return Result{}, err
	}
	b.pages++
	res, err := b.visit(ctx, url, ask, words)
	if b.proc != nil && b.proc.gone() {
		b.stop()
	}
	return res, err
}

// Isolated reports whether the running browser has a network namespace of its own, beside the switches that keep it off every
// network; false when none runs.
func (b *Browser) Isolated() bool {
	<-b.turn
	defer func() { b.turn <- struct{}{} }()
	return b.proc != nil && b.proc.apart
}

// broken reports whether a page left the process in a state that no other page should meet.
func broken(err error) bool {
	for _, e := range []error{ErrDeadline, ErrMemory, ErrCrashed, ErrDialogs} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// ready has a process running.
func (b *Browser) ready(ctx context.Context) error {
	select {
	case <-b.closing:
		return errors.Join(ErrStart, errors.New("it has been closed"))
	default:
	}
	if b.proc != nil && (b.proc.gone() || b.pages >= pagesPerProcess) {
		b.stop()
	}
	if b.proc != nil {
		return nil
	}
	p, err := start(ctx, b.opt)
	if err != nil {
		return err
	}
	b.proc = p
	return nil
}
