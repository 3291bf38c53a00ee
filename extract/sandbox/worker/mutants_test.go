package worker_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/extract/sandbox/worker"
	"nianbao/internal/compose"
)

var (
	mutants    = flag.Int("mutants", 150, "how many damaged documents to read")
	allBombs   = flag.Bool("bombs", false, "read bombs in full size, not at a tenth")
	mutantSeed = flag.Uint64("mutantseed", 1, "which ones")
)

const (
	mutantMemory   = 512 << 20
	mutantDeadline = 10 * time.Second
	peakDir        = "NIANBAO_TEST_PEAK"
)

// notePeak leaves the most memory that this process has held where the test finds it.
func notePeak() {
	dir := os.Getenv(peakDir)
	if dir == "" {
		return
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return
	}
	for l := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(l, "VmHWM:"); ok {
			_ = os.WriteFile(filepath.Join(dir, strconv.Itoa(os.Getpid())), []byte(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB"))), 0o600)
		}
	}
}

// A seed is a sound document that mutants are made of.
type seed struct {
	name string
	data []byte
}

// seeds are composed documents of every format and, where they lie beside the checkout, files of other makers.
func seeds(tb testing.TB) []seed {
	r := compose.New(7, "某某市人民政府", 2023, compose.Options{})
	list := []seed{
		{"composed.txt", []byte(r.Text())}, {"composed.html", []byte("<!DOCTYPE html><html><head><title>x</title></head><body>" + r.HTML(compose.Word) + "</body></html>")},
		{"composed.docx", r.DOCX()}, {"composed.doc", r.DOC()}, {"composed.pdf", r.PDF(compose.IdentityH)}, {"composed.ofd", r.OFD()},
		{"composed.xls", r.XLS()}, {"composed.xlsx", r.XLSX()}, {"composed.odt", r.ODT()}, {"composed.rtf", r.RTF()},
		{"composed.zip", archive(map[string][]byte{"a/报告.docx": r.DOCX(), "b.html": []byte(r.HTML(compose.Word)), "c.txt": []byte(r.Text())})},
	}
	for _, pattern := range []string{"made/*", "made/html/*", "real/*"} {
		files, _ := filepath.Glob("../../../shared/data/docs/" + pattern)
		for _, f := range files {
			if data, err := os.ReadFile(f); err == nil && len(data) > 0 && len(data) < 400<<10 {
				list = append(list, seed{filepath.Base(f), data})
			}
		}
	}
	return list
}

func archive(members map[string][]byte) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(members[name])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// bombs are inputs that are small and want to be large, or shallow and want to be deep; of a tenth of that for scale 1.
func bombs(scale int) []seed {
	zeros := make([]byte, scale*30<<20)
	deflated := func(b []byte) []byte {
		var z bytes.Buffer
		w, _ := zlib.NewWriterLevel(&z, 9)
		_, _ = w.Write(b)
		_ = w.Close()
		return z.Bytes()
	}
	doc := func(body string) []byte {
		return archive(map[string][]byte{"word/document.xml": []byte(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body)})
	}
	page := func(stream []byte, filter string) []byte {
		var b bytes.Buffer
		fmt.Fprintf(&b, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj\n4 0 obj<</Length %d/Filter %s>>stream\n", len(stream), filter)
		b.Write(stream)
		b.WriteString("\nendstream endobj\ntrailer<</Root 1 0 R>>\n")
		return b.Bytes()
	}
	nest := func(b []byte, n int) []byte {
		for range n {
			b = archive(map[string][]byte{"x.zip": b})
		}
		return b
	}
	many := map[string][]byte{}
	for i := range 2000 * scale {
		many[strconv.Itoa(i)+".txt"] = []byte("x")
	}
	rep := func(s string, n int) string { return strings.Repeat(s, n*scale/10) }
	list := []seed{
		{"docx: 300 MB of zeros", archive(map[string][]byte{"word/document.xml": zeros})},
		{"xlsx: 300 MB of zeros", archive(map[string][]byte{"xl/workbook.xml": []byte("<workbook/>"), "xl/sharedStrings.xml": zeros, "xl/worksheets/sheet1.xml": zeros})},
		{"ofd: 300 MB of zeros", archive(map[string][]byte{"OFD.xml": zeros})},
		{"zip: 300 MB of zeros", archive(map[string][]byte{"a.html": zeros})},
		{"zip in zip in zip", nest(archive(map[string][]byte{"a.txt": []byte("x")}), 50)},
		{"zip of 20,000", archive(many)},
		{"pdf: 300 MB in Flate", page(deflated(zeros), "/FlateDecode")},
		{"pdf: Flate in Flate", page(deflated(deflated(zeros)), "[/FlateDecode/FlateDecode]")},
		{"pdf: 1e6 brackets", []byte("%PDF-1.4\n1 0 obj " + rep("[", 1_000_000))},
		{"pdf: deep operators", page(deflated([]byte(rep("q ", 2_000_000)+rep("BT ", 1_000_000))), "/FlateDecode")},
		{"pdf: a million rules", page(deflated([]byte(rep("0 0 m 500 500 l S 1 1 500 0.5 re f ", 500_000))), "/FlateDecode")},
		{"docx: 200,000 tables deep", doc(rep("<w:tbl><w:tr><w:tc>", 200_000))},
		{"docx: 200,000 boxes deep", doc(rep("<w:p><w:r><w:txbxContent>", 200_000))},
		{"docx: spans of a billion", doc(rep(`<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>`, 500))},
		{"html: 1e6 divs deep", []byte("<html><body>" + rep("<div>", 1_000_000))},
		{"html: 300,000 tables deep", []byte("<html><body>" + rep("<table><tr><td>", 300_000))},
		{"html: a million formatting tags", []byte("<html><body>" + rep("<b><i><a href=x>", 300_000))},
		{"html: a million links", []byte("<html><body>" + rep(`<a href="/a.html">年报</a>`, 1_000_000))},
		{"html: 50 MB", []byte("<html><body>" + rep("<p>政府信息公开工作年度报告</p>\n", 1_200_000))},
		{"html: one attribute of 30 MB", []byte(`<html><body><a href="` + rep("x", 30<<20) + `">x</a>`)},
		{"html: a million attributes", []byte(`<html><body><a ` + rep("a b='c' ", 1_000_000) + `>x</a>`)},
		{"html: rowspan of a billion", []byte("<html><body><table>" + rep(`<tr><td rowspan=1000000000 colspan=1000000000>x</td></tr>`, 5000) + "</table>")},
		{"html: 100,000 rows of 50", []byte("<html><body><table>" + rep("<tr>"+strings.Repeat("<td>1", 50), 20_000) + "</table>")},
		{"html: rowspan 0, 2,000 rows", []byte("<html><body><table>" + rep(`<tr><td rowspan=0>x<td colspan=0>y`, 2000) + "</table>")},
		{"text: one line of 60 MB", []byte(rep("政府信息", 5<<20))},
		{"text: 30 million lines", []byte(rep("\n1", 15<<20))},
		{"rtf: 1e6 groups deep", []byte(`{\rtf1 ` + rep("{", 1_000_000))},
		{"rtf: 1e6 cells", []byte(`{\rtf1 \trowd` + rep(`\cellx1 x\cell`, 500_000) + `\row}`)},
		{"mhtml: parts without end", []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n" + rep("--x\r\nContent-Type: text/html\r\n\r\n<p>y\r\n", 200_000))},
		{"xml: 1e6 elements deep", []byte(`<?xml version="1.0"?>` + rep("<a>", 1_000_000))},
		{"xml: entities", []byte(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">` + rep("&b;", 100_000))},
	}
	return list
}

// mutate damages a document in one of the ways in which documents are damaged, or made to do damage.
func mutate(r *rand.Rand, s seed, all []seed) []byte {
	b := bytes.Clone(s.data)
	// The members of a package are where its readers can be hurt; damage to its own frame they seldom survive.
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) && r.IntN(3) > 0 {
		if m, ok := mutateMember(r, b); ok {
			return m
		}
	}
	for range 1 + r.IntN(3) {
		b = damage(r, b, all[r.IntN(len(all))].data)
	}
	return b
}

func damage(r *rand.Rand, b, other []byte) []byte {
	if len(b) == 0 {
		return []byte{0}
	}
	at := r.IntN(len(b))
	to := min(len(b), at+1+r.IntN(1+len(b)/4))
	switch r.IntN(9) {
	case 0: // single bits
		for range 1 + r.IntN(20) {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
	case 1: // bytes
		for range 1 + r.IntN(50) {
			b[r.IntN(len(b))] = byte(r.Uint32())
		}
	case 2: // the end is missing
		b = b[:at]
	case 3: // a piece is missing
		b = slices.Delete(b, at, to)
	case 4: // a piece stands twice, or many times
		piece := bytes.Clone(b[at:min(to, at+4096)])
		b = slices.Insert(b, at, bytes.Repeat(piece, 1+r.IntN(40))...)
	case 5: // a piece of another document
		if len(other) > 0 {
			from := r.IntN(len(other))
			b = slices.Insert(b, at, other[from:min(len(other), from+1+r.IntN(20_000))]...)
		}
	case 6: // zeros or ones
		v := []byte{0, 0xff}[r.IntN(2)]
		for i := at; i < min(to, at+512); i++ {
			b[i] = v
		}
	case 7: // numbers become extreme
		extreme := []string{"0", "-1", "99999", "2147483647", "4294967295", "9223372036854775807", "1e308", "65536"}
		for range 1 + r.IntN(5) {
			i := r.IntN(len(b))
			for i < len(b) && (b[i] < '0' || b[i] > '9') {
				i++
			}
			j := i
			for j < len(b) && b[j] >= '0' && b[j] <= '9' {
				j++
			}
			if i < j {
				b = slices.Replace(b, i, j, []byte(extreme[r.IntN(len(extreme))])...)
			}
		}
	case 8: // opened again and again
		deep := []string{"<table><tr><td>", "<div>", "<w:tbl><w:tr><w:tc>", "[", "<<", "q ", "{\\b ", "<a><b>", "("}
		b = slices.Insert(b, at, bytes.Repeat([]byte(deep[r.IntN(len(deep))]), 1+r.IntN(50_000))...)
	}
	return b
}

// mutateMember damages one member of a package and packs it again.
func mutateMember(r *rand.Rand, b []byte) ([]byte, bool) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(z.File) == 0 {
		return nil, false
	}
	victim := r.IntN(len(z.File))
	members := map[string][]byte{}
	for i, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		rc, err := f.Open()
		if err != nil {
			return nil, false
		}
		data, err := io.ReadAll(io.LimitReader(rc, 8<<20))
		if err != nil {
			return nil, false
		}
		if i == victim {
			data = damage(r, data, data)
		}
		members[f.Name] = data
	}
	return archive(members), true
}

// trial reads hostile inputs and judges each outcome.
type trial struct {
	t        *testing.T
	pool     *worker.Pool
	peaks    string
	mu       sync.Mutex
	outcomes map[string]int
	slowest  time.Duration
	name     string // of the slowest
}

// newTrial has a pool with a bound that hostile inputs reach.
func newTrial(t *testing.T) *trial {
	tr := &trial{t: t, peaks: t.TempDir(), outcomes: map[string]int{}}
	tr.pool = pool(t, "reader", worker.Options{Size: runtime.NumCPU(), MemoryBytes: mutantMemory, Deadline: mutantDeadline, Env: []string{peakDir + "=" + tr.peaks}})
	return tr
}

// read reads one: it must end as a document or as an error with a name, in time.
func (tr *trial) read(name string, data []byte) {
	begin := time.Now()
	d, err := tr.pool.Read(context.Background(), extract.Input{Name: name, Data: data})
	took := time.Since(begin)
	tr.mu.Lock()
	defer tr.mu.Unlock()
	o := outcome(d, err)
	tr.outcomes[o]++
	if took > tr.slowest {
		tr.slowest, tr.name = took, name
	}
	switch {
	case o == "without a name":
		tr.t.Errorf("%s: %v", name, err)
	case strings.Contains(fmt.Sprint(err), "reader failed"), strings.Contains(fmt.Sprint(err), "crashed"), took > mutantDeadline/4:
		tr.t.Logf("%s: %s in %s: %v", name, o, took.Round(time.Millisecond), err) // no harm done, but worth a look
	}
}

// run reads all, as many at once as the pool has children, and then judges the whole.
func (tr *trial) run(inputs func(yield func(string, []byte) bool)) {
	tr.t.Helper()
	work := make(chan func())
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for f := range work {
				f()
			}
		})
	}
	n := 0
	for name, data := range inputs {
		n++
		work <- func() { tr.read(name, data) }
	}
	close(work)
	wg.Wait()
	if d, err := tr.pool.Read(context.Background(), extract.Input{Data: []byte("一句话")}); err != nil || len(d.Blocks) != 1 {
		tr.t.Errorf("after all that: %v, %v", d, err)
	}
	// A busy machine may be slow to start and to end a child.
	if tr.slowest > mutantDeadline+20*time.Second {
		tr.t.Errorf("%s took %s, past the deadline of %s", tr.name, tr.slowest, mutantDeadline)
	}
	most := peak(tr.peaks)
	if most > mutantMemory>>20+32 { // the program itself is not counted
		tr.t.Errorf("a child held %d MiB", most)
	}
	tr.t.Logf("%d inputs: %v; slowest %s (%s); most memory of a child %d MiB of %d", n, tr.outcomes, tr.name, tr.slowest.Round(time.Millisecond), most, mutantMemory>>20)
}

func TestMutants(t *testing.T) {
	t.Parallel()
	n := *mutants
	if testing.Short() {
		n = min(n, 50)
	}
	all := seeds(t)
	newTrial(t).run(func(yield func(string, []byte) bool) {
		for i := range n {
			r := rand.New(rand.NewPCG(*mutantSeed, uint64(i)))
			s := all[i%len(all)]
			if !yield(fmt.Sprintf("%d of %s", i, s.name), mutate(r, s, all)) {
				return
			}
		}
	})
}

func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("bombs take their time")
	}
	t.Parallel()
	scale := 1
	if *allBombs {
		scale = 10
	}
	newTrial(t).run(func(yield func(string, []byte) bool) {
		for _, b := range bombs(scale) {
			if !yield(b.name, b.data) {
				return
			}
		}
	})
}

func outcome(d *document.Document, err error) string {
	if err == nil && d != nil {
		return "document"
	}
	for name, kind := range map[string]error{"unsupported": document.ErrUnsupported, "encrypted": document.ErrEncrypted, "needs OCR": document.ErrNeedsOCR,
		"malformed": document.ErrMalformed, "too large": document.ErrTooLarge, "bomb": document.ErrBomb, "deadline": document.ErrDeadline} {
		if errors.Is(err, kind) {
			return name
		}
	}
	return "without a name"
}

// peak is the most MiB that a child has noted.
func peak(dir string) int {
	most := 0
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		b, _ := os.ReadFile(f)
		kb, _ := strconv.Atoi(string(b))
		most = max(most, kb>>10)
	}
	return most
}
