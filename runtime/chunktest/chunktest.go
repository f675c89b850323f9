// Package chunktest reads Lua test files. A file holds chunks of Lua with a line "---" between them. In a chunk,
//
//	print(1 + 1)  --> 2
//
// says what is printed, in the order of the lines, and
//
//	nothing()     ### "'nothing' is not defined"
//
// is a regular expression for the error that ends the chunk on that line. Files named *_test.lua are not for this package but for
// cordial test.
package chunktest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordial/runtime"
)

// Chunk is a piece of a file with what it is expected to do.
type Chunk struct {
	File, Source string // the source keeps the lines' numbers in the file
	Line         int
	Output       []string
	ErrorLine    int    // 0 for none
	ErrorPattern string // of the error's text after the line's number
}

// Run runs every chunk of the files that match a pattern. run gets the place for the chunk's output and returns its error.
func Run(t *testing.T, pattern string, run func(t *testing.T, c Chunk, stdout *bytes.Buffer) error) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files match %s: %v", pattern, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.lua") {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".lua"), func(t *testing.T) {
			for _, c := range read(t, file) {
				t.Run("line "+strconv.Itoa(c.Line), func(t *testing.T) {
					var stdout bytes.Buffer
					c.check(t, stdout.String, run(t, c, &stdout))
				})
			}
		})
	}
}

var (
	outputMark = regexp.MustCompile(`--> ?(.*)$`)
	errorMark  = regexp.MustCompile(`### (".*")$`)
)

func read(t *testing.T, file string) []Chunk {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var chunks []Chunk
	c := Chunk{File: file, Line: 1}
	add := func() {
		if strings.TrimSpace(c.Source) != "" {
			chunks = append(chunks, c)
		}
	}
	for i, line := range strings.Split(string(data), "\n") {
		if line == "---" {
			add()
			c = Chunk{File: file, Line: i + 2, Source: strings.Repeat("\n", i+1)}
			continue
		}
		if m := errorMark.FindStringSubmatch(line); m != nil {
			c.ErrorLine = i + 1
			if c.ErrorPattern, err = strconv.Unquote(m[1]); err != nil {
				t.Fatalf("%s:%d: %v", file, i+1, err)
			}
			line = line[:strings.Index(line, "###")]
		} else if m := outputMark.FindStringSubmatch(line); m != nil {
			c.Output = append(c.Output, m[1])
		}
		c.Source += line + "\n"
	}
	add()
	return chunks
}

func (c Chunk) check(t *testing.T, stdout func() string, err error) {
	t.Helper()
	var output []string
	if text := stdout(); text != "" {
		output = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	}
	if diff := cmp.Diff(c.Output, output); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if c.ErrorPattern == "" {
		if err != nil {
			t.Errorf("the chunk failed: %s", runtime.Explain(err))
		}
		return
	}
	script, ok := errors.AsType[*runtime.ScriptError](err)
	if !ok {
		t.Fatalf("want an error that matches %q, got %v", c.ErrorPattern, err)
	}
	text, ok := strings.CutPrefix(script.Error(), c.File+":"+strconv.Itoa(c.ErrorLine)+":")
	if !ok {
		t.Fatalf("want an error on line %d, got: %s", c.ErrorLine, runtime.Explain(err))
	}
	if !regexp.MustCompile(c.ErrorPattern).MatchString(text) {
		t.Errorf("want an error that matches %q, got: %s", c.ErrorPattern, text)
	}
}
