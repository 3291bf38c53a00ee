package doc_test

import (
	"bytes"
	"context"
	"crypto/md5"
	stdrc4 "crypto/rc4"
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"nianbao/extract/doc"
	"nianbao/extract/internal/cfb"
	"nianbao/extract/internal/crypt"
	"nianbao/internal/compose"
)

func digest(parts ...[]byte) []byte {
	h := md5.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// A read-only document is encrypted with a password that all programs know.
func TestTheKnownPassword(t *testing.T) {
	clear := report().DOC()
	c, err := cfb.Open(clear)
	if err != nil {
		t.Fatal(err)
	}
	var pass []byte
	for _, u := range utf16.Encode([]rune(crypt.Password)) {
		pass = binary.LittleEndian.AppendUint16(pass, u)
	}
	salt, verifier := bytes.Repeat([]byte{6}, 16), bytes.Repeat([]byte{8}, 16)
	base := digest(bytes.Repeat(append(bytes.Clone(digest(pass)[:5]), salt...), 16))[:5]
	first := rc4(t, digest(base, make([]byte, 4)), append(bytes.Clone(verifier), digest(verifier)...))
	header := append(append([]byte{1, 0, 1, 0}, salt...), first...)
	s, err := crypt.RC4(header, 512)
	if err != nil {
		t.Fatal(err)
	}
	main, table := bytes.Clone(c.Stream("WordDocument")), append(bytes.Clone(header), c.Stream("1Table")...)
	for i := range 93 { // the structures move by what goes before them
		if at := 154 + 8*i; binary.LittleEndian.Uint32(main[at+4:]) > 0 {
			binary.LittleEndian.PutUint32(main[at:], binary.LittleEndian.Uint32(main[at:])+uint32(len(header)))
		}
	}
	binary.LittleEndian.PutUint16(main[10:], binary.LittleEndian.Uint16(main[10:])|0x0100)
	binary.LittleEndian.PutUint32(main[14:], uint32(len(header)))
	s.Decrypt(main[68:], 68, 0) // RC4 is its own reverse
	s.Decrypt(table[len(header):], len(header), 0)
	sealed := compose.Compound([]compose.Member{{Name: "WordDocument", Data: main}, {Name: "1Table", Data: table}})
	want, err := doc.Read(context.Background(), clear, doc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := doc.Read(context.Background(), sealed, doc.Options{})
	if err != nil || got.Text() != want.Text() {
		t.Errorf("%v", err)
	}
}

func TestPicturesInTheData(t *testing.T) {
	png := append([]byte("\x89PNG\r\n\x1a\nxx"), "IEND\xaeB\x60\x82"...)
	data := compose.Compound([]compose.Member{{Name: "Data", Data: append(append([]byte("head"), png...), "\xff\xd8\xffyy\xff\xd9tail"...)}})
	got, err := doc.Images(data)
	if err != nil || len(got) != 2 || !bytes.HasPrefix(got[0], png) || !bytes.HasPrefix(got[1], []byte("\xff\xd8\xffyy\xff\xd9")) {
		t.Errorf("%q, %v", got, err)
	}
}

func rc4(t *testing.T, key, in []byte) []byte {
	t.Helper()
	c, err := stdrc4.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, len(in))
	c.XORKeyStream(out, in)
	return out
}
