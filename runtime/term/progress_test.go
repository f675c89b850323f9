package term

import (
	"bytes"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"cordial/runtime"
)

// line is what the last line of a terminal shows after all of out.
func line(out string) string {
	_, last, found := strings.Cut(out, ansi.EraseEntireLine+"\r")
	for found {
		out = last
		_, last, found = strings.Cut(out, ansi.EraseEntireLine+"\r")
	}
	return strings.TrimSpace(out[strings.LastIndexAny(out, "\r\n")+1:])
}

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	screen := NewScreen(Options{Progress: &out, Redact: func(s string) string { return strings.ReplaceAll(s, "secret", "***") }})
	text := screen.Writer(&out)
	bar := screen.Progress("a secret", 10)
	bar.Add(9)
	if !strings.Contains(out.String(), "a ***") || !strings.Contains(out.String(), "(9/10") {
		t.Errorf("drawn: %q", out.String())
	}
	bar.Done()
	bar.Done()
	if line(out.String()) != "" {
		t.Errorf("after its end the line is %q", line(out.String()))
	}

	out.Reset()
	bar = screen.Progress("many", 0)
	bar.Add(5)
	if !strings.Contains(line(out.String()), "many (5/-") {
		t.Errorf("the line is %q", line(out.String()))
	}
	text.Write([]byte("hello\n"))
	if !strings.HasSuffix(out.String(), ansi.EraseEntireLine+"\rhello\n") {
		t.Errorf("a text does not stand alone: %q", out.String())
	}
	text.Write([]byte("begun"))
	before := out.Len()
	bar.Add(1)
	bar.SetLabel("other")
	if out.Len() != before {
		t.Errorf("a line that has begun is spoiled: %q", out.String()[before:])
	}
	text.Write([]byte(" ended\n"))
	if !strings.HasSuffix(out.String(), "begun ended\n") {
		t.Errorf("the text is %q", out.String())
	}
	if err := screen.Close(); err != nil {
		t.Error(err)
	}
	before = out.Len()
	screen.Progress("late", 0).Add(1)
	bar.Add(1)
	if out.Len() != before {
		t.Errorf("drawn after the end: %q", out.String()[before:])
	}
}

// TestProgressOfAScript draws where there is a terminal, and the end of the script takes the bar away.
func TestProgressOfAScript(t *testing.T) {
	for _, drawn := range []bool{true, false} {
		var out bytes.Buffer
		options := Options{}
		if drawn {
			options.Progress = &out
		}
		host := runtime.New(runtime.Options{Stdin: strings.NewReader("")})
		Install(host, NewScreen(options))
		err := host.RunString(t.Context(), "test.lua", `
			local bar = term.progress(nil, "archiving")
			bar:add(3)
			bar:add()
			bar:label("other")
			term.progress(2):add(5)
			bar:done()`)
		if err != nil {
			t.Error(err)
		}
		if err := host.Close(); err != nil {
			t.Error(err)
		}
		if strings.Contains(out.String(), "archiving (3/-") != drawn || line(out.String()) != "" {
			t.Errorf("drawn: %q", out.String())
		}
	}
}
