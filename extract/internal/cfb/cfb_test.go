package cfb_test

import (
	"bytes"
	"errors"
	"testing"

	"nianbao/document"
	"nianbao/extract/internal/cfb"
	"nianbao/internal/compose"
)

func TestStreams(t *testing.T) {
	data := compose.New(1, "永宁县人民政府", 2023, compose.Options{}).DOC()
	c, err := cfb.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Has("WordDocument") || c.Has("Workbook") || c.Encrypted() || c.CutOff {
		t.Error("the directory is read wrongly")
	}
	main := c.Stream("WordDocument")
	if !bytes.HasPrefix(main, []byte{0xEC, 0xA5}) || c.Stream("Workbook") != nil {
		t.Errorf("stream of %d octets", len(main))
	}
	cut, err := cfb.Open(data[:len(data)/2])
	if err != nil {
		t.Fatal(err)
	}
	if got := cut.Stream("WordDocument"); !cut.CutOff || !bytes.Equal(got[:4096], main[:4096]) {
		t.Errorf("cut off: %d octets, said so: %v", len(got), cut.CutOff)
	}
	for _, bad := range [][]byte{nil, data[:100], data[:600], bytes.Repeat([]byte{0xFF}, 4096), append(bytes.Clone(data[:44]), bytes.Repeat([]byte{0xFF}, 4096)...)} {
		if _, err := cfb.Open(bad); !errors.Is(err, document.ErrMalformed) {
			t.Errorf("%d octets of damage: %v", len(bad), err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	data := compose.New(1, "永宁县人民政府", 2023, compose.Options{Empty: true}).XLS()
	f.Add(data[:1536], true)
	f.Fuzz(func(t *testing.T, head []byte, whole bool) {
		if whole && len(head) < len(data) {
			head = append(bytes.Clone(head), data[len(head):]...)
		}
		c, err := cfb.Open(head)
		if err == nil {
			for _, n := range []string{"Workbook", "WordDocument"} {
				if b := c.Stream(n); len(b) > 6*len(head)+1<<17 {
					t.Fatalf("a stream of %d octets in a file of %d", len(b), len(head))
				}
			}
		}
	})
}

func BenchmarkStream(b *testing.B) {
	data := compose.New(1, "永宁县人民政府", 2023, compose.Options{}).DOC()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		c, err := cfb.Open(data)
		if err != nil || len(c.Stream("WordDocument")) == 0 {
			b.Fatal(err)
		}
	}
}
