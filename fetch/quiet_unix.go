//go:build unix

package fetch

import (
	"crypto/tls"
	"errors"
	"net"
	"syscall"
)

// quiet reports whether a connection is open with nothing to read. Whatever a server sends unasked, the end included, makes a
// kept connection useless. What cannot be looked into is not quiet.
func quiet(c net.Conn) bool {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if p, ok := c.(*peek); ok {
		c = p.Conn
	}
	s, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	still := false
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		still = errors.Is(err, syscall.EAGAIN)
		return true
	})
	return err == nil && still
}
