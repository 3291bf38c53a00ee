package archive

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"

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
	Portal    string           `json:"portal,omitempty"`
	Via       string           `json:"via,omitempty"`
	WARC      Location         `json:"warc"`
	entity    string           // digest of the entity as transferred
}

// newID makes a random UUID (RFC 9562 §5.4) as a URN.
func newID() string {
	var u [16]byte
	rand.Read(u[:])
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
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
	err := a.submit(ctx, &write{
		stream: func(a *Archive) *stream { return a.warc },
		records: func(tx *bbolt.Tx) ([]pending, error) {
			recs, c := a.records(tx, ex, p)
			out = c
			last := len(recs) - 1
			recs[last].apply = func(tx *bbolt.Tx, loc Location) error {
				// The index takes what the record says, as recovery will.
				c, _ := captureOf(recs[last].record, loc)
				out = c
				return a.applyCapture(tx, c)
			}
			return recs, nil
		}})
	return out, err
}

// records makes the records of one exchange; the one that is the capture stands last.
func (a *Archive) records(tx *bbolt.Tx, ex *exchange.Exchange, p Provenance) ([]pending, Capture) {
	c := Capture{ID: newID(), URL: ex.URL, Time: ex.Started.UTC().Truncate(time.Microsecond), Outcome: ex.Outcome, Status: ex.Status}
	main := &warc.Record{ID: c.ID, Date: c.Time}
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
		return []pending{{record: main}}, c
	}
	var recs []pending
	if len(ex.RawRequest) > 0 {
		req := &warc.Record{Type: warc.Request, ID: newID(), Date: c.Time, Block: ex.RawRequest}
		req.Add("WARC-Target-URI", ex.URL)
		req.Add("WARC-Concurrent-To", "<"+c.ID+">")
		req.Add("Content-Type", "application/http;msgtype=request")
		recs = append(recs, pending{record: req})
	}
	head, entity := ex.RawResponse[:min(ex.HeaderLen, len(ex.RawResponse))], entityOf(ex)
	main.Add("Nianbao-Evidence", ex.Evidence)
	main.Add("WARC-Truncated", ex.Truncated)
	main.Add("WARC-Identified-Payload-Type", ex.MediaType)
	main.Add("Nianbao-Charset", ex.Charset)
	main.Add("Nianbao-Filename", ex.Filename)
	if len(ex.Payload) > 0 {
		main.Add("Nianbao-Payload-SHA256", Sum(ex.Payload))
		main.Add("Nianbao-Payload-Length", strconv.Itoa(len(ex.Payload)))
	}
	main.Add("Content-Type", "application/http;msgtype=response")
	main.Type, main.Block = warc.Response, ex.RawResponse
	switch prev, known := a.entity(tx, warc.Digest(entity)); {
	case ex.Status == http.StatusNotModified:
		if prev, ok := latest(tx, ex.URL, func(c Capture) bool { return c.SHA256 != "" }); ok {
			main.Type, main.Block = warc.Revisit, head
			main.Add("WARC-Profile", warc.ProfileNotModified)
			refer(main, prev.ID, prev.URL, prev.Time)
		}
	case known && len(entity) > 0 && ex.Truncated == "":
		main.Type, main.Block = warc.Revisit, head
		main.Add("WARC-Profile", warc.ProfileIdentical)
		refer(main, prev.ID, prev.URL, prev.Time)
	}
	main.Add(digestField(main, len(entity) != len(ex.RawResponse)-len(head)), warc.Digest(entity))
	return append(recs, pending{record: main}), c
}

// digestField is the name under which a record carries the digest of its entity. The entity is the body without its
// transfer coding (ISO 28500 §6.3.2), yet common readers compare the digest with the chunks as they stand in the record;
// a response in chunks therefore carries it under a name of ours.
func digestField(r *warc.Record, chunked bool) string {
	if chunked && r.Type == warc.Response {
		return "Nianbao-Entity-Digest"
	}
	return "WARC-Payload-Digest"
}

// refer names the earlier record; URI and date are what replay tools resolve by.
func refer(r *warc.Record, id, uri string, date time.Time) {
	r.Add("WARC-Refers-To", "<"+id+">")
	r.Add("WARC-Refers-To-Target-URI", uri)
	r.Add("WARC-Refers-To-Date", date.UTC().Format("2006-01-02T15:04:05.000000Z"))
}

// entityOf is the body without its transfer coding: what WARC calls the payload.
func entityOf(ex *exchange.Exchange) []byte {
	body := ex.RawResponse[min(ex.HeaderLen, len(ex.RawResponse)):]
	return dechunk(body, ex.RawResponse[:min(ex.HeaderLen, len(ex.RawResponse))])
}

func dechunk(body, head []byte) []byte {
	if !bytes.Contains(bytes.ToLower(head), []byte("transfer-encoding: chunked")) {
		return body
	}
	out, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(body)))
	if err != nil && len(out) == 0 {
		return body
	}
	return out
}

// captureOf reads what the index keeps out of a record; request and warcinfo records are no captures.
func captureOf(r *warc.Record, loc Location) (Capture, bool) {
	switch r.Type {
	case warc.Response, warc.Revisit, warc.Metadata:
	default:
		return Capture{}, false
	}
	c := Capture{ID: r.ID, URL: r.Get("WARC-Target-URI"), Time: r.Date, Outcome: exchange.Outcome(r.Get("Nianbao-Outcome")),
		MediaType: r.Get("WARC-Identified-Payload-Type"), Charset: r.Get("Nianbao-Charset"), Filename: r.Get("Nianbao-Filename"),
		SHA256: r.Get("Nianbao-Payload-SHA256"), Revisit: r.Type == warc.Revisit, Portal: r.Get("Nianbao-Portal"), Via: r.Get("Nianbao-Via"),
		WARC: loc, entity: cmp.Or(r.Get("WARC-Payload-Digest"), r.Get("Nianbao-Entity-Digest"))}
	c.Bytes, _ = strconv.Atoi(r.Get("Nianbao-Payload-Length"))
	if r.Type != warc.Metadata {
		if f := strings.Fields(string(r.Block[:min(len(r.Block), 64)])); len(f) > 1 {
			c.Status, _ = strconv.Atoi(f[1])
		}
	}
	return c, true
}

type entityRef struct {
	ID   string    `json:"id"`
	URL  string    `json:"url"`
	Time time.Time `json:"time"`
}

func (a *Archive) entity(tx *bbolt.Tx, digest string) (ref entityRef, ok bool) {
	v := tx.Bucket(bEntities).Get([]byte(digest))
	return ref, v != nil && json.Unmarshal(v, &ref) == nil
}

func urlKey(u string) []byte {
	s := sha256.Sum256([]byte(u))
	return s[:16]
}

// applyCapture writes the index rows of one capture.
func (a *Archive) applyCapture(tx *bbolt.Tx, c Capture) error {
	key := binary.BigEndian.AppendUint64(urlKey(c.URL), uint64(c.Time.UnixMicro()))
	key = append(key, c.ID...)
	v, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := tx.Bucket(bCaptures).Put(key, v); err != nil {
		return err
	}
	if err := tx.Bucket(bIDs).Put([]byte(c.ID), key); err != nil {
		return err
	}
	if c.Revisit || c.SHA256 == "" {
		return nil
	}
	if b := tx.Bucket(bPayloads); b.Get([]byte(c.SHA256)) == nil {
		if err := b.Put([]byte(c.SHA256), []byte(c.ID)); err != nil {
			return err
		}
	}
	if b := tx.Bucket(bEntities); c.entity != "" && b.Get([]byte(c.entity)) == nil {
		v, err := json.Marshal(entityRef{c.ID, c.URL, c.Time})
		if err != nil {
			return err
		}
		return b.Put([]byte(c.entity), v)
	}
	return nil
}

func captureAt(tx *bbolt.Tx, key []byte) (c Capture, ok bool) {
	v := tx.Bucket(bCaptures).Get(key)
	return c, v != nil && json.Unmarshal(v, &c) == nil
}

// latest finds the newest capture of an address that suits.
func latest(tx *bbolt.Tx, u string, suits func(Capture) bool) (Capture, bool) {
	prefix := urlKey(u)
	cur := tx.Bucket(bCaptures).Cursor()
	end := append(bytes.Clone(prefix), bytes.Repeat([]byte{0xff}, 9)...)
	k, _ := cur.Seek(end)
	if k == nil {
		k, _ = cur.Last()
	} else {
		k, _ = cur.Prev()
	}
	for ; k != nil && bytes.HasPrefix(k, prefix); k, _ = cur.Prev() {
		if c, ok := captureAt(tx, k); ok && suits(c) {
			return c, true
		}
	}
	return Capture{}, false
}

// Latest is the newest capture of an address.
func (a *Archive) Latest(u string) (c Capture, ok bool) {
	a.db.View(func(tx *bbolt.Tx) error { c, ok = latest(tx, u, func(Capture) bool { return true }); return nil })
	return c, ok
}

// Captures are all captures of an address, oldest first.
func (a *Archive) Captures(u string) (out []Capture, err error) {
	err = a.db.View(func(tx *bbolt.Tx) error {
		prefix := urlKey(u)
		cur := tx.Bucket(bCaptures).Cursor()
		for k, v := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = cur.Next() {
			var c Capture
			if err := json.Unmarshal(v, &c); err != nil {
				return err
			}
			out = append(out, c)
		}
		return nil
	})
	return out, err
}

// Capture finds a capture by its id.
func (a *Archive) Capture(id string) (c Capture, err error) {
	err = a.db.View(func(tx *bbolt.Tx) error {
		key := tx.Bucket(bIDs).Get([]byte(id))
		ok := false
		if key != nil {
			c, ok = captureAt(tx, key)
		}
		if !ok {
			return fmt.Errorf("%w: capture %s", ErrNotFound, id)
		}
		return nil
	})
	return c, err
}
