package luabind

import (
	"encoding/json"
	"errors"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/discord/rest/catalogue"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// answerMethods declare what answers an interaction.
func (b *binding) answerMethods() []bind.Func {
	ephemeral := bind.Param{Name: "ephemeral", Type: bind.Boolean, Named: true, Doc: "only the person sees it"}
	followUp := bind.Param{Name: "message", Type: messageID, Named: true, Doc: "a follow-up; the answer without it"}
	reply := func(name, doc string) bind.Func {
		return b.answerFunc(name, doc, []bind.Param{ephemeral}, func(c *bind.Call, a *answer, m interaction.Message) sending {
			m.Ephemeral = a.ephemeral
			if c.Has("ephemeral") {
				m.Ephemeral = c.Bool("ephemeral")
			}
			return func(w waiter) (*discord.Object, error) { return a.Reply(w, m) }
		})
	}
	return []bind.Func{
		reply("reply", "Answers with a message. After a first answer, it sends another message."),
		reply("follow_up", "Sends another message; the same as reply."),
		b.answerFunc("edit", "Changes the answer.", []bind.Param{followUp}, func(c *bind.Call, a *answer, m interaction.Message) sending {
			return func(w waiter) (*discord.Object, error) {
				return a.Edit(w, bind.Get[discord.Snowflake](c, "message"), m)
			}
		}),
		b.answerFunc("update", "Changes the message that the button or select is on.", nil, func(_ *bind.Call, a *answer, m interaction.Message) sending {
			return func(w waiter) (*discord.Object, error) { return a.Update(w, m) }
		}),
		{
			Name: "delete", Doc: "Removes the answer.", Params: []bind.Param{followUp},
			Call: method(func(c *bind.Call, o *ref) (any, error) {
				a := b.answers.of(o)
				return nil, c.Wait(func(w waiter) error { return a.Delete(w, bind.Get[discord.Snowflake](c, "message")) })
			}),
		},
		{
			Name: "defer", Doc: "Tells Discord that the answer takes longer, up to 15 minutes. It happens by itself after two seconds: visibly for a command, in silence for a component.",
			Params: []bind.Param{ephemeral, {Name: "visible", Type: bind.Boolean, Named: true, Doc: "show that the bot is thinking, for a component too"}},
			Call:   method(func(c *bind.Call, o *ref) (any, error) { return nil, b.answers.of(o).postpone(c) }),
		},
		b.modalFunc(),
	}
}

// postpone is the method defer. The replies after an ephemeral deferral are ephemeral, unless they say otherwise.
func (a *answer) postpone(c *bind.Call) error {
	how := interaction.DeferUsual
	if c.Has("ephemeral") || c.Bool("visible") {
		how = interaction.DeferThinking
	}
	if c.Has("ephemeral") {
		a.ephemeral = c.Bool("ephemeral")
	}
	ephemeral := a.ephemeral
	return c.Wait(func(w waiter) error { return a.Defer(w, how, ephemeral) })
}

// sending is a request that gives a message.
type sending func(w waiter) (*discord.Object, error)

// answerFunc declares a method that sends a message's fields and gives the message.
func (b *binding) answerFunc(name, doc string, more []bind.Param, prepare func(c *bind.Call, a *answer, m interaction.Message) sending) bind.Func {
	own := []bind.Param{
		{Name: "content", Type: bind.String, Doc: "up to 2000 characters"},
		{Name: "files", Type: files, Named: true, Doc: "up to 10: paths, or tables {name=, data=}"},
		{Name: "silent", Type: bind.Boolean, Named: true, Doc: "notify nobody"},
	}
	hide := []string{"username", "avatar_url", "thread_name", "applied_tags", "wait", "thread_id", "with_components"}
	return bind.Func{
		Name: name, Doc: doc, Returns: "Message", Params: b.operationParams(catalogue.Lookup("execute_webhook"), append(own, more...), hide),
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			args := givenArgs(c)
			for _, p := range more {
				delete(args, p.Name)
			}
			if len(args) == 0 {
				return nil, errors.New("there is nothing to send: give a text, or embeds, components or files")
			}
			prepareMessage(args)
			message, err := wait(c, prepare(c, b.answers.of(o), interaction.Message{Fields: args}))
			if err != nil {
				return nil, err
			}
			return o.client.wrapIn(o.guildID(), message), nil
		}),
	}
}

// modalFunc declares modal.
func (b *binding) modalFunc() bind.Func {
	return bind.Func{
		Name: "modal", Doc: "Shows a form, such as ui.modal makes. It must be the first answer.", Params: []bind.Param{{Name: "modal", Type: bind.Table, Required: true}},
		Example: `ix:modal(ui.modal{id="report", title="Report", ui.input{id="reason", label="Why?"}})`,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			text, err := runtime.EncodeJSON(c.L, c.Table("modal"))
			if err != nil {
				return nil, bind.At("modal", err)
			}
			var form map[string]any
			if err := json.Unmarshal([]byte(text), &form); err != nil {
				return nil, errors.New("modal: expected a table {custom_id=, title=, components=}, such as ui.modal makes")
			}
			a := b.answers.of(o)
			return nil, c.Wait(func(w waiter) error { return a.Modal(w, form) })
		}),
	}
}
