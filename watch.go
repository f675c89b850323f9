package main

import (
	"context"
	"errors"
	"fmt"

	"cordial/runtime"
	"cordial/runtime/schedule"
	"cordial/runtime/watch"
)

// runWatched runs a script that is loaded anew when its files change.
func (h *hosted) runWatched(ctx context.Context, path string, args []string) (err error) {
	watcher, err := watch.New(watch.Options{OnError: func(err error) { h.Warn(fmt.Sprintf("warning: %v", err)) }})
	if err != nil {
		return fmt.Errorf("files cannot be watched: %w", err)
	}
	defer func() { err = errors.Join(err, watcher.Close()) }()
	return h.RunWatched(ctx, path, watcher, args...)
}

// replaceJobs has the jobs of a script that is loaded anew take the place of
// the old ones.
func replaceJobs(host *runtime.Host, jobs *schedule.Scheduler) {
	host.OnGeneration(runtime.GenerationHooks{
		Live: func(*runtime.Generation) { jobs.Replace() },
		Leave: func(g *runtime.Generation) {
			if g.Failed() {
				jobs.Discard()
			}
		},
	})
}
