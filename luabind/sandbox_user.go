package luabind

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/internal/show"
	"cordial/runtime/bind"
)

// person is a person of the sandbox whom a script moves.
type person struct {
	b    *binding
	s    *sandbox.Server
	user *sandbox.User
	dc   lua.LValue // the client that acts as the person, made when it is first asked for
}

func (p *person) actor() sandbox.Actor { return sandbox.Actor{User: p.user.ID} }

// world is the world that the person lives in.
func (p *person) world() *sandbox.World { return p.s.World() }

// failed says whom an error of the world is about, unless it says so itself.
func (p *person) failed(err error) error {
	if err == nil || strings.HasPrefix(err.Error(), p.user.Username+" ") {
		return err
	}
	return fmt.Errorf("%s: %w", p.user.Username, err)
}

// personMethod gives a method its person.
func personMethod(fn func(c *bind.Call, p *person) (any, error)) func(*bind.Call) (any, error) {
	return func(c *bind.Call) (any, error) {
		p := c.Self.(*person)
		v, err := fn(c, p)
		return v, p.failed(err)
	}
}

// userFuncs declare how scripts get at the people of the sandbox.
func (b *binding) userFuncs(s *sandbox.Server) []bind.Func {
	name := []bind.Param{{Name: "name", Type: bind.String, Required: true}}
	wrap := func(u *sandbox.User, err error) (any, error) {
		if err != nil {
			return nil, err
		}
		return b.r.Wrap("SandboxUser", &person{b: b, s: s, user: u}), nil
	}
	return []bind.Func{
		{
			Name: "user", Doc: "Finds a person by username or global name, to say and do things as that person.", Returns: "SandboxUser", Params: name,
			Call:    func(c *bind.Call) (any, error) { return wrap(s.World().PersonNamed(c.String("name"))) },
			Example: `sandbox.user("nathan"):say("general", "!ping")`,
		},
		{
			Name: "add_user", Doc: "Makes a new person, who is in no guild yet: join() takes them there.", Returns: "SandboxUser",
			Params:  append(name, bind.Param{Name: "locale", Type: bind.String, Named: true, Doc: `the language of the person's client, such as "de"`}),
			Call:    func(c *bind.Call) (any, error) { return wrap(s.World().AddUser(c.String("name"), c.String("locale"))) },
			Example: `sandbox.add_user("robin", {locale="de"}):join()`,
		},
	}
}

// sandboxUserClass declares the people of the sandbox.
func (b *binding) sandboxUserClass() bind.Class {
	get := func(name, doc string, of func(p *person) any) bind.Field {
		return bind.Field{Name: name, Type: "string", Doc: doc, Get: func(self any) (any, error) { return of(self.(*person)), nil }}
	}
	return bind.Class{
		Name: "SandboxUser", Doc: "A person in the sandbox. What they do needs the permissions that they have.",
		Fields: []bind.Field{
			get("id", "The person's id.", func(p *person) any { return string(p.user.ID) }),
			get("name", "The username.", func(p *person) any { return p.user.Username }),
			get("mention", "The text that mentions the person.", func(p *person) any { return "<@" + string(p.user.ID) + ">" }),
			{
				Name: "dc", Type: "Client", Doc: "A client that does everything as the person, with the objects that it gives.",
				Get: func(self any) (any, error) { return self.(*person).client() },
			},
		},
		Methods:  slices.Concat(b.personTalk(), b.personMoves(), b.personVoice(), b.personUses()),
		ToString: func(self any) string { return "SandboxUser(name=" + show.Quoted(self.(*person).user.Username) + ")" },
		Eq: func(x, y any) bool {
			p, ok := x.(*person)
			q, ok2 := y.(*person)
			return ok && ok2 && p.user.ID == q.user.ID && p.s == q.s
		},
	}
}

// client gives the client that acts as the person.
func (p *person) client() (lua.LValue, error) {
	if p.dc != nil {
		return p.dc, nil
	}
	rc, err := rest.New(rest.Options{
		UserToken: p.s.UserToken(p.user.ID), AsUser: true, BaseURL: p.s.APIURL(), Clock: p.b.host.Clock(), Logger: p.b.opts.Logger,
		HTTP: p.b.opts.HTTP,
	})
	if err != nil {
		return lua.LNil, err
	}
	p.dc = p.b.r.Wrap("Client", &client{b: p.b, rest: rc, cdn: p.b.client.cdn})
	return p.dc, nil
}

// message makes the Lua object of a message as the person sees it.
func (p *person) message(m *sandbox.Message) (lua.LValue, error) {
	if m == nil {
		return lua.LNil, nil
	}
	data, err := json.Marshal(m)
	if err != nil {
		return lua.LNil, err
	}
	o, err := discord.NewObject(discord.KindMessage, data)
	if err != nil {
		return lua.LNil, err
	}
	guild := ""
	if c, err := p.world().Channel(p.actor(), m.ChannelID); err == nil {
		guild = string(c.GuildID)
	}
	return p.b.client.wrapIn(guild, o), nil
}

// messageType is the type of parameters that need a whole message: a Message, or a SandboxReply that has one. In Go it is a *ref.
func messageType() bind.Type {
	return bind.Type{Name: "Message", From: func(_ *lua.LState, v lua.LValue) (any, error) {
		if ud, ok := v.(*lua.LUserData); ok {
			switch o := ud.Value.(type) {
			case *ref:
				if o.Kind() == discord.KindMessage {
					return o, nil
				}
			case *reply:
				return o.ref()
			}
		}
		return nil, bind.Expected("a Message", v)
	}}
}

// placeOf is where a message is.
func placeOf(c *bind.Call) (channel, id discord.Snowflake) {
	m := bind.Get[*ref](c, "message")
	return discord.Snowflake(m.Str("channel_id")), m.ID()
}

// personTalk declares what people do with messages.
func (b *binding) personTalk() []bind.Func {
	message := bind.Param{Name: "message", Type: messageType(), Required: true}
	reaction := bind.Param{Name: "emoji", Type: emoji, Required: true}
	text := bind.Param{Name: "content", Type: bind.String, Doc: "up to 2000 characters"}
	attached := bind.Param{Name: "files", Type: files, Named: true, Doc: "paths, or tables {name=, data=}"}
	return []bind.Func{
		{
			Name: "say", Doc: "Sends a message to a channel.", Returns: "Message",
			Params: []bind.Param{{Name: "channel", Type: nameOrID(channelID), Required: true}, text, attached,
				{Name: "reply_to", Type: messageID, Named: true, Doc: "the message to answer"}},
			Call: personMethod(func(c *bind.Call, p *person) (any, error) {
				channel, err := p.world().ChannelFor(p.actor(), fmt.Sprint(c.Value("channel")))
				if err != nil {
					return nil, err
				}
				return p.say(c, channel.ID, bind.Get[discord.Snowflake](c, "reply_to"))
			}),
			Example: `nathan:say("general", "!ping")`,
		},
		{
			Name: "dm", Doc: "Sends the bot a direct message.", Returns: "Message", Params: []bind.Param{text, attached},
			Call: personMethod(func(c *bind.Call, p *person) (any, error) {
				channel, err := p.world().OpenDM(p.actor(), p.s.Info().ApplicationID)
				if err != nil {
					return nil, err
				}
				return p.say(c, channel.ID, "")
			}),
		},
		p0("react", "Reacts to a message.", []bind.Param{message, reaction}, func(c *bind.Call, p *person) error {
			channel, id := placeOf(c)
			return p.world().AddReaction(p.actor(), channel, id, c.String("emoji"))
		}),
		p0("unreact", "Takes a reaction back.", []bind.Param{message, reaction}, func(c *bind.Call, p *person) error {
			channel, id := placeOf(c)
			return p.world().RemoveReaction(p.actor(), channel, id, c.String("emoji"), p.user.ID)
		}),
		{
			Name: "edit", Doc: "Changes the text of the person's own message.", Returns: "Message", Params: []bind.Param{message, {Name: "content", Type: bind.String, Required: true}},
			Call: personMethod(func(c *bind.Call, p *person) (any, error) {
				channel, id := placeOf(c)
				m, err := p.world().EditMessage(p.actor(), channel, id, sandbox.MessageEdit{Content: sandbox.Given(c.String("content"))})
				if err != nil {
					return nil, err
				}
				return p.message(m)
			}),
		},
		p0("delete", "Deletes a message.", []bind.Param{message}, func(c *bind.Call, p *person) error {
			channel, id := placeOf(c)
			return p.world().DeleteMessage(p.actor(), channel, id)
		}),
		p0("vote", "Votes in a poll. Without an answer the vote is taken back.", []bind.Param{message, {Name: "answer", Type: answerType, Rest: true,
			Doc: "the texts of the answers, or their numbers, counted from 1"}}, func(c *bind.Call, p *person) error {
			channel, id := placeOf(c)
			var answers []int
			for _, a := range c.Args() {
				n, ok := a.(int)
				if !ok {
					var err error
					if n, err = p.world().PollAnswer(p.actor(), channel, id, a.(string)); err != nil {
						return err
					}
				}
				answers = append(answers, n)
			}
			return p.world().Vote(p.actor(), channel, id, answers...)
		}),
	}
}

// answerType is the type of parameters that name an answer of a poll: its text, or its number. In Go it is a string or an int.
var answerType = bind.Type{Name: "string or integer", From: func(l *lua.LState, v lua.LValue) (any, error) {
	if text, ok := v.(lua.LString); ok {
		return string(text), nil
	}
	return bind.Integer.From(l, v)
}}

// p0 declares a method that returns the person, for the next thing to do.
func p0(name, doc string, params []bind.Param, do func(c *bind.Call, p *person) error) bind.Func {
	return bind.Func{
		Name: name, Doc: doc, Params: params, Returns: "SandboxUser, the same",
		Call: func(c *bind.Call) (any, error) {
			p := c.Self.(*person)
			if err := do(c, p); err != nil {
				return nil, p.failed(err)
			}
			return c.Receiver, nil
		},
	}
}

// say sends what a call says to a channel.
func (p *person) say(c *bind.Call, channel, replyTo discord.Snowflake) (any, error) {
	params := sandbox.MessageParams{Content: c.String("content")}
	if replyTo != "" {
		params.Reference = &sandbox.MessageReferenceParams{MessageID: replyTo}
	}
	attached, _ := c.Value("files").([]rest.File)
	var err error
	if params.Files, err = p.uploads(c, attached); err != nil {
		return nil, err
	}
	m, err := p.world().CreateMessage(p.actor(), channel, params)
	if err != nil {
		discardAll(params.Files)
		return nil, err
	}
	return p.message(m)
}

// uploads reads files for the world.
func (p *person) uploads(c *bind.Call, files []rest.File) ([]sandbox.Upload, error) {
	return wait(c, func(waiter) ([]sandbox.Upload, error) {
		var list []sandbox.Upload
		for _, f := range files {
			u, err := p.upload(f)
			if err != nil {
				discardAll(list)
				return nil, err
			}
			list = append(list, u)
		}
		return list, nil
	})
}

func (p *person) upload(f rest.File) (sandbox.Upload, error) {
	content, err := f.Open()
	if err != nil {
		return sandbox.Upload{}, err
	}
	defer content.Close()
	return p.world().NewUpload(f.Name, content)
}

func discardAll(files []sandbox.Upload) {
	for _, u := range files {
		u.Discard()
	}
}

// personMoves declares how people come and go.
func (b *binding) personMoves() []bind.Func {
	return []bind.Func{
		p0("join", "Joins a voice channel, or without one the guild.", []bind.Param{{Name: "channel", Type: nameOrID(channelID)}}, func(c *bind.Call, p *person) error {
			if !c.Has("channel") {
				return p.world().JoinGuild(p.actor(), p.s.Info().GuildID)
			}
			channel, err := p.world().ChannelFor(p.actor(), fmt.Sprint(c.Value("channel")))
			if err != nil {
				return err
			}
			return p.world().JoinVoice(p.actor(), channel.ID)
		}),
		p0("leave", "Leaves the voice channel that the person is in, or else the guild.", nil, func(_ *bind.Call, p *person) error {
			guild := p.s.Info().GuildID
			if p.world().LeaveVoice(p.actor(), guild) == nil {
				return nil
			}
			return p.world().LeaveGuild(p.actor(), guild)
		}),
	}
}
