package archive

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"nianbao/archive/warc"
	"nianbao/fetch/exchange"
)

// A Provenance is why an address was fetched.
type Provenance struct {
	Portal string
	Via    string // the address that led here
	Hops   int
}

// A Capture is one archived exchange, as the index knows it.
type Capture struct {
	ID        string           `json:"id"`
	URL       string           `json:"url"`
	Time      time.Time        `json:"time"`
	Outcome   exchange.Outcome `json:"outcome"`
	Status    int              `json:"status,omitempty"`
	MediaType string           `json:"media_type,omitempty"`
	Charset   string           `json:"charset,omitempty"`
	Filename  string           `json:"filename,omitempty"`
	SHA256    string           `json:"sha256,omitempty"` // of the payload, decoded
	Bytes     int              `json:"bytes,omitempty"`
	Revisit   bool             `json:"revisit,omitempty"`
	Truncated string           `json:"truncated,omitempty"` // WARC's word for why the body was cut
	Portal    string           `json:"portal,omitempty"`
	Via       string           `json:"via,omitempty"`
	Imported  string           `json:"imported,omitempty"` // the file it was imported from
	WARC      Location         `json:"warc"`

	at            place
	entity        string // sha256 of the body without its transfer coding
	framing       exchange.Framing
	coding        string // Content-Encoding as the server stated it
	payloadDigest string // WARC-Payload-Digest as the record states it
	refersTo      string // id of the capture that a revisit refers to
	lead          int64  // octets right before its record that belong to it
}

// PayloadDigest is the payload digest as the capture's record states it, by which replay tools find what a revisit repeats.
func (c *Capture) PayloadDigest() string { return c.payloadDigest }

func framingOf(s string) exchange.Framing { return exchange.Framing(s) }

// newID makes a random UUID (RFC 9562 §5.4) as a URN.
func newID() string {
	var u [16]byte
	rand.Read(u[:])
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return uuidOf(u[:])
}

// Sum is the sha256 of b in hex, as it names payloads and texts.
func Sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// Append archives one exchange: a request and a response record, a revisit record for a payload that is there already or
// a 304, a metadata record for an exchange without a response. It returns once the records are durable.
func (a *Archive) Append(ctx context.Context, ex *exchange.Exchange, p Provenance) (Capture, error) {
	var out Capture
	d := digestsOf(ex) // before the queue, so that several exchanges are hashed at once
	err := a.submit(ctx, &write{records: func(b *batch) ([]pending, error) {
		recs, err := records(b, ex, &d, p)
		if err != nil {
			return nil, err
		}
		recs[len(recs)-1].apply = func(b *batch, r *warc.Record, at place) error {
			c, _ := captureOf(r, at) // the index takes what the record says, as recovery will
			if err := b.applyCapture(&c); err != nil {
				return err
			}
			out = c
			return nil
		}
		return recs, nil
	}})
	if err != nil {
		return Capture{}, err
	}
	return out, nil
}

// records makes the records of one exchange; the one that is the capture stands last.
func records(b *batch, ex *exchange.Exchange, d *digests, p Provenance) ([]pending, error) {
	main := &warc.Record{ID: newID(), Date: ex.Started.UTC().Truncate(time.Microsecond)}
	main.Add("WARC-Target-URI", ex.URL)
	if host, _, ok := strings.Cut(ex.RemoteAddr, "]"); ok {
		main.Add("WARC-IP-Address", strings.TrimPrefix(host, "["))
	} else if i := strings.LastIndexByte(ex.RemoteAddr, ':'); i > 0 {
		main.Add("WARC-IP-Address", ex.RemoteAddr[:i])
	}
	main.Add("Nianbao-Outcome", string(ex.Outcome))
	main.Add("Nianbao-Portal", p.Portal)
	main.Add("Nianbao-Via", p.Via)
	main.Add("Nianbao-Hops", strconv.Itoa(p.Hops))
	main.Add("Nianbao-Duration", ex.Completed.Sub(ex.Started).String())
	main.Add("Nianbao-TLS", strings.Trim(ex.TLSVersion+"; "+ex.TLSNote, "; "))
	if len(ex.RawResponse) == 0 {
		main.Type = warc.Metadata
		main.Add("Content-Type", "application/warc-fields")
		why := ""
		if ex.Err != nil {
			why = ex.Err.Error()
		}
		main.Block = []byte("outcome: " + string(ex.Outcome) + "\r\nmethod: " + ex.Method + "\r\nerror: " + strings.Join(strings.Fields(why), " ") + "\r\n")
		return []pending{{record: main}}, nil
	}
	var recs []pending
	if len(ex.RawRequest) > 0 {
		req := &warc.Record{Type: warc.Request, ID: newID(), Date: main.Date, Block: ex.RawRequest}
		req.Add("WARC-Target-URI", ex.URL)
		req.Add("Content-Type", "application/http;msgtype=request")
		recs = append(recs, pending{record: req})
		main.Add("WARC-Concurrent-To", "<"+req.ID+">") // a record that stands before, as readers in one pass want it
	}
	main.Add("Nianbao-Evidence", ex.Evidence)
	main.Add("WARC-Truncated", ex.Truncated)
	main.Add("WARC-Identified-Payload-Type", ex.MediaType)
	main.Add("Nianbao-Charset", ex.Charset)
	main.Add("Nianbao-Filename", ex.Filename)
	if len(ex.Payload) > 0 {
		main.Add("Nianbao-Payload-SHA256", d.payload)
		main.Add("Nianbao-Payload-Length", strconv.Itoa(len(ex.Payload)))
	}
	if err := respond(b, main, ex, d); err != nil {
		return nil, err
	}
	return append(recs, pending{record: main}), nil
}

// captureOf reads what the index keeps out of a record; request and warcinfo records are no captures.
func captureOf(r *warc.Record, at place) (Capture, bool) {
	switch r.Type {
	case warc.Response, warc.Revisit, warc.Metadata, warc.Resource:
	default:
		return Capture{}, false
	}
	u := strings.Trim(r.Get("WARC-Target-URI"), "<>") // as WARC 1.0 had them
	if r.Get("Nianbao-Outcome") == "" {
		return Capture{}, false // of another program: notes on a crawl, answers of DNS and the like
	}
	c := Capture{ID: r.ID, URL: u, Time: r.Date.UTC().Truncate(time.Microsecond), Outcome: exchange.Outcome(r.Get("Nianbao-Outcome")),
		MediaType: r.Get("WARC-Identified-Payload-Type"), Charset: r.Get("Nianbao-Charset"), Filename: r.Get("Nianbao-Filename"),
		SHA256: r.Get("Nianbao-Payload-SHA256"), Revisit: r.Type == warc.Revisit, Truncated: r.Get("WARC-Truncated"), Portal: r.Get("Nianbao-Portal"),
		Via: r.Get("Nianbao-Via"), Imported: r.Get("Nianbao-Imported-From"), at: at, payloadDigest: r.Get("WARC-Payload-Digest"),
		refersTo: strings.Trim(cmp.Or(r.Get("Nianbao-Refers-To"), r.Get("WARC-Refers-To")), "<>"), framing: framingOf(r.Get("Nianbao-Framing")), coding: r.Get("Nianbao-Content-Encoding")}
	c.entity = strings.TrimPrefix(cmp.Or(r.Get("Nianbao-Entity-Digest"), r.Get("WARC-Payload-Digest")), "sha256:")
	c.Bytes, _ = strconv.Atoi(r.Get("Nianbao-Payload-Length"))
	if c.lead, _ = strconv.ParseInt(r.Get(fieldLead), 10, 64); c.lead < 0 || c.lead > at.offset {
		c.lead = 0
	}
	if r.Type == warc.Response || r.Type == warc.Revisit {
		c.Status = statusOf(r.Block)
		if c.framing == "" {
			c.framing = framingIn(r.Block[:headLength(r)])
		}
	}
	return c, true
}

// statusOf is the status in an answer's first line; blank lines may stand before it (RFC 9112 §2.2).
func statusOf(block []byte) int {
	f := strings.Fields(string(block[:min(len(block), 256)]))
	if len(f) < 2 || !strings.HasPrefix(f[0], "HTTP/") || len(f[1]) < 3 {
		return 0
	}
	n, _ := strconv.Atoi(f[1][:3])
	return n
}

// applyCapture writes the index rows of one capture, and fills in where it lies.
func (b *batch) applyCapture(c *Capture) (err error) {
	key := captureKey(c)
	if err := put(b.tx, bCaptures, key, encodeCapture(c)); err != nil {
		return err
	}
	if err := put(b.tx, bIDs, idKey(c.ID), key); err != nil {
		return err
	}
	b.n.Captures++
	if err := b.applyPayload(c, key); err != nil {
		return err
	}
	c.WARC, err = b.location(b.view(), c.at)
	return err
}

// applyPayload notes which capture holds a payload and its entity, the first that does.
func (b *batch) applyPayload(c *Capture, key []byte) error {
	sum, err := hex.DecodeString(c.SHA256)
	if err != nil || len(sum) != sha256.Size {
		return nil
	}
	holder := key
	if c.Revisit {
		if holder, err = get(b.view(), bIDs, idKey(c.refersTo)); err != nil || holder == nil {
			return err
		}
	}
	known, err := get(b.view(), bPayloads, sum)
	if err != nil {
		return err
	}
	if known == nil {
		e := &encoder{b: bytes.Clone(holder)}
		e.uint(uint64(c.Bytes))
		if err := put(b.tx, bPayloads, sum, e.b); err != nil {
			return err
		}
	}
	entity, err := hex.DecodeString(c.entity)
	if err != nil || len(entity) != sha256.Size || c.Revisit || c.Truncated != "" || bytes.Equal(entity, sum) {
		return nil
	}
	if known, err = get(b.view(), bEntities, entity); err != nil || known != nil {
		return err
	}
	return put(b.tx, bEntities, entity, key)
}

// latest finds the newest capture of an address that suits.
func (a *Archive) latest(v view, u string, suits func(*Capture) bool) (found Capture, ok bool, err error) {
	if v.careful() {
		err = scan(v, bCaptures, urlKey(u), func(k, body []byte) error {
			c, err := a.decodeCapture(v, k, body)
			if err == nil && suits(&c) {
				found, ok = c, true
			}
			return err
		})
		return found, ok, err
	}
	prefix := urlKey(u)
	cur := v.bucket(bCaptures).cursor()
	last := cur.Prev
	if k, _ := cur.Seek(append(bytes.Clone(prefix), bytes.Repeat([]byte{0xff}, 25)...)); k == nil {
		last = cur.Last
	}
	k, value := last()
	for ; k != nil && bytes.HasPrefix(k, prefix); k, value = cur.Prev() {
		body, err := unseal(bCaptures, k, value)
		if err != nil {
			return Capture{}, false, err
		}
		c, err := a.decodeCapture(v, k, body)
		if err != nil {
			return Capture{}, false, err
		}
		if suits(&c) {
			return c, true, nil
		}
	}
	return Capture{}, false, nil
}

// Latest is the newest capture of an address.
func (a *Archive) Latest(u string) (c Capture, ok bool) {
	err := a.view(func(v view) (err error) {
		c, ok, err = a.latest(v, u, func(*Capture) bool { return true })
		return err
	})
	return c, ok && err == nil
}

// Captures are all captures of an address, oldest first.
func (a *Archive) Captures(u string) (out []Capture, err error) {
	err = a.view(func(v view) error {
		out = nil
		return scan(v, bCaptures, urlKey(u), func(k, body []byte) error {
			c, err := a.decodeCapture(v, k, body)
			out = append(out, c)
			return err
		})
	})
	return out, err
}

// Capture finds a capture by its id.
func (a *Archive) Capture(id string) (c Capture, err error) {
	err = a.view(func(v view) (err error) {
		c, err = a.captureOfID(v, id)
		return err
	})
	return c, err
}

func (a *Archive) captureOfID(v view, id string) (Capture, error) {
	key, err := get(v, bIDs, idKey(id))
	if err != nil {
		return Capture{}, err
	}
	if key == nil {
		return Capture{}, fmt.Errorf("%w: capture %s", ErrNotFound, id)
	}
	c, ok, err := a.captureAt(v, key)
	if err == nil && !ok {
		err = damagedRow(bCaptures, key, "it is missing")
	}
	return c, err
}

// record reads the record of a capture.
func (a *Archive) record(c *Capture) (*warc.Record, error) {
	rec, err := a.readRecord(c.WARC)
	if err != nil {
		return nil, err
	}
	if rec.ID != c.ID {
		return nil, fmt.Errorf("archive: %s at %d: %w: another record than %s", c.WARC.File, c.WARC.Offset, warc.ErrDamaged, c.ID)
	}
	return rec, nil
}
