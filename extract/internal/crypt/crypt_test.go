package crypt

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"nianbao/document"
)

var clear = append([]byte("PK\x03\x04"), bytes.Repeat([]byte("workbook "), 1200)...)

func sized(b []byte) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(clear))), b...)
}

func padded(b []byte, n int) []byte {
	return append(bytes.Clone(b), make([]byte, (n-len(b)%n)%n)...)
}

// lockAgile encrypts as Office 2010 does, with a key of 256 bits and SHA-512.
func lockAgile(t *testing.T, spin int, pass []byte) (info, data []byte) {
	t.Helper()
	salt, secret := bytes.Repeat([]byte{7}, 16), bytes.Repeat([]byte{9}, 32)
	encrypt := func(key, iv, in []byte) []byte {
		block, err := aes.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		out := padded(in, 16)
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, out)
		return out
	}
	base := sum(sha512.New, salt, pass)
	for i := range spin {
		base = sum(sha512.New, binary.LittleEndian.AppendUint32(nil, uint32(i)), base)
	}
	wrap := func(block, value []byte) string {
		return base64.StdEncoding.EncodeToString(encrypt(sum(sha512.New, base, block)[:32], salt, value))
	}
	in := bytes.Repeat([]byte{3}, 16)
	b64 := base64.StdEncoding.EncodeToString(salt)
	attrs := fmt.Sprintf(`saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="%s"`, b64)
	x := `<encryption xmlns="a" xmlns:p="b"><keyData ` + attrs + `/><keyEncryptors><keyEncryptor><p:encryptedKey spinCount="` + fmt.Sprint(spin) + `" ` + attrs +
		` encryptedVerifierHashInput="` + wrap(blockVerifierIn, in) + `" encryptedVerifierHashValue="` + wrap(blockVerifierOut, sum(sha512.New, in)) +
		`" encryptedKeyValue="` + wrap(blockKey, secret) + `"/></keyEncryptor></keyEncryptors></encryption>`
	for i := 0; i*segment < len(clear); i++ {
		iv := sum(sha512.New, salt, binary.LittleEndian.AppendUint32(nil, uint32(i)))[:16]
		data = append(data, encrypt(secret, iv, clear[i*segment:min(len(clear), (i+1)*segment)])...)
	}
	return append([]byte{4, 0, 4, 0, 0x40, 0, 0, 0}, x...), sized(data)
}

// lockStandard encrypts as Office 2007 does, with a key of 128 bits.
func lockStandard(t *testing.T, pass []byte) (info, data []byte) {
	t.Helper()
	salt := bytes.Repeat([]byte{5}, 16)
	key := sum(sha1.New, salt, pass)
	for i := range 50_000 {
		key = sum(sha1.New, binary.LittleEndian.AppendUint32(nil, uint32(i)), key)
	}
	key = sum(sha1.New, key, make([]byte, 4))
	buf := bytes.Repeat([]byte{0x36}, 64)
	for i := range key {
		buf[i] ^= key[i]
	}
	block, err := aes.NewCipher(sum(sha1.New, buf)[:16])
	if err != nil {
		t.Fatal(err)
	}
	ecb := func(in []byte) []byte {
		out := padded(in, 16)
		for i := 0; i < len(out); i += 16 {
			block.Encrypt(out[i:], out[i:i+16])
		}
		return out
	}
	header := make([]byte, 32)
	binary.LittleEndian.PutUint32(header[8:], 0x660E)
	binary.LittleEndian.PutUint32(header[16:], 128)
	verifier := bytes.Repeat([]byte{1}, 16)
	info = append([]byte{3, 0, 2, 0, 0x24, 0, 0, 0}, binary.LittleEndian.AppendUint32(nil, uint32(len(header)))...)
	info = append(append(append(info, header...), 16, 0, 0, 0), salt...)
	info = append(append(append(info, ecb(verifier)...), 20, 0, 0, 0), ecb(sum(sha1.New, verifier))...)
	return info, sized(ecb(clear))
}

func TestPackagesWithTheKnownPassword(t *testing.T) {
	for name, lock := range map[string]func(*testing.T, []byte) ([]byte, []byte){
		"agile": func(t *testing.T, p []byte) ([]byte, []byte) { return lockAgile(t, 1000, p) }, "standard": lockStandard,
	} {
		info, data := lock(t, password())
		got, err := Package(info, data)
		if err != nil || !bytes.Equal(got, clear) {
			t.Errorf("%s: %d octets, %v", name, len(got), err)
		}
		info, data = lock(t, []byte("o\x00t\x00h\x00e\x00r\x00"))
		if _, err := Package(info, data); !errors.Is(err, document.ErrEncrypted) {
			t.Errorf("%s, another password: %v", name, err)
		}
	}
}

func TestStreamsWithTheKnownPassword(t *testing.T) {
	salt := bytes.Repeat([]byte{4}, 16)
	seal := func(key func(uint32) []byte, in []byte, block int) []byte {
		out := bytes.Clone(in)
		for i := 0; i*block < len(in); i++ {
			c, err := rc4.NewCipher(key(uint32(i)))
			if err != nil {
				t.Fatal(err)
			}
			part := out[i*block : min(len(out), (i+1)*block)]
			c.XORKeyStream(part, part)
		}
		return out
	}
	n := func(i uint32) []byte { return binary.LittleEndian.AppendUint32(nil, i) }
	first := sum(md5.New, password())[:5]
	base := sum(md5.New, bytes.Repeat(append(bytes.Clone(first), salt...), 16))[:5]
	old := func(i uint32) []byte { return sum(md5.New, base, n(i)) }
	verifier := bytes.Repeat([]byte{2}, 16)
	oldHeader := append([]byte{1, 0, 1, 0}, salt...)
	oldHeader = append(oldHeader, seal(old, append(bytes.Clone(verifier), sum(md5.New, verifier)...), 512)...)

	sha := sum(sha1.New, salt, password())
	api := func(i uint32) []byte { return sum(sha1.New, sha, n(i))[:16] }
	header := make([]byte, 32)
	binary.LittleEndian.PutUint32(header[16:], 128)
	both := seal(api, append(bytes.Clone(verifier), sum(sha1.New, verifier)...), 512)
	apiHeader := append([]byte{2, 0, 2, 0, 4, 0, 0, 0, 32, 0, 0, 0}, header...)
	apiHeader = append(append(append(apiHeader, 16, 0, 0, 0), salt...), both[:16]...)
	apiHeader = append(append(apiHeader, 20, 0, 0, 0), both[16:]...)
	for name, tt := range map[string]struct {
		header []byte
		key    func(uint32) []byte
	}{"RC4": {oldHeader, old}, "RC4 CryptoAPI": {apiHeader, api}} {
		s, err := RC4(tt.header, 512)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sealed := seal(tt.key, clear, 512)
		for at := 0; at < len(sealed); { // in parts that lie anywhere
			size := min(len(sealed)-at, 333)
			s.Decrypt(sealed[at:at+size], at, size)
			at += size
		}
		if !bytes.Equal(sealed, clear) {
			t.Errorf("%s: other octets", name)
		}
		tt.header[len(tt.header)-1] ^= 1
		if _, err := RC4(tt.header, 512); !errors.Is(err, document.ErrEncrypted) {
			t.Errorf("%s, another password: %v", name, err)
		}
	}
}

// The values for the known password are those that files carry.
func TestXOR(t *testing.T) {
	s, err := XOR(0xB359, 0x9A0A)
	if err != nil {
		t.Fatal(err)
	}
	array := xorArray([]byte(Password), 0xB359)
	in := bytes.Clone(clear[:100])
	for i := range in {
		in[i] = (in[i]>>3 | in[i]<<5) ^ array[(1000+100+i)&15]
	}
	s.Decrypt(in, 1000, 100)
	if !bytes.Equal(in, clear[:100]) {
		t.Error("other octets")
	}
	if _, err := XOR(0xB359, 0x9A0B); !errors.Is(err, document.ErrEncrypted) {
		t.Errorf("another password: %v", err)
	}
}

func FuzzPackage(f *testing.F) {
	f.Add([]byte("\x04\x00\x04\x00@\x00\x00\x00<encryption/>"), []byte("12345678"))
	f.Add(bytes.Repeat([]byte{3, 0, 2, 0, 0x24, 0, 0, 0, 32, 0, 0, 0}, 20), bytes.Repeat([]byte{1}, 64))
	f.Fuzz(func(_ *testing.T, info, data []byte) {
		_, _ = Package(info, data)
		_, _ = RC4(info, 512)
	})
}
