package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cordial/runtime"
	"cordial/runtime/chunktest"
)

// Every example of the page does what stands there.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/sqlite.md")
	if err != nil {
		t.Fatal(err)
	}
	var chunks []string
	for _, block := range regexp.MustCompile("(?s)```lua\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		chunks = append(chunks, block[1])
	}
	if len(chunks) != 2 {
		t.Fatalf("the page has %d examples", len(chunks))
	}
	file := filepath.Join(t.TempDir(), "sqlite.lua")
	if err := os.WriteFile(file, []byte(strings.Join(chunks, "---\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	chunktest.Run(t, file, func(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) error {
		return newHost(t, t.TempDir(), runtime.Options{Stdout: stdout, Stderr: t.Output()}).RunString(t.Context(), c.File, c.Source)
	})
}
