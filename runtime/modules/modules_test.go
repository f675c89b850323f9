package modules_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/runtime"
	"cordial/runtime/modules"
)

func TestTokensInDotenvComeTooLate(t *testing.T) {
	s, _ := newScripts(t)
	s.secrets = []string{"TOKEN"}
	write(t, filepath.Join(s.dir, ".env"), "A=1\nTOKEN=hidden\n")
	got := s.must(`print(#env.load(), env.A, os.getenv("TOKEN"), pcall(function() return env.TOKEN end))`)
	if want := "1\t1\tnil\tfalse\ttest.lua:1: env.TOKEN: a token is not given to scripts; dc uses it already"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if want := ".env: TOKEN comes too late there; set it before cordial starts\n"; s.said.String() != want {
		t.Errorf("said %q, want %q", s.said.String(), want)
	}
}

// fixed is the time of a fake clock.
var fixed = time.Date(2026, 2, 16, 9, 5, 3, 0, time.UTC)

func TestLogAsJSON(t *testing.T) {
	var out strings.Builder
	host := runtime.New(runtime.Options{Stderr: &out, Clock: clockwork.NewFakeClockAt(fixed)})
	modules.Install(host, modules.Options{Logger: slog.New(slog.NewJSONHandler(&out, nil))})
	err := host.RunString(t.Context(), "test.lua", `
		log.with{z = 0, y = 1}:with{z = 1}:warn("two\nlines", {b = {1, {}}, a = "x\255", y = 2, nan = 0/0, inf = -1/0})
		log.debug("hidden")`)
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Close(); err != nil {
		t.Error(err)
	}
	want := `{"time":"2026-02-16T09:05:03Z","level":"WARN","msg":"two\nlines","z":1,"y":2,"b":[1,[]],"a":"x�","nan":"NaN","inf":"-Inf"}` + "\n"
	if out.String() != want {
		t.Errorf("got %s, want %s", out.String(), want)
	}
}

// Everything that a script can reach has help.
func TestDeclarations(t *testing.T) {
	host := runtime.New(runtime.Options{})
	defer host.Close()
	modules.Install(host, modules.Options{})
	for _, place := range host.Registry().Undeclared() {
		t.Errorf("%s has no declaration", place)
	}
}

// BenchmarkHost makes a host, without the modules and with them.
func BenchmarkHost(b *testing.B) {
	for name, install := range map[string]func(*runtime.Host){
		"bare":    func(*runtime.Host) {},
		"modules": func(h *runtime.Host) { modules.Install(h, modules.Options{}) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				host := runtime.New(runtime.Options{})
				install(host)
				if err := host.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
