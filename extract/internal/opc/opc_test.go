package opc_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

func pack(t testing.TB, members ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(members); i += 2 {
		w, err := z.Create(members[i])
		if err == nil {
			_, err = w.Write([]byte(members[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestNamesNeverLeadOut(t *testing.T) {
	p, err := opc.Open(pack(t, "../../etc/passwd", "a", `word\document.xml`, "b", "/x/./y", "c"), opc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"etc/passwd", "word/document.xml", "x/y"}, p.Names()); diff != "" {
		t.Error(diff)
	}
	if b, err := p.Read("WORD/Document.xml"); err != nil || string(b) != "b" {
		t.Errorf("a name in another case: %q, %v", b, err)
	}
}

func TestBounds(t *testing.T) {
	zeros := strings.Repeat("0", 8<<20)
	tests := []struct {
		name string
		opt  opc.Options
		data []byte
	}{
		{"ratio", opc.Options{}, pack(t, "a", zeros)},
		{"one member", opc.Options{MaxMember: 1000, MaxRatio: 1 << 20}, pack(t, "a", zeros)},
		{"all members", opc.Options{MaxTotal: 12 << 20, MaxRatio: 1 << 20}, pack(t, "b", zeros, "a", zeros)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := opc.Open(tt.data, tt.opt)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range p.Names() {
				_, err = p.Read(n)
			}
			if !errors.Is(err, document.ErrBomb) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := opc.Open(pack(t, "a", "", "b", "", "c", ""), opc.Options{MaxMembers: 2}); !errors.Is(err, document.ErrBomb) {
		t.Errorf("members: %v", err)
	}
}

func TestEncryptedMember(t *testing.T) {
	data := pack(t, "a", "secret")
	for _, sig := range []struct {
		s  string
		at int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		data[bytes.Index(data, []byte(sig.s))+sig.at] |= 1
	}
	p, err := opc.Open(data, opc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Read("a"); !errors.Is(err, document.ErrEncrypted) {
		t.Errorf("got %v", err)
	}
}

func TestDirectoryLost(t *testing.T) {
	text := strings.Repeat("公开", 5000)
	data := pack(t, "a", text, "b", "tail")
	p, err := opc.Open(data[:bytes.Index(data, []byte("PK\x01\x02"))], opc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := p.Read("a"); err != nil || string(b) != text || !p.Repaired {
		t.Errorf("%d octets, %v, repaired %v", len(b), err, p.Repaired)
	}
	if _, err := opc.Open([]byte("no package at all"), opc.Options{}); !errors.Is(err, document.ErrMalformed) {
		t.Errorf("got %v", err)
	}
}

func TestRelations(t *testing.T) {
	p, err := opc.Open(pack(t, "_rels/.rels", `<Relationships><Relationship Id="1" Type="http://x/officeDocument" Target="w/d.xml"/></Relationships>`,
		"w/_rels/d.xml.rels", `<Relationships><Relationship Id="2" Type="http://x/image" Target="../media/i.png"/><Relationship Id="3" Type="http://x/hyperlink" Target="http://y/" TargetMode="External"/><Relationship Id="4" Type="http://x/styles" Target="/s.xml"/></Relationships>`), opc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Related("", "/officeDocument"); got != "w/d.xml" {
		t.Errorf("main part %q", got)
	}
	want := []opc.Relation{{ID: "2", Type: "http://x/image", Target: "media/i.png"}, {ID: "3", Type: "http://x/hyperlink", Target: "http://y/", External: true}, {ID: "4", Type: "http://x/styles", Target: "s.xml"}}
	if diff := cmp.Diff(want, p.Relations("w/d.xml")); diff != "" {
		t.Error(diff)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(pack(f, "a", "b", "_rels/.rels", "<Relationships/>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := opc.Open(data, opc.Options{MaxMember: 1 << 16, MaxTotal: 1 << 18})
		if err != nil {
			return
		}
		p.Relations("")
		total := 0
		for _, n := range p.Names() {
			b, _ := p.Read(n)
			total += len(b)
		}
		if total > 1<<18 {
			t.Fatalf("%d octets past the bound", total)
		}
	})
}
