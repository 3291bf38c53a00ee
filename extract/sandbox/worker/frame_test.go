package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract"
)

func TestFrame(t *testing.T) {
	var b bytes.Buffer
	in := request{Name: "年报.pdf", Charset: "gbk", Limits: extract.Limits{MaxPages: 3}}
	if err := writeFrame(&b, in, []byte("data")); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	var out request
	body, err := readFrame(bytes.NewReader(whole), &out, 4)
	if err != nil || string(body) != "data" || out != in {
		t.Errorf("got %+v, %q, %v", out, body, err)
	}
	if _, err := readFrame(bytes.NewReader(whole), &out, 3); !errors.Is(err, document.ErrTooLarge) {
		t.Errorf("body past its bound: %v", err)
	}
	for cut := range whole {
		want := io.ErrUnexpectedEOF
		if cut == 0 {
			want = io.EOF
		}
		if _, err := readFrame(bytes.NewReader(whole[:cut]), &out, 4); err != want {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

func TestErrorsKeepTheirIdentity(t *testing.T) {
	for name, kind := range kinds {
		_, err := answerOf(nil, fmt.Errorf("pdf: page 3: %w", kind), 0).result()
		for other, k := range kinds {
			if errors.Is(err, k) != (other == name) {
				t.Errorf("%s came back as %v, which is %s: %v", name, err, other, errors.Is(err, k))
			}
		}
		if want := "pdf: page 3: " + kind.Error(); err.Error() != want {
			t.Errorf("text %q, want %q", err, want)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	var b bytes.Buffer
	a := answerOf(&document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: "一、总体情况"}}}, nil, 1<<20)
	if err := writeFrame(&b, a, a.document); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(magic + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var a answer
		body, err := readFrame(bytes.NewReader(data), &a, 1<<20)
		if err != nil {
			return
		}
		a.document = body
		if d, err := a.result(); (d == nil) == (err == nil) {
			t.Errorf("document %v with error %v", d, err)
		}
	})
}

// Whatever a parent sends, the child ends without a panic and answers in frames.
func FuzzServe(f *testing.F) {
	var b bytes.Buffer
	if err := writeFrame(&b, request{Name: "x"}, []byte("text")); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(append(bytes.Clone(b.Bytes()), b.Bytes()...))
	f.Fuzz(func(t *testing.T, data []byte) {
		var in, out bytes.Buffer
		if err := writeFrame(&in, hello{MaxOutput: 1 << 20}, nil); err != nil {
			t.Fatal(err)
		}
		in.Write(data)
		echo := func(_ context.Context, i extract.Input, _ extract.Limits) (*document.Document, error) {
			return &document.Document{Name: i.Name}, nil
		}
		_ = Serve(&in, &out, echo)
		for {
			var a answer
			body, err := readFrame(&out, &a, 1<<20)
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			a.document = body
			if _, err := a.result(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestServeRefusesAStranger(t *testing.T) {
	var out bytes.Buffer
	err := Serve(bytes.NewReader([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")), &out, extract.Read)
	if err == nil || out.Len() > 0 {
		t.Errorf("%v, %q", err, out.Bytes())
	}
}

func TestHeadKeepsTheBeginning(t *testing.T) {
	var h head
	for range 1000 {
		fmt.Fprintf(&h, "%s", bytes.Repeat([]byte("x"), 100))
	}
	if n := len(h.String()); n != mostMessages {
		t.Errorf("%d bytes", n)
	}
	h.reset()
	fmt.Fprint(&h, "panic: a")
	if d := cmp.Diff("panic: a", h.String()); d != "" {
		t.Error(d)
	}
}
