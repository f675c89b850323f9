package luabind

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/internal/suggest"
	"cordial/runtime/bind"
)

func (b *binding) sendMethods() []bind.Func {
	guild := bind.Param{Name: "guild", Type: guildID, Required: true}
	return []bind.Func{
		{
			Name: "send", Doc: "Sends a frame: an opcode with its data, or a payload that discord.op made. It waits its turn: Discord takes 120 a minute.",
			Params: []bind.Param{
				{Name: "op", Type: bind.Either(bind.Integer, bind.Table), Required: true, Doc: "an opcode, or a table {op=, d=}"},
				{Name: "data", Type: bind.Any, Doc: "the frame's d"},
				{Name: "shard", Type: bind.Integer, Named: true, Default: 0},
			},
			Call:    b.gatewaySend,
			Example: `gateway.send(discord.op.presence_update{status="idle"})`,
		},
		{
			Name: "presence", Doc: "Sets what the bot is shown to do, now and after every new start. It waits its turn: Discord takes 5 in 20 s.",
			Params: presenceParams,
			Call: func(c *bind.Call) (any, error) {
				presence, err := presenceOf(c)
				if err != nil {
					return nil, err
				}
				return nil, asGateway(c).setPresence(c, presence)
			},
			Example: `gateway.presence{status="idle", activity={type="watching", name="the stars"}}`,
		},
		{
			Name:    "request_members",
			Doc:     "Asks for members of a guild and waits for all of them: by ids, by the beginning of a name (up to 100), or everyone, which needs the intent GUILD_MEMBERS and goes once in 30 s.",
			Returns: "list of Member, list of ids that are no members",
			Params: []bind.Param{
				guild, {Name: "query", Type: bind.String, Named: true, Doc: "the beginning of a name"},
				{Name: "limit", Type: bind.Integer, Named: true, Doc: "up to 100 with a query"},
				{Name: "user_ids", Type: bind.ListOf(userID), Named: true, Doc: "up to 100"},
				{Name: "presences", Type: bind.Boolean, Named: true, Doc: "needs the intent GUILD_PRESENCES"},
			},
			Call:    requestMembers,
			Example: `for _, member in ipairs(gateway.request_members{guild=guild, query="na"}) do print(member.name) end`,
		},
		{
			Name: "soundboard_sounds", Doc: "Asks for the soundboard sounds of a guild.", Returns: "list of SoundboardSound", Params: []bind.Param{guild},
			Call: func(c *bind.Call) (any, error) {
				return request(c, "SoundboardSound", func(w waiter, conn *connection, guild discord.Snowflake) (json.RawMessage, error) {
					sounds, err := conn.RequestSoundboardSounds(w, guild)
					return sounds[guild], err
				})
			},
		},
		{
			Name: "channel_info", Doc: "Asks for what voice channels do not tell by themselves.", Returns: "list of table {id=, status=, voice_start_time=}",
			Params: []bind.Param{guild, {Name: "fields", Type: bind.ListOf(bind.OneOf("status", "voice_start_time")), Named: true, Doc: "both without it"}},
			Call: func(c *bind.Call) (any, error) {
				fields := stringList(c.List("fields"))
				if len(fields) == 0 {
					fields = []string{"status", "voice_start_time"}
				}
				return request(c, discord.KindObject, func(w waiter, conn *connection, guild discord.Snowflake) (json.RawMessage, error) {
					return conn.RequestChannelInfo(w, guild, fields...)
				})
			},
		},
	}
}

// gatewaySend takes an opcode and data, or both in one table.
func (b *binding) gatewaySend(c *bind.Call) (any, error) {
	op, data := c.Value("op"), c.Lua("data")
	if frame, ok := op.(*lua.LTable); ok {
		number, ok := frame.RawGetString("op").(lua.LNumber)
		if !ok {
			return nil, errors.New("op: expected an opcode, or a table {op=, d=}")
		}
		op, data = int(number), frame.RawGetString("d")
	}
	var d any
	if data != lua.LNil {
		var err error
		if d, err = b.plainJSON(data); err != nil {
			return nil, bind.At("data", err)
		}
	}
	conn, err := asGateway(c).connected()
	if err != nil {
		return nil, err
	}
	shard := c.Int("shard")
	return nil, c.Wait(func(w waiter) error { return conn.Send(w, shard, discord.Opcode(op.(int)), d) })
}

// activityTypes are the names that Discord's clients show.
var activityTypes = []string{"playing", "streaming", "listening", "watching", "custom", "competing"}

// activityCustom shows a text of the bot's own.
const activityCustom = 4

var presenceParams = []bind.Param{
	{Name: "status", Type: bind.OneOf("online", "idle", "dnd", "invisible", "offline"), Named: true, Default: "online"},
	{Name: "activity", Type: bind.Either(bind.String, bind.Table), Named: true, Doc: `a text of its own, or {type="playing", name=, state=, url=}`},
	{Name: "activities", Type: bind.ListOf(bind.Table), Named: true, Doc: "several of them"},
	{Name: "afk", Type: bind.Boolean, Named: true},
	{Name: "since", Type: bind.Number, Named: true, Doc: "idle since, in milliseconds since 1970"},
}

func presenceOf(c *bind.Call) (gateway.Presence, error) {
	p := gateway.Presence{Status: c.String("status"), AFK: c.Bool("afk")}
	if c.Has("since") {
		since := int64(c.Float("since"))
		p.Since = &since
	}
	switch activity := c.Value("activity").(type) {
	case string:
		p.Activities = append(p.Activities, gateway.Activity{Name: "Custom Status", Type: activityCustom, State: activity})
	case *lua.LTable:
		a, err := activityOf(activity)
		if err != nil {
			return p, bind.At("activity", err)
		}
		p.Activities = append(p.Activities, a)
	}
	for i, table := range c.List("activities") {
		a, err := activityOf(table.(*lua.LTable))
		if err != nil {
			return p, bind.At(fmt.Sprintf("activities[%d]", i+1), err)
		}
		p.Activities = append(p.Activities, a)
	}
	return p, nil
}

func activityOf(t *lua.LTable) (gateway.Activity, error) {
	a := gateway.Activity{}
	texts := map[string]*string{"name": &a.Name, "state": &a.State, "url": &a.URL}
	err := forEach(t, func(key, value lua.LValue) error {
		name := key.String()
		if name == "type" {
			return activityType(&a, value)
		}
		text, known := texts[name]
		if !known {
			return fmt.Errorf("unknown field %q: expected type, name, state or url", name)
		}
		s, err := fromLua(bind.String, value)
		if err == nil {
			*text = s.(string)
		}
		return bind.At(name, err)
	})
	if err == nil && a.Name == "" {
		if a.Type != activityCustom {
			return a, errors.New("name: say what it is")
		}
		a.Name = "Custom Status"
	}
	return a, err
}

func activityType(a *gateway.Activity, v lua.LValue) error {
	if n, ok := v.(lua.LNumber); ok {
		a.Type = int(n)
		return nil
	}
	for i, name := range activityTypes {
		if strings.EqualFold(v.String(), name) {
			a.Type = i
			return nil
		}
	}
	err := bind.Expected("type: one of "+strings.Join(activityTypes, ", "), v)
	if near, ok := suggest.Nearest(v.String(), activityTypes); ok {
		err = fmt.Errorf("%w; did you mean %q?", err, near)
	}
	return err
}

// setPresence sends a presence to all shards, and keeps it for the next start when there are none.
func (g *luaGateway) setPresence(c *bind.Call, p gateway.Presence) error {
	if err := g.b.opts.Guard.CheckFrame(discord.OpPresenceUpdate, p); err != nil {
		return err
	}
	g.mu.Lock()
	g.presence = &p
	conn := g.conn
	g.mu.Unlock()
	if conn == nil {
		return nil
	}
	return c.Wait(func(w waiter) error { return conn.SetPresence(w, p) })
}

// maxQueried is how many members Discord gives for the beginning of a name.
const maxQueried = 100

func requestMembers(c *bind.Call) (any, error) {
	g := asGateway(c)
	r := gateway.MembersRequest{Guild: bind.Get[discord.Snowflake](c, "guild"), Query: c.String("query"), Limit: c.Int("limit"),
		UserIDs: ids(c, "user_ids"), Presences: c.Bool("presences")}
	if c.Has("query") && c.Has("user_ids") {
		return nil, errors.New("query and user_ids exclude each other")
	}
	if r.Query != "" && r.Limit == 0 {
		r.Limit = maxQueried
	}
	conn, err := g.connected()
	if err != nil {
		return nil, err
	}
	found, err := wait(c, func(w waiter) (*gateway.Members, error) { return conn.RequestMembers(w, r) })
	if lacking, ok := errors.AsType[*gateway.IntentsError](err); ok {
		return nil, fmt.Errorf("%w: ask for it with gateway.need{\"%s\"}", err, strings.Join(lacking.Missing.Names(), `", "`))
	}
	if err != nil {
		return nil, err
	}
	members := make([]*discord.Object, len(found.Members))
	for i, raw := range found.Members {
		if members[i], err = discord.NewObject(discord.KindMember, raw); err != nil {
			return nil, err
		}
		members[i].Set("guild_id", string(r.Guild))
	}
	return bind.Values{g.client.objects(discord.KindMember, members), g.b.r.ToLua(found.NotFound)}, nil
}

// request asks the gateway for a list about a guild.
func request(c *bind.Call, kind discord.Kind, ask func(w waiter, conn *connection, guild discord.Snowflake) (json.RawMessage, error)) (any, error) {
	g, guild := asGateway(c), bind.Get[discord.Snowflake](c, "guild")
	conn, err := g.connected()
	if err != nil {
		return nil, err
	}
	raw, err := wait(c, func(w waiter) (json.RawMessage, error) { return ask(w, conn, guild) })
	if err != nil {
		return nil, err
	}
	v, err := discord.Value(kind, raw)
	return g.client.wrap(v), err
}
