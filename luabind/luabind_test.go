package luabind_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/discord/voice/audio"
	"cordial/luabind"
	"cordial/runtime"
	"cordial/runtime/chunktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// unlimited are rate limits that no test reaches; waiting for limits is tested in package rest.
var unlimited = sandbox.Limits{
	Announce: true, Global: sandbox.Limit{Count: 1e6, Window: time.Second}, Default: sandbox.Limit{Count: 1e6, Window: time.Second},
	Rename: sandbox.Limit{Count: 1e6, Window: time.Second},
}

// manySessions lets sessions begin at any time.
var manySessions = func() sandbox.GatewayLimits {
	limits := sandbox.DefaultGatewayLimits()
	limits.IdentifyWindow = time.Millisecond
	return limits
}()

// newHost makes a host on a sandbox of its own.
func newHost(t testing.TB, stdout io.Writer, options luabind.Options) (*runtime.Host, *sandbox.Server) {
	t.Helper()
	server := newServer(t)
	return newHostOn(t, server, stdout, testWriter{t}, options), server
}

func newServer(t testing.TB) *sandbox.Server {
	t.Helper()
	return newServerWith(t, manySessions)
}

// newServerWith starts one whose gateway has these limits.
func newServerWith(t testing.TB, gateway sandbox.GatewayLimits) *sandbox.Server {
	t.Helper()
	server, err := sandbox.Start(sandbox.Options{Limits: &unlimited, Gateway: &gateway})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// newHostOn makes a host on a sandbox that others use too.
func newHostOn(t testing.TB, server *sandbox.Server, stdout, stderr io.Writer, options luabind.Options) *runtime.Host {
	t.Helper()
	transport := newTransport()
	client := newClient(t, rest.Options{Token: server.BotToken(), BaseURL: server.APIURL(), HTTP: transport})
	h := runtime.New(runtime.Options{Stdout: stdout, Stderr: stderr})
	options.Sandbox, options.Token = server, server.BotToken()
	if err := luabind.Install(h, client, options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func newClient(t testing.TB, options rest.Options) *rest.Client {
	t.Helper()
	client, err := rest.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// bareHost makes a host without Discord, and a client that talks to nobody.
func bareHost(t testing.TB) (*runtime.Host, *rest.Client) {
	t.Helper()
	return runtime.New(runtime.Options{Stdout: io.Discard, Stderr: io.Discard}), newClient(t, rest.Options{Token: "x"})
}

// testWriter is standard error in tests.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Logf("stderr: %s", bytes.TrimSpace(p))
	return len(p), nil
}

// TestChunks runs the files of testdata, each chunk in a sandbox of its own.
func TestChunks(t *testing.T) {
	chunktest.Run(t, "testdata/*.lua", func(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) error {
		t.Chdir(t.TempDir())
		writeFiles(t)
		h, _ := newHost(t, stdout, luabind.Options{})
		return h.RunString(context.Background(), c.File, c.Source)
	})
}

// writeFiles puts the files that chunks upload into the working directory.
func writeFiles(t *testing.T) {
	for name, content := range map[string]string{
		"README.md": readme, "a.txt": "alpha", "b.txt": "beta",
		"pixel.gif": "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writeTone(t, "hello.wav", time.Second)
}

// writeTone writes a sound file with a tone.
func writeTone(t testing.TB, name string, length time.Duration) {
	t.Helper()
	out, err := audio.Create(name, audio.Format{Channels: 1})
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, audio.Samples(length))
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(i)/audio.SampleRate))
	}
	if err := errors.Join(out.Write(pcm), out.Close()); err != nil {
		t.Fatal(err)
	}
}

// A request that nobody answers is told from one that Discord refuses.
func TestNoAnswerIsAnErrorOfTheClient(t *testing.T) {
	var out bytes.Buffer
	h := runtime.New(runtime.Options{Stdout: &out, Stderr: testWriter{t}})
	defer h.Close()
	client := newClient(t, rest.Options{Token: "x", BaseURL: "http://127.0.0.1:1/api", Retries: -1, HTTP: newTransport()})
	if err := luabind.Install(h, client, luabind.Options{}); err != nil {
		t.Fatal(err)
	}
	err := h.RunString(context.Background(), "away.lua", `local ok, err = pcall(dc.me) print(ok, err.kind, err.status, err.method, err.path)`)
	if err != nil || out.String() != "false\tnetwork\tnil\tGET\t/users/@me\n" {
		t.Errorf("got %q, %v", out.String(), err)
	}
	err = h.RunString(context.Background(), "away.lua", `dc:me()`)
	if _, ok := errors.AsType[*rest.NetworkError](err); !ok {
		t.Errorf("the script's error is %v, want a *rest.NetworkError inside", err)
	}
}
