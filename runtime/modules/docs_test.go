package modules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cordial/runtime/chunktest"
)

// Every example of the page does what stands there.
func TestDocs(t *testing.T) {
	var chunks []string
	for _, block := range regexp.MustCompile("(?s)```lua\n(.*?)```").FindAllStringSubmatch(read(t, "../../docs/modules.md"), -1) {
		chunks = append(chunks, block[1])
	}
	if len(chunks) < 9 {
		t.Fatalf("the page has %d examples", len(chunks))
	}
	file := filepath.Join(t.TempDir(), "modules.lua")
	if err := os.WriteFile(file, []byte(strings.Join(chunks, "---\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	chunktest.Run(t, file, runChunk)
}
