package attach

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"cordial/runtime"
)

// What follows needs no Lua, so that it works when Lua code is stuck.

// tasks lists the tasks of the script, with no text for none.
func (c *clientConn) tasks(ctx context.Context, f frame) frame {
	tasks := c.server.options.Host.Tasks()
	if len(tasks) == 0 {
		return c.done(ctx, f, nil)
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tName\tStatus\tAge")
	for _, t := range tasks {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", t.ID(), t.Name(), t.Status(), t.Age().Round(time.Millisecond))
	}
	w.Flush()
	c.value(f.ID, b.String())
	return c.done(ctx, f, nil)
}

// stop cancels a task.
func (c *clientConn) stop(ctx context.Context, f frame) frame {
	_, err := c.server.cancelTask(f.Task)
	return c.done(ctx, f, err)
}

// cancelTask cancels the task with a number.
func (s *Server) cancelTask(id int64) (*runtime.Task, error) {
	for _, task := range s.options.Host.Tasks() {
		if task.ID() == id {
			task.Cancel(errCancelled)
			return task, nil
		}
	}
	return nil, fmt.Errorf("there is no task %d", id)
}
