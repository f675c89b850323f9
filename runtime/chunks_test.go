package runtime_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"cordial/runtime"
	"cordial/runtime/chunktest"
)

// TestChunks runs the chunks of testdata, each on a host of its own, with time
// that passes only when everybody waits.
func TestChunks(t *testing.T) {
	chunktest.Run(t, "testdata/*.lua", func(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) (err error) {
		synctest.Test(t, func(t *testing.T) {
			host := runtime.New(runtime.Options{
				Stdin:  strings.NewReader("first line\nsecond\n3.5 rest"),
				Stdout: stdout,
				Stderr: t.Output(),
				Getenv: func(string) (string, bool) { return "", false },
			})
			host.SetDir("testdata/modules")
			err = host.RunString(t.Context(), c.File, c.Source)
			if err := host.Close(); err != nil {
				t.Error(err)
			}
		})
		return err
	})
}
