package compose

import (
	"encoding/binary"
	"hash/crc32"
	"unicode/utf16"
)

// Seven packs members into a 7z archive without compression.
func Seven(members []Member) []byte {
	var body []byte
	for _, m := range members {
		body = append(body, m.Data...)
	}
	// Header, streams: one packed stream in one folder of one coder that copies, one substream a member.
	h := []byte{0x01, 0x04, 0x06}
	h = append(h, sevenNumber(0)...)
	h = append(append(h, 1, 0x09), sevenNumber(len(body))...)
	h = append(h, 0, 0x07, 0x0B, 1, 0, 1, 0x01, 0x00, 0x0C)
	h = append(append(h, sevenNumber(len(body))...), 0, 0x08, 0x0D)
	h = append(append(h, sevenNumber(len(members))...), 0x09)
	for _, m := range members[:len(members)-1] {
		h = append(h, sevenNumber(len(m.Data))...)
	}
	h = append(h, 0x0A, 1)
	for _, m := range members {
		h = binary.LittleEndian.AppendUint32(h, crc32.ChecksumIEEE(m.Data))
	}
	h = append(append(h, 0, 0, 0x05), sevenNumber(len(members))...)
	names := []byte{0}
	for _, m := range members {
		names = le(names, append(utf16.Encode([]rune(m.Name)), 0))
	}
	h = append(append(append(h, 0x11), sevenNumber(len(names))...), names...)
	h = append(h, 0, 0)

	start := le(nil, uint64(len(body)), uint64(len(h)), crc32.ChecksumIEEE(h))
	out := le([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), crc32.ChecksumIEEE(start))
	return append(append(append(out, start...), body...), h...)
}

// sevenNumber writes a number in the way of the format: the first octet's leading ones count the octets that follow.
func sevenNumber(n int) []byte {
	first, mask := byte(0), byte(0x80)
	var rest []byte
	v := uint64(n)
	for range 8 {
		if v < uint64(mask) {
			return append([]byte{first | byte(v)}, rest...)
		}
		rest = append(rest, byte(v))
		first |= mask
		mask >>= 1
		v >>= 8
	}
	return append([]byte{0xFF}, rest...)
}

// RAR packs members into a RAR 5 archive without compression. Encrypted says of each that it is.
func RAR(members []Member, encrypted bool) []byte {
	block := func(out, fields, data []byte) []byte {
		h := append(rarNumber(len(fields)), fields...)
		out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(h))
		return append(append(out, h...), data...)
	}
	out := block([]byte("Rar!\x1a\x07\x01\x00"), []byte{1, 0, 0}, nil)
	for _, m := range members {
		var extra []byte
		if encrypted { // a record of type 1: AES, no check value, 2^15 rounds, salt, vector
			record := append([]byte{1, 0, 0, 15}, make([]byte, 32)...)
			extra = append(rarNumber(len(record)), record...)
		}
		f := []byte{2, 2}
		if extra != nil {
			f = append([]byte{2, 3}, rarNumber(len(extra))...)
		}
		f = append(f, rarNumber(len(m.Data))...)
		f = append(append(append(f, 4), rarNumber(len(m.Data))...), 0)
		f = binary.LittleEndian.AppendUint32(f, crc32.ChecksumIEEE(m.Data))
		f = append(append(f, 0, 1), rarNumber(len(m.Name))...)
		out = block(out, append(append(f, m.Name...), extra...), m.Data)
	}
	return block(out, []byte{5, 0, 0}, nil)
}

// rarNumber writes a number in groups of seven bits, lowest first.
func rarNumber(n int) []byte { return binary.AppendUvarint(nil, uint64(n)) }
