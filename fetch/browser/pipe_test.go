package browser

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/chromedp/cdproto"
)

func TestPipeReadsWhatIsOfUse(t *testing.T) {
	long := strings.Repeat("年", mostMessage/3+1)
	in := strings.Join([]string{
		`{"method":"Runtime.consoleAPICalled","params":{"args":["` + long + `"]},"sessionId":"S"}`,
		`{"method":"Page.loadEventFired","params":{"timestamp":1},"sessionId":"S"}`,
		`{"method":"Network.dataReceived","params":{}}`,
		` `,
		`{"id":7,"result":{"a":"` + "\xff" + `"}}`,
		`{"id":8,"result":{"a":"` + long + `"}}`,
	}, "\x00") + "\x00"
	p := newPipe(io.NopCloser(strings.NewReader(in)), nil)
	var m cdproto.Message
	if err := p.Read(t.Context(), &m); err != nil || m.Method != "Page.loadEventFired" || m.SessionID != "S" {
		t.Fatalf("first: %+v %v", m.Method, err)
	}
	m = cdproto.Message{}
	if err := p.Read(t.Context(), &m); err != nil || m.ID != 7 {
		t.Fatalf("second: %d %v", m.ID, err)
	}
	if err := p.Read(t.Context(), &m); !errors.Is(err, errMessage) {
		t.Errorf("an answer past its bound: %v", err)
	}
	p = newPipe(io.NopCloser(strings.NewReader(`{"id":`)), nil)
	if err := p.Read(t.Context(), &m); !errors.Is(err, io.EOF) {
		t.Errorf("cut: %v", err)
	}
	p = newPipe(io.NopCloser(strings.NewReader("{\"id\":]}\x00")), nil)
	if err := p.Read(t.Context(), &m); err == nil {
		t.Error("damaged: no error")
	}
}
