//go:build unix

package office

import (
	"os/exec"
	"syscall"
)

// group gives a command a process group of its own, which is killed as a whole: soffice is a script that starts the
// program proper.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
