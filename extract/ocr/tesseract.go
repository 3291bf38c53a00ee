package ocr

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"nianbao/document"
)

// An Engine is the tesseract that was found.
type Engine struct {
	path string
	opt  Options
}

// install is the advice for a user without OCR.
const install = "install tesseract with its language data chi_sim and eng (Debian: tesseract-ocr tesseract-ocr-chi-sim)"

// Find looks for tesseract on the PATH and asks it for its languages. Without a tesseract that reads simplified Chinese
// the error wraps document.ErrNeedsOCR and says what to install.
func Find(ctx context.Context, opt Options) (*Engine, error) {
	path, err := exec.LookPath("tesseract")
	if err != nil {
		return nil, fmt.Errorf("ocr: %w: %s", document.ErrNeedsOCR, install)
	}
	e := &Engine{path, opt.defaults()}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	out, err := e.run(ctx, "", "--list-langs")
	if err != nil {
		return nil, fmt.Errorf("ocr: %w: %w", document.ErrNeedsOCR, err)
	}
	have := strings.Fields(string(out))
	for _, lang := range []string{"chi_sim", "eng"} {
		found := false
		for _, h := range have {
			found = found || h == lang
		}
		if !found {
			return nil, fmt.Errorf("ocr: %w: %s cannot read %s: %s", document.ErrNeedsOCR, path, lang, install)
		}
	}
	return e, nil
}

// run runs tesseract without a shell and bounds what it says.
func (e *Engine) run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, e.path, args...)
	cmd.Dir = dir
	cmd.WaitDelay = 2 * time.Second
	// Its own threads gain nothing on lines and take the processor from others.
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, messages := &bounded{most: 32 << 20}, &bounded{most: 4 << 10}
	cmd.Stdout, cmd.Stderr = out, messages
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, fmt.Errorf("tesseract: %w: %s", err, strings.TrimSpace(messages.String()))
	}
	return out.Bytes(), nil
}

// bounded keeps the beginning of what is written to it.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), b.most-b.Len())])
	return len(p), nil
}

// A word is a part of what tesseract read in a picture. Where it stood is left aside: for Chinese that is a guess.
type word struct {
	text       string
	confidence float64 // 0 to 1
}

// lines reads pictures of one line each in a single run and returns the words of each.
func (e *Engine) lines(ctx context.Context, pictures []*gray, args ...string) ([][]word, error) {
	if len(pictures) == 0 {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "ocr-")
	if err != nil {
		return nil, fmt.Errorf("ocr: %w", err)
	}
	defer os.RemoveAll(dir)
	var list strings.Builder
	for i, g := range pictures {
		name := strconv.Itoa(i) + ".pgm"
		if err := writePGM(filepath.Join(dir, name), g); err != nil {
			return nil, fmt.Errorf("ocr: %w", err)
		}
		list.WriteString(name + "\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "list.txt"), []byte(list.String()), 0o600); err != nil {
		return nil, fmt.Errorf("ocr: %w", err)
	}
	out, err := e.run(ctx, dir, append([]string{"list.txt", "stdout", "--psm", "7", "--dpi", "300"}, append(args, "tsv")...)...)
	if err != nil {
		return nil, fmt.Errorf("ocr: %w", err)
	}
	return parseTSV(out, len(pictures)), nil
}

func writePGM(name string, g *gray) (err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := fmt.Fprintf(f, "P5\n%d %d\n255\n", g.w, g.h); err != nil {
		return err
	}
	_, err = f.Write(g.p)
	return err
}

// parseTSV reads tesseract's table of words: level, page, block, paragraph, line, word, left, top, width, height,
// confidence, text. Pages count the pictures of the run.
func parseTSV(out []byte, pictures int) [][]word {
	words := make([][]word, pictures)
	s := bufio.NewScanner(bytes.NewReader(out))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		f := strings.SplitN(s.Text(), "\t", 12)
		if len(f) != 12 || f[0] != "5" || strings.TrimSpace(f[11]) == "" {
			continue
		}
		page, err1 := strconv.Atoi(f[1])
		conf, err2 := strconv.ParseFloat(f[10], 64)
		if errors.Join(err1, err2) != nil || page < 1 || page > pictures {
			continue
		}
		words[page-1] = append(words[page-1], word{strings.TrimSpace(f[11]), max(0.01, min(1, conf/100))})
	}
	return words
}
