package luabind

import (
	"fmt"
	"time"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// discordModule declares the global discord: clients, snowflakes and the names of Discord's numbers.
func (b *binding) discordModule() bind.Module {
	m := bind.Module{
		Name: "discord", Global: true, Doc: "Clients, ids and times, and Discord's enums: discord.permissions.BAN_MEMBERS, discord.channel_types.GUILD_TEXT, …",
		Funcs: []bind.Func{
			{
				Name: "client", Doc: "Makes another client, for a second bot or server.", Returns: "Client",
				Params: []bind.Param{
					{Name: "token", Type: bind.String, Named: true, Doc: "default DISCORD_BOT_TOKEN"},
					{Name: "user_token", Type: bind.String, Named: true},
					{Name: "name", Type: bind.String, Named: true, Doc: "shown to Discord in the User-Agent"},
					{Name: "version", Type: bind.String, Named: true},
					{Name: "base_url", Type: bind.String, Named: true, Doc: "default that of dc"},
				},
				Call: b.newClient,
			},
			{
				Name: "gateway", Doc: "Makes another connection to the gateway, with handlers of its own.", Returns: "Gateway",
				Params: []bind.Param{
					{Name: "intents", Type: intentsType, Named: true, Doc: "default what its handlers need"},
					{Name: "client", Type: clientType, Named: true, Doc: "default dc"},
					{Name: "shards", Type: bind.Integer, Named: true, Doc: "how many; default what Discord recommends"},
				},
				Call: b.makeGateway, Example: `discord.gateway{intents={"GUILDS", "GUILD_MESSAGES"}}`,
			},
			{
				Name: "date_to_snowflake", Doc: "Gives the smallest id of a day or moment, in UTC.", Returns: "string",
				Params: []bind.Param{{Name: "date", Type: bind.String, Required: true, Doc: "'YYYY-MM-DD' or RFC 3339"}}, Example: `discord.date_to_snowflake("2026-02-16")`,
				Call: func(c *bind.Call) (any, error) {
					t, err := discord.ParseDate(c.String("date"))
					if err != nil {
						return nil, fmt.Errorf("%s: date: %w", c.Name(), err)
					}
					return string(discord.SnowflakeAt(t)), nil
				},
			},
			{
				Name: "snowflake_time", Doc: "Tells when the thing with this id was made, as RFC 3339 in UTC.", Returns: "string",
				Params: []bind.Param{{Name: "id", Type: anyID, Required: true}},
				Call: func(c *bind.Call) (any, error) {
					return bind.Get[discord.Snowflake](c, "id").Time().Format(time.RFC3339Nano), nil
				},
			},
			{
				Name: "safe_file_name", Doc: "Makes a name that every file system takes, out of one that came from somebody else.", Returns: "string",
				Params: []bind.Param{{Name: "name", Type: bind.String, Required: true}}, Example: `discord.safe_file_name("../a:b?.txt")`,
				Call: func(c *bind.Call) (any, error) { return discord.SafeFileName(c.String("name")), nil },
			},
			{
				Name: "permission_names", Doc: "Lists the names of permission bits.", Returns: "list of string",
				Params: []bind.Param{{Name: "permissions", Type: permissionsType, Required: true}}, Example: `discord.permission_names(role.permissions)`,
				Call: func(c *bind.Call) (any, error) {
					return bind.Get[discord.Permissions](c, "permissions").Names(), nil
				},
			},
		},
		Fields: []bind.Field{
			bits("permissions", "Permission bits by name.", discord.PermissionNames(), func(n string) any {
				p, _ := discord.PermissionNamed(n)
				return float64(p)
			}),
			bits("intents", "Gateway intents by name.", discord.IntentNames(), func(n string) any {
				i, _ := discord.IntentNamed(n)
				return float64(i)
			}),
		},
	}
	op := b.opModule()
	op.Fields = append(op.Fields, bind.Field{Name: "voice", Type: "module", Doc: "The payloads that a client sends to a voice server.", Value: b.r.AddModule(b.opVoiceModule())})
	m.Fields = append(m.Fields, bind.Field{Name: "op", Type: "module", Doc: "The payloads that a client sends to the gateway.", Value: b.r.AddModule(op)})
	for _, e := range discord.Enums() {
		m.Fields = append(m.Fields, b.enumField(e))
	}
	return m
}

func bits(name, doc string, names []string, value func(string) any) bind.Field {
	table := map[string]any{}
	for _, n := range names {
		table[n] = value(n)
	}
	return bind.Field{Name: name, Type: "table", Doc: doc, Value: table}
}

// enumField makes the table of an enum when it is first asked for: there are some two hundred, and a script uses a few.
func (b *binding) enumField(e discord.Enum) bind.Field {
	var table any
	return bind.Field{Name: e.Name, Type: "table", Doc: "Discord's " + e.Name + " by name.", Get: func(any) (any, error) {
		if table == nil {
			values := map[string]any{}
			for _, m := range e.Members {
				values[m.Name] = m.Value
			}
			table = b.shown(values)
		}
		return table, nil
	}}
}

func (b *binding) newClient(c *bind.Call) (any, error) {
	token := c.String("token")
	if token == "" {
		token = b.opts.Token
	}
	base, cdn := c.String("base_url"), discord.DefaultCDN
	if base == "" {
		base, cdn = b.client.rest.BaseURL(), b.client.cdn
	} else if base != b.client.rest.BaseURL() && base != rest.DefaultBaseURL {
		if err := b.host.Denied(runtime.DenyNet, "a client for "+base); err != nil {
			return nil, err
		}
	}
	rc, err := rest.New(rest.Options{
		Token: token, UserToken: c.String("user_token"), BaseURL: base,
		UserAgent: rest.UserAgent{Name: c.String("name"), Version: c.String("version")},
		Clock:     b.host.Clock(), Logger: b.opts.Logger, HTTP: b.opts.HTTP, Guard: b.opts.Guard,
	})
	if err != nil {
		return nil, err
	}
	return b.r.Wrap("Client", &client{b: b, rest: rc, token: token, cdn: cdn}), nil
}
