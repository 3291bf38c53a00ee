package browser

import (
	"fmt"
	"os/exec"
	"strings"
)

// names are the programs that are looked for on the path, the packaged ones first.
func names() []string {
	return []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome-headless-shell"}
}

// Find turns what a user asks for into the path of a program: "auto" or nothing takes the first browser on the path,
// "never" ends in ErrNever, anything else is a program's name or path. Without one the error is ErrAbsent.
func Find(path string) (string, error) {
	switch path {
	case "never":
		return "", ErrNever
	case "", "auto":
		for _, n := range names() {
			if p, err := exec.LookPath(n); err == nil {
				return p, nil
			}
		}
		return "", fmt.Errorf("%w: %s are not on the path; install Debian's chromium or name a program", ErrAbsent, strings.Join(names(), ", "))
	}
	p, err := exec.LookPath(path)
	if err != nil {
		return "", fmt.Errorf("%w: %q cannot be run: %w; give the path of a Chromium, or auto, or never", ErrAbsent, path, err)
	}
	return p, nil
}
