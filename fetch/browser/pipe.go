package browser

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp/jsonv2"
)

// mostMessage bounds one message of the browser. The largest are serialised pages, whose own bound is far below; what a page
// writes to its console must not fill our memory.
const mostMessage = 64 << 20

var errMessage = errors.New("a message of the browser passes its bound")

// events are those that reach chromedp; the others, of which a page can cause any number, are dropped unread.
func events() []string {
	return []string{"Fetch.requestPaused", "Page.javascriptDialogOpening", "Page.loadEventFired", "Page.windowOpen", "Inspector.targetCrashed",
		"Target.attachedToTarget", "Target.detachedFromTarget", "Target.targetCreated", "Target.targetDestroyed", "Target.targetCrashed"}
}

// pipe carries DevTools messages, each ended by a NUL, over the two pipes of --remote-debugging-pipe. It is a
// chromedp.Transport that bounds what it reads.
type pipe struct {
	in   io.ReadCloser
	out  io.WriteCloser
	br   *bufio.Reader
	pass []string
}

func newPipe(in io.ReadCloser, out io.WriteCloser) *pipe {
	return &pipe{in: in, out: out, br: bufio.NewReaderSize(in, 64<<10), pass: events()}
}

func (p *pipe) Read(_ context.Context, m *cdproto.Message) error {
	for {
		raw, err := p.message()
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(raw)) == 0 || !p.wanted(raw) {
			continue
		}
		if err := jsonv2.Unmarshal(raw, m, lenient()); err != nil {
			return fmt.Errorf("browser: read a message: %w", err)
		}
		return nil
	}
}

// wanted tells answers and events of use by how a message begins; Chromium writes the name of an event first.
func (p *pipe) wanted(raw []byte) bool {
	rest, event := bytes.CutPrefix(raw, []byte(`{"method":"`))
	if !event {
		return true
	}
	name, _, _ := bytes.Cut(rest[:min(len(rest), 80)], []byte(`"`))
	return slices.Contains(p.pass, string(name))
}

func (p *pipe) message() ([]byte, error) {
	var out []byte
	skip := false
	for {
		part, err := p.br.ReadSlice(0)
		if !skip && len(out)+len(part) > mostMessage {
			if p.wanted(out) {
				return nil, errMessage
			}
			skip, out = true, nil // an event nobody reads, of any length
		}
		if !skip {
			out = append(out, part...)
		}
		switch {
		case err == nil && skip:
			return nil, nil
		case err == nil:
			return bytes.TrimSuffix(out, []byte{0}), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

func (p *pipe) Write(_ context.Context, m *cdproto.Message) error {
	raw, err := jsonv2.Marshal(m, lenient())
	if err != nil {
		return fmt.Errorf("browser: write a message: %w", err)
	}
	_, err = p.out.Write(append(raw, 0))
	return err
}

func (p *pipe) Close() error { return errors.Join(p.in.Close(), p.out.Close()) }

// lenient takes text that is not valid UTF-8, which pages may hold.
func lenient() jsonv2.Options {
	return jsonv2.JoinOptions(jsonv2.DefaultOptionsV2(), jsonv2.AllowInvalidUTF8(true))
}
