package worker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/extract/sandbox/worker"
	"nianbao/internal/compose"
)

const asChild = "NIANBAO_TEST_CHILD"

// The test binary is also the child that the pools of these tests start.
func TestMain(m *testing.M) {
	switch os.Getenv(asChild) {
	case "":
		os.Exit(m.Run())
	case "garbage":
		fmt.Println("this library prints to standard output")
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "announcer": // of a frame that is larger than allowed
		fmt.Print("nb1\n\x00\x00\x00\x02\x00\x00\xff\xff\xff\xff\xff\xff{}")
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "mute":
		os.Exit(0)
	default:
		if err := worker.Serve(os.Stdin, os.Stdout, misbehave); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// misbehave does what its input says, or reads it.
func misbehave(ctx context.Context, in extract.Input, lim extract.Limits) (*document.Document, error) {
	word, arg, _ := strings.Cut(string(in.Data[:min(len(in.Data), 200)]), " ")
	switch word {
	case "hang":
		for {
			if arg == "softly" {
				time.Sleep(time.Hour)
			}
		}
	case "crash":
		done := make(chan int)
		go func() { close(done); close(done) }()
		<-done
		time.Sleep(time.Hour)
	case "exit":
		n, _ := strconv.Atoi(arg)
		os.Exit(n)
	case "eat":
		var all [][]byte
		for {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			all = append(all, b)
			_ = all
		}
	case "recurse":
		return nil, fmt.Errorf("%d", recurse(1))
	case "grow": // and keep what was taken
		kept = make([]byte, 280<<20)
		for i := 0; i < len(kept); i += 4096 {
			kept[i] = 1
		}
	case "giant":
		return &document.Document{Blocks: []document.Block{{Text: strings.Repeat("年", 1<<20)}}}, nil
	case "panic":
		panic("on purpose")
	case "nothing":
		return nil, nil
	case "bomb":
		return nil, fmt.Errorf("zip: member 3: %w: %w", document.ErrBomb, document.ErrMalformed)
	case "spawn": // a process that outlives its parent if it is let
		cmd := exec.Command("sleep", "600")
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		if err := os.WriteFile(arg, []byte(strconv.Itoa(cmd.Process.Pid)), 0o600); err != nil {
			return nil, err
		}
		time.Sleep(time.Hour)
	case "litter":
		f, err := os.CreateTemp("", "")
		if err != nil {
			return nil, err
		}
		return say(f.Name()), nil
	case "who":
		return say(strconv.Itoa(os.Getpid())), nil
	case "environment":
		return say(strings.Join(os.Environ(), "\n")), nil
	case "kill":
		p, _ := os.FindProcess(os.Getpid())
		_ = p.Kill()
		time.Sleep(time.Hour)
	}
	defer notePeak()
	return extract.Read(ctx, in, lim)
}

var kept []byte

// recurse comes back only once n overflows, long after the stack has.
func recurse(n int) int {
	if n == 0 {
		return 0
	}
	return recurse(n+1) + n
}

func say(s string) *document.Document {
	return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: s}}}
}

func pool(t testing.TB, mode string, opt worker.Options) *worker.Pool {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	opt.Command = []string{exe, "-test.run=^$"}
	opt.Env = append(opt.Env, asChild+"="+mode)
	p := worker.NewPool(opt)
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func read(p *worker.Pool, data string) (*document.Document, error) {
	return p.Read(context.Background(), extract.Input{Name: "x", Data: []byte(data)})
}

func TestSameAsInProcess(t *testing.T) {
	p := pool(t, "reader", worker.Options{})
	r := compose.New(1, "某某市人民政府", 2023, compose.Options{})
	for name, data := range map[string][]byte{"html": []byte("<body>" + r.HTML(compose.Word)), "docx": r.DOCX(), "text": []byte(r.Text())} {
		want, err := extract.Read(context.Background(), extract.Input{Name: name, Data: data}, extract.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Read(context.Background(), extract.Input{Name: name, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestMisbehaviour(t *testing.T) {
	tests := []struct {
		name, mode, input string
		want              error
		text              string
	}{
		{"hang in a loop", "reader", "hang", document.ErrDeadline, "killed"},
		{"hang at rest", "reader", "hang softly", document.ErrDeadline, "killed"},
		{"crash in a goroutine", "reader", "crash", document.ErrMalformed, "close of closed channel"},
		{"panic", "reader", "panic", document.ErrMalformed, "on purpose"},
		{"exit", "reader", "exit 3", document.ErrMalformed, "exit status 3"},
		{"exit without an error", "reader", "exit 0", document.ErrMalformed, "without an answer"},
		{"killed from outside", "reader", "kill", document.ErrTooLarge, "killed"},
		{"memory eater", "reader", "eat", document.ErrTooLarge, "256 MiB of memory"},
		{"endless recursion", "reader", "recurse", document.ErrMalformed, "nested too deeply"},
		{"giant output", "reader", "giant", document.ErrTooLarge, "of text"},
		{"neither document nor error", "reader", "nothing", nil, "returned nothing"},
		{"two kinds of error", "reader", "bomb", document.ErrBomb, "member 3"},
		{"ordinary error", "reader", "\x89PNG\r\n\x1a\n", document.ErrNeedsOCR, ""},
		{"garbage instead of a frame", "garbage", "x", document.ErrMalformed, "makes no sense"},
		{"a frame announced too large", "announcer", "x", document.ErrTooLarge, ""},
		{"a child that ends at once", "mute", "x", document.ErrMalformed, "without an answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			opt := worker.Options{Size: 1, MemoryBytes: 256 << 20, MaxOutput: 1 << 20}
			if tt.want == document.ErrDeadline {
				opt.Deadline = 300 * time.Millisecond
			}
			p := pool(t, tt.mode, opt)
			if tt.mode == "reader" && opt.Deadline == 0 {
				if d, err := read(p, "先读一句"); err != nil || len(d.Blocks) != 1 {
					t.Fatalf("before: %v, %v", d, err)
				}
			}
			d, err := read(p, tt.input)
			if d != nil || err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
				t.Fatalf("got %v, %v; want an error that is %v and says %q", d, err, tt.want, tt.text)
			}
			if tt.mode == "reader" && opt.Deadline == 0 {
				if d, err := read(p, "再读一句"); err != nil || len(d.Blocks) != 1 {
					t.Fatalf("after: %v, %v", d, err)
				}
			}
		})
	}
}

// text is the one paragraph of a document.
func text(t *testing.T, d *document.Document, err error) string {
	t.Helper()
	if err != nil || len(d.Blocks) != 1 {
		t.Fatalf("%v, %v", d, err)
	}
	return d.Blocks[0].Text
}

func ask(t *testing.T, p *worker.Pool, data string) string {
	t.Helper()
	d, err := read(p, data)
	return text(t, d, err)
}

func TestChildIsReusedAndReplaced(t *testing.T) {
	p := pool(t, "reader", worker.Options{Size: 1, Conversions: 3, MemoryBytes: 512 << 20})
	var pids []string
	for range 7 {
		pids = append(pids, ask(t, p, "who"))
	}
	if pids[0] != pids[2] || pids[2] == pids[3] || pids[3] != pids[5] || pids[5] == pids[6] {
		t.Errorf("with three conversions a child: %v", pids)
	}
	// What has grown is replaced.
	before := ask(t, p, "who")
	if _, err := read(p, "grow"); err != nil {
		t.Fatal(err)
	}
	if after := ask(t, p, "who"); after == before {
		t.Error("a child past half its memory was kept")
	}
}

func TestDirectoryOfItsOwn(t *testing.T) {
	p := pool(t, "reader", worker.Options{Size: 1})
	file := ask(t, p, "litter")
	if _, err := os.Stat(file); err != nil {
		t.Errorf("%s is gone while its child lives", file)
	}
	if info, err := os.Stat(filepath.Dir(file)); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v, %v", info, err)
	}
	_ = p.Close()
	if _, err := os.Stat(filepath.Dir(file)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s was left behind", filepath.Dir(file))
	}
}

func TestEnvironmentHoldsNoSecrets(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "x")
	t.Setenv("HTTPS_PROXY", "x")
	env := ask(t, pool(t, "reader", worker.Options{}), "environment")
	for _, k := range []string{"AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY"} {
		if strings.Contains(env, k) {
			t.Errorf("the child sees %s", k)
		}
	}
	if !strings.Contains(env, "PATH=") {
		t.Error("the child does not see PATH")
	}
}

func TestCancelKillsAtOnce(t *testing.T) {
	p := pool(t, "reader", worker.Options{Size: 1})
	ask(t, p, "who") // a child is running
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	begin := time.Now()
	_, err := p.Read(ctx, extract.Input{Data: []byte("hang")})
	if !errors.Is(err, context.Canceled) || errors.Is(err, document.ErrDeadline) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	// One that waits for a place is let go, too.
	busy, free := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := p.Read(busy, extract.Input{Data: []byte("hang")})
		done <- err
	}()
	ctx, cancel = context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	for ctx.Err() == nil {
		_, err = p.Read(ctx, extract.Input{Data: []byte("who")})
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	free()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestCloseEndsWhatIsAtWork(t *testing.T) {
	p := pool(t, "reader", worker.Options{Size: 1})
	ask(t, p, "who")
	done := make(chan error)
	go func() {
		_, err := read(p, "hang")
		done <- err
	}()
	time.AfterFunc(50*time.Millisecond, func() { _ = p.Close() })
	if err := <-done; !errors.Is(err, worker.ErrClosed) {
		t.Errorf("got %v", err)
	}
	_ = p.Close()
	if _, err := read(p, "who"); !errors.Is(err, worker.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestCannotStart(t *testing.T) {
	p := worker.NewPool(worker.Options{Command: []string{filepath.Join(t.TempDir(), "missing")}})
	defer p.Close()
	if _, err := read(p, "x"); !errors.Is(err, worker.ErrStart) {
		t.Errorf("got %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	p := pool(t, "reader", worker.Options{Size: 3, Conversions: 10, Deadline: 10 * time.Second})
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			switch i % 10 {
			case 3:
				if _, err := read(p, "panic"); !errors.Is(err, document.ErrMalformed) {
					t.Errorf("%d: %v", i, err)
				}
			case 7:
				if _, err := read(p, "exit 1"); !errors.Is(err, document.ErrMalformed) {
					t.Errorf("%d: %v", i, err)
				}
			default:
				want := fmt.Sprintf("第%d份", i)
				if d, err := read(p, want); err != nil || len(d.Blocks) != 1 || d.Blocks[0].Text != want {
					t.Errorf("%d: %v, %v", i, d, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestTooLargeIsNotSent(t *testing.T) {
	p := pool(t, "mute", worker.Options{Limits: extract.Limits{MaxBytes: 10}})
	if _, err := read(p, strings.Repeat("x", 11)); !errors.Is(err, document.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// A child whose parent has gone removes the directory it was given.
func TestOrphanTidiesUp(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nianbao-read-1")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	head := fmt.Sprintf(`{"dir":%q}`, dir)
	in := "nb1\n\x00\x00\x00" + string([]byte{byte(len(head))}) + "\x00\x00\x00\x00\x00\x00\x00\x00" + head
	if err := worker.Serve(strings.NewReader(in), io.Discard, misbehave); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there", dir)
	}
}

// Serve ends when its parent does, even in the middle of a conversion.
func TestServeEndsWithItsParent(t *testing.T) {
	t.Parallel()
	for _, input := range []string{"", "hang softly"} {
		fromParent, toChild := io.Pipe()
		done := make(chan error)
		go func() { done <- worker.Serve(fromParent, io.Discard, misbehave) }()
		var frames bytes.Buffer
		frames.WriteString("nb1\n\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00{}")
		if input != "" {
			frames.WriteString("nb1\n\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x0b{}" + input)
		}
		_, _ = toChild.Write(frames.Bytes())
		_ = toChild.Close()
		if err := <-done; err != nil {
			t.Errorf("%q: %v", input, err)
		}
	}
}
