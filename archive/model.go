package archive

import (
	"encoding/json"
	"time"

	"nianbao/fetch/exchange"
)

// ReportSchema names the shape of a Report in JSON.
const ReportSchema = "nianbao.report.v1"

// States of a report.
const (
	Live    = "live"
	Removed = "removed"
)

// A Publisher is the body whose report it is.
type Publisher struct {
	Name   string `json:"name"`
	Code   string `json:"code,omitempty"`
	Level  string `json:"level,omitempty"`
	Portal string `json:"portal,omitempty"`
}

// A Source is one address that carries a report: its page, or a file attached to it.
type Source struct {
	URL        string    `json:"url"`
	Role       string    `json:"role"` // page or attachment
	MediaType  string    `json:"media_type,omitempty"`
	Bytes      int       `json:"bytes,omitempty"`
	SHA256     string    `json:"sha256,omitempty"`
	CapturedAt time.Time `json:"captured_at"`
	WARC       Location  `json:"warc"`
}

// A Report is one report with its newest version, as it leaves the program.
type Report struct {
	Schema      string    `json:"schema"`
	ID          string    `json:"id"`
	Version     int       `json:"version"`
	State       string    `json:"state"`
	Year        int       `json:"year"`
	Kind        string    `json:"kind"`
	Title       string    `json:"title"`
	PublishedAt string    `json:"published_at,omitempty"`
	CapturedAt  time.Time `json:"captured_at"`
	Publisher   Publisher `json:"publisher"`
	URL         string    `json:"url"`
	Sources     []Source  `json:"sources"`
	TextSHA256  string    `json:"text_sha256,omitempty"`
	Text        string    `json:"text,omitempty"` // filled on request only
	Parser      string    `json:"parser,omitempty"`
	// Reading says how much of the report was read: state is complete, partial or title_only.
	Reading  json.RawMessage `json:"reading,omitempty"`
	Data     json.RawMessage `json:"data,omitempty"`
	Checks   json.RawMessage `json:"checks,omitempty"`
	Warnings json.RawMessage `json:"warnings,omitempty"`
	// ChecksMade and ChecksFailed count Checks, for who need not read them.
	ChecksMade   int `json:"-"`
	ChecksFailed int `json:"-"`
}

// A Head is what a list shows of a report.
type Head struct {
	ID          string
	Version     int
	State       string
	Year        int
	Kind        string
	Title       string
	PublishedAt string
	CapturedAt  time.Time
	Publisher   Publisher
	URL         string
	TextSHA256  string
	Parser      string
	Checks      int    // made by the parser
	Failed      int    // of them
	Reading     string // state of the reading; empty where it was recorded before that was told
}

// stored is a report with what only the archive needs.
type stored struct {
	Report
	Cells   int               `json:"cells"`   // numbers read, to choose between sources
	From    string            `json:"from"`    // the source the data come from
	Texts   map[string]string `json:"texts"`   // source → digest of its newest text
	Missing map[string]int    `json:"missing"` // source → failed visits in a row
	Gone    map[string]bool   `json:"gone"`
	// Amended says that the data come from a report that was published to replace the one known before.
	Amended bool                       `json:"amended,omitempty"`
	Rules   int                        `json:"rules,omitempty"` // of the normal form of the text the data come from
	Parts   map[string]json.RawMessage `json:"parts,omitempty"` // further page → its data
}

// A Version is one distinct text of a report.
type Version struct {
	Report     string          `json:"report"`
	Version    int             `json:"version"`
	At         time.Time       `json:"at"`
	Source     string          `json:"source"`
	TextSHA256 string          `json:"text_sha256"`
	Title      string          `json:"title"`
	Data       json.RawMessage `json:"data,omitempty"`
}

// An Observation is what one visit found out about a report, or that a source of one is gone. It is recorded as it is
// and applied to the index; applied again it gives the same.
type Observation struct {
	At      time.Time        `json:"at"`
	Missing exchange.Outcome `json:"missing,omitempty"` // set: the source URL could not be had
	URL     string           `json:"url"`               // the page; for Missing the source

	Publisher   Publisher       `json:"publisher,omitzero"`
	Year        int             `json:"year,omitempty"`
	Kind        string          `json:"kind,omitempty"` // "annual" unless told
	Title       string          `json:"title,omitempty"`
	PublishedAt string          `json:"published_at,omitempty"`
	Source      Source          `json:"source,omitzero"`       // the address the text was read from
	Page        *Source         `json:"page,omitempty"`        // the page that announces it, when Source is an attachment
	TextSHA256  string          `json:"text_sha256,omitempty"` // of the normalised text
	Text        string          `json:"text,omitempty"`        // left out where the archive has it
	Cells       int             `json:"cells,omitempty"`       // numbers read
	Parser      string          `json:"parser,omitempty"`      // version
	Rules       int             `json:"rules,omitempty"`       // version of the rules of the normal form
	Reading     json.RawMessage `json:"reading,omitempty"`
	Data        json.RawMessage `json:"data,omitempty"`
	Checks      json.RawMessage `json:"checks,omitempty"`
	Warnings    json.RawMessage `json:"warnings,omitempty"`
}

// Event types.
const (
	TypeFound    = "cn.xxgk.report.found.v1"
	TypeChanged  = "cn.xxgk.report.changed.v1"
	TypeRemoved  = "cn.xxgk.report.removed.v1"
	TypeRestored = "cn.xxgk.report.restored.v1"
	// TypeAmended: a report that was published beside the known one replaces its numbers; source and data.url are the new address.
	TypeAmended = "cn.xxgk.report.amended.v1"
	// TypeRepublished: a removed report is back at another address.
	TypeRepublished = "cn.xxgk.report.republished.v1"
	TypeMoved       = "cn.xxgk.report.moved.v1" // its address is gone, another one carries it; source is the old one, data.url the new
)

// An Event is a CloudEvents 1.0 envelope in JSON.
type Event struct {
	SpecVersion string    `json:"specversion"`
	ID          string    `json:"id"`
	Source      string    `json:"source"`
	Type        string    `json:"type"`
	Subject     string    `json:"subject"`
	Time        time.Time `json:"time"`
	ContentType string    `json:"datacontenttype"`
	DataSchema  string    `json:"dataschema"`
	Data        EventData `json:"data"`
	// Sequence is the event's place in the outbox, a CloudEvents extension.
	Sequence uint64 `json:"sequence"`
}

// EventData is what happened to which report.
type EventData struct {
	Report     string    `json:"report"`
	Version    int       `json:"version"`
	Title      string    `json:"title"`
	Publisher  Publisher `json:"publisher"`
	Year       int       `json:"year"`
	URL        string    `json:"url"`
	TextSHA256 string    `json:"text_sha256,omitempty"`
	Reason     string    `json:"reason,omitempty"` // of a removal
	// Silent says that the text changed while the publication date did not, and that the text says nothing of it.
	Silent bool `json:"silent,omitempty"`
	// Due and LateDays, of a report found: the day it was due by law, when its page says that it was published later.
	Due      string `json:"due,omitempty"`
	LateDays int    `json:"late_days,omitempty"`
	// Reading is title_only where the numbers are not known.
	Reading string   `json:"reading,omitempty"`
	Changes []Change `json:"changes,omitempty"`
}

// A Change is one number before and after; nil where there was or is none.
type Change struct {
	Path string   `json:"path"`
	Old  *float64 `json:"old"`
	New  *float64 `json:"new"`
}
