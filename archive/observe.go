package archive

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nianbao/archive/warc"
	"nianbao/fetch/exchange"
)

// ReportID names a report: its publisher within its portal, the year and the kind. A publisher that is named in short in
// one place and in full in another is one.
func ReportID(p Publisher, year int, kind string) string {
	portal := p.Code
	if portal == "" {
		portal = p.Portal
	}
	return Sum([]byte(fmt.Sprintf("%s\x00%s\x00%d\x00%s", portal, foldName(p), year, kind)))[:16]
}

// foldName is a publisher's name without what may be left out: blanks, the place whose portal it is, 人民政府 or 政府, and
// the office of a subdistrict. The office of a government is another body than the government, by whichever of its names.
func foldName(p Publisher) string {
	place, _, _ := strings.Cut(strings.ReplaceAll(p.Portal, "（", "("), "(")
	name := strings.Join(strings.Fields(p.Name), "")
	for _, s := range []string{"人民政府", "办事处", "办"} {
		if s != "办" || strings.HasSuffix(name, "街道办") {
			name = strings.TrimSuffix(name, s)
		}
	}
	if of, ok := strings.CutSuffix(name, "政府"); ok && strings.TrimRight(of, "省市县区州盟旗镇乡") != of {
		name = of
	}
	short := strings.TrimPrefix(strings.TrimPrefix(name, place), "人民政府")
	if office, ok := strings.CutPrefix(short, "政府办"); ok {
		short = "办" + office
	}
	if short == "办" {
		short = "办公室"
	}
	if utf8.RuneCountInString(short) > 2 {
		return short
	}
	return name
}

// PutReport records an observation of a report: the report, its version, its events and what hand-off waits for are one
// transaction. An observation that says nothing new leaves no trace. It returns the events it caused.
func (a *Archive) PutReport(ctx context.Context, o Observation) ([]Event, error) {
	if o.Kind == "" {
		o.Kind = "annual"
	}
	if o.Publisher.Name == "" || o.Year == 0 || o.Source.URL == "" {
		return nil, fmt.Errorf("archive: report %q: a publisher, a year and a source are needed", o.Title)
	}
	return a.observed(ctx, o)
}

// PutMissing records that an address could not be had. It returns the events it caused: a removal once the failures are
// confirmed. Addresses that never carried a report, and outcomes that say nothing of the page, leave no trace.
func (a *Archive) PutMissing(ctx context.Context, u string, why exchange.Outcome, at time.Time) ([]Event, error) {
	return a.observed(ctx, Observation{At: at, URL: u, Missing: why})
}

func (a *Archive) observed(ctx context.Context, o Observation) (events []Event, err error) {
	o.At = o.At.UTC().Truncate(time.Microsecond)
	err = a.submit(ctx, &write{observation: true, records: func(b *batch) ([]pending, error) {
		news, err := b.isNews(&o)
		if err != nil || !news {
			return nil, err
		}
		if known, err := b.knownText(o.TextSHA256); err != nil {
			return nil, err
		} else if known {
			o.Text = ""
		}
		block, err := json.Marshal(o)
		if err != nil {
			return nil, err
		}
		rec := &warc.Record{Type: warc.Metadata, ID: newID(), Date: o.At, Block: block}
		rec.Add("WARC-Target-URI", "urn:nianbao:observation:"+Sum(block)[:32])
		rec.Add("Content-Type", "application/json")
		return []pending{{rec, func(b *batch, r *warc.Record, at place) error {
			events, err = b.applyObservation(r, at) // what a rebuild will read
			return err
		}}}, nil
	}})
	if err != nil {
		return nil, err
	}
	return events, nil
}

// applyObservation applies the record of an observation to the index.
func (b *batch) applyObservation(r *warc.Record, at place) ([]Event, error) {
	var o Observation
	if err := json.Unmarshal(r.Block, &o); err != nil {
		return nil, fmt.Errorf("observation at %d: %w", at.offset, err)
	}
	return b.observe(&o, at)
}

// isNews reports whether an observation would change anything.
func (b *batch) isNews(o *Observation) (bool, error) {
	if o.Missing != "" {
		ids, err := sourceReports(b.view(), o.URL)
		if err != nil || !removes(o.Missing) {
			return false, err
		}
		for _, id := range ids {
			s, err := b.load(b.view(), id)
			if err != nil {
				return false, err
			}
			if s != nil && !s.Gone[o.URL] {
				return true, nil
			}
		}
		return false, nil
	}
	s, err := b.load(b.view(), ReportID(o.Publisher, o.Year, o.Kind))
	if err != nil || s == nil {
		return true, err
	}
	i := slices.IndexFunc(s.Sources, func(x Source) bool { return x.URL == o.Source.URL })
	same := i >= 0 && s.Texts[o.Source.URL] == o.TextSHA256 && s.Sources[i].SHA256 == o.Source.SHA256 && !s.Gone[o.Source.URL] && s.Missing[o.Source.URL] == 0
	if o.Page != nil {
		same = same && slices.ContainsFunc(s.Sources, func(x Source) bool { return x.URL == o.Page.URL })
	}
	return !same || s.leads(o) && (s.From != o.Source.URL && !s.continued(o.Source.URL) || s.From == o.Source.URL && s.Parser != o.Parser), nil
}

// removes reports whether an outcome says that a page is no longer there.
func removes(o exchange.Outcome) bool {
	return o == exchange.NotFound || o == exchange.Gone || o == exchange.Soft404 || o == exchange.Redirect
}

// observe applies an observation to the index.
func (b *batch) observe(o *Observation, at place) ([]Event, error) {
	if o.Missing != "" {
		return b.observeMissing(o)
	}
	id := ReportID(o.Publisher, o.Year, o.Kind)
	s, err := b.load(b.view(), id)
	if err != nil {
		return nil, err
	}
	isNew := s == nil
	if isNew {
		s = &stored{Report: Report{Schema: ReportSchema, ID: id, Version: 1, State: Live, Year: o.Year, Kind: o.Kind, Publisher: o.Publisher, URL: o.URL, CapturedAt: o.Source.CapturedAt}}
	}
	if s.Texts == nil {
		s.Texts, s.Missing, s.Gone = map[string]string{}, map[string]int{}, map[string]bool{}
	}
	if err := b.putText(o.TextSHA256, o.Text, at); err != nil {
		return nil, err
	}
	before := s.Report
	further := s.continued(o.Source.URL)
	lead := !further && s.leads(o)
	edited := lead && s.edits(o)
	amended := lead && s.amendedBy(o)
	republished := s.State == Removed && !s.has(o.Source.URL)
	known, held := s.Texts[o.Source.URL], s.holds(o.Source)
	s.Texts[o.Source.URL] = o.TextSHA256
	for _, src := range []*Source{o.Page, &o.Source} {
		if src != nil {
			if err := b.source(s, *src); err != nil {
				return nil, err
			}
		}
	}
	back := s.State == Removed
	s.State = Live
	switch {
	case further: // the first page is what the report is; a further one adds its rows
		if len(s.Parts) == 0 {
			s.part(firstPage, s.Data)
		}
		s.part(o.Source.URL, o.Data)
		s.join()
		edited = known != "" && known != o.TextSHA256 && !held && len(numberChanges(before.Data, s.Data)) > 0
		lead = edited
	case lead:
		if continues(s.From, o.Source.URL) {
			s.part(s.From, s.Data)
			s.URL = o.URL
		}
		if amended {
			s.Amended, s.URL = true, o.URL
		}
		s.From, s.Cells, s.Rules = o.Source.URL, o.Cells, o.Rules
		s.Title, s.TextSHA256, s.Parser = o.Title, o.TextSHA256, o.Parser
		s.Data, s.Checks, s.Warnings, s.Reading = o.Data, o.Checks, o.Warnings, o.Reading
		s.CapturedAt = o.Source.CapturedAt
		if len(s.Parts) > 0 {
			s.part(firstPage, s.Data)
			s.join()
		}
		if o.PublishedAt != "" {
			s.PublishedAt = o.PublishedAt
		}
		if o.Publisher.Level != "" {
			s.Publisher.Level = o.Publisher.Level
		}
	}
	if edited {
		s.Version++
	}
	var events []Event
	if lead {
		if edited { // the version before keeps its own data from now on
			if err := b.settleVersion(id, s.Version-1, before.Data); err != nil {
				return nil, err
			}
		}
		if err := b.putVersion(b.tx, Version{id, s.Version, o.At, s.From, s.TextSHA256, s.Title, s.Data}, true); err != nil {
			return nil, err
		}
	}
	emit := func(typ string, change func(*EventData)) error {
		e := s.event(typ, o.Source.URL, o.TextSHA256, o.At)
		if change != nil {
			change(&e.Data)
		}
		fresh, err := b.putEvent(&e)
		if fresh {
			events = append(events, e)
		}
		return err
	}
	switch {
	case isNew:
		err = emit(TypeFound, func(d *EventData) { d.Due, d.LateDays = Late(s.Publisher.Level, s.Year, s.PublishedAt) })
	case republished:
		err = emit(TypeRepublished, nil)
	case back:
		err = emit(TypeRestored, nil)
	}
	if err == nil && edited {
		typ := TypeChanged
		if amended {
			typ = TypeAmended
		}
		err = emit(typ, func(d *EventData) {
			d.Changes = numberChanges(before.Data, s.Data)
			d.Silent = !amended && before.PublishedAt == o.PublishedAt && !noticed.MatchString(o.Text)
		})
	}
	if err != nil {
		return nil, err
	}
	return events, b.save(s)
}

// firstPage is the key of a first page's numbers among those of further pages.
const firstPage = ""

// part keeps the numbers of one page of a text that is cut over several.
func (s *stored) part(u string, data json.RawMessage) {
	if s.Parts == nil {
		s.Parts = map[string]json.RawMessage{}
	}
	if s.Parts[u] = data; len(data) == 0 {
		delete(s.Parts, u)
	}
}

// source adds or renews one source, and notes the address as one of this report's.
func (b *batch) source(s *stored, src Source) error {
	delete(s.Missing, src.URL)
	delete(s.Gone, src.URL)
	if i := slices.IndexFunc(s.Sources, func(x Source) bool { return x.URL == src.URL }); i >= 0 {
		s.Sources[i] = src
		return nil
	}
	s.Sources = append(s.Sources, src)
	slices.SortStableFunc(s.Sources, func(a, b Source) int { return -strings.Compare(a.Role, b.Role) }) // page before attachment
	ids, err := sourceReports(b.view(), src.URL)
	if err != nil || slices.Contains(ids, s.ID) {
		return err
	}
	return b.putSource(src.URL, append(ids, s.ID))
}

// observeMissing counts a failed visit of a source; enough of them for every page of a report remove it.
func (b *batch) observeMissing(o *Observation) ([]Event, error) {
	ids, err := sourceReports(b.view(), o.URL)
	if err != nil {
		return nil, err
	}
	var events []Event
	for _, id := range ids {
		s, err := b.load(b.view(), id)
		if err != nil || s == nil {
			return nil, err
		}
		if s.Missing == nil {
			s.Missing = map[string]int{}
		}
		if s.Gone == nil {
			s.Gone = map[string]bool{}
		}
		s.Missing[o.URL]++
		if s.Missing[o.URL] >= b.opt.RemovalConfirmations {
			s.Gone[o.URL] = true
		}
		typ := ""
		switch {
		case s.State == Live && s.allGone():
			s.State, typ = Removed, TypeRemoved
		case s.Gone[o.URL] && s.URL == o.URL && s.State == Live:
			if s.URL = s.livePage(); s.URL != o.URL {
				typ = TypeMoved
			}
		}
		if typ != "" {
			e := s.event(typ, o.URL, s.TextSHA256, o.At)
			e.Data.Reason = string(o.Missing)
			fresh, err := b.putEvent(&e)
			if err != nil {
				return nil, err
			}
			if fresh {
				events = append(events, e)
			}
		}
		if err := b.save(s); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// livePage is the address of a page that still carries the report, else of whatever does, else the one it had.
func (s *stored) livePage() string {
	for _, x := range s.Sources { // pages stand before attachments
		if !s.Gone[x.URL] {
			return x.URL
		}
	}
	return s.URL
}

// allGone: a report is removed when every page of it is; one known by attachments alone, when all of those are.
func (s *stored) allGone() bool {
	pages, gone, files := 0, 0, 0
	for _, x := range s.Sources {
		if x.Role == "page" {
			pages++
			if s.Gone[x.URL] {
				gone++
			}
		} else if !s.Gone[x.URL] {
			files++
		}
	}
	if pages > 0 {
		return gone == pages
	}
	return files == 0
}

// event makes an event whose id follows from what it says: the same content never leaves under two ids.
func (s *stored) event(typ, source, text string, at time.Time) Event {
	id := Sum([]byte(strings.Join([]string{typ, s.ID, source, text, fmt.Sprint(s.Version)}, "\x00")))[:32]
	return Event{SpecVersion: "1.0", ID: id, Source: source, Type: typ, Subject: fmt.Sprintf("%s/%d", s.Publisher.Name, s.Year), Time: at,
		ContentType: "application/json", DataSchema: "urn:nianbao:schema:event.v1",
		Data: EventData{Reading: s.head().Reading, Report: s.ID, Version: s.Version, Title: s.Title, Publisher: s.Publisher, Year: s.Year, URL: s.URL, TextSHA256: text}}
}

// putEvent appends an event to the outbox unless it stands there already.
func (b *batch) putEvent(e *Event) (fresh bool, err error) {
	known, err := get(b.view(), bEventIDs, []byte(e.ID))
	if err != nil || known != nil {
		return false, err
	}
	b.n.Events++
	e.Sequence = b.n.Events
	key := binary.BigEndian.AppendUint64(nil, e.Sequence)
	body, err := b.encodeEvent(b.tx, e)
	if err == nil {
		err = put(b.tx, bEvents, key, body)
	}
	if err != nil {
		return false, err
	}
	return true, put(b.tx, bEventIDs, []byte(e.ID), key)
}

// settleVersion gives a version its own data, which stood in the report's details while it was the newest.
func (b *batch) settleVersion(id string, version int, data json.RawMessage) error {
	key := versionKey(id, version)
	body, err := get(b.view(), bVersions, key)
	if err != nil || body == nil {
		return err
	}
	x, _, err := b.readVersion(b.view(), key, body)
	if err != nil {
		return err
	}
	x.Data = data
	return b.putVersion(b.tx, x, false)
}

// textKey is the key of a text; a digest of another form than ours is its own key.
func textKey(sum string) []byte {
	if b, err := hex.DecodeString(sum); err == nil && len(b) > 0 {
		return b
	}
	return []byte("-" + sum)
}

func (b *batch) knownText(sum string) (bool, error) {
	row, err := get(b.view(), bTexts, textKey(sum))
	return row != nil, err
}

// putText notes which observation carries a text.
func (b *batch) putText(sum, text string, at place) error {
	if sum == "" || text == "" {
		return nil
	}
	if known, err := b.knownText(sum); err != nil || known {
		return err
	}
	e := &encoder{}
	e.place(at)
	return put(b.tx, bTexts, textKey(sum), e.b)
}

// load reads a report with all that is stored of it; nil when there is none.
func (a *Archive) load(v view, id string) (*stored, error) {
	body, err := get(v, bReports, []byte(id))
	if err != nil || body == nil {
		return nil, err
	}
	return a.loadRest(v, []byte(id), body)
}

func (a *Archive) loadRest(v view, key, body []byte) (*stored, error) {
	h, err := decodeHead(key, body)
	if err != nil {
		return nil, err
	}
	s := &stored{Report: Report{Schema: ReportSchema, ID: h.ID, Version: h.Version, State: h.State, Year: h.Year, Kind: h.Kind, Title: h.Title, PublishedAt: h.PublishedAt,
		CapturedAt: h.CapturedAt, Publisher: h.Publisher, URL: h.URL, TextSHA256: h.TextSHA256, Parser: h.Parser, ChecksMade: h.Checks, ChecksFailed: h.Failed}}
	return s, a.readDetails(v, s)
}

// head is what a list shows of a report.
func (s *stored) head() *Head {
	h := &Head{ID: s.ID, Version: s.Version, State: s.State, Year: s.Year, Kind: s.Kind, Title: s.Title, PublishedAt: s.PublishedAt, CapturedAt: s.CapturedAt,
		Publisher: s.Publisher, URL: s.URL, TextSHA256: s.TextSHA256, Parser: s.Parser}
	var reading struct {
		State string `json:"state"`
	}
	if len(s.Reading) > 0 && json.Unmarshal(s.Reading, &reading) == nil {
		h.Reading = reading.State
	}
	var checks []struct {
		Holds bool `json:"holds"`
	}
	if len(s.Checks) > 0 && json.Unmarshal(s.Checks, &checks) == nil {
		h.Checks = len(checks)
		for _, c := range checks {
			if !c.Holds {
				h.Failed++
			}
		}
	}
	return h
}

func (b *batch) save(s *stored) error {
	key := []byte(s.ID)
	known, err := get(b.view(), bReports, key)
	if err != nil {
		return err
	}
	if known == nil {
		b.n.Reports++
	}
	if err := put(b.tx, bReports, key, encodeHead(s.head())); err != nil {
		return err
	}
	return b.putDetails(b.tx, s)
}

// sourceReports are the ids of the reports that an address carries.
func sourceReports(v view, u string) (ids []string, err error) {
	if u == "" {
		return nil, nil
	}
	key := urlKey(u)
	body, err := get(v, bSources, key)
	if err != nil || body == nil {
		return nil, err
	}
	d := &decoder{b: body}
	for len(d.b) > 0 {
		ids = append(ids, d.str())
	}
	if d.err != nil {
		return nil, damagedRow(bSources, key, d.err.Error())
	}
	return ids, nil
}

func (b *batch) putSource(u string, ids []string) error {
	e := &encoder{}
	for _, id := range ids {
		e.str(id)
	}
	return put(b.tx, bSources, urlKey(u), e.b)
}

// numberChanges compares the numbers of two versions.
func numberChanges(old, new json.RawMessage) []Change {
	a, b := map[string]*float64{}, map[string]*float64{}
	flatten(old, a)
	flatten(new, b)
	var out []Change
	for p, v := range a {
		if w := b[p]; (v == nil) != (w == nil) || v != nil && *v != *w {
			out = append(out, Change{p, v, w})
		}
	}
	for p, w := range b {
		if _, was := a[p]; !was && w != nil {
			out = append(out, Change{p, nil, w})
		}
	}
	slices.SortFunc(out, func(x, y Change) int { return strings.Compare(x.Path, y.Path) })
	return out[:min(len(out), 300)]
}

func flatten(raw json.RawMessage, into map[string]*float64) {
	var tables map[string]json.RawMessage
	if json.Unmarshal(raw, &tables) != nil {
		return
	}
	for _, t := range []string{"t2", "t3", "t4", "s2014"} {
		var rows map[string]map[string]*float64
		if json.Unmarshal(tables[t], &rows) != nil {
			continue
		}
		for r, cols := range rows {
			for c, v := range cols {
				into[t+"."+r+"."+c] = v
			}
		}
	}
}
