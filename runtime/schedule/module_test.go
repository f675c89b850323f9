package schedule

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"cordial/runtime"
	"cordial/runtime/chunktest"
)

// TestChunks runs the chunks of testdata, each on a host of its own with a ledger, with time that passes only when everybody waits.
func TestChunks(t *testing.T) {
	chunktest.Run(t, "testdata/*.lua", func(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) (err error) {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			host := runtime.New(runtime.Options{Stdout: stdout, Stderr: t.Output()})
			s := Install(host, Options{Dir: func() (string, error) { return dir, nil }, Script: "chunk", Zone: time.UTC})
			err = host.RunString(t.Context(), c.File, c.Source)
			if err := host.Close(); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return err
	})
}

func TestEverythingIsDeclared(t *testing.T) {
	host := runtime.New(runtime.Options{})
	defer host.Close()
	Install(host, Options{})
	for _, place := range host.Registry().Undeclared() {
		t.Errorf("%s has no declaration", place)
	}
}

// The name of a job's task says that it is a job, in every sentence of the host's.
func TestTheErrorOfAJobIsToldAsAJobs(t *testing.T) {
	on(t, func(t *testing.T, m *machine) {
		const source = "cron(\"0 * * * *\", {name = \"report\"}, function()\n  error(\"oh no\")\nend)"
		check(t, "stdout", runFor(t, m, source, time.Hour+time.Second), "")
		check(t, "stderr", m.said(), "job report failed: bot.lua:2: oh no\n")
	})
}
