package fetch

import (
	"fmt"
	"os"
	"sync"
)

// inMemory is how much of a stream is held in memory; what is longer goes to a file until it is complete. Nearly every page is
// shorter, and as many exchanges as there are hosts may be in flight.
const inMemory = 160 << 10

// spool keeps a stream: its beginning in memory, the rest in a file without a name, which is gone with the process however that
// ends.
type spool struct {
	disk *disk
	head []byte
	file *os.File
	size int64
	cut  bool // it was the largest when room ran out; guarded by disk.mu
}

// Write keeps p. It fails when there is no room on the disk; what was kept before stays.
func (s *spool) Write(p []byte) (int, error) {
	n := min(len(p), inMemory-len(s.head))
	s.head = append(s.head, p[:n]...)
	s.size += int64(n)
	if n == len(p) {
		return n, nil
	}
	if err := s.disk.take(s, int64(len(p)-n)); err != nil {
		return n, err
	}
	if s.file == nil {
		f, err := os.CreateTemp(s.disk.dir, "nianbao-fetch-")
		if err != nil {
			return n, fmt.Errorf("%w: %w", errNoRoom, err)
		}
		os.Remove(f.Name()) // where the system does not allow that yet, close does it
		s.file = f
	}
	m, err := s.file.Write(p[n:])
	s.size += int64(m)
	if err != nil {
		return n + m, fmt.Errorf("%w: %w", errNoRoom, err)
	}
	return n + m, nil
}

// dropFront forgets the first n octets, which are all in memory.
func (s *spool) dropFront(n int) {
	s.head = append([]byte(nil), s.head[n:]...)
	s.size -= int64(n)
}

// held is how much of the stream is in memory now.
func (s *spool) held() int64 { return int64(len(s.head)) }

// bytes is the stream in one piece, at most most octets of it. What was in memory only costs no copy.
func (s *spool) bytes(most int64) ([]byte, error) {
	most = min(most, s.size)
	if most <= s.held() {
		return s.head[:most:most], nil
	}
	out := make([]byte, most)
	n := copy(out, s.head)
	if _, err := s.file.ReadAt(out[n:], 0); err != nil {
		return s.head, fmt.Errorf("read back what was kept: %w", err)
	}
	return out, nil
}

// close gives the file and its room back.
func (s *spool) close() {
	if s.file != nil {
		name := s.file.Name()
		s.file.Close()
		os.Remove(name)
		s.file = nil
	}
	s.disk.give(s)
}

// disk is the room that all spools share. When it runs out, the largest is cut, so that a few endless bodies cannot keep the
// others from being read; nobody waits.
type disk struct {
	dir  string
	most int64

	mu    sync.Mutex
	used  int64 // by those that were not cut
	files map[*spool]int64
}

// take makes room for n more octets of s.
func (d *disk) take(s *spool, n int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s.cut {
		return errNoRoom
	}
	d.files[s] += n
	d.used += n
	for d.used > d.most {
		var largest *spool
		for o, size := range d.files {
			if !o.cut && (largest == nil || size > d.files[largest]) {
				largest = o
			}
		}
		if largest == nil {
			break
		}
		largest.cut = true
		d.used -= d.files[largest]
	}
	if s.cut {
		return errNoRoom
	}
	return nil
}

func (d *disk) give(s *spool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n, ok := d.files[s]; ok {
		delete(d.files, s)
		if !s.cut {
			d.used -= n
		}
	}
}
