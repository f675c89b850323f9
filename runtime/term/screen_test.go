package term

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fakeTerminal is a terminal of a test.
type fakeTerminal struct {
	width, height int
	raw           int // how often it is raw at present
	err           error
}

func (f *fakeTerminal) terminal() *Terminal {
	return &Terminal{
		Size: func() (int, int) { return f.width, f.height },
		MakeRaw: func() (func() error, error) {
			if f.err != nil {
				return nil, f.err
			}
			f.raw++
			return func() error { f.raw--; return nil }, nil
		},
	}
}

func newTestScreen() (*Screen, *bytes.Buffer, *fakeTerminal) {
	out, fake := &bytes.Buffer{}, &fakeTerminal{width: 10, height: 3}
	redact := func(s string) string { return strings.ReplaceAll(s, "secret", "***") }
	return NewScreen(Options{Terminal: fake.terminal(), Output: out, Color: true, Redact: redact}), out, fake
}

// drawn is what a call writes, between the begin and the end of a synchronized update.
func drawn(t *testing.T, s *Screen, out *bytes.Buffer, lines ...string) string {
	t.Helper()
	out.Reset()
	if err := s.Draw(lines); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(out.String(), "\x1b[?2026h")
	text, ends := strings.CutSuffix(text, "\x1b[?2026l")
	if !ok || !ends {
		t.Errorf("no update: %q", out.String())
	}
	return text
}

func TestDraw(t *testing.T) {
	s, out, fake := newTestScreen()
	const begin, clear = "\x1b[?1049h\x1b[?25l", "\x1b[2J"
	steps := []struct {
		name  string
		lines []string
		want  string
	}{
		{"first", []string{"one", "two"}, begin + clear + "\x1b[H\x1b[Kone\x1b[2;1H\x1b[Ktwo"},
		{"the same again", []string{"one", "two"}, ""},
		{"only what has changed", []string{"one", "2", "three"}, "\x1b[2;1H\x1b[K2\x1b[3;1H\x1b[Kthree"},
		{"what is gone", []string{"one"}, "\x1b[2;1H\x1b[K\x1b[3;1H\x1b[K"},
		{"lines in a line, and more than fit", []string{"a\nb", "c", "d"}, "\x1b[H\x1b[Ka\x1b[2;1H\x1b[Kb\x1b[3;1H\x1b[Kc"},
		{"without secrets", []string{"my secret", "b", "c"}, "\x1b[H\x1b[Kmy ***"},
	}
	for _, step := range steps {
		if got := drawn(t, s, out, step.lines...); got != step.want {
			t.Errorf("%s: got %q, want %q", step.name, got, step.want)
		}
	}
	fake.width = 4
	if got := drawn(t, s, out, "a long line"); got != clear+"\x1b[H\x1b[Ka l…" {
		t.Errorf("after the size has changed: %q", got)
	}
}

func TestRestore(t *testing.T) {
	s, out, fake := newTestScreen()
	if err := s.Restore(); err != nil || out.Len() > 0 {
		t.Errorf("before anything: %v, %q", err, out)
	}
	for range 2 { // a screen can be used again
		drawn(t, s, out, "a")
		if err := errors.Join(s.makeRaw(), s.makeRaw()); err != nil || fake.raw != 1 {
			t.Errorf("%v, raw %d times", err, fake.raw)
		}
		out.Reset()
		if err := s.Restore(); err != nil || fake.raw != 0 || out.String() != "\x1b[?25h\x1b[?1049l" {
			t.Errorf("%v, raw %d times, %q", err, fake.raw, out)
		}
	}
	out.Reset()
	if err := errors.Join(s.Close(), s.Draw([]string{"a"}), s.makeRaw()); err != nil || out.Len() > 0 || fake.raw != 0 {
		t.Errorf("after Close: %v, %q, raw %d times", err, out, fake.raw)
	}
}

func TestNoTerminal(t *testing.T) {
	s := NewScreen(Options{Color: true})
	if err := s.Draw(nil); !errors.Is(err, ErrNoTerminal) {
		t.Errorf("Draw: %v", err)
	}
	if err := s.makeRaw(); !errors.Is(err, ErrNoTerminal) {
		t.Errorf("makeRaw: %v", err)
	}
	if width, height := s.Size(); width != 80 || height != 24 {
		t.Errorf("%d by %d", width, height)
	}
	var out bytes.Buffer
	if s.Writer(&out) != &out || s.style("a", []string{"red"}) != "a" || s.Close() != nil {
		t.Error("something is done for a terminal")
	}
}

// TestHeldBack writes to the terminal while something is drawn on it.
func TestHeldBack(t *testing.T) {
	s, out, _ := newTestScreen()
	var other bytes.Buffer
	stdout, stderr := s.Writer(out), s.Writer(&other)
	fmt.Fprintln(stdout, "before")
	if out.String() != "before\n" {
		t.Errorf("got %q", out)
	}
	drawn(t, s, out, "a")
	out.Reset()
	fmt.Fprintln(stdout, "one")
	fmt.Fprintln(stderr, "two")
	fmt.Fprintln(stdout, "three")
	if out.Len() > 0 || other.Len() > 0 {
		t.Errorf("written at once: %q, %q", out, &other)
	}
	if err := s.Restore(); err != nil {
		t.Fatal(err)
	}
	if out.String() != "\x1b[?25h\x1b[?1049lone\nthree\n" || other.String() != "two\n" {
		t.Errorf("got %q, %q", out, &other)
	}
	if err := s.makeRaw(); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if n, err := stdout.Write([]byte("a\nb\n")); n != 4 || err != nil || out.String() != "a\r\nb\r\n" {
		t.Errorf("while keys come one by one: %d, %v, %q", n, err, out)
	}
}

func TestHeldIsBounded(t *testing.T) {
	s, out, _ := newTestScreen()
	w := s.Writer(out)
	drawn(t, s, out, "a")
	kilobyte := strings.Repeat("x", 1023)
	for i := range 300 {
		fmt.Fprintf(w, "%s\n", kilobyte[:1023-len(fmt.Sprint(i))]+fmt.Sprint(i))
	}
	out.Reset()
	if err := s.Restore(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if !strings.HasSuffix(lines[0], "… 44 texts before this one were dropped while the screen was in use") || len(lines) != 1+256 ||
		!strings.HasSuffix(lines[1], "x44") || !strings.HasSuffix(lines[256], "x299") {
		t.Errorf("%d lines, first %q", len(lines), lines[0])
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		line  string
		width int
		want  string
	}{
		{"hello", 5, "hello"},
		{"hello!", 5, "hell…"},
		{"漢字漢字", 5, "漢字…"},
		{"\x1b[31mred\x1b[39m", 5, "\x1b[31mred\x1b[39m\x1b[m"},
		{"\x1b[1;31mlong red\x1b[0m", 5, "\x1b[1;31mlong…\x1b[0m\x1b[m"},
		{"a\tb", 10, "a    b"},
		{"bell\a, \x1b[2Jclear, \x1b]0;title\atitle, \x1bc reset\r", 40, "bell, clear, title,  reset"},
		{"\x1b[38;2;1;2;3mrgb\x1b[?25h", 9, "\x1b[38;2;1;2;3mrgb\x1b[m"},
		{"broken off \x1b[3", 20, "broken off "},
		{"", 5, ""},
		{"x", 0, ""},
	} {
		if got := cut(test.line, test.width); got != test.want {
			t.Errorf("cut(%q, %d) = %q, want %q", test.line, test.width, got, test.want)
		}
	}
}

func TestFit(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  string
	}{
		{"ab", 4, "ab  "}, {"漢", 4, "漢  "}, {"abcdef", 4, "abc…"}, {"漢字漢", 4, "漢… "}, {"", 2, "  "}, {"a", 0, ""},
		{"Cafe\u0301", 6, "Cafe\u0301  "}, {"Cafe\u0301s", 4, "Caf…"}, {"\u0301a", 2, "\u0301a "}, {"1\ufe0f", 2, "1 "}, {"a\u200bb\u202ec\u00ad", 4, "abc "},
	} {
		if got := fit(test.text, test.width); got != test.want {
			t.Errorf("fit(%q, %d) = %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

func TestStyle(t *testing.T) {
	s, _, _ := newTestScreen()
	plain := NewScreen(Options{Terminal: s.options.Terminal})
	for _, test := range []struct {
		styles           []string
		colored, noColor string
	}{
		{[]string{"red"}, "\x1b[31mx\x1b[39m", "x"},
		{[]string{"bold", "on_blue"}, "\x1b[1m\x1b[44mx\x1b[49m\x1b[22m", "\x1b[1mx\x1b[22m"},
		{nil, "x", "x"},
	} {
		got := []string{s.style("x", test.styles), plain.style("x", test.styles)}
		if diff := cmp.Diff([]string{test.colored, test.noColor}, got); diff != "" {
			t.Errorf("%v:\n%s", test.styles, diff)
		}
	}
}
