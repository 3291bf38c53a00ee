package browser

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// namespaces are the ways to start in the order of preference: in a network namespace without any device, then without.
func namespaces(shared bool) []bool {
	if shared {
		return []bool{false}
	}
	return []bool{true, false}
}

// confine puts the browser into a process group of its own that the kernel kills with its parent, and, apart, into an empty
// network namespace. Without root that takes a user namespace as well.
func confine(cmd *exec.Cmd, apart bool) {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if apart {
		attr.Cloneflags = syscall.CLONE_NEWNET
		if uid, gid := os.Geteuid(), os.Getegid(); uid != 0 {
			attr.Cloneflags |= syscall.CLONE_NEWUSER
			attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
			attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
		}
	}
	cmd.SysProcAttr = attr
}

// killAll kills the process group and whatever left it: every child of Chromium's bears the profile in its command line, and no
// other process does.
func killAll(cmd *exec.Cmd, profile string) {
	if cmd.Process == nil {
		return
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	for _, pid := range family(cmd.Process.Pid, profile) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// family are the processes of a browser: those of its group and those that name its profile.
func family(group int, profile string) []int {
	all, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var out []int
	for _, e := range all {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		if pgid, err := syscall.Getpgid(pid); err == nil && pgid == group {
			out = append(out, pid)
			continue
		}
		if line, err := os.ReadFile("/proc/" + e.Name() + "/cmdline"); err == nil && bytes.Contains(line, []byte("--user-data-dir="+profile+"\x00")) {
			out = append(out, pid)
		}
	}
	return out
}

// memory is how many octets the processes of a browser hold that no other shares.
func memory(group int, profile string) int64 {
	page := int64(os.Getpagesize())
	var sum int64
	for _, pid := range family(group, profile) {
		b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
		if err != nil {
			continue
		}
		if f := strings.Fields(string(b)); len(f) > 2 { // proc(5): size, resident, shared, in pages
			resident, _ := strconv.ParseInt(f[1], 10, 64)
			shared, _ := strconv.ParseInt(f[2], 10, 64)
			sum += (resident - shared) * page
		}
	}
	return sum
}

// alive reports whether a process exists, be it another's.
func alive(pid int) bool {
	return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
