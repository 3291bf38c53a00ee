package sheet

import (
	"encoding/binary"
	"math"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// rk unpacks a number of 30 bits, [MS-XLS] §2.5.217.
func rk(v int) float64 {
	f := float64(int32(uint32(v)) >> 2)
	if v&2 == 0 {
		f = math.Float64frombits(uint64(uint32(v)&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

// octets decodes a string of Excel 5 and 95.
func (x *xls) octets(b []byte) string {
	dec := charmap.Windows1252.NewDecoder()
	switch x.codepage {
	case 936:
		dec = simplifiedchinese.GBK.NewDecoder()
	case 950:
		dec = traditionalchinese.Big5.NewDecoder()
	}
	s, err := dec.Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(s)
}

func u16(b []byte, at int) int {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(b[at:]))
}

func u32(b []byte, at int) int {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(b[at:]))
}

func f64(b []byte, at int) float64 {
	if at+8 > len(b) {
		return math.NaN()
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b[at:]))
}

// clip is b[at:at+n] as far as there is such a thing.
func clip(b []byte, at, n int) []byte {
	if at >= len(b) {
		return nil
	}
	return b[at:min(len(b), at+n)]
}

func tail(b []byte, at int) []byte { return b[min(at, len(b)):] }
