package attach

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// What can be followed.
const (
	tailEvents = "events"
	tailLogs   = "logs"
)

// maxWaiting bounds the lines that wait for a terminal. When there are more
// the oldest fall out, and are counted.
const maxWaiting = 1000

// queue holds lines on their way to a terminal. A line is made when it is its
// turn.
type queue struct {
	mu    sync.Mutex
	lines []func() string
	lost  int           // that fell out since the last one was taken
	ready chan struct{} // has room for one; filled when there may be lines
}

func newQueue() *queue { return &queue{ready: make(chan struct{}, 1)} }

// push adds a line. It never waits.
func (q *queue) push(line func() string) {
	q.mu.Lock()
	if len(q.lines) >= maxWaiting {
		q.lines[0] = nil // the array outlives the slice
		q.lines = q.lines[1:]
		q.lost++
	}
	q.lines = append(q.lines, line)
	q.mu.Unlock()
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// pop takes the oldest line, nil for none, and tells how many fell out before it.
func (q *queue) pop() (line func() string, lost int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.lines) == 0 {
		return nil, 0
	}
	line, q.lines[0] = q.lines[0], nil
	q.lines = q.lines[1:]
	lost, q.lost = q.lost, 0
	return line, lost
}

// next waits for a line.
func (q *queue) next(ctx context.Context) (line string, lost int, err error) {
	for {
		if make, lost := q.pop(); make != nil {
			return make(), lost, nil
		}
		select {
		case <-q.ready:
		case <-ctx.Done():
			return "", 0, context.Cause(ctx)
		}
	}
}

// writer is [runtime.Terminal.Write].
type writer func(text string, toStderr bool) (room <-chan struct{}, ok bool)

// tail is what a terminal follows: what the script writes itself, or events.
type tail struct {
	lines *queue
	stop  func() // ends it; must be called
}

// newTail begins to follow: of events all, or those with the names.
func (s *Server) newTail(what string, events []string) (*tail, error) {
	lines := newQueue()
	stop, err := s.feed(lines, what, events)
	if err != nil {
		return nil, err
	}
	return &tail{lines, stop}, nil
}

// follow writes lines to a terminal as they come, until ctx ends. It may be
// called again to go on.
func (t *tail) follow(ctx context.Context, write writer) error {
	for {
		line, lost, err := t.lines.next(ctx)
		if err != nil {
			return err
		}
		if lost > 0 {
			write(fmt.Sprintf("… %d lines are left out: they come faster than this terminal takes them\n", lost), true)
		}
		room, ok := write(line+"\n", false)
		if !ok {
			return errGone
		}
		if room == nil {
			continue
		}
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// feed fills a queue until stop is called.
func (s *Server) feed(q *queue, what string, events []string) (stop func(), err error) {
	switch {
	case what == tailLogs && s.options.Log != nil:
		return s.options.Log.follow(q), nil
	case what == tailEvents && s.options.Events != nil:
		return s.options.Events(events, q.push)
	case what != tailLogs && what != tailEvents:
		return nil, fmt.Errorf("there is nothing called %q to follow; there are %s and %s", what, tailEvents, tailLogs)
	default:
		return nil, errors.New("this script has no " + what)
	}
}
