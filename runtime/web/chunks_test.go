package web

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cordial/runtime"
	"cordial/runtime/chunktest"
)

// TestChunks runs the chunks of testdata against servers on loopback.
func TestChunks(t *testing.T) {
	here, there := serve(t, site()), serve(t, site())
	secure, trust := serveTLS(t, site())
	globals := map[string]string{
		"here": here.URL, "there": there.URL, "secure": secure.URL, "closed": closedPort(t), "garbage": raw(t, "SSH-2.0-OpenSSH_9.9\r\n"),
		"silent": raw(t, ""), "endless": raw(t, "HTTP/1.1 200 OK\r\n"+strings.Repeat("X-Header: "+strings.Repeat("x", 1000)+"\r\n", 2000)),
	}
	chunktest.Run(t, "testdata/*.lua", func(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) error {
		host := newHost(t, stdout, Options{
			Version: "1.2.3", TLS: trust,
			Withhold: func(to *url.URL, text string) bool {
				return strings.Contains(text, "secret-token") && "http://"+to.Host != here.URL
			},
		}, runtime.Options{})
		define(host, globals)
		for name, content := range map[string]string{"otter.html": "an otter", "beaver.json": `{"beaver": true}`, "empty.bin": ""} {
			if err := os.WriteFile(filepath.Join(host.Dir(), name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return host.RunString(t.Context(), c.File, c.Source)
	})
}
