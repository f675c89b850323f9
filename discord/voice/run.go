package voice

import (
	"context"
	"errors"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// How long to wait for the gateway.
const (
	answerWait = 15 * time.Second // to a join; Discord itself never says no
	staleWait  = 3 * time.Second  // for a voice server, before a place that is left from an earlier run is given up first
)

// run keeps the connection until it is to end, or trying again would not help.
func (c *Connection) run() {
	defer c.cancel()
	var last loss
	for state := Joining; state != Closed; {
		var ok bool
		switch state {
		case Joining:
			last, ok = c.join()
		case Waiting:
			last, ok = c.wait(last)
		default:
			last, ok = c.connect(), false
		}
		if ok {
			c.signal(signalSeat)
		} else {
			c.lose(last)
		}
		state = c.State()
	}
	c.abandon()
}

// abandon takes the bot out of the channel in which it would be seen without being connected.
func (c *Connection) abandon() {
	c.mu.Lock()
	out := c.seat.gone || c.leaving
	c.mu.Unlock()
	if out {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaveWait)
	defer cancel()
	c.manager.o.Gateway.UpdateVoiceState(ctx, c.guild, "", false, false) // without a gateway there is nobody to be seen by
}

// join asks the gateway for the channel, and waits for both halves of the seat. If the bot seems to be in a channel of the guild
// already, but no voice server is named, the place is from an earlier run, and is left first. Nothing is asked for if the gateway has named a
// server since the loss of a connection: it would not name it again.
func (c *Connection) join() (l loss, ok bool) {
	if c.disconnected() {
		return loss{kind: lossLeft}, false
	}
	if c.reseated() {
		return loss{}, true
	}
	l, ok = c.request(staleWait)
	for waited := staleWait; l.kind == lossNoAnswer && waited < answerWait; waited += staleWait {
		if c.stale() {
			return c.replace()
		}
		l, ok = c.insist()
	}
	return l, ok
}

// replace leaves the place from an earlier run, and asks for one of its own.
func (c *Connection) replace() (loss, bool) {
	if err := c.manager.o.Gateway.UpdateVoiceState(c.ctx, c.guild, "", false, false); err != nil {
		return c.unanswered(err), false
	}
	if err := c.await(c.ctx, staleWait, func() bool { return c.seat.gone }); err != nil && !errors.Is(err, errTimeout) {
		return c.unanswered(err), false
	}
	return c.request(answerWait)
}

// disconnected reports whether the gateway told that the bot is in no channel since it last asked for one.
func (c *Connection) disconnected() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seat.gone
}

// reseated reports whether the gateway told where to connect since a connection was lost.
func (c *Connection) reseated() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.machine.joined && !c.machine.orphaned && c.seat.complete()
}

// request asks for the channel and waits for the seat.
func (c *Connection) request(patience time.Duration) (loss, bool) {
	c.mu.Lock()
	c.seat = seat{}
	c.mu.Unlock()
	err := c.ask(c.ctx)
	if err == nil {
		err = c.await(c.ctx, patience, c.seat.complete)
	}
	if err != nil {
		return c.unanswered(err), false
	}
	return loss{}, true
}

// insist waits on for the seat, after asking again if the gateway has told of no place: its connection may have broken with the request, or its
// guild be unavailable for a moment.
func (c *Connection) insist() (loss, bool) {
	var err error
	if c.placeless() {
		err = c.ask(c.ctx)
	}
	if err == nil {
		err = c.await(c.ctx, staleWait, c.seat.complete)
	}
	if err != nil {
		return c.unanswered(err), false
	}
	return loss{}, true
}

// placeless reports whether the gateway has told of no place since it was asked for one.
func (c *Connection) placeless() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seat.session == ""
}

// stale reports whether the gateway knows of a place of the bot's in the guild, but named no voice server.
func (c *Connection) stale() bool {
	known := c.manager.seated(c.guild)
	c.mu.Lock()
	defer c.mu.Unlock()
	return (known || c.seat.session != "") && c.seat.server == server{} && !c.seat.away
}

// away reports whether the gateway told that the voice server went away.
func (c *Connection) away() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seat.away
}

// unanswered is the loss that an error of asking the gateway is.
func (c *Connection) unanswered(err error) loss {
	switch {
	case c.stopped():
		return loss{kind: lossStop}
	case errors.Is(err, errTimeout) && c.away():
		return loss{kind: lossAway} // an answer, too
	case errors.Is(err, errTimeout):
		return loss{kind: lossNoAnswer}
	}
	return loss{kind: lossFatal, err: err}
}

// wait waits for the gateway to tell what follows a loss. That the server went away is news that takes another patience.
func (c *Connection) wait(after loss) (loss, bool) {
	away := func() bool { return c.seat.away && after.kind != lossAway }
	err := c.await(c.ctx, after.patience(), func() bool { return c.seat.gone || c.machine.orphaned || c.seat.complete() || away() })
	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(err, errTimeout) {
		c.seat.settle()
	}
	switch {
	case c.stopped():
		return loss{kind: lossStop}, false
	case c.seat.gone:
		return loss{kind: lossLeft}, false
	case c.seat.complete() && !c.machine.orphaned:
		return loss{}, true
	case away() && !c.machine.orphaned:
		return loss{kind: lossAway}, false
	case after.kind == lossClosed && !c.machine.orphaned:
		return loss{kind: lossFatal, err: &CloseError{c.guild, c.target, after.code, after.reason}}, false
	}
	return loss{kind: lossForgotten}, false
}

// connect opens a link, for a new session or the one to resume, and keeps it to its end.
func (c *Connection) connect() loss {
	c.mu.Lock()
	resumes := c.machine.state == Resuming
	l, why := c.nextLink(resumes)
	c.mu.Unlock()
	if l == nil {
		return why
	}
	if !resumes {
		c.streams.restart()
	}
	return l.run(resumes)
}

// nextLink makes the next link, or says why there is none to be made: what the gateway told may have changed. c.mu is held.
func (c *Connection) nextLink(resumes bool) (*link, loss) {
	switch {
	case c.seat.gone:
		return nil, loss{kind: lossLeft}
	case c.machine.orphaned && c.seat.session == "":
		return nil, loss{kind: lossAbsent}
	case c.seat.away:
		return nil, loss{kind: lossAway}
	case !c.seat.complete():
		return nil, loss{kind: lossMoved}
	case resumes && (c.seat.channel != c.media.channel || c.seat.server != c.media.server):
		return nil, loss{kind: lossServer}
	case resumes && c.media.failure != nil:
		return nil, loss{kind: lossUDP, err: c.media.failure}
	}
	if !resumes {
		c.target = c.seat.channel
		c.media = newMedia(c, c.seat)
	}
	c.link = newLink(c.ctx, c, c.media, c.seat)
	return c.link, loss{}
}

// signal moves the machine on, and reports whether the signal meant anything.
func (c *Connection) signal(s signal) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	var moved bool
	c.machine, moved = c.machine.next(s)
	if moved {
		c.wake()
	}
	return moved
}

// ready notes that the session is ready.
func (c *Connection) ready(s signal, l *link) {
	c.mu.Lock()
	again := c.machine.joined
	c.readyAt = c.manager.o.Clock.Now()
	c.seat.used = c.seat.used || c.seat.server == l.media.server
	c.mu.Unlock()
	c.signal(s)
	if l.media.out.announced.Load() {
		c.announce(l)
	}
	switch {
	case s == signalResumed:
		c.notice(Notice{Kind: NoticeResumed, Text: "the session goes on"})
	case again:
		c.notice(Notice{Kind: NoticeReady, Text: "connected again"})
	}
}

// order ends the link, if there is one. c.mu is held.
func (c *Connection) order(l loss) {
	if c.link != nil {
		c.link.end(l)
	}
}

// lose moves the machine on after a loss, tells of it, and waits for as long as the next step should.
func (c *Connection) lose(l loss) {
	c.mu.Lock()
	before := c.machine
	lived := time.Duration(0)
	if before.state == Ready {
		lived = c.manager.o.Clock.Since(c.readyAt)
	}
	after := before.lost(l, lived)
	c.machine, c.link = after, nil
	if c.media != nil && (after.state == Joining || l.kind == lossClosed && after.state == Waiting) {
		c.seat.leave(c.media.server)
	}
	media := c.media
	if !after.session {
		c.media = nil
	}
	if after.state == Closed {
		c.err = c.verdict(l)
	}
	leaving := c.leaving // the voice server may close before the gateway confirms it
	c.wake()
	c.mu.Unlock()
	if media != nil && !after.session {
		media.close()
	}
	pause := after.pause()
	if after.state != Closed && !leaving {
		c.noticeReconnect(l, after.state, pause)
	}
	sleep(c.ctx, c.manager.o.Clock, pause)
}

// verdict is the error of a loss that ends the connection. c.mu is held.
func (c *Connection) verdict(l loss) error {
	switch {
	case l.kind == lossStop || c.leaving:
		return nil
	case l.kind == lossFatal:
		return l.err
	case l.kind == lossLeft:
		return &DisconnectedError{c.guild, c.target}
	case l.kind == lossNoAnswer:
		return &NoAnswerError{c.guild, c.target, answerWait}
	case l.kind == lossClosed && l.code.Action() == discord.VoiceAfterStop:
		return &CloseError{c.guild, c.target, l.code, l.reason}
	}
	return &LostError{c.guild, c.target, l.String()}
}

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, clock clockwork.Clock, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.Chan():
	case <-ctx.Done():
	}
}
