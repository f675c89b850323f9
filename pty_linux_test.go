package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// pty is a terminal at which a test sits, and a process in front of it.
type pty struct {
	keyboard *os.File
	process  *exec.Cmd
	ended    chan error

	mu      sync.Mutex
	rows    map[int]string // what is drawn
	row     int
	full    bool   // the alternate screen is shown
	plain   string // what was written besides
	changed chan struct{}
}

// control calls ioctl with a pointer to its argument.
func control[T any](t *testing.T, f *os.File, request uintptr, argument *T) {
	t.Helper()
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(unsafe.Pointer(argument))); errno != 0 {
		t.Fatalf("ioctl %#x: %v", request, errno)
	}
}

// startPTY runs cordial at a terminal of 80 columns and 24 rows.
func startPTY(t *testing.T, environment []string, args ...string) *pty {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo terminals here: %v", err)
	}
	var number, unlocked uint32
	control(t, keyboard, syscall.TIOCSPTLCK, &unlocked)
	control(t, keyboard, syscall.TIOCGPTN, &number)
	control(t, keyboard, syscall.TIOCSWINSZ, &[4]uint16{24, 80})
	terminal, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	p := &pty{keyboard: keyboard, rows: map[int]string{}, changed: make(chan struct{}), ended: make(chan error, 1)}
	p.process = exec.Command("cordial", args...)
	p.process.Stdin, p.process.Stdout, p.process.Stderr = terminal, terminal, terminal
	p.process.Env = append(os.Environ(), environment...)
	p.process.Dir = t.TempDir()
	p.process.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	var watching sync.WaitGroup
	watching.Go(p.watch)
	go func() {
		watching.Wait() // to the end of what it has written
		p.ended <- p.process.Wait()
	}()
	t.Cleanup(func() {
		p.process.Process.Kill()
		watching.Wait()
		keyboard.Close()
	})
	return p
}

// sequence finds what moves the cursor, erases, changes a mode or a style.
var sequence = regexp.MustCompile("\x1b\\[([?0-9;]*)([A-Za-z])")

// watch draws what the process writes, until it ends.
func (p *pty) watch() {
	var pending string
	b := make([]byte, 4096)
	for {
		n, err := p.keyboard.Read(b)
		pending = p.draw(pending + string(b[:n]))
		if err != nil {
			return // EIO when the terminal has no process any more
		}
	}
}

// draw draws a text and returns its end, in which a sequence has begun.
func (p *pty) draw(text string) (pending string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for text != "" {
		at := sequence.FindStringSubmatchIndex(text)
		if at == nil {
			end := strings.LastIndexByte(text, '\x1b')
			if end < 0 {
				end = len(text)
			}
			p.write(text[:end])
			pending, text = text[end:], ""
			break
		}
		p.write(text[:at[0]])
		p.obey(text[at[2]:at[3]], text[at[4]:at[5]])
		text = text[at[1]:]
	}
	close(p.changed)
	p.changed = make(chan struct{})
	return pending
}

func (p *pty) write(text string) {
	if p.full {
		p.rows[p.row] += text
	} else {
		p.plain += text
	}
}

func (p *pty) obey(parameters, final string) {
	switch {
	case final == "H":
		row, _, _ := strings.Cut(parameters, ";")
		p.row, _ = strconv.Atoi(row)
		p.row = max(p.row, 1)
	case final == "K":
		p.rows[p.row] = ""
	case final == "J":
		clear(p.rows)
	case parameters == "?1049":
		p.full = final == "h"
	}
}

// shown is what the terminal shows: the screen while one is drawn, or else what was written.
func (p *pty) shown() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.full {
		return p.plain
	}
	var lines []string
	for row := range 24 {
		lines = append(lines, strings.TrimRight(p.rows[row+1], " "))
	}
	return strings.Join(lines, "\n")
}

// waitFor waits until the terminal shows a regular expression.
func (p *pty) waitFor(t *testing.T, want string) {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for pattern := regexp.MustCompile(want); ; {
		p.mu.Lock()
		changed := p.changed
		p.mu.Unlock()
		if pattern.MatchString(p.shown()) {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("the terminal shows\n%s\nand never %q", p.shown(), want)
		}
	}
}

// modes are how the terminal treats what is typed.
func (p *pty) modes(t *testing.T) syscall.Termios {
	t.Helper()
	var modes syscall.Termios
	control(t, p.keyboard, syscall.TCGETS, &modes)
	return modes
}

// reads waits until the process reads single keys. What is pressed before that the terminal shows, and waits for the end of the line.
func (p *pty) reads(t *testing.T) {
	t.Helper()
	for begun := time.Now(); p.modes(t).Lflag&(syscall.ECHO|syscall.ICANON) != 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("the process reads no keys; the terminal shows\n%s", p.shown())
		}
	}
}

func (p *pty) press(t *testing.T, keys string) {
	t.Helper()
	if _, err := io.WriteString(p.keyboard, keys); err != nil {
		t.Fatal(err)
	}
}

// wait waits for the process and returns its exit code.
func (p *pty) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.process.ProcessState.ExitCode()
	case <-time.After(20 * time.Second):
		t.Fatalf("the process does not end; the terminal shows\n%s", p.shown())
		return 0
	}
}
