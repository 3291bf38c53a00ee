package compose

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

const (
	sector     = 512
	endOfChain = 0xFFFFFFFE
	freeSector = 0xFFFFFFFF
)

// Compound packs streams into a compound file ([MS-CFB] version 3). Every stream is padded to 4,096 octets at least, so
// that none goes into the mini stream.
func Compound(streams []Member) []byte {
	pad := func(b []byte) []byte {
		n := max(4096, (len(b)+sector-1)/sector*sector)
		return append(bytes.Clone(b), make([]byte, n-len(b))...)
	}
	dirSectors := (len(streams) + 1 + 3) / 4
	total := dirSectors
	var bodies [][]byte
	for _, s := range streams {
		b := pad(s.Data)
		bodies = append(bodies, b)
		total += len(b) / sector
	}
	fatSectors := 1
	for fatSectors*sector/4 < total+fatSectors {
		fatSectors++
	}
	fat := make([]uint32, fatSectors*sector/4)
	for i := range fat {
		fat[i] = freeSector
	}
	for i := range fatSectors {
		fat[i] = 0xFFFFFFFD
	}
	next := uint32(fatSectors)
	chain := func(n int) uint32 {
		first := next
		for i := range n {
			if fat[next] = next + 1; i == n-1 {
				fat[next] = endOfChain
			}
			next++
		}
		return first
	}
	dirStart := chain(dirSectors)
	var dir bytes.Buffer
	entry := func(name string, kind byte, child, right, start uint32, size int) {
		var e [128]byte
		units := utf16.Encode([]rune(name))
		for i, u := range units {
			binary.LittleEndian.PutUint16(e[2*i:], u)
		}
		binary.LittleEndian.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66], e[67] = kind, 1
		binary.LittleEndian.PutUint32(e[68:], freeSector)
		binary.LittleEndian.PutUint32(e[72:], right)
		binary.LittleEndian.PutUint32(e[76:], child)
		binary.LittleEndian.PutUint32(e[116:], start)
		binary.LittleEndian.PutUint32(e[120:], uint32(size))
		dir.Write(e[:])
	}
	entry("Root Entry", 5, 1, freeSector, endOfChain, 0)
	for i, s := range streams { // siblings in a row: a tree, if no balanced one
		right := uint32(freeSector)
		if i+1 < len(streams) {
			right = uint32(i + 2)
		}
		entry(s.Name, 2, freeSector, right, chain(len(bodies[i])/sector), len(bodies[i]))
	}
	dir.Write(make([]byte, dirSectors*sector-dir.Len()))

	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(head[at:], v)
	}
	for at, v := range map[int]uint32{44: uint32(fatSectors), 48: dirStart, 56: 4096, 60: endOfChain, 68: endOfChain} {
		binary.LittleEndian.PutUint32(head[at:], v)
	}
	for i := range 109 {
		v := uint32(freeSector)
		if i < fatSectors {
			v = uint32(i)
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], v)
	}
	out := bytes.NewBuffer(head)
	_ = binary.Write(out, binary.LittleEndian, fat) // to memory
	out.Write(dir.Bytes())
	for _, b := range bodies {
		out.Write(b)
	}
	return out.Bytes()
}

// le appends numbers in little endian: uint8, uint16, uint32 or float64 as their types say.
func le(b []byte, values ...any) []byte {
	var w bytes.Buffer
	for _, v := range values {
		_ = binary.Write(&w, binary.LittleEndian, v) // to memory
	}
	return append(b, w.Bytes()...)
}
