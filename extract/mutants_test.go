package extract_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/internal/compose"
)

var mutants = flag.Int("mutants", 60, "damaged copies of each format to read")

// composed is one report in every format that is made here.
func composed() map[string][]byte {
	r := compose.New(11, "永宁县人民政府", 2023, compose.Options{})
	page := "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>" + r.HTML(compose.Word) + "</body></html>\r\n--x--"
	members := []compose.Member{{Name: "a.doc", Data: r.DOC()}, {Name: "b.rtf", Data: r.RTF()}}
	return map[string][]byte{"mhtml": []byte(page), "rar": compose.RAR(members, false), "7z": compose.Seven(members), "docx": r.DOCX(), "doc": r.DOC(), "xlsx": r.XLSX(), "xls": r.XLS(), "odt": r.ODT(), "rtf": r.RTF(), "ofd": r.OFD(),
		"zip": compose.Zip(members)}
}

// damage flips octets, cuts the end off, leaves out or repeats a stretch, or writes large numbers.
func damage(rng *rand.Rand, data []byte) []byte {
	out := append([]byte(nil), data...)
	for range 1 + rng.IntN(4) {
		if len(out) < 16 {
			break
		}
		at := rng.IntN(len(out) - 8)
		switch rng.IntN(6) {
		case 0:
			out[at] ^= 1 << rng.IntN(8)
		case 1:
			out[at] = byte(rng.IntN(256))
		case 2:
			out = out[:at+8]
		case 3:
			n := min(rng.IntN(512), len(out)-at)
			out = append(out[:at], out[at+n:]...)
		case 4:
			n := min(rng.IntN(512), len(out)-at)
			out = append(out[:at+n], append(append([]byte(nil), out[at:at+n]...), out[at+n:]...)...)
		case 5:
			copy(out[at:], "\xff\xff\xff\x7f")
		}
	}
	return out
}

// inside damages one member of a package and packs it again, so that the damage gets past the checksums.
func inside(rng *rand.Rand, data []byte) []byte {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return damage(rng, data)
	}
	var members []compose.Member
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			continue
		}
		b, _ := io.ReadAll(r) // of our own making
		members = append(members, compose.Member{Name: f.Name, Data: b})
	}
	i := rng.IntN(len(members))
	members[i].Data = damage(rng, members[i].Data)
	return compose.Zip(members)
}

// A damaged file ends in a document or in a known error: never in a panic, a hang or a heap out of proportion.
func TestMutants(t *testing.T) {
	known := []error{document.ErrUnsupported, document.ErrEncrypted, document.ErrNeedsOCR, document.ErrMalformed, document.ErrTooLarge, document.ErrBomb}
	for name, data := range composed() {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, uint64(len(name))))
			var slowest time.Duration
			var most uint64
			readable := 0
			for i := range *mutants {
				m := damage(rng, data)
				if i%2 == 1 {
					m = inside(rng, data)
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				start := time.Now()
				d, err := extract.Read(context.Background(), extract.Input{Data: m}, extract.Limits{})
				slowest = max(slowest, time.Since(start))
				runtime.ReadMemStats(&after)
				most = max(most, after.TotalAlloc-before.TotalAlloc)
				if err == nil {
					readable++
					_ = d.Markdown()
					continue
				}
				if strings.Contains(err.Error(), "reader failed") {
					t.Fatalf("mutant %d: a panic: %v", i, err)
				}
				ok := false
				for _, k := range known {
					ok = ok || errors.Is(err, k)
				}
				if !ok {
					t.Fatalf("mutant %d: an error of no known kind: %v", i, err)
				}
			}
			t.Logf("%d of %d read; slowest %v; most allocated %d KiB", readable, *mutants, slowest, most>>10)
			if slowest > 10*time.Second || most > 512<<20 {
				t.Errorf("slowest %v, most allocated %d MiB", slowest, most>>20)
			}
		})
	}
}
