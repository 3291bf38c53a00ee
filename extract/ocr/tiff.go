package ocr

import (
	"bytes"
	"encoding/binary"
	"io"
)

// maxFrames bounds the frames of a TIFF; what the engine reads is bounded anew.
const maxFrames = 2000

// frames opens each picture of a TIFF: the file with the address of that picture's directory in its head. Directories
// that lead back to an earlier one, or out of the file, end the chain. A file without any is opened as it is.
func frames(data []byte) []opener {
	if len(data) < 8 {
		return []opener{whole(data)}
	}
	var order interface {
		binary.ByteOrder
		binary.AppendByteOrder
	} = binary.LittleEndian
	if data[0] == 'M' {
		order = binary.BigEndian
	}
	var out []opener
	seen := map[uint32]bool{}
	for at := order.Uint32(data[4:]); at >= 8 && !seen[at] && len(out) < maxFrames; {
		seen[at] = true
		n, ok := field(data, order, uint64(at), 2)
		if !ok {
			break
		}
		head := order.AppendUint32(bytes.Clone(data[:4]), at)
		out = append(out, func() io.Reader {
			return io.NewSectionReader(spliced{head, data}, 0, int64(len(data)))
		})
		if at, ok = field(data, order, uint64(at)+2+12*uint64(n), 4); !ok {
			break
		}
	}
	if len(out) == 0 {
		return []opener{whole(data)}
	}
	return out
}

// field is the number of some octets at an offset; false when it is not within the file.
func field(data []byte, order binary.ByteOrder, at uint64, octets int) (uint32, bool) {
	if at+uint64(octets) > uint64(len(data)) {
		return 0, false
	}
	if octets == 2 {
		return uint32(order.Uint16(data[at:])), true
	}
	return order.Uint32(data[at:]), true
}

// spliced is data whose first octets are others. The file is not copied for each of its frames.
type spliced struct{ head, data []byte }

func (s spliced) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(s.data)) {
		return 0, io.EOF
	}
	n := copy(p, s.data[off:])
	if off < int64(len(s.head)) {
		copy(p[:n], s.head[off:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
