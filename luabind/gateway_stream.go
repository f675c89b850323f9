package luabind

import (
	"context"
	"fmt"
	"sync"
	"time"

	"cordial/discord/gateway"
	"cordial/runtime/bind"
)

// maxStreamed bounds the events that a stream holds for a script that does not ask for them. When it is full the oldest falls out.
const maxStreamed = 10_000

// eventStream holds events until a script asks for them.
type eventStream struct {
	g    *luaGateway
	subs []*subscription

	mu    sync.Mutex
	queue []*gatewayEvent
	lost  int           // that fell out since the last one was taken
	ready chan struct{} // has room for one; filled when the queue may have an event
}

// stream begins to collect events, all of them when none is named.
func (g *luaGateway) stream(events ...string) *eventStream {
	if len(events) == 0 {
		events = []string{""}
	}
	var subs []*subscription
	for _, event := range events {
		subs = append(subs, &subscription{event: event})
	}
	return g.streamOf(subs...)
}

// streamOf begins to collect what the subscriptions are about.
func (g *luaGateway) streamOf(subs ...*subscription) *eventStream {
	s := &eventStream{g: g, subs: subs, ready: make(chan struct{}, 1)}
	for _, sub := range subs {
		sub.deliver = s.push
		g.listeners.add(sub)
	}
	g.changed()
	return s
}

// close ends the collecting.
func (s *eventStream) close() {
	for _, sub := range s.subs {
		sub.off()
	}
	s.g.changed()
}

func (s *eventStream) push(e *gatewayEvent) {
	s.mu.Lock()
	if len(s.queue) >= maxStreamed {
		s.queue[0] = nil // the array outlives the slice
		s.queue = s.queue[1:]
		s.lost++
	}
	s.queue = append(s.queue, e)
	s.mu.Unlock()
	s.wake()
}

func (s *eventStream) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// pop takes the oldest event, and tells how many fell out before it.
func (s *eventStream) pop() (e *gatewayEvent, lost int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return nil, 0
	}
	e, s.queue[0] = s.queue[0], nil
	s.queue = s.queue[1:]
	lost, s.lost = s.lost, 0
	return e, lost
}

// next waits for an event, until the deadline if it is not zero, while other Lua code runs. It is nil when the time is over. The error
// is that of the gateway when it has ended for good, or that of the cancelled task.
func (s *eventStream) next(c *bind.Call, deadline time.Time) (*gatewayEvent, error) {
	var found *gatewayEvent
	err := c.Wait(func(ctx context.Context) (err error) {
		found, err = s.take(ctx, deadline)
		return err
	})
	return found, err
}

func (s *eventStream) take(ctx context.Context, deadline time.Time) (*gatewayEvent, error) {
	var timeout <-chan time.Time
	if !deadline.IsZero() {
		clock := s.g.b.host.Clock()
		timer := clock.NewTimer(deadline.Sub(clock.Now()))
		defer timer.Stop()
		timeout = timer.Chan()
	}
	ended, endError := s.g.ended()
	for {
		e, lost := s.pop()
		if lost > 0 {
			s.g.b.host.Warn(fmt.Sprintf("%d events fell out because nobody took them: a stream holds %d", lost, maxStreamed))
		}
		if e != nil {
			return e, nil
		}
		if ended == nil {
			return nil, &gateway.StoppedError{}
		}
		select {
		case <-s.ready:
		case <-timeout:
			return nil, nil
		case <-ended:
			return nil, endError()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}
