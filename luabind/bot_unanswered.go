package luabind

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/discord/rest"
)

// What people see whose interaction came to nothing.
const (
	apology = "Something went wrong."
	gone    = "This does not work any more."
)

// maxTold bounds what the operator is told once. What comes after is not told.
const maxTold = 100

// tellOnce tells the operator something that may happen again and again.
func (bt *bot) tellOnce(text string) {
	bt.mu.Lock()
	told := bt.told[text] || len(bt.told) >= maxTold
	if !told {
		bt.told[text] = true
	}
	bt.mu.Unlock()
	if !told {
		bt.b.host.Warn("bot: " + text)
	}
}

// refuse answers an interaction for which nothing is declared, such as a click on a button that the bot has sent before it was changed.
// A script that listens to interactions itself is left to answer it. It is called on the goroutine that reads the gateway.
func (bt *declarations) refuse(e *gatewayEvent, ix *discord.Object) {
	name := interaction.CommandName(ix)
	if data := ix.Object("data"); data != nil && data.Str("custom_id") != "" {
		name = "custom_id " + data.Str("custom_id")
	}
	g := bt.b.gateway
	if others := len(g.listeners.all()[e.Type]) > 1; others {
		return
	}
	bt.tellOnce("somebody used " + name + ", for which nothing is declared")
	answer := bt.b.answers.begin(e.client, ix, true, nil)
	g.handle(e, bt.of, name, func(L *lua.LState) error {
		if interaction.Type(ix.Int("type")) == interaction.Autocomplete {
			return bt.offer(L, answer, []any{})
		}
		return bt.answerQuietly(L, answer, gone)
	})
}

// apologize answers an interaction whose handler has failed, unless somebody has answered it before.
func (bt *bot) apologize(L *lua.LState, answer *interaction.Responder) error {
	if err := bt.answerQuietly(L, answer, apology); err != nil {
		return fmt.Errorf("the person could not be told that it has failed: %w", err)
	}
	return nil
}

// answerQuietly tells a person something that nobody else sees, unless the interaction has been answered. When it is too late for that,
// Discord has told the person.
func (bt *bot) answerQuietly(L *lua.LState, answer *interaction.Responder, text string) error {
	return bt.b.host.Wait(L, func(ctx context.Context) error {
		switch answer.State() {
		case interaction.Fresh, interaction.Thinking, interaction.Quiet:
			_, err := answer.Reply(ctx, interaction.Message{Fields: rest.Args{"content": text}, Ephemeral: true})
			if late, ok := errors.AsType[*rest.Error](err); ok && late.Status == http.StatusNotFound {
				return nil
			}
			if _, late := errors.AsType[*interaction.ExpiredError](err); late {
				return nil
			}
			return bt.unlessKept(err)
		}
		return nil
	})
}

// unlessKept is the error of an answer that the bot gives by itself. One that the guard keeps back because it writes is told of once
// instead, because every answer would be.
func (bt *bot) unlessKept(err error) error {
	if _, kept := errors.AsType[*rest.ReadOnlyError](err); !kept {
		return err
	}
	bt.tellOnce("interactions are not answered: --read-only lets nothing through that changes something")
	return nil
}

// conclude looks at what a handler has left behind. A component without an answer is acknowledged, so that the person is not told that the
// bot does not respond. A command without one is or will be deferred, and somebody has to give the answer later.
func (bt *bot) conclude(L *lua.LState, h *handler, ix *ref, answer *interaction.Responder) error {
	return bt.b.host.Wait(L, func(ctx context.Context) error {
		state := answer.State()
		switch {
		case state != interaction.Fresh && !answer.Waits():
			return nil
		case state == interaction.Fresh && ix.Object.Object("message") != nil:
			return bt.unlessKept(answer.Defer(ctx, interaction.DeferUsual, false))
		}
		bt.tellOnce(h.label() + " ended without an answer: give one with ix:reply, or say with ix:defer that it comes later")
		return nil
	})
}
