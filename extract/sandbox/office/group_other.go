//go:build !unix

package office

import "os/exec"

// group leaves a command as it is: where there are no process groups, the program alone is killed.
func group(*exec.Cmd) {}
