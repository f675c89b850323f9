package sandbox

import (
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// Some things happen by themselves when their time has come: polls end, events that take place outside of Discord begin and end. The
// world has one alarm for each of them, by its id, until it rings, the thing is gone or the world is closed. The functions below need
// the world's lock.

// alarm has something happen to a thing at a time, instead of what was to happen to it before. It happens at once if that is past.
func (w *World) alarm(id discord.Snowflake, at time.Time, ring func()) {
	w.silence(id)
	var timer clockwork.Timer
	timer = w.clock.AfterFunc(at.Sub(w.clock.Now()), func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.alarms[id] == timer { // else it was silenced while it waited for the lock
			delete(w.alarms, id)
			ring()
		}
	})
	w.alarms[id] = timer
}

// silence has nothing happen to a thing by itself any more.
func (w *World) silence(id discord.Snowflake) {
	if timer := w.alarms[id]; timer != nil {
		timer.Stop()
		delete(w.alarms, id)
	}
}

// setAlarms has the polls and events of a world that was just built end in time. What is over already stays as it is.
func (w *World) setAlarms() {
	for _, c := range w.channels {
		for _, m := range c.messages {
			w.awaitPoll(c, m)
		}
	}
	for _, g := range w.guilds {
		for _, e := range g.events {
			w.awaitEvent(g, e)
		}
	}
}
