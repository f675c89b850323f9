package gateway

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"cordial/discord"
)

// answerTimeout is how long Discord may let a request wait while the shard is ready.
const answerTimeout = 30 * time.Second

// rateLimited is the event that comes in place of an answer.
const rateLimited = "RATE_LIMITED"

// ask is a request that is answered by events.
type ask struct {
	shard   int
	op      discord.Opcode
	guild   discord.Snowflake // for error texts, and one of those that a limit may be about
	d       any
	event   string                          // that answers come in
	mine    func(data []byte) bool          // whether an answer is this request's; called on readers' goroutines
	collect func(data []byte) (bool, error) // takes an answer, and reports whether it was the last
	restart func()                          // forgets the answers collected so far

	mu     sync.Mutex
	inbox  []answer
	latest int           // the shard's newest session
	news   chan struct{} // buffered; something came
}

// answer is an event that is about a request.
type answer struct {
	name string
	data []byte
}

// put adds an answer.
func (a *ask) put(name string, data []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inbox = append(a.inbox, answer{name, data})
	a.poke()
}

// renewed notes that the shard has a new session, in which nothing was asked.
func (a *ask) renewed(session int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.latest = session
	a.poke()
}

func (a *ask) poke() {
	select {
	case a.news <- struct{}{}:
	default:
	}
}

// take empties the inbox.
func (a *ask) take() (inbox []answer, latest int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	inbox, a.inbox = a.inbox, nil
	return inbox, a.latest
}

// concerns reports whether RATE_LIMITED is about this request.
func (a *ask) concerns(data []byte) bool {
	fields := gjson.GetManyBytes(data, "opcode", "meta.guild_id", "meta.nonce")
	if discord.Opcode(fields[0].Int()) != a.op || fields[1].String() != string(a.guild) {
		return false
	}
	r, ok := a.d.(MembersRequest)
	return !ok || !fields[2].Exists() || fields[2].String() == r.Nonce
}

// asks holds the requests that are not answered yet.
type asks struct {
	mu   sync.Mutex
	open []*ask
}

// wants reports whether an event may be an answer.
func (l *asks) wants(event string) bool {
	switch event {
	case "GUILD_MEMBERS_CHUNK", "SOUNDBOARD_SOUNDS", "CHANNEL_INFO", rateLimited:
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.open) > 0
	}
	return false
}

// offer gives an event to the requests that it answers.
func (l *asks) offer(event string, data []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.open {
		if event == a.event && a.mine(data) || event == rateLimited && a.concerns(data) {
			a.put(event, data)
		}
	}
}

// restart tells the requests of a shard that it has a new session.
func (l *asks) restart(shard, session int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.open {
		if a.shard == shard {
			a.renewed(session)
		}
	}
}

func (l *asks) add(a *ask) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open = append(l.open, a)
}

func (l *asks) remove(a *ask) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open = slices.DeleteFunc(l.open, func(other *ask) bool { return other == a })
}

// ask sends a request and waits until all answers are collected. It asks again in a new session, and after a limit.
func (c *Client) ask(ctx context.Context, a *ask) error {
	a.news = make(chan struct{}, 1)
	c.asks.add(a)
	defer c.asks.remove(a)
	for {
		a.take()
		a.restart()
		session, err := c.send(ctx, a.shard, a.op, a.d)
		if err != nil {
			return err
		}
		done, pause, err := c.collect(ctx, a, session)
		if done || err != nil {
			return err
		}
		if err := sleep(ctx, c.o.Clock, pause); err != nil {
			return err
		}
	}
}

// collect waits for the answers to what was sent in a session. It ends undone when it has to be sent again after a pause.
func (c *Client) collect(ctx context.Context, a *ask, session int) (done bool, pause time.Duration, err error) {
	timer := c.o.Clock.NewTimer(answerTimeout)
	defer timer.Stop()
	for {
		inbox, latest := a.take()
		for _, answer := range inbox {
			if answer.name == rateLimited {
				return false, seconds(gjson.GetBytes(answer.data, "retry_after").Float()), nil
			}
			if done, err := a.collect(answer.data); done || err != nil {
				return done, 0, err
			}
		}
		if latest > session {
			return false, 0, nil
		}
		if len(inbox) > 0 {
			timer.Reset(answerTimeout)
		}
		select {
		case <-a.news:
		case <-timer.Chan():
			if c.isReady(a.shard) {
				return false, 0, &NoAnswerError{Op: a.op, Guild: a.guild, After: answerTimeout}
			}
			timer.Reset(answerTimeout)
		case <-ctx.Done():
			return false, 0, context.Cause(ctx)
		case <-c.done:
			return false, 0, &StoppedError{}
		}
	}
}

// seconds is a length of time that Discord tells, with a little more, in sane bounds.
func seconds(s float64) time.Duration {
	return time.Duration(min(max(s, 0), 3600)*float64(time.Second)) + 250*time.Millisecond
}

// isReady reports whether a shard is ready.
func (c *Client) isReady(id int) bool {
	for _, info := range c.Shards() {
		if info.ID == id {
			return info.State == Ready
		}
	}
	return false
}
