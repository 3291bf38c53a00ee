package archive

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/brotli"

	"nianbao/archive/warc"
	"nianbao/fetch/exchange"
)

// payloadMost bounds a payload read back, in octets.
const payloadMost = 512 << 20

// respond makes the record of an answer: a response, or a revisit where the entity is archived already.
//
// WARC-Payload-Digest of a response is over the body as it stands in the record, which is what readers compare it with; of
// a revisit it is, word for word, that of the response it refers to, since readers resolve by it. A revisit is written only
// where the body of the response it refers to can stand in for its own under its own header: the same entity, the same
// content coding, and both in chunks or neither.
func respond(b *batch, main *warc.Record, ex *exchange.Exchange, d *digests) error {
	framing, headLen := d.framing, d.head
	head := ex.RawResponse[:headLen]
	coding := strings.ToLower(strings.TrimSpace(ex.Header.Get("Content-Encoding")))
	main.Add("Nianbao-Framing", framing.String())
	main.Add("Nianbao-Header-Length", strconv.Itoa(headLen))
	main.Add("Nianbao-Content-Encoding", coding)
	main.Add("Nianbao-Entity-Digest", "sha256:"+d.entity)
	main.Add("Content-Type", "application/http;msgtype=response")
	main.Type, main.Block = warc.Response, ex.RawResponse
	digest := "sha256:" + d.body
	refer := func(profile string, prev Capture) {
		main.Type, main.Block, digest = warc.Revisit, head, prev.payloadDigest
		main.Add("WARC-Profile", profile)
		main.Add("WARC-Refers-To", "<"+prev.ID+">")
		main.Add("WARC-Refers-To-Target-URI", prev.URL) // URI and date are what replay tools resolve by
		main.Add("WARC-Refers-To-Date", prev.Time.UTC().Format(warc.DateForm))
	}
	switch {
	case ex.Status == http.StatusNotModified:
		prev, ok, err := b.latest(b.view(), ex.URL, func(c *Capture) bool {
			return c.SHA256 != "" && !c.Revisit && c.Status == http.StatusOK && c.payloadDigest != ""
		})
		if err != nil {
			return err
		}
		if ok {
			refer(warc.ProfileNotModified, prev)
		}
	case d.entityLen > 0 && ex.Truncated == "":
		prev, ok, err := b.holder(d.entity)
		if err != nil {
			return err
		}
		if ok && prev.payloadDigest != "" && prev.Truncated == "" && prev.coding == coding && (prev.framing == exchange.FramingChunked) == (framing == exchange.FramingChunked) {
			refer(warc.ProfileIdentical, prev)
		}
	}
	main.Add("WARC-Payload-Digest", digest)
	return nil
}

// digests are those of an exchange's parts, each in hex, with how its answer is framed.
type digests struct {
	framing               exchange.Framing
	head, entityLen       int
	body, entity, payload string
}

// digestsOf hashes what differs, and nothing twice: mostly body, entity and payload are the same octets.
func digestsOf(ex *exchange.Exchange) (d digests) {
	d.head = min(max(ex.HeaderLen, 0), len(ex.RawResponse))
	head, body := ex.RawResponse[:d.head], ex.RawResponse[d.head:]
	if d.framing = ex.Framing; d.framing == "" {
		d.framing = framingIn(head)
	}
	entity := entityOf(body, d.framing)
	d.entityLen, d.entity = len(entity), Sum(entity)
	if d.body = d.entity; !bytes.Equal(body, entity) {
		d.body = Sum(body)
	}
	if d.payload = d.entity; !bytes.Equal(ex.Payload, entity) {
		d.payload = Sum(ex.Payload)
	}
	return d
}

// holder is the capture whose response holds an entity.
func (b *batch) holder(want string) (Capture, bool, error) {
	sum, err := hex.DecodeString(want)
	if err != nil {
		return Capture{}, false, err
	}
	key, err := get(b.view(), bEntities, sum)
	if err == nil && key == nil {
		if key, err = get(b.view(), bPayloads, sum); len(key) > 40 {
			key = key[:40]
		}
	}
	if err != nil || key == nil {
		return Capture{}, false, err
	}
	c, ok, err := b.captureAt(b.view(), key)
	return c, ok && c.entity == want && !c.Revisit, err
}

// framingIn tells from a header how the body behind it is framed, for records that do not say.
func framingIn(head []byte) exchange.Framing {
	h := http.Header{}
	last := ""
	for line := range strings.Lines(string(head)) {
		line = strings.TrimRight(line, "\r\n")
		if last != "" && line != "" && (line[0] == ' ' || line[0] == '\t') { // a folded line
			v := h[last]
			v[len(v)-1] += " " + strings.TrimSpace(line)
			continue
		}
		last = ""
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) != "" {
			last = http.CanonicalHeaderKey(strings.TrimSpace(name))
			h[last] = append(h[last], strings.TrimSpace(value))
		}
	}
	codings := strings.ToLower(strings.Join(h["Transfer-Encoding"], ","))
	switch {
	case strings.HasSuffix(strings.TrimSpace(codings), "chunked"):
		return exchange.FramingChunked
	case len(h["Content-Length"]) > 0:
		return exchange.FramingLength
	}
	return exchange.FramingClose
}

// headLength is how many octets of an answer's block are its header.
func headLength(r *warc.Record) int {
	if n, err := strconv.Atoi(r.Get("Nianbao-Header-Length")); err == nil && n >= 0 && n <= len(r.Block) {
		return n
	}
	// The first empty line behind the status line, whatever ends its lines.
	begun := false
	at := 0
	for at < len(r.Block) {
		i := bytes.IndexByte(r.Block[at:], '\n')
		if i < 0 {
			break
		}
		line := bytes.TrimRight(r.Block[at:at+i], "\r")
		at += i + 1
		if len(line) == 0 && begun {
			return at
		}
		begun = begun || len(line) > 0
	}
	return len(r.Block)
}

// entityOf is the body without its transfer coding.
func entityOf(body []byte, framing exchange.Framing) []byte {
	if framing != exchange.FramingChunked {
		return body
	}
	out, _ := io.ReadAll(exchange.NewChunked(bufio.NewReaderSize(bytes.NewReader(body), 32<<10))) // what was read before an error is right
	return out
}

// Payload returns the decoded payload of a digest, from the record that holds it.
func (a *Archive) Payload(sum string) ([]byte, error) {
	var c Capture
	var length uint64
	missing := fmt.Errorf("%w: payload %s", ErrNotFound, sum)
	err := a.view(func(v view) error {
		raw, err := hex.DecodeString(sum)
		if err != nil {
			return missing
		}
		row, err := get(v, bPayloads, raw)
		if err != nil {
			return err
		}
		if len(row) < 40 {
			return missing
		}
		d := &decoder{b: row[40:]}
		length = d.uint()
		ok := false
		if c, ok, err = a.captureAt(v, row[:40]); err == nil && !ok {
			err = damagedRow(bCaptures, row[:40], "it is missing")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	rec, err := a.record(&c)
	if err != nil {
		return nil, err
	}
	if got, ok := payloadIn(rec, &c, sum, int(length)); ok {
		return got, nil
	}
	return nil, fmt.Errorf("archive: payload %s: %w: %s at %d does not hold it", sum, warc.ErrDamaged, c.WARC.File, c.WARC.Offset)
}

// payloadIn finds the payload of a digest and length in the record of a capture.
func payloadIn(rec *warc.Record, c *Capture, sum string, length int) ([]byte, bool) {
	if rec.Type == warc.Resource {
		return uncode(rec.Block, sum, length, 0)
	}
	body := rec.Block[headLength(rec):]
	if got, ok := uncode(entityOf(body, c.framing), sum, length, codingLayers); ok {
		return got, true
	}
	return uncode(body, sum, length, codingLayers) // the header said chunks and there were none
}

// codingLayers is how many content codings may lie over one another.
const codingLayers = 3

// uncode undoes content codings until the octets begin with those whose digest is wanted. Servers lie about their codings;
// the digest does not. A body that was cut at a bound may hold more than its payload.
func uncode(body []byte, sum string, length, layers int) ([]byte, bool) {
	for _, n := range []int{len(body), length} {
		if n > 0 && n <= len(body) && Sum(body[:n]) == sum {
			return body[:n:n], true
		}
	}
	if layers == 0 || len(body) == 0 {
		return nil, false
	}
	for _, open := range []func(io.Reader) (io.Reader, error){
		func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil },
		func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	} {
		r, err := open(bytes.NewReader(body))
		if err != nil {
			continue
		}
		out, _ := io.ReadAll(io.LimitReader(r, payloadMost)) // a damaged tail was damaged when it was captured
		if len(out) == 0 {
			continue
		}
		if got, ok := uncode(out, sum, length, layers-1); ok {
			return got, true
		}
	}
	return nil, false
}

// PayloadAt returns the payload that an address had at a time: of its newest capture with one not after at, or of its
// newest at all when at is zero.
func (a *Archive) PayloadAt(u string, at time.Time) (c Capture, payload []byte, err error) {
	ok := false
	err = a.view(func(v view) (err error) {
		c, ok, err = a.latest(v, u, func(c *Capture) bool { return c.SHA256 != "" && (at.IsZero() || !c.Time.After(at)) })
		return err
	})
	if err == nil && !ok {
		err = fmt.Errorf("%w: %s", ErrNotFound, u)
	}
	if err == nil {
		payload, err = a.Payload(c.SHA256)
	}
	return c, payload, err
}
