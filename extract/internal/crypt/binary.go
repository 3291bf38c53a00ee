package crypt

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/binary"
	"fmt"

	"nianbao/document"
)

// A Stream decrypts parts of a stream of a binary file in place. offset is where the part lies in the stream: the key
// changes with its position. size is that of the record whose data it is a part of.
type Stream interface {
	Decrypt(part []byte, offset, size int)
}

// RC4 opens the encryption that a header describes ([MS-OFFCRYPTO] §2.3.5 and §2.3.6), whose keys change every block
// octets.
func RC4(header []byte, block int) (Stream, error) {
	other := fmt.Errorf("crypt: another password: %w", document.ErrEncrypted)
	major, minor := u16(header, 0), u16(header, 2)
	switch {
	case major == 1 && minor == 1:
		if len(header) < 4+48 {
			return nil, other
		}
		salt := header[4:20]
		first := sum(md5.New, password())[:5]
		var buf []byte
		for range 16 {
			buf = append(append(buf, first...), salt...)
		}
		base := sum(md5.New, buf)[:5]
		s := &rc4Stream{block: block, key: func(n uint32) []byte {
			return sum(md5.New, base, binary.LittleEndian.AppendUint32(nil, n))
		}}
		verifier := bytes.Clone(header[20:52])
		s.Decrypt(verifier, 0, 0)
		if !bytes.Equal(sum(md5.New, verifier[:16]), verifier[16:32]) {
			return nil, other
		}
		return s, nil
	case (major == 2 || major == 3 || major == 4) && minor == 2:
		size := int(u32(header, 8))
		if size < 32 || 12+size+4+16+16+4+20 > len(header) {
			return nil, other
		}
		bits := int(u32(header, 12+16))
		if bits == 0 {
			bits = 40
		}
		verifier := header[12+size:]
		base := sum(sha1.New, verifier[4:20], password())
		s := &rc4Stream{block: block, key: func(n uint32) []byte {
			key := sum(sha1.New, base, binary.LittleEndian.AppendUint32(nil, n))[:min(20, max(5, bits/8))]
			if bits == 40 { // to the length that programs of the time expected
				key = append(key, make([]byte, 11)...)
			}
			return key
		}}
		check := append(bytes.Clone(verifier[20:36]), verifier[40:60]...)
		s.Decrypt(check, 0, 0)
		if !bytes.Equal(sum(sha1.New, check[:16]), check[16:36]) {
			return nil, other
		}
		return s, nil
	}
	return nil, fmt.Errorf("crypt: version %d.%d: %w", major, minor, document.ErrEncrypted)
}

type rc4Stream struct {
	block int
	key   func(uint32) []byte
}

func (s *rc4Stream) Decrypt(part []byte, offset, _ int) {
	var skip [512]byte
	for len(part) > 0 {
		n := offset / s.block
		within := offset - n*s.block
		c, err := rc4.NewCipher(s.key(uint32(n)))
		if err != nil {
			return
		}
		for left := within; left > 0; {
			k := min(left, len(skip))
			c.XORKeyStream(skip[:k], skip[:k])
			left -= k
		}
		size := min(len(part), s.block-within)
		c.XORKeyStream(part[:size], part[:size])
		part, offset = part[size:], offset+size
	}
}

// XOR opens the obfuscation of a workbook ([MS-OFFCRYPTO] §2.3.7.2): key and verifier are those the file names.
func XOR(key, verifier uint16) (Stream, error) {
	if xorVerifier([]byte(Password)) != verifier || xorKey([]byte(Password)) != key {
		return nil, fmt.Errorf("crypt: another password: %w", document.ErrEncrypted)
	}
	return xorStream(xorArray([]byte(Password), key)), nil
}

type xorStream [16]byte

// Decrypt counts the octets of a record from where its data end.
func (s xorStream) Decrypt(part []byte, offset, size int) {
	for i := range part {
		b := part[i] ^ s[(offset+size+i)&15]
		part[i] = b<<3 | b>>5
	}
}

// The tables of [MS-OFFCRYPTO] §2.3.7.2.
var initialCode = [15]uint16{0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E, 0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3}

var padArray = [15]byte{0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00}

var xorMatrix = [15][7]uint16{
	{0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09}, {0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF},
	{0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0}, {0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40},
	{0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5}, {0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A},
	{0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9}, {0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0},
	{0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC}, {0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10},
	{0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168}, {0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C},
	{0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD}, {0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC},
	{0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4},
}

func xorVerifier(pass []byte) uint16 {
	v := uint16(0)
	for i := len(pass); i >= 0; i-- {
		b := byte(len(pass))
		if i > 0 {
			b = pass[i-1]
		}
		v = v>>14&1 | v<<1&0x7FFF
		v ^= uint16(b)
	}
	return v ^ 0xCE4B
}

func xorKey(pass []byte) uint16 {
	key := initialCode[len(pass)-1]
	row := 14
	for i := len(pass) - 1; i >= 0; i-- {
		b := pass[i]
		for bit := 0; bit < 7; bit++ {
			if b&0x40 != 0 {
				key ^= xorMatrix[row][6-bit]
			}
			b <<= 1
		}
		row--
	}
	return key
}

func xorArray(pass []byte, key uint16) [16]byte {
	var out [16]byte
	turn := func(b byte) byte { return b>>1 | b<<7 }
	low, high := byte(key), byte(key>>8)
	n := copy(out[:], pass)
	copy(out[n:], padArray[:])
	for k := range out {
		if k&1 == 0 {
			out[k] = turn(out[k] ^ low)
		} else {
			out[k] = turn(out[k] ^ high)
		}
	}
	return out
}
