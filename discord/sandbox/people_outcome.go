package sandbox

import (
	"context"
	"time"

	"cordial/discord/rest/limits"
)

// OutcomeStatus says what has become of an interaction.
type OutcomeStatus string

// What can become of an interaction.
const (
	Pending   OutcomeStatus = ""         // the bot has not answered yet
	Answered  OutcomeStatus = "answered" // with a message
	Deferred  OutcomeStatus = "deferred" // the answer is to come
	Updated   OutcomeStatus = "updated"  // the message of the component has changed
	Modal     OutcomeStatus = "modal"
	Completed OutcomeStatus = "completed" // with choices for what is typed
	Failed    OutcomeStatus = "failed"    // the bot did not answer in time
)

// notResponding is what a person is told when the bot does not answer in time.
const notResponding = "The application did not respond"

// Outcome is what the person sees of how an interaction was answered.
type Outcome struct {
	Status    OutcomeStatus
	Message   *Message // the answer, or the message that was changed; nil for none
	FollowUps []*Message
	Modal     limits.Object
	Choices   []limits.CommandChoice
	Error     string // of a failed interaction
}

// Outcome waits until an interaction has been answered, or until it is too late for that, and says what has become of it.
func (w *World) Outcome(ctx context.Context, of *Interaction) (Outcome, error) {
	return w.outcomeWhen(ctx, of, answerTime, func(o Outcome) bool { return o.Status != Pending })
}

// Settled waits until an interaction has been answered for good: an answer that was deferred is waited for, too, but no longer than
// a while from now. What has become of the interaction until then is no error.
func (w *World) Settled(ctx context.Context, of *Interaction, within time.Duration) (Outcome, error) {
	return w.outcomeWhen(ctx, of, within, func(o Outcome) bool { return o.Status != Pending && o.Status != Deferred })
}

// outcomeWhen waits until an outcome is as wanted, but no longer than a while on the world's clock.
func (w *World) outcomeWhen(ctx context.Context, of *Interaction, within time.Duration, wanted func(Outcome) bool) (Outcome, error) {
	timer := w.clock.NewTimer(within)
	defer timer.Stop()
	for over := false; ; {
		o, changed := w.outcome(of)
		if over || wanted(o) {
			return o, nil
		}
		select {
		case <-ctx.Done():
			return o, ctx.Err()
		case <-timer.Chan():
			over = true
		case <-changed:
		}
	}
}

// outcome is what has become of an interaction until now, and what is closed when that changes.
func (w *World) outcome(of *Interaction) (Outcome, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	in := w.interactions[of.Token]
	if in == nil || w.late(in) {
		return Outcome{Status: Failed, Error: notResponding}, nil
	}
	o := Outcome{Status: in.status(), Modal: in.modal, Choices: in.choices}
	if m := w.messageIn(in.channel, in.original); m != nil {
		o.Message = w.show(in.by.ID, in.channel, m)
		if m.Flags&MessageLoading != 0 {
			o.Status = Deferred
		}
	}
	for _, id := range in.followUps {
		if m := w.messageIn(in.channel, id); m != nil {
			o.FollowUps = append(o.FollowUps, w.show(in.by.ID, in.channel, m))
		}
	}
	if o.Status == Deferred && w.expired(in) {
		o.Status, o.Error = Failed, notResponding
	}
	return o, in.changed
}

// status is the outcome as far as it follows from the answer's type.
func (in *interaction) status() OutcomeStatus {
	switch in.answer {
	case CallbackMessage, CallbackDeferred:
		return Answered
	case CallbackThinking:
		if !in.edited {
			return Deferred
		}
		return Updated
	case CallbackUpdate:
		return Updated
	case CallbackModal:
		return Modal
	case CallbackChoices:
		return Completed
	}
	return Pending
}
