package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"nianbao/fetch/exchange"
)

// idKey is the key of a record id: the octets of a UUID, else a digest of what it is.
func idKey(id string) []byte {
	if b, err := hex.DecodeString(strings.ReplaceAll(strings.TrimPrefix(id, "urn:uuid:"), "-", "")); err == nil && len(b) == 16 && uuidOf(b) == id {
		return b
	}
	s := sha256.Sum256([]byte(id))
	return s[:16]
}

// uuidOf is a UUID as a URN (RFC 9562 §4).
func uuidOf(u []byte) string {
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

func (e *encoder) id(id string) {
	if k := idKey(id); uuidOf(k) == id {
		e.b = append(append(e.b, 1), k...)
		return
	}
	e.b = append(e.b, 0)
	e.str(id)
}

func (d *decoder) id() string {
	if len(d.b) == 0 {
		return ""
	}
	if d.take(1)[0] == 1 {
		if b := d.take(16); len(b) == 16 {
			return uuidOf(b)
		}
		return ""
	}
	return d.str()
}

// A place is a Location as the index keeps it: the segment by its number.
type place struct {
	stream  byte // 'w' or 'r'
	segment uint32
	offset  int64
	length  int64
}

func (e *encoder) place(p place) {
	e.b = append(e.b, p.stream)
	e.uint(uint64(p.segment))
	e.uint(uint64(p.offset))
	e.uint(uint64(p.length))
}

func (d *decoder) place() (p place) {
	if b := d.take(1); len(b) == 1 {
		p.stream = b[0]
	}
	p.segment, p.offset, p.length = uint32(d.uint()), int64(d.uint()), int64(d.uint())
	return p
}

// captureKey orders captures by address, then by time.
func captureKey(c *Capture) []byte {
	key := binary.BigEndian.AppendUint64(urlKey(c.URL), uint64(c.Time.UnixMicro()))
	return append(key, idKey(c.ID)...)
}

func urlKey(u string) []byte {
	s := sha256.Sum256([]byte(u))
	return s[:16]
}

func encodeCapture(c *Capture) []byte {
	e := &encoder{}
	e.id(c.ID)
	e.str(c.URL)
	e.place(c.at)
	e.str(string(c.Outcome))
	e.uint(uint64(c.Status))
	e.str(c.MediaType)
	e.str(c.Charset)
	e.str(c.Filename)
	e.digest(c.SHA256)
	e.uint(uint64(c.Bytes))
	e.bool(c.Revisit)
	e.str(c.Portal)
	e.tail(c.Via, c.URL)
	e.str(c.framing.String())
	e.str(c.coding)
	e.str(c.payloadDigest)
	e.digest(c.entity)
	e.str(c.Imported)
	e.str(c.Truncated)
	e.uint(uint64(c.lead))
	e.id(c.refersTo)
	return e.b
}

// captureAt reads the row of a key of captures, whose time it carries.
func (a *Archive) captureAt(v view, key []byte) (c Capture, ok bool, err error) {
	body, err := get(v, bCaptures, key)
	if err != nil || body == nil {
		return c, false, err
	}
	c, err = a.decodeCapture(v, key, body)
	return c, err == nil, err
}

func (a *Archive) decodeCapture(v view, key, body []byte) (c Capture, err error) {
	if len(key) != 40 {
		return c, damagedRow(bCaptures, key, "its key has another length")
	}
	d := &decoder{b: body}
	c.ID, c.URL, c.at = d.id(), d.str(), d.place()
	c.Time = time.UnixMicro(int64(binary.BigEndian.Uint64(key[16:24]))).UTC()
	c.Outcome, c.Status = exchange.Outcome(d.str()), int(d.uint())
	c.MediaType, c.Charset, c.Filename = d.str(), d.str(), d.str()
	c.SHA256, c.Bytes, c.Revisit = d.digest(), int(d.uint()), d.bool()
	c.Portal = d.str()
	c.Via = d.tail(c.URL)
	c.framing, c.coding, c.payloadDigest, c.entity = framingOf(d.str()), d.str(), d.str(), d.digest()
	c.Imported, c.Truncated, c.lead, c.refersTo = d.str(), d.str(), int64(d.uint()), d.id()
	if d.err != nil {
		return c, damagedRow(bCaptures, key, d.err.Error())
	}
	c.WARC, err = a.location(v, c.at)
	return c, err
}

// A stored report is kept in two rows. The head is what a list of reports shows; the details are the rest, compressed.

func encodeHead(h *Head) []byte {
	e := &encoder{}
	e.uint(uint64(h.Version))
	e.str(h.State)
	e.int(int64(h.Year))
	e.str(h.Kind)
	e.str(h.Title)
	e.str(h.PublishedAt)
	e.time(h.CapturedAt)
	e.str(h.Publisher.Name)
	e.str(h.Publisher.Code)
	e.str(h.Publisher.Level)
	e.str(h.Publisher.Portal)
	e.str(h.URL)
	e.digest(h.TextSHA256)
	e.str(h.Parser)
	e.uint(uint64(h.Checks))
	e.uint(uint64(h.Failed))
	e.str(h.Reading)
	return e.b
}

func decodeHead(key, body []byte) (h Head, err error) {
	d := &decoder{b: body}
	h.ID = string(key)
	h.Version, h.State, h.Year, h.Kind = int(d.uint()), d.str(), int(d.int()), d.str()
	h.Title, h.PublishedAt, h.CapturedAt = d.str(), d.str(), d.time()
	h.Publisher = Publisher{Name: d.str(), Code: d.str(), Level: d.str(), Portal: d.str()}
	h.URL, h.TextSHA256, h.Parser, h.Checks, h.Failed = d.str(), d.digest(), d.str(), int(d.uint()), int(d.uint())
	if len(d.b) > 0 { // rows of earlier versions end here
		h.Reading = d.str()
	}
	if d.err != nil {
		return h, damagedRow(bReports, key, d.err.Error())
	}
	return h, nil
}

// inner is what the details keep beside data, checks and warnings.
type inner struct {
	Sources []Source                   `json:"s,omitempty"`
	Cells   int                        `json:"c,omitempty"`
	From    string                     `json:"f,omitempty"`
	Texts   map[string]string          `json:"t,omitempty"`
	Missing map[string]int             `json:"m,omitempty"`
	Gone    map[string]bool            `json:"g,omitempty"`
	Amended bool                       `json:"a,omitempty"`
	Rules   int                        `json:"n,omitempty"`
	Parts   map[string]json.RawMessage `json:"p,omitempty"`
	Reading json.RawMessage            `json:"r,omitempty"`
}

// kindOf names the dictionary of a report's details: reports of one form resemble one another.
func kindOf(data json.RawMessage) string {
	var d struct {
		Format string `json:"format"`
	}
	if len(data) == 0 || json.Unmarshal(data, &d) != nil || d.Format == "" {
		return "report/other"
	}
	return "report/" + d.Format
}

func (a *Archive) putDetails(tx *bbolt.Tx, s *stored) error {
	in, err := json.Marshal(inner{s.Sources, s.Cells, s.From, s.Texts, s.Missing, s.Gone, s.Amended, s.Rules, s.Parts, s.Reading})
	if err != nil {
		return err
	}
	e := &encoder{}
	for _, part := range [][]byte{s.Data, s.Checks, s.Warnings, in} {
		e.bytes(part)
	}
	kind := kindOf(s.Data)
	packed, err := a.pack(tx, kind, e.b)
	if err != nil {
		return err
	}
	row := &encoder{}
	row.str(kind)
	row.b = append(row.b, packed...)
	return put(tx, bDetails, []byte(s.ID), row.b)
}

// readDetails fills in what the details of a report say.
func (a *Archive) readDetails(v view, s *stored) error {
	key := []byte(s.ID)
	row, err := get(v, bDetails, key)
	if err != nil {
		return err
	}
	if row == nil {
		return damagedRow(bDetails, key, "its details are missing")
	}
	d := &decoder{b: row}
	body, err := a.unpack(v, d.str(), d.b)
	if err != nil {
		return fmt.Errorf("report %q: %w", key, err)
	}
	d = &decoder{b: body}
	raw := func() json.RawMessage {
		if b := d.bytes(); len(b) > 0 {
			return b
		}
		return nil
	}
	s.Data, s.Checks, s.Warnings = raw(), raw(), raw()
	var in inner
	if err := json.Unmarshal(d.bytes(), &in); err != nil || d.err != nil {
		return damagedRow(bDetails, key, "its details cannot be read")
	}
	s.Sources, s.Cells, s.From, s.Texts, s.Missing, s.Gone = in.Sources, in.Cells, in.From, in.Texts, in.Missing, in.Gone
	s.Amended, s.Rules, s.Parts, s.Reading = in.Amended, in.Rules, in.Parts, in.Reading
	return nil
}

func versionKey(id string, version int) []byte {
	return binary.BigEndian.AppendUint32([]byte(id), uint32(version))
}

// putVersion keeps a version. The data of a report's newest version stand in its details; older ones carry their own.
func (a *Archive) putVersion(tx *bbolt.Tx, x Version, newest bool) error {
	e := &encoder{}
	e.time(x.At)
	e.str(x.Source)
	e.digest(x.TextSHA256)
	e.str(x.Title)
	e.bool(newest)
	if !newest && len(x.Data) > 0 {
		kind := "version" + strings.TrimPrefix(kindOf(x.Data), "report")
		packed, err := a.pack(tx, kind, x.Data)
		if err != nil {
			return err
		}
		e.str(kind)
		e.b = append(e.b, packed...)
	}
	return put(tx, bVersions, versionKey(x.Report, x.Version), e.b)
}

// readVersion reads a version; newest says that its data stand in the report's details.
func (a *Archive) readVersion(v view, key, body []byte) (x Version, newest bool, err error) {
	if len(key) < 4 {
		return x, false, damagedRow(bVersions, key, "its key has another length")
	}
	d := &decoder{b: body}
	x.Report, x.Version = string(key[:len(key)-4]), int(binary.BigEndian.Uint32(key[len(key)-4:]))
	x.At, x.Source, x.TextSHA256, x.Title = d.time(), d.str(), d.digest(), d.str()
	newest = d.bool()
	if !newest && len(d.b) > 0 {
		kind := d.str()
		if x.Data, err = a.unpack(v, kind, d.b); err != nil {
			return x, false, err
		}
	}
	if d.err != nil {
		return x, false, damagedRow(bVersions, key, d.err.Error())
	}
	return x, newest, nil
}

func (a *Archive) encodeEvent(tx *bbolt.Tx, e *Event) ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	return a.pack(tx, "event", b)
}

func (a *Archive) decodeEvent(v view, key, body []byte) (e Event, err error) {
	b, err := a.unpack(v, "event", body)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(b, &e); err != nil || !bytes.Equal(binary.BigEndian.AppendUint64(nil, e.Sequence), key) {
		return e, damagedRow(bEvents, key, "it cannot be read")
	}
	return e, nil
}
