package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"nianbao/archive"
	"nianbao/crawl"
	"nianbao/diff"
	"nianbao/internal/compose"
	"nianbao/report"
	"nianbao/schema"
)

var update = flag.Bool("update", false, "write the samples anew")

func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, n := range schema.Names() {
		b, err := schema.Get(n)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%s: %v", n, err)
		}
		if err := c.AddResource(schema.Base+strings.TrimPrefix(n, "nianbao."), doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile(schema.Base + strings.TrimPrefix(name, "nianbao."))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t *testing.T, s *jsonschema.Schema, b []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

func parsed(t *testing.T, text string) *report.AnnualReport {
	t.Helper()
	r, err := report.ParseText(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// outputs are one real output of every kind.
func outputs(t *testing.T) map[string][]any {
	t.Helper()
	at := time.Date(2024, 1, 20, 3, 4, 5, 0, time.UTC)
	var list []any
	for _, r := range []*compose.Report{compose.New(1, "永宁县财政局", 2023, compose.Options{}), compose.New(1, "永宁县人民政府", 2020, compose.Options{}).Filled(compose.Slashes), compose.New(1, "江北市人民政府", 2022, compose.Options{}).SingleOther().Filled(compose.BlankZeros)} {
		list = append(list, parsed(t, r.As(compose.Pipes)))
	}
	list = append(list, parsed(t, compose.NewOld(1, "永宁县财政局", 2016).As(compose.Tabs)), parsed(t, compose.NewOld(1, "永宁县财政局", 2010).As(compose.Tabs)))
	first := list[0].(*report.AnnualReport)
	publisher := archive.Publisher{Name: "永宁县财政局", Code: "990122", Level: "department", Portal: "永宁县"}
	sum := strings.Repeat("0a", 32)
	one, two := 1.0, 2.0
	before := diff.Side{Name: "v1", Text: first.Title + "\n收到申请1件\n甲\t1", Data: &first.Data}
	after := diff.Side{Name: "v2", Text: first.Title + "\n收到申请2件\n乙", Data: &report.Data{T3: map[string]report.Row{"new": {"natural": &one, "total": &two}}}}
	return map[string][]any{
		"nianbao.diff.v1":   {diff.Compare(before, after), diff.Compare(before, before)},
		"nianbao.parsed.v1": list,
		"nianbao.report.v1": {archive.Report{Schema: archive.ReportSchema, ID: "r1", Version: 2, State: archive.Live, Year: 2023, Kind: "annual", Title: first.Title, PublishedAt: "2024-01-18", CapturedAt: at,
			Publisher: publisher, URL: "http://www.yongning.example/nb/1.html", Sources: []archive.Source{{URL: "http://www.yongning.example/nb/1.html", Role: "page", MediaType: "text/html", Bytes: 10, SHA256: sum, CapturedAt: at}},
			TextSHA256: sum, Parser: report.Version, Reading: marshal(t, first.Reading), Data: marshal(t, first.Data), Checks: marshal(t, first.Checks), Warnings: marshal(t, []report.Warning{{Code: report.WarnSum, At: "t3.new", Text: "…"}})}},
		"nianbao.event.v1": {archive.Event{SpecVersion: "1.0", ID: "e1", Source: "urn:nianbao:archive", Type: archive.TypeChanged, Subject: "永宁县财政局/2023", Time: at, ContentType: "application/json", DataSchema: "urn:nianbao:schema:event.v1", Sequence: 7,
			Data: archive.EventData{Report: "r1", Version: 2, Title: first.Title, Publisher: publisher, Year: 2023, URL: "http://www.yongning.example/nb/1.html", TextSHA256: sum, Silent: true, Due: "2024-01-31", LateDays: 2, Reading: report.StatePartial, Changes: []archive.Change{{Path: "t3.new.total", Old: &one, New: &two}, {Path: "t3.granted.total", New: &one}}}}},
		"nianbao.progress.v1": {crawl.Progress{At: at, Requests: 12, Reports: 3, New: 1, Busy: 2, Waiting: 4, Queued: 90, ETA: time.Minute, Busiest: []string{"www.yongning.example"}}},
	}
}

func TestOutputsAreValid(t *testing.T) {
	all := outputs(t)
	for _, name := range schema.Names() {
		s := compiled(t, name)
		if len(all[name]) == 0 {
			t.Errorf("%s: nothing to validate", name)
		}
		for i, v := range all[name] {
			if err := valid(t, s, marshal(t, v)); err != nil {
				t.Errorf("%s %d: %v", name, i, err)
			}
		}
	}
}

// TestFrozenSamples validates samples as earlier versions of the program wrote them: a schema that refuses one breaks its
// readers and needs a new name.
func TestFrozenSamples(t *testing.T) {
	if *update {
		for name, list := range outputs(t) {
			if err := os.WriteFile(filepath.Join("testdata", name+".sample.json"), marshal(t, list[0]), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range schema.Names() {
		b, err := os.ReadFile(filepath.Join("testdata", name+".sample.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(t, compiled(t, name), b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWrongOutputsAreRefused(t *testing.T) {
	for name, list := range map[string][]string{
		"nianbao.parsed.v1":   {`{}`, `{"publisher":{},"prose":{},"data":{"t3":{"new":{"natural":"3"}}}}`, `{"publisher":{"level":"village"},"prose":{},"data":{}}`, `{"publisher":{},"prose":{},"data":{"format":"f1999"}}`, `{"publisher":{},"prose":{},"data":{},"checks":[{"rule":"x"}]}`},
		"nianbao.diff.v1":     {`{"schema":"nianbao.diff.v1"}`, `{"schema":"nianbao.diff.v1","rules":2,"from":{"name":"a"},"to":{"name":"b"},"paragraphs":[{"op":"moved","a":0,"b":0}]}`},
		"nianbao.report.v1":   {`{"schema":"nianbao.report.v1"}`},
		"nianbao.event.v1":    {`{"specversion":"0.3"}`},
		"nianbao.progress.v1": {`{"at":"yesterday","requests":0,"reports":0,"hosts_busy":0,"hosts_waiting":0,"queued":0,"eta_ns":0}`, `{"at":"2024-01-20T03:04:05Z","requests":-1,"reports":0,"hosts_busy":0,"hosts_waiting":0,"queued":0,"eta_ns":0}`},
	} {
		s := compiled(t, name)
		for _, v := range list {
			if valid(t, s, []byte(v)) == nil {
				t.Errorf("%s accepts %s", name, v)
			}
		}
	}
}

// TestSchemaKnowsEveryField: the data dictionary and the schema name the same numbers.
func TestSchemaKnowsEveryField(t *testing.T) {
	b, err := schema.Get("nianbao.parsed.v1")
	if err != nil {
		t.Fatal(err)
	}
	type node struct {
		Properties map[string]*node `json:"properties"`
	}
	var doc struct {
		Defs struct {
			Data node `json:"data"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, table := range []string{"t2", "t3", "t4", "s2014"} {
		for row, r := range doc.Defs.Data.Properties[table].Properties {
			for col := range r.Properties {
				known[table+"."+row+"."+col] = true
			}
		}
	}
	for _, f := range report.Fields() {
		if !known[f.Path] {
			t.Errorf("the schema lacks %s", f.Path)
		}
		delete(known, f.Path)
	}
	for p := range known {
		t.Errorf("the schema has %s, which no report has", p)
	}
}

func TestGet(t *testing.T) {
	if len(schema.Names()) != 5 {
		t.Errorf("%v", schema.Names())
	}
	byName, err := schema.Get("nianbao.event.v1")
	if err != nil {
		t.Fatal(err)
	}
	byID, err := schema.Get("urn:nianbao:schema:event.v1")
	if err != nil || !bytes.Equal(byName, byID) {
		t.Error("a schema is not found by its id")
	}
	if _, err := schema.Get("nianbao.event.v9"); err == nil || !strings.Contains(err.Error(), "nianbao.event.v1") {
		t.Errorf("an unknown name: %v", err)
	}
}
