package pdf_test

import (
	"bufio"
	"bytes"
	"context"
	"regexp"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"nianbao/document"
	"nianbao/extract/pdf"
	"nianbao/internal/compose"
	"nianbao/report"
)

// encrypted locks a file with AES and an empty password.
func encrypted(t *testing.T, data []byte) []byte {
	t.Helper()
	conf := &model.Configuration{
		Reader15: true, ValidationMode: model.ValidationRelaxed, Offline: true, Cmd: model.ENCRYPT, OwnerPW: "owner",
		EncryptUsingAES: true, EncryptKeyLength: 128, Permissions: model.PermissionsAll, Limits: model.DefaultResourceLimits(), Eol: "\n",
	}
	ctx, err := pdfcpu.ReadWithContext(context.Background(), bytes.NewReader(data), conf)
	if err != nil {
		t.Fatal(err)
	}
	if err := ctx.EnsurePageCount(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	ctx.Write.Writer = bufio.NewWriter(&out)
	if err := pdfcpu.WriteContext(ctx); err != nil {
		t.Fatal(err)
	}
	if err := ctx.Write.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The length of the key may be left out: version 4 has keys of 128 bits.
func TestKeyLengthLeftOut(t *testing.T) {
	c := compose.New(1, "清河县人民政府", 2023, compose.Options{})
	sound := encrypted(t, c.PDF(compose.UniGB))
	at := bytes.Index(sound, []byte("/AESV2"))
	if at < 0 {
		t.Fatal("not encrypted by AESV2")
	}
	from := bytes.LastIndex(sound[:at], []byte(" obj"))
	to := at + bytes.Index(sound[at:], []byte("endobj"))
	length := regexp.MustCompile(`/Length \d+`)
	if n := len(length.FindAll(sound[from:to], -1)); n != 2 {
		t.Fatalf("%d lengths in the dictionary", n)
	}
	spaces := func(b []byte) []byte { return bytes.Repeat([]byte(" "), len(b)) }
	without := bytes.Clone(sound)
	copy(without[from:to], length.ReplaceAllFunc(sound[from:to], spaces))
	d, err := pdf.Read(context.Background(), without, pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Parse(d)
	if err != nil {
		t.Fatal(err)
	}
	if got := numbersOf(r); len(got) != len(c.Numbers) {
		t.Errorf("%d numbers read, %d composed", len(got), len(c.Numbers))
	}
}

// A stream that does not decrypt any more costs itself, not the file.
func TestDamagedStreamOfAnEncryptedFile(t *testing.T) {
	c := compose.New(1, "清河县人民政府", 2023, compose.Options{})
	sound := encrypted(t, c.PDF(compose.UniGB))
	if d, err := pdf.Read(context.Background(), sound, pdf.Options{}); err != nil || len(d.Flags) > 0 {
		t.Fatalf("the sound file: %v", err)
	}
	streams := regexp.MustCompile(`stream\r?\n`).FindAllIndex(sound, -1)
	read := 0
	for _, at := range streams {
		if bytes.HasSuffix(sound[:at[0]], []byte("end")) {
			continue
		}
		n := bytes.Index(sound[at[1]:], []byte("endstream"))
		if n < 200 {
			continue
		}
		damaged := append(bytes.Clone(sound[:at[1]+37]), sound[at[1]+n-1:]...)
		d, err := pdf.Read(context.Background(), damaged, pdf.Options{})
		if err != nil {
			t.Errorf("stream at %d: %v", at[0], err)
			continue
		}
		if !d.HasFlag(document.FlagRepaired) {
			t.Errorf("stream at %d: flags %v", at[0], d.Flags)
		}
		if r, err := report.Parse(d); err == nil && len(numbersOf(r)) > 0 {
			read++
		}
	}
	if read == 0 {
		t.Error("no number was read")
	}
}
