// Package modules holds the small modules of a script: args, time, fs, re, csv,
// template, crypto, log and env. Nothing is opened before it is used.
package modules

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"time"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// Options are what the modules need of the world around them. The zero value
// is the script's folder, the machine's time zone, and no log.
type Options struct {
	// Allow lists folders that fs may use beside the script's own.
	Allow []string

	// TempDir is where fs.temp makes its folder, "" for the system's place.
	TempDir string

	// Location is the local time zone (time.Local).
	Location *time.Location

	// Logger takes the lines of log. By default they are dropped.
	Logger *slog.Logger

	// Script is what the command line calls the script, "" for arg[0].
	Script string

	// Flags are those of the command line itself, "--dry-run": who gives one to
	// the script is told that it goes before it.
	Flags []string
}

// Place finds the folder that scripts may use in which a path lies, and the
// path inside it. The caller holds the Lua state.
type Place func(name string) (folder, path string, err error)

// Install declares the modules to a host's scripts. It returns the rule of fs
// for paths, for other modules that read and write files.
func Install(host *runtime.Host, options Options) Place {
	if options.Location == nil {
		options.Location = time.Local
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	files := newFiles(host, options)
	installArgs(host, options)
	installTime(host, options.Location)
	installFS(host, files)
	installRE(host)
	installCSV(host, files)
	installTemplate(host)
	installCrypto(host, files)
	installLog(host, options.Logger)
	installEnv(host, files)
	return func(name string) (folder, path string, err error) {
		p, err := files.place(name)
		return p.folder, p.path, err
	}
}

// fail puts the function before an error.
func fail(c *bind.Call, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", c.Name(), err)
}

// heavySize is the number of bytes from which work on them lets other tasks
// run meanwhile.
const heavySize = 64 << 10

// heavy does work that touches no Lua value, on so many bytes.
func heavy(c *bind.Call, size int, work func() error) error {
	if size < heavySize {
		return work()
	}
	return c.Wait(func(context.Context) error { return work() })
}

// numberText writes a number in full, without an exponent as far as people
// read it so.
func numberText(n float64) string {
	if size := math.Abs(n); size != 0 && (size < 1e-6 || size >= 1e21) || math.IsNaN(n) {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
