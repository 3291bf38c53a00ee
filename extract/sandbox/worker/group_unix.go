//go:build unix

package worker

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the child and what it will start into a process group, which a terminal's interrupt does not reach.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
