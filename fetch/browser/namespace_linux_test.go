package browser

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// inNamespace names the variable that tells a test it runs in a network namespace made for it.
const inNamespace = "NIANBAO_TEST_NAMESPACE"

// TestNothingLeavesANamespace runs a page that tries every way out in a network namespace whose only way out is a tunnel, and reads
// every packet from it. The browser shares that namespace, so that nothing but its switches holds it.
func TestNothingLeavesANamespace(t *testing.T) {
	if os.Getenv(inNamespace) != "" {
		t.Skip("this is the part that starts the other")
	}
	path := chromium(t)
	if os.Geteuid() != 0 {
		t.Skip("TestNothingLeavesANamespace needs root to make a network namespace")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("TestNothingLeavesANamespace needs the program ip")
	}
	if f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0); err != nil {
		t.Skipf("TestNothingLeavesANamespace needs /dev/net/tun: %v", err)
	} else {
		f.Close()
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestInsideANamespace$", "-test.v")
	cmd.Env = append(os.Environ(), inNamespace+"=1", "NIANBAO_BROWSER="+path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Skipf("TestNothingLeavesANamespace may not make a network namespace: %v", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: TestInsideANamespace") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestInsideANamespace(t *testing.T) {
	if os.Getenv(inNamespace) == "" {
		t.Skip("TestInsideANamespace is started by TestNothingLeavesANamespace")
	}
	wire := newTunnel(t)
	leave(t, "203.0.113.7:8080", func(o *Options) { o.shared, o.bare = true, true })
	leave(t, "www.example.com", func(o *Options) { o.shared, o.bare = true, true })
	if came := wire.all(); len(came) > 0 {
		t.Errorf("the browser sent %d packets: %v", len(came), came)
	}
	// the tunnel shows what there is to see
	conn, err := net.Dial("udp", "203.0.113.7:8080")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "seen")
	for range 100 {
		if len(wire.all()) == 1 {
			return
		}
		select {
		case <-wire.news:
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Errorf("the tunnel is blind: %v", wire.all())
}

// tunnel is the only way out of a namespace, and keeps the packets that take it.
type tunnel struct {
	news chan struct{}
	mu   sync.Mutex
	came []string
}

func newTunnel(t *testing.T) *tunnel {
	t.Helper()
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	var req struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(req.name[:], "out0")
	req.flags = syscall.IFF_TUN | syscall.IFF_NO_PI
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.TUNSETIFF, uintptr(unsafe.Pointer(&req))); e != 0 {
		t.Fatal(e)
	}
	for _, args := range []string{"link set lo up", "link set out0 addrgenmode none", "addr add 198.51.100.2/24 dev out0", "link set out0 up", "route add default dev out0"} {
		if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v: %s", args, err, out)
		}
	}
	w := &tunnel{news: make(chan struct{}, 1)}
	go func() { // it ends with the process: a read of a tunnel is not interrupted by closing it
		buf := make([]byte, 2000)
		for {
			n, err := syscall.Read(fd, buf)
			if err != nil {
				return
			}
			w.mu.Lock()
			w.came = append(w.came, fmt.Sprintf("%x", buf[:min(n, 48)]))
			w.mu.Unlock()
			nudge(w.news)
		}
	}()
	return w
}

func (w *tunnel) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.came...)
}
