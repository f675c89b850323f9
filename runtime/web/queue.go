package web

import (
	"container/list"
	"context"
	"sync"
)

// queue lets a number of requests run at a time. The others wait for their turn in the order of their calls; how many they are is bounded
// by the number of tasks.
type queue struct {
	mu      sync.Mutex
	free    int
	waiting list.List // of turns
}

// turn is a place in a queue.
type turn struct {
	queue *queue
	come  chan struct{} // closed when it has come
	place *list.Element // among those that wait; nil once it has come
}

// enter takes a place without waiting, so that the caller's order counts. The turn must be left in the end.
func (q *queue) enter() *turn {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := &turn{queue: q, come: make(chan struct{})}
	if q.free > 0 {
		q.free--
		close(t.come)
	} else {
		t.place = q.waiting.PushBack(t)
	}
	return t
}

func (t *turn) wait(ctx context.Context) error {
	select {
	case <-t.come:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// leave lets the next one run, or gives up a place for which the turn has not come.
func (t *turn) leave() {
	q := t.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	switch next := q.waiting.Front(); {
	case t.place != nil:
		q.waiting.Remove(t.place)
		t.place = nil
	case next != nil:
		come := q.waiting.Remove(next).(*turn)
		come.place = nil
		close(come.come)
	default:
		q.free++
	}
}
