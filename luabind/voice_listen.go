package luabind

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// maxVoiceCalls bounds the handlers of a connection that wait for their turn. What happens beyond that is lost, and a line says so.
const maxVoiceCalls = 256

// The events of a connection.
const (
	voiceSpeaking  = "speaking"
	voiceUtterance = "utterance"
	voiceLeft      = "left"
)

// voiceTopic is what handlers listen to. Utterances that are cut in different ways are different topics.
type voiceTopic struct {
	event          string
	pause, longest time.Duration // of utterances; 0 is what record has
}

// voiceEvents are the handlers of a connection.
type voiceEvents struct {
	vc       *voiceClient
	waiting  atomic.Int32 // handlers that have not begun
	overflow atomic.Bool  // and people have been told so

	mu       sync.Mutex
	handlers map[voiceTopic][]*voiceHandler
	cutting  map[voiceTopic]*utterances // of the topics that are utterances and have handlers
	release  func()                     // lets the script end; set while there are handlers
	over     bool
}

// voiceHandler is a function that listens to an event of a connection.
type voiceHandler struct {
	events *voiceEvents
	topic  voiceTopic
	name   string
	fn     *lua.LFunction
	of     *runtime.Generation // that has to be live for it
	off    atomic.Bool         // it is not called any more, even when it is on its way
}

// voiceListening declares what listens.
func (b *binding) voiceListening() []bind.Func {
	return []bind.Func{{
		Name: "on", Doc: "Calls a function: for \"speaking\" with a User and whether they begin, for \"utterance\" with a User and a Clip of what they said, for \"left\" when the connection is over.",
		Params: []bind.Param{
			{Name: "event", Type: bind.OneOf(voiceSpeaking, voiceUtterance, voiceLeft), Required: true},
			{Name: "pause", Type: bind.Duration, Named: true, Doc: "utterance: the silence that ends one; 0.8 s without it"},
			{Name: "max", Type: bind.Duration, Named: true, Doc: "utterance: the longest; 1 min without it"},
			{Name: "fn", Type: bind.Function, Required: true},
		},
		Returns: "VoiceHandler",
		Example: "vc:on(\"utterance\", function(user, clip)\n  print(user.username, clip.duration, clip.path)\nend)",
		Call: func(c *bind.Call) (any, error) {
			vc := asVoice(c)
			topic := voiceTopic{c.String("event"), c.Duration("pause"), c.Duration("max")}
			if topic.event != voiceUtterance && (c.Has("pause") || c.Has("max")) {
				return nil, fmt.Errorf("pause and max say how utterances are cut: leave them out with %q", topic.event)
			}
			h, err := vc.events.add(topic, b.host.Label(c.Func("fn")), c.Func("fn"))
			if err != nil {
				return nil, err
			}
			return b.r.Wrap("VoiceHandler", h), nil
		},
	}}
}

// voiceHandlerClass declares what on gives.
func voiceHandlerClass() bind.Class {
	return bind.Class{
		Name: "VoiceHandler", Doc: "A function that listens to a voice connection.",
		Fields: []bind.Field{
			{Name: "event", Type: "string", Doc: "What it listens to.", Get: func(self any) (any, error) { return self.(*voiceHandler).topic.event, nil }},
			{Name: "active", Type: "boolean", Doc: "Whether it still listens.", Get: func(self any) (any, error) { return self.(*voiceHandler).active(), nil }},
		},
		Methods: []bind.Func{{
			Name: "off", Doc: "Ends the listening.",
			Call: func(c *bind.Call) (any, error) {
				h := c.Self.(*voiceHandler)
				h.events.remove(h)
				return nil, nil
			},
		}},
		ToString: func(self any) string { return "VoiceHandler(" + self.(*voiceHandler).topic.event + ")" },
	}
}

// add begins to call a function. The script goes on as long as there are such functions.
func (e *voiceEvents) add(topic voiceTopic, name string, fn *lua.LFunction) (*voiceHandler, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over {
		return nil, errLeft
	}
	of := e.vc.v.b.host.Generation()
	h := &voiceHandler{events: e, topic: topic, name: "voice " + topic.event + " " + name, fn: fn, of: of}
	e.handlers[topic] = append(slices.Clone(e.handlers[topic]), h)
	if topic.event == voiceUtterance && e.cutting[topic] == nil {
		e.cutting[topic] = e.cut(topic)
	}
	if e.release == nil {
		e.release = e.vc.v.b.host.Hold()
	}
	return h, nil
}

func (e *voiceEvents) remove(h *voiceHandler) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if h.off.Swap(true) {
		return
	}
	e.keep(func(other *voiceHandler) bool { return other != h })
}

// active tells whether the handler still listens: until off, a reload, or the end of the connection.
func (h *voiceHandler) active() bool {
	h.events.mu.Lock()
	defer h.events.mu.Unlock()
	return slices.Contains(h.events.handlers[h.topic], h)
}

// keep forgets all other handlers, and ends what only they wanted; e.mu is held.
func (e *voiceEvents) keep(wanted func(h *voiceHandler) bool) {
	for topic, list := range e.handlers {
		list = slices.DeleteFunc(slices.Clone(list), func(h *voiceHandler) bool { return !wanted(h) })
		if len(list) > 0 {
			e.handlers[topic] = list
			continue
		}
		delete(e.handlers, topic)
		if u := e.cutting[topic]; u != nil {
			delete(e.cutting, topic)
			e.vc.v.running.Go(u.end)
		}
	}
	if len(e.handlers) == 0 {
		e.letGo()
	}
}

// letGo lets the script end; e.mu is held.
func (e *voiceEvents) letGo() {
	if e.release != nil {
		e.release()
		e.release = nil
	}
}

// end gives what is being said, and tells that the connection is over. Nothing is called after that.
func (e *voiceEvents) end() {
	e.mu.Lock()
	e.over = true
	cutting := e.cutting
	e.cutting = nil
	e.mu.Unlock()
	for _, u := range cutting {
		u.end()
	}
	e.tell(voiceTopic{event: voiceLeft}, "", nil)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.handlers = nil
	e.letGo()
}

// tell calls the handlers of an event, each as a task, with the user it is about, if any, and what else makes gives.
func (e *voiceEvents) tell(topic voiceTopic, user discord.Snowflake, more func() lua.LValue) {
	e.mu.Lock()
	handlers, live := e.handlers[topic], e.vc.v.b.host.Live()
	e.mu.Unlock()
	for _, h := range handlers {
		if h.of == live || !h.of.Replaceable() {
			e.call(h, user, more)
		}
	}
}

// leave forgets the handlers of a generation that is not live any more, or does not come to be. Those that are on their way are called.
func (e *voiceEvents) leave(of *runtime.Generation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.keep(func(h *voiceHandler) bool { return h.of != of })
}

func (e *voiceEvents) call(h *voiceHandler, user discord.Snowflake, more func() lua.LValue) {
	host := e.vc.v.b.host
	if e.waiting.Add(1) > maxVoiceCalls {
		e.waiting.Add(-1)
		if !e.overflow.Swap(true) {
			host.Warn(fmt.Sprintf("voice: events are lost, because %d handlers wait for their turn", maxVoiceCalls))
		}
		return
	}
	var begun bool
	task, err := h.of.Go(h.name, func(L *lua.LState) error {
		begun = true
		e.waiting.Add(-1)
		e.overflow.Store(false)
		if h.off.Load() {
			return nil
		}
		return e.run(L, h, user, more)
	})
	if err != nil {
		e.waiting.Add(-1)
		host.Warn(fmt.Sprintf("voice: an event is lost: %s: %v", h.name, err))
		return
	}
	task.OnEnd(func() {
		if !begun { // it was cancelled before
			e.waiting.Add(-1)
		}
	})
}

// run calls a handler. A user who is not known yet is asked for first, while other Lua code runs.
func (e *voiceEvents) run(L *lua.LState, h *voiceHandler, user discord.Snowflake, more func() lua.LValue) error {
	v := e.vc.v
	var args []lua.LValue
	if user != "" {
		var person *discord.Object
		err := v.b.host.Wait(L, func(ctx context.Context) error {
			person = v.person(ctx, user)
			return nil
		})
		if err != nil {
			return err
		}
		args = append(args, v.b.client.wrap(person))
	}
	if more != nil {
		args = append(args, more())
	}
	_, err := v.b.host.Call(L, h.fn, args...)
	return err
}
