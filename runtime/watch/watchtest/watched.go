// Package watchtest tells which files of a script are watched.
package watchtest

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"cordial/runtime"
)

// files has room for what is watched first, and never tells of a change.
type files chan map[string]runtime.Stamp

func (f files) Changed() <-chan []string { return nil }

func (f files) Watch(watched map[string]runtime.Stamp) {
	select {
	case f <- watched:
	default:
	}
}

// Watched loads a script as cordial run --watch does, and gives the names of the files that are watched then, in order.
func Watched(t testing.TB, host *runtime.Host, path string, args ...string) []string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	watched, ended := make(files, 1), make(chan error, 1)
	go func() { ended <- host.RunWatched(ctx, path, watched, args...) }()
	var names []string
	for file := range <-watched {
		names = append(names, filepath.Base(file))
	}
	cancel()
	<-ended
	slices.Sort(names)
	return names
}
