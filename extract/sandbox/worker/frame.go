package worker

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"nianbao/document"
	"nianbao/extract"
)

// A frame is the magic, the lengths of its head and body as big-endian uint32 and uint64, the head as JSON, the body as
// bytes. The parent sends a hello and then requests, one after the answer to the other; the body is the input there and
// the document as JSON here.

const (
	magic    = "nb1\n"
	prefix   = len(magic) + 4 + 8
	mostHead = 1 << 20
	// mostInput bounds what a child accepts, above any MaxBytes in use.
	mostInput = 4 << 30
)

// hello tells a child its bounds.
type hello struct {
	Memory    uint64 `json:"memory,omitempty"` // 0: do not confine this process
	MaxOutput int64  `json:"max_output"`
	Dir       string `json:"dir,omitempty"` // its temporary directory, to be removed when the parent is gone
}

type request struct {
	Name      string         `json:"name,omitempty"`
	MediaType string         `json:"media_type,omitempty"`
	Charset   string         `json:"charset,omitempty"`
	Limits    extract.Limits `json:"limits"`
}

type answer struct {
	Error string   `json:"error,omitempty"`
	Kinds []string `json:"kinds,omitempty"` // names of document's errors that Error wraps
	Used  uint64   `json:"used,omitempty"`  // bytes of memory the child has by now

	document []byte
}

// errNonsense means that the other side does not speak in frames.
var errNonsense = fmt.Errorf("%w: the reader's answer makes no sense", document.ErrMalformed)

func writeFrame(w io.Writer, head any, body []byte) error {
	h, err := json.Marshal(head)
	if err != nil {
		return fmt.Errorf("worker: frame: %w", err)
	}
	b := make([]byte, 0, prefix+len(h))
	b = append(b, magic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(h)))
	b = binary.BigEndian.AppendUint64(b, uint64(len(body)))
	b = append(b, h...)
	if _, err = w.Write(b); err == nil && len(body) > 0 {
		_, err = w.Write(body)
	}
	return err
}

// readFrame reads one frame whose body is at most most bytes long. At the clean end of r it returns io.EOF.
func readFrame(r io.Reader, into any, most int64) ([]byte, error) {
	var p [prefix]byte
	if _, err := io.ReadFull(r, p[:]); err != nil {
		return nil, err
	}
	h, n := binary.BigEndian.Uint32(p[len(magic):]), binary.BigEndian.Uint64(p[len(magic)+4:])
	switch {
	case string(p[:len(magic)]) != magic:
		return nil, fmt.Errorf("%w: it begins with %q", errNonsense, p[:])
	case h > mostHead:
		return nil, fmt.Errorf("%w: a head of %d bytes", errNonsense, h)
	case n > uint64(most):
		return nil, fmt.Errorf("frame of %d bytes: %w", n, document.ErrTooLarge)
	}
	head, err := readN(r, int64(h))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(head, into); err != nil {
		return nil, fmt.Errorf("%w: %w", errNonsense, err)
	}
	return readN(r, int64(n))
}

// readN reads n bytes and takes memory as they come, not as they are announced.
func readN(r io.Reader, n int64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(n, 1<<20)))
	if _, err := io.CopyN(&b, r, n); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return b.Bytes(), nil
}

// kinds are the errors that keep their identity on the way.
var kinds = map[string]error{
	"unsupported": document.ErrUnsupported,
	"encrypted":   document.ErrEncrypted,
	"needs_ocr":   document.ErrNeedsOCR,
	"malformed":   document.ErrMalformed,
	"too_large":   document.ErrTooLarge,
	"bomb":        document.ErrBomb,
	"deadline":    document.ErrDeadline,
}

// remote is an error that came over the pipe.
type remote struct {
	text  string
	wraps []error
}

func (e *remote) Error() string   { return e.text }
func (e *remote) Unwrap() []error { return e.wraps }

const mostErrorText = 2 << 10

// answerOf packs what a reader returned; the document is encoded within most bytes.
func answerOf(d *document.Document, err error, most int64) answer {
	if err == nil {
		out := &bounded{most: most}
		w := bufio.NewWriterSize(out, 64<<10)
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		if err = errors.Join(enc.Encode(d), w.Flush()); err == nil {
			return answer{document: out.b.Bytes()}
		}
		err = fmt.Errorf("worker: document: %w", err)
	}
	a := answer{Error: clip(err.Error(), mostErrorText)}
	for name, kind := range kinds {
		if errors.Is(err, kind) {
			a.Kinds = append(a.Kinds, name)
		}
	}
	return a
}

// result unpacks it.
func (a answer) result() (*document.Document, error) {
	if a.Error != "" {
		e := &remote{text: a.Error}
		for _, k := range a.Kinds {
			if kind := kinds[k]; kind != nil {
				e.wraps = append(e.wraps, kind)
			}
		}
		return nil, e
	}
	var d *document.Document
	if err := json.Unmarshal(a.document, &d); err != nil {
		return nil, fmt.Errorf("worker: document: %w: %w", errNonsense, err)
	}
	if d == nil {
		return nil, fmt.Errorf("worker: %w: no document and no error", errNonsense)
	}
	return d, nil
}

// bounded is a buffer that refuses to grow past most.
type bounded struct {
	b    bytes.Buffer
	most int64
}

func (w *bounded) Write(p []byte) (int, error) {
	if int64(w.b.Len()+len(p)) > w.most {
		return 0, fmt.Errorf("more than %d MiB of text: %w", w.most>>20, document.ErrTooLarge)
	}
	return w.b.Write(p)
}
