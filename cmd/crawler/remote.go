package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"nianbao/crawl"
)

// A crawl has its archive for itself, since bbolt lets no second process open it. While it runs it answers on a Unix
// socket in the archive's directory: a command that only reads and finds the archive in use sends its arguments there,
// and the crawl runs it on what it has open.

const (
	socketName = "crawl.sock"
	maxSocket  = 100              // octets of a socket's path that every system takes
	maxRequest = 64 << 10         // octets of a request
	remoteWait = 30 * time.Second // for a client that does not read on
)

// readers are the commands that a running crawl answers.
var readers = []string{"ls", "show", "diff", "events", "export", "status"}

// request is what a client sends, as one line of JSON.
type request struct {
	Args    []string `json:"args"`
	Chinese bool     `json:"chinese"`
}

// The kinds of frame an answer is made of: a kind, the length as four octets, and the octets; the last is the exit code.
const (
	frameOut  = 'o'
	frameErr  = 'e'
	frameExit = 'x'
)

// frames writes one kind of frame.
type frames struct {
	mu   *sync.Mutex
	conn net.Conn
	kind byte
}

func (f frames) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.conn.SetWriteDeadline(time.Now().Add(remoteWait)); err != nil {
		return 0, err
	}
	head := binary.BigEndian.AppendUint32([]byte{f.kind}, uint32(len(p)))
	if _, err := f.conn.Write(append(head, p...)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// serveReaders answers commands of other processes until stop is called. An archive whose path is too long for a socket,
// or a system without them, has none: other processes then meet the lock.
func (a *app) serveReaders(ctx context.Context, dir string, s *crawl.Session) (stop func()) {
	name := filepath.Join(dir, socketName)
	if len(name) > maxSocket {
		return func() {}
	}
	_ = os.Remove(name) // left behind by a crawl that was killed: the archive is ours, so nobody answers there
	l, err := net.Listen("unix", name)
	if err != nil {
		return func() {}
	}
	_ = os.Chmod(name, 0o600) // as the directory allows; the archive itself is readable to whom it is
	ctx, cancel := context.WithCancel(ctx)
	var answers sync.WaitGroup
	answers.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			answers.Go(func() {
				defer conn.Close()
				defer context.AfterFunc(ctx, func() { conn.Close() })()
				answer(ctx, conn, s)
			})
		}
	})
	return func() { cancel(); l.Close(); answers.Wait() }
}

// answer runs one command for a client.
func answer(ctx context.Context, conn net.Conn, s *crawl.Session) {
	_ = conn.SetReadDeadline(time.Now().Add(remoteWait))
	line, err := bufio.NewReader(io.LimitReader(conn, maxRequest)).ReadBytes('\n')
	var r request
	if err != nil || json.Unmarshal(line, &r) != nil || len(r.Args) == 0 || !slices.Contains(readers, r.Args[0]) {
		return
	}
	var mu sync.Mutex
	here := &app{stdin: strings.NewReader(""), out: frames{&mu, conn, frameOut}, err: frames{&mu, conn, frameErr}, chinese: r.Chinese, session: s}
	code := here.execute(ctx, r.Args)
	_, _ = frames{&mu, conn, frameExit}.Write([]byte{byte(code)}) // a client that is gone needs no code
}

// askCrawl has a command run by the crawl that holds an archive; not ok when none answers.
func (a *app) askCrawl(dir string, args []string) (code int, ok bool) {
	if dir == "" || len(args) == 0 || !slices.Contains(readers, args[0]) {
		return 0, false
	}
	conn, err := net.DialTimeout("unix", filepath.Join(dir, socketName), time.Second)
	if err != nil {
		return 0, false
	}
	defer conn.Close()
	if err := jsonLine(conn, request{args, a.chinese}); err != nil {
		return 0, false
	}
	in := bufio.NewReader(conn)
	for {
		var head [5]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return 0, false
		}
		body := io.LimitReader(in, int64(binary.BigEndian.Uint32(head[1:])))
		switch head[0] {
		case frameOut:
			_, err = io.Copy(a.out, body)
		case frameErr:
			_, err = io.Copy(a.err, body)
		case frameExit:
			var c [1]byte
			_, err = io.ReadFull(body, c[:])
			return int(c[0]), err == nil
		default:
			err = errors.New("an answer of another version")
		}
		if err != nil {
			fmt.Fprintln(a.err, a.say("error: ", "错误：")+err.Error())
			return exitFailure, true
		}
	}
}
