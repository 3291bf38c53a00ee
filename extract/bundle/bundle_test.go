package bundle_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/document"
	"nianbao/extract/bundle"
	"nianbao/internal/compose"
)

// echo reads a member as one paragraph; some contents stand for errors.
func echo(_ context.Context, _ string, data []byte) (*document.Document, error) {
	switch string(data) {
	case "picture":
		return nil, fmt.Errorf("x: %w", document.ErrNeedsOCR)
	case "program":
		return nil, fmt.Errorf("x: %w", document.ErrUnsupported)
	}
	return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: string(data[:min(len(data), 20)])}}}, nil
}

var members = []compose.Member{{Name: "附件/年报.txt", Data: []byte("一")}, {Name: "__MACOSX/._年报.txt", Data: []byte("x")}, {Name: "../../etc/passwd", Data: []byte("二")}, {Name: "附件/Thumbs.db", Data: []byte("x")}, {Name: "a.exe", Data: []byte("program")}}

func TestMembers(t *testing.T) {
	want := map[string]string{"附件/年报.txt": "一", "etc/passwd": "二", "a.exe": ""}
	for kind, data := range map[string][]byte{bundle.ZIP: compose.Zip(members), bundle.RAR: compose.RAR(members, false), bundle.Seven: compose.Seven(members)} {
		t.Run(kind, func(t *testing.T) {
			d, err := bundle.Read(context.Background(), data, kind, bundle.Options{}, echo)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, p := range d.Parts {
				text := ""
				for _, b := range p.Blocks {
					text += b.Text
				}
				got[p.Name] = text
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNamesInGB18030(t *testing.T) {
	g, err := simplifiedchinese.GB18030.NewEncoder().String("硚口区/年报.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.CreateHeader(&zip.FileHeader{Name: g, NonUTF8: true})
	if err == nil {
		_, err = w.Write([]byte("x"))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	d, err := bundle.Read(context.Background(), out.Bytes(), bundle.ZIP, bundle.Options{}, echo)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Parts[0].Name; got != "硚口区/年报.txt" {
		t.Errorf("name %q", got)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	one := func(data string) []compose.Member { return []compose.Member{{Name: "a", Data: []byte(data)}} }
	locked := compose.Zip(one("secret"))
	for _, sig := range []struct {
		s  string
		at int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		locked[bytes.Index(locked, []byte(sig.s))+sig.at] |= 1
	}
	tests := []struct {
		name, kind string
		data       []byte
		want       error
	}{
		{"pictures only", bundle.ZIP, compose.Zip(one("picture")), document.ErrNeedsOCR},
		{"programs only", bundle.Seven, compose.Seven(one("program")), document.ErrUnsupported},
		{"encrypted zip", bundle.ZIP, locked, document.ErrEncrypted},
		{"encrypted rar", bundle.RAR, compose.RAR(one("secret"), true), document.ErrEncrypted},
		{"no zip", bundle.ZIP, []byte("PK\x03\x04 and nothing more"), document.ErrMalformed},
		{"no rar", bundle.RAR, []byte("Rar!\x1a\x07\x01\x00\xff\xff"), document.ErrMalformed},
		{"no 7z", bundle.Seven, []byte("7z\xbc\xaf\x27\x1c\x00\x04 and nothing more, not even a header"), document.ErrMalformed},
		{"ratio", bundle.ZIP, compose.Zip(one(strings.Repeat("0", 8<<20))), document.ErrBomb},
		{"too many", bundle.ZIP, compose.Zip(append(append(one("1"), one("2")...), one("3")...)), document.ErrBomb},
		{"another kind", "application/x-tar", []byte("x"), document.ErrUnsupported},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opt := bundle.Options{}
			if tt.name == "too many" {
				opt.MaxParts = 2
			}
			if _, err := bundle.Read(context.Background(), tt.data, tt.kind, opt, echo); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestOneBudgetForAll(t *testing.T) {
	left := int64(10)
	data := compose.Zip([]compose.Member{{Name: "a", Data: []byte("12345678")}, {Name: "b", Data: []byte("12345678")}})
	_, err := bundle.Read(context.Background(), data, bundle.ZIP, bundle.Options{Spend: func(n int64) bool { left -= n; return left >= 0 }}, echo)
	if !errors.Is(err, document.ErrBomb) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := bundle.Read(ctx, data, bundle.ZIP, bundle.Options{}, echo); !errors.Is(err, document.ErrDeadline) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	kinds := []string{bundle.ZIP, bundle.RAR, bundle.Seven}
	for i, data := range [][]byte{compose.Zip(members), compose.RAR(members, false), compose.Seven(members)} {
		f.Add(data, uint8(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		left := int64(1 << 20)
		d, err := bundle.Read(context.Background(), data, kinds[int(kind)%3], bundle.Options{Spend: func(n int64) bool { left -= n; return left >= 0 }}, echo)
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var list []compose.Member
	for i := range 20 {
		list = append(list, compose.Member{Name: fmt.Sprint(i), Data: bytes.Repeat([]byte(fmt.Sprint("公开", i)), 20_000)})
	}
	for kind, data := range map[string][]byte{"zip": compose.Zip(list), "rar": compose.RAR(list, false), "7z": compose.Seven(list)} {
		media := map[string]string{"zip": bundle.ZIP, "rar": bundle.RAR, "7z": bundle.Seven}[kind]
		b.Run(kind, func(b *testing.B) {
			n := 0
			for _, m := range list {
				n += len(m.Data)
			}
			b.SetBytes(int64(n)) // as inflated
			for b.Loop() {
				if _, err := bundle.Read(context.Background(), data, media, bundle.Options{}, echo); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
