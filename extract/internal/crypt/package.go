// Package crypt opens office files that are encrypted with a password everybody knows: programs write workbooks whose
// structure is protected, and documents that are read-only, with the password VelvetSweatshop, and open them without
// asking ([MS-OFFCRYPTO] §2.3, [MS-XLS] §2.2.10).
//
// In go the description of an encryption and encrypted bytes; out come the bytes in clear, or an error that wraps
// document.ErrEncrypted when the password is another one. Standard and agile encryption of packages, RC4 in both forms and
// the XOR obfuscation of binary files are known. The work on a key is bounded.
package crypt

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"hash"
	"unicode/utf16"

	"nianbao/document"
)

// Password is the one that programs open a file with before they ask.
const Password = "VelvetSweatshop"

// maxSpin bounds the rounds in which a key is made; programs write 50,000 to 100,000.
const maxSpin = 1_000_000

// Package decrypts a package of Office Open XML from the streams EncryptionInfo and EncryptedPackage.
func Package(info, data []byte) ([]byte, error) {
	if len(info) < 8 || len(data) < 8 {
		return nil, fmt.Errorf("crypt: %w", document.ErrEncrypted)
	}
	var out []byte
	var err error
	if major, minor := u16(info, 0), u16(info, 2); major == 4 && minor == 4 {
		out, err = agile(info[8:], data[8:])
	} else {
		out, err = standard(info, data[8:])
	}
	if err != nil {
		return nil, err
	}
	if size := binary.LittleEndian.Uint64(data); size < uint64(len(out)) {
		out = out[:size]
	}
	if !bytes.HasPrefix(out, []byte("PK")) {
		return nil, fmt.Errorf("crypt: %w", document.ErrEncrypted)
	}
	return out, nil
}

func password() []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(Password)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func sum(h func() hash.Hash, parts ...[]byte) []byte {
	x := h()
	for _, p := range parts {
		x.Write(p)
	}
	return x.Sum(nil)
}

// spun hashes the password with its salt, and the result again and again.
func spun(h func() hash.Hash, salt []byte, spin int) []byte {
	key := sum(h, salt, password())
	var n [4]byte
	x := h()
	for i := range spin {
		binary.LittleEndian.PutUint32(n[:], uint32(i))
		x.Reset()
		x.Write(n[:])
		x.Write(key)
		key = x.Sum(key[:0])
	}
	return key
}

// standard is ECMA-376 standard encryption ([MS-OFFCRYPTO] §2.3.4.5 and on): AES in ECB mode, SHA-1.
func standard(info, data []byte) ([]byte, error) {
	header := int(u32(info, 8))
	if header < 32 || 12+header+4 > len(info) {
		return nil, fmt.Errorf("crypt: encryption header: %w", document.ErrEncrypted)
	}
	bits := int(u32(info, 12+16))
	verifier := info[12+header:]
	if u16(info, 2) != 2 || bits != 128 && bits != 192 && bits != 256 || len(verifier) < 4+16+16+4+32 {
		return nil, fmt.Errorf("crypt: encryption of another kind: %w", document.ErrEncrypted)
	}
	salt := verifier[4:20]
	final := sum(sha1.New, spun(sha1.New, salt, 50_000), make([]byte, 4))
	pad := func(with byte) []byte {
		buf := bytes.Repeat([]byte{with}, 64)
		for i, b := range final {
			buf[i] ^= b
		}
		return sum(sha1.New, buf)
	}
	key := append(pad(0x36), pad(0x5C)...)[:bits/8]
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("crypt: %w: %w", document.ErrEncrypted, err)
	}
	ecb := func(in []byte) []byte {
		out := make([]byte, len(in)&^15)
		for i := 0; i+16 <= len(in); i += 16 {
			block.Decrypt(out[i:], in[i:i+16])
		}
		return out
	}
	if want := ecb(verifier[40:72]); !bytes.Equal(sum(sha1.New, ecb(verifier[20:36])), want[:20]) {
		return nil, fmt.Errorf("crypt: another password: %w", document.ErrEncrypted)
	}
	return ecb(data), nil
}

// keyData is how one thing is encrypted in agile encryption.
type keyData struct {
	Salt  string `xml:"saltValue,attr"`
	Block int    `xml:"blockSize,attr"`
	Bits  int    `xml:"keyBits,attr"`
	Hash  string `xml:"hashAlgorithm,attr"`
	Chain string `xml:"cipherChaining,attr"`
	Ciph  string `xml:"cipherAlgorithm,attr"`
}

// The keys for the parts of agile encryption, [MS-OFFCRYPTO] §2.3.4.13.
var (
	blockVerifierIn  = []byte{0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79}
	blockVerifierOut = []byte{0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e}
	blockKey         = []byte{0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6}
)

// segment is how much is encrypted at a time in agile encryption.
const segment = 4096

// agile is the encryption of Office 2010 and later: AES in CBC mode, any hash, described in XML.
func agile(info, data []byte) ([]byte, error) {
	var x struct {
		Data keyData `xml:"keyData"`
		Keys []struct {
			Key struct {
				keyData
				Spin        int    `xml:"spinCount,attr"`
				VerifierIn  string `xml:"encryptedVerifierHashInput,attr"`
				VerifierOut string `xml:"encryptedVerifierHashValue,attr"`
				Value       string `xml:"encryptedKeyValue,attr"`
			} `xml:"encryptedKey"`
		} `xml:"keyEncryptors>keyEncryptor"`
	}
	if err := xml.Unmarshal(info, &x); err != nil {
		return nil, fmt.Errorf("crypt: description: %w: %w", document.ErrEncrypted, err)
	}
	for _, k := range x.Keys {
		key := k.Key
		h, hd := hashOf(key.Hash), hashOf(x.Data.Hash)
		if h == nil || hd == nil || key.Spin > maxSpin || key.Spin < 0 || key.Ciph != "AES" || x.Data.Ciph != "AES" || key.Chain != "ChainingModeCBC" || x.Data.Chain != "ChainingModeCBC" {
			continue
		}
		salt := decoded(key.Salt)
		base := spun(h, salt, key.Spin)
		open := func(block []byte, value string) []byte {
			return cbc(fit(sum(h, base, block), key.Bits/8), fit(salt, aes.BlockSize), decoded(value))
		}
		in, out := open(blockVerifierIn, key.VerifierIn), open(blockVerifierOut, key.VerifierOut)
		want := sum(h, in)
		if len(out) < len(want) || !bytes.Equal(out[:len(want)], want) {
			continue
		}
		secret := open(blockKey, key.Value)
		secret = secret[:min(len(secret), x.Data.Bits/8)]
		clear := make([]byte, 0, len(data))
		dataSalt := decoded(x.Data.Salt)
		for i := 0; i*segment < len(data); i++ {
			part := data[i*segment : min(len(data), (i+1)*segment)]
			iv := fit(sum(hd, dataSalt, binary.LittleEndian.AppendUint32(nil, uint32(i))), aes.BlockSize)
			clear = append(clear, cbc(secret, iv, part)...)
		}
		return clear, nil
	}
	return nil, fmt.Errorf("crypt: another password: %w", document.ErrEncrypted)
}

// fit cuts to a length, or fills up with the octet the specification names.
func fit(b []byte, n int) []byte {
	out := bytes.Repeat([]byte{0x36}, max(0, min(n, 64)))
	copy(out, b)
	return out
}

func decoded(s string) []byte {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return b
}

func cbc(key, iv, in []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil
	}
	out := make([]byte, len(in)&^15)
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, in[:len(out)])
	return out
}

func hashOf(name string) func() hash.Hash {
	switch name {
	case "SHA1", "SHA-1":
		return sha1.New
	case "SHA256", "SHA-256":
		return sha256.New
	case "SHA384", "SHA-384":
		return sha512.New384
	case "SHA512", "SHA-512":
		return sha512.New
	case "MD5":
		return md5.New
	}
	return nil
}

func u16(b []byte, at int) uint16 {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint16(b[at:])
}

func u32(b []byte, at int) uint32 {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}
