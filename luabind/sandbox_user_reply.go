package luabind

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/sandbox"
	"cordial/internal/show"
	"cordial/runtime/bind"
)

// reply is how the bot has answered what a person has done.
type reply struct {
	person *person
	to     *sandbox.Interaction
	sandbox.Outcome
}

// modal is a modal that a person has before them.
type modal struct{ of *reply }

// result waits for the bot's answer and makes the object of it.
func (p *person) result(c *bind.Call, in *sandbox.Interaction, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	outcome, err := wait(c, func(w waiter) (sandbox.Outcome, error) { return p.world().Outcome(w, in) })
	if err != nil {
		return nil, err
	}
	return p.b.r.Wrap("SandboxReply", &reply{person: p, to: in, Outcome: outcome}), nil
}

// ref is the message of the reply.
func (r *reply) ref() (*ref, error) {
	if r.Message == nil {
		return nil, fmt.Errorf("expected a Message, but the bot's answer is %s and has none", r.Status)
	}
	v, err := r.person.message(r.Message)
	if err != nil {
		return nil, err
	}
	return v.(*lua.LUserData).Value.(*ref), nil
}

// ephemeral reports whether nobody but the person sees the answer.
func (r *reply) ephemeral() bool {
	return r.Message != nil && r.Message.Flags&sandbox.MessageEphemeral != 0
}

// sandboxReplyClass declares the bot's answers.
func (b *binding) sandboxReplyClass() bind.Class {
	get := func(name, typ, doc string, of func(r *reply) (any, error)) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return of(self.(*reply)) }}
	}
	return bind.Class{
		Name: "SandboxReply", Doc: "What somebody in the sandbox sees of the bot's answer.",
		Fields: []bind.Field{
			get("status", "string", `"answered", "deferred", "updated", "modal" or "failed".`, func(r *reply) (any, error) { return string(r.Status), nil }),
			get("message", "Message", "The answer, or the message that was updated.", func(r *reply) (any, error) { return r.person.message(r.Message) }),
			get("content", "string", "The text of the message.", func(r *reply) (any, error) {
				if r.Message == nil {
					return nil, nil
				}
				return r.Message.Content, nil
			}),
			get("ephemeral", "boolean", "Whether nobody else sees the message.", func(r *reply) (any, error) { return r.ephemeral(), nil }),
			get("modal", "SandboxModal", "The modal that has opened.", func(r *reply) (any, error) {
				if r.Modal == nil {
					return nil, nil
				}
				return b.r.Wrap("SandboxModal", &modal{of: r}), nil
			}),
			get("error", "string", "What the person is told when the bot has failed.", func(r *reply) (any, error) {
				if r.Error == "" {
					return nil, nil
				}
				return r.Error, nil
			}),
		},
		Methods:  b.replyMethods(),
		ToString: func(self any) string { return self.(*reply).String() },
	}
}

// String shows the status and how the answer begins.
func (r *reply) String() string {
	text := "SandboxReply(status='" + string(r.Status) + "'"
	if r.Message != nil {
		text += fmt.Sprintf(", content=%.30q", r.Message.Content)
	}
	return text + ")"
}

// replyMethod gives a method its reply.
func replyMethod(fn func(c *bind.Call, r *reply) (any, error)) func(*bind.Call) (any, error) {
	return func(c *bind.Call) (any, error) {
		r := c.Self.(*reply)
		v, err := fn(c, r)
		return v, r.person.failed(err)
	}
}

func (b *binding) replyMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "wait", Doc: "Waits until a deferred answer has come, and shows what the person sees then.", Returns: "SandboxReply, the same",
			Params: []bind.Param{{Name: "timeout", Type: bind.Duration, Named: true, Doc: "default 15 minutes, when the answer is too late for good"}},
			Call: replyMethod(func(c *bind.Call, r *reply) (any, error) {
				within := c.Duration("timeout")
				if !c.Has("timeout") {
					within = sandbox.TokenLife
				}
				outcome, err := wait(c, func(w waiter) (sandbox.Outcome, error) { return r.person.world().Settled(w, r.to, within) })
				if err != nil {
					return nil, err
				}
				r.Outcome = outcome
				return c.Receiver, nil
			}),
		},
		{
			Name: "messages", Doc: "Lists the follow-ups that have come until now.", Returns: "list of Message",
			Call: replyMethod(func(c *bind.Call, r *reply) (any, error) {
				now, err := r.person.world().Settled(c.Context(), r.to, 0)
				if err != nil {
					return nil, err
				}
				list := []any{}
				for _, m := range now.FollowUps {
					v, err := r.person.message(m)
					if err != nil {
						return nil, err
					}
					list = append(list, v)
				}
				return list, nil
			}),
		},
		{
			Name: "click", Doc: "Clicks a button of the message.", Returns: "SandboxReply", Params: []bind.Param{buttonParam},
			Call: replyMethod(func(c *bind.Call, r *reply) (any, error) {
				m, err := r.ref()
				if err != nil {
					return nil, err
				}
				return r.person.click(c, m)
			}),
		},
		{
			Name: "select", Doc: "Chooses from a menu of the message.", Returns: "SandboxReply", Params: menuParams,
			Call: replyMethod(func(c *bind.Call, r *reply) (any, error) {
				m, err := r.ref()
				if err != nil {
					return nil, err
				}
				return r.person.choose(c, m)
			}),
		},
		{
			Name: "submit", Doc: "Fills in the modal and sends it off.", Returns: "SandboxReply", Params: []bind.Param{fieldsParam},
			Call: replyMethod(func(c *bind.Call, r *reply) (any, error) { return r.person.submit(c, r) }),
		},
	}
}

// sandboxModalClass declares the modals that people have before them.
func (b *binding) sandboxModalClass() bind.Class {
	return bind.Class{
		Name: "SandboxModal", Doc: "A modal that the bot shows to somebody. Its fields are Discord's own: title, custom_id, components.",
		Methods: []bind.Func{{
			Name: "submit", Doc: "Fills the modal in and sends it off.", Returns: "SandboxReply", Params: []bind.Param{fieldsParam},
			Call: func(c *bind.Call) (any, error) {
				of := c.Self.(*modal).of
				v, err := of.person.submit(c, of)
				return v, of.person.failed(err)
			},
		}},
		Index: func(self any, key string) (any, bool, error) {
			v, ok := self.(*modal).of.Modal[key]
			if !ok {
				return nil, false, nil
			}
			plain, err := plainTable(v)
			return plain, true, err
		},
		Keys: func(any) []string { return []string{"custom_id", "title", "components"} },
		ToString: func(self any) string {
			return fmt.Sprintf("SandboxModal(title=%s)", show.Quoted(self.(*modal).of.Modal.Text("title")))
		},
	}
}

// modalType is the type of parameters that name an open modal: a SandboxModal, or the SandboxReply that opened it. In Go it is a *reply.
var modalType = bind.Type{Name: "SandboxModal", From: func(_ *lua.LState, v lua.LValue) (any, error) {
	if ud, ok := v.(*lua.LUserData); ok {
		switch o := ud.Value.(type) {
		case *modal:
			return o.of, nil
		case *reply:
			return o, nil
		}
	}
	return nil, bind.Expected("a SandboxModal", v)
}}
