package interaction

import (
	"context"

	"cordial/discord"
	"cordial/discord/rest"
)

// Message is what an interaction is answered with.
type Message struct {
	Fields    rest.Args // of a message, such as content, embeds, components and files
	Ephemeral bool      // only the person sees it, until they reload
}

// largeUpload is the size from which files are sent to an interaction that has been deferred before, because sending them might
// take longer than Discord waits. In bytes.
const largeUpload = 1 << 20

// Defer gives the application the whole Lifetime for an answer. It does nothing when the interaction has been deferred before. A
// deferral that is ephemeral is a visible one.
func (r *Responder) Defer(ctx context.Context, how Deferral, ephemeral bool) error {
	const action = "defer"
	if err := r.acquire(ctx, action); err != nil {
		return err
	}
	defer r.release()
	switch r.state {
	case Thinking, Quiet:
		return nil
	case Fresh:
		return r.acknowledge(ctx, how, ephemeral)
	}
	return &StateError{action, r.state, "only an interaction without an answer can be deferred"}
}

// acknowledge defers a fresh interaction.
func (r *Responder) acknowledge(ctx context.Context, how Deferral, ephemeral bool) error {
	switch {
	case r.origin.kind == Autocomplete:
		return &StateError{"defer", r.state, "an autocompletion takes choices, at once"}
	case r.origin.quiet(how) && !ephemeral:
		return r.callback(ctx, callbackDeferredUpdate, Quiet, nil)
	}
	var data rest.Args
	if ephemeral {
		data = rest.Args{"flags": flagEphemeral}
	}
	r.hidden = ephemeral
	return r.callback(ctx, callbackDeferredMessage, Thinking, data)
}

// Reply answers with a message, and gives that message. The first reply is the answer, every further one is a follow-up.
//
// Nobody can see more than Ephemeral allows: where a visible deferral has gone before an ephemeral reply, or the other way round, the
// deferral's message is removed and the reply sent anew.
func (r *Responder) Reply(ctx context.Context, m Message) (*discord.Object, error) {
	const action = "reply"
	if err := r.acquire(ctx, action); err != nil {
		return nil, err
	}
	defer r.release()
	if r.origin.kind == Autocomplete {
		return nil, &StateError{action, r.state, "an autocompletion takes choices only"}
	}
	if r.state == Fresh && uploadSize(m.Fields) >= largeUpload {
		if err := r.acknowledge(ctx, DeferThinking, m.Ephemeral); err != nil {
			return nil, err
		}
	}
	switch r.state {
	case Fresh:
		return r.firstReply(ctx, m)
	case Thinking:
		return r.fillIn(ctx, m)
	}
	reply, err := r.followUp(ctx, m)
	if err == nil && r.answer == "" {
		r.answer = string(reply.ID())
	}
	return reply, err
}

// firstReply answers an interaction that nothing was sent for.
func (r *Responder) firstReply(ctx context.Context, m Message) (*discord.Object, error) {
	reply, err := r.callbackMessage(ctx, callbackMessage, Replied, m)
	if err == nil {
		r.answer = original
	}
	return reply, err
}

// fillIn answers an interaction that shows a message in the place of the answer.
func (r *Responder) fillIn(ctx context.Context, m Message) (*discord.Object, error) {
	if r.hidden != m.Ephemeral {
		if err := r.remove(ctx, original); err != nil {
			return nil, err
		}
		r.state = Replied
		reply, err := r.followUp(ctx, m)
		if err == nil {
			r.answer = string(reply.ID())
		}
		return reply, err
	}
	reply, err := r.change(ctx, original, m)
	if err == nil {
		r.state, r.answer = Replied, original
	}
	return reply, err
}

// Update changes the message that the component is on, and gives it. It is for components, and for modals that one opened.
func (r *Responder) Update(ctx context.Context, m Message) (*discord.Object, error) {
	const action = "update"
	if err := r.acquire(ctx, action); err != nil {
		return nil, err
	}
	defer r.release()
	switch {
	case !r.origin.component:
		return nil, &StateError{action, r.state, "there is no component's message to change; reply in its place"}
	case r.state == Fresh:
		return r.callbackMessage(ctx, callbackUpdate, Updated, m)
	case r.state.own():
		message, err := r.change(ctx, original, m)
		if err == nil {
			r.state = Updated
		}
		return message, err
	}
	return nil, &StateError{action, r.state, "the component's message can be changed before a reply only; edit that message itself"}
}

// Edit changes the answer: the first reply, or without one the component's message. A deferral that shows that the application is
// thinking becomes the answer. With id it changes that follow-up.
func (r *Responder) Edit(ctx context.Context, id discord.Snowflake, m Message) (*discord.Object, error) {
	const action = "edit"
	if err := r.acquire(ctx, action); err != nil {
		return nil, err
	}
	defer r.release()
	if id == "" && r.state == Thinking {
		m.Ephemeral = r.hidden
		return r.fillIn(ctx, m)
	}
	target, err := r.target(action, id)
	if err != nil {
		return nil, err
	}
	return r.change(ctx, target, m)
}

// Delete removes the answer, or the follow-up with the id.
func (r *Responder) Delete(ctx context.Context, id discord.Snowflake) error {
	const action = "delete"
	if err := r.acquire(ctx, action); err != nil {
		return err
	}
	defer r.release()
	target, err := r.target(action, id)
	if err != nil {
		return err
	}
	if err := r.remove(ctx, target); err != nil {
		return err
	}
	if r.state == Thinking {
		r.state = Replied
	}
	return nil
}

// target is the message that Edit and Delete mean.
func (r *Responder) target(action string, id discord.Snowflake) (string, error) {
	switch {
	case id != "":
		return string(id), nil
	case r.answer != "":
		return r.answer, nil
	case r.state.own() || r.state == Thinking:
		return original, nil
	}
	return "", &StateError{action, r.state, "there is no answer yet; reply first"}
}

// Modal shows a form. It must be the first answer, and an answer to a command or a component.
func (r *Responder) Modal(ctx context.Context, modal map[string]any) error {
	const action = "modal"
	if err := r.acquire(ctx, action); err != nil {
		return err
	}
	defer r.release()
	switch {
	case r.origin.kind == SubmitModal:
		return &StateError{action, r.state, "a modal cannot open another one; reply with a button that does"}
	case r.origin.kind == Autocomplete:
		return &StateError{action, r.state, "an autocompletion takes choices only"}
	case r.state != Fresh:
		return &StateError{action, r.state, "a modal must be the first answer, within two seconds; show it before anything that waits"}
	}
	return r.callback(ctx, callbackModal, ModalShown, modal)
}

// MaxChoices is how many choices an autocompletion may have.
const MaxChoices = 25

// Choices answers an autocompletion, with up to MaxChoices choices of the form {name, value}.
func (r *Responder) Choices(ctx context.Context, choices []any) error {
	const action = "choices"
	if err := r.acquire(ctx, action); err != nil {
		return err
	}
	defer r.release()
	switch {
	case r.origin.kind != Autocomplete:
		return &StateError{action, r.state, "only an autocompletion takes choices"}
	case r.state != Fresh:
		return &StateError{action, r.state, "an autocompletion is answered once"}
	}
	return r.callback(ctx, callbackChoices, Completed, rest.Args{"choices": choices})
}
