package runtime

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// TestChunks runs the files of testdata. A file holds chunks of Lua with a
// line "---" between them; each runs on a host of its own, with time that
// passes only when everybody waits. In a chunk,
//
//	print(1 + 1)  --> 2
//
// says what is printed, in the order of the lines, and
//
//	nothing()     ### "'nothing' is not defined"
//
// is a regular expression for the error that ends the chunk on that line.
func TestChunks(t *testing.T) {
	files, err := filepath.Glob("testdata/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no chunks: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".lua"), func(t *testing.T) {
			for _, c := range readChunks(t, file) {
				t.Run("line "+strconv.Itoa(c.line), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { c.run(t) })
				})
			}
		})
	}
}

// chunk is a piece of a file with what it is expected to do.
type chunk struct {
	file, source string
	line         int
	output       []string
	errorLine    int
	errorPattern string
}

var (
	outputMark = regexp.MustCompile(`--> ?(.*)$`)
	errorMark  = regexp.MustCompile(`### (".*")$`)
)

func readChunks(t *testing.T, file string) []chunk {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var chunks []chunk
	c := chunk{file: file, line: 1}
	add := func() {
		if strings.TrimSpace(c.source) != "" {
			chunks = append(chunks, c)
		}
	}
	for i, line := range strings.Split(string(data), "\n") {
		if line == "---" {
			add()
			c = chunk{file: file, line: i + 2, source: strings.Repeat("\n", i+1)}
			continue
		}
		if m := errorMark.FindStringSubmatch(line); m != nil {
			c.errorLine = i + 1
			if c.errorPattern, err = strconv.Unquote(m[1]); err != nil {
				t.Fatalf("%s:%d: %v", file, i+1, err)
			}
			line = line[:strings.Index(line, "###")]
		} else if m := outputMark.FindStringSubmatch(line); m != nil {
			c.output = append(c.output, m[1])
		}
		c.source += line + "\n"
	}
	add()
	return chunks
}

func (c chunk) run(t *testing.T) {
	h := newTestHost(t, Options{Stdin: strings.NewReader("first line\nsecond\n3.5 rest")})
	h.SetDir("testdata/modules")
	err := h.RunString(context.Background(), c.file, c.source)
	output := strings.Split(strings.TrimSuffix(h.out.String(), "\n"), "\n")
	if h.out.String() == "" {
		output = nil
	}
	if diff := cmp.Diff(c.output, output); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if c.errorPattern == "" {
		if err != nil {
			t.Errorf("the chunk failed: %s", Explain(err))
		}
		return
	}
	c.checkError(t, err)
}

func (c chunk) checkError(t *testing.T, err error) {
	script, ok := errors.AsType[*ScriptError](err)
	if !ok {
		t.Fatalf("want an error that matches %q, got %v", c.errorPattern, err)
	}
	text, ok := strings.CutPrefix(script.Error(), c.file+":"+strconv.Itoa(c.errorLine)+":")
	if !ok {
		t.Fatalf("want an error on line %d, got: %s", c.errorLine, Explain(err))
	}
	if !regexp.MustCompile(c.errorPattern).MatchString(text) {
		t.Errorf("want an error that matches %q, got: %s", c.errorPattern, text)
	}
}
