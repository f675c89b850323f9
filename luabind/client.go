package luabind

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/rest/catalogue"
	"cordial/runtime/bind"
)

// client is a REST client as scripts have it: dc, or one that discord.client made.
type client struct {
	b     *binding
	rest  *rest.Client
	token string     // of the bot, for the gateway
	cdn   string     // where avatars are
	api   lua.LValue // the module of all operations, made when it is first asked for
}

func asClient(c *bind.Call) *client { return c.Self.(*client) }

func (b *binding) clientClass() bind.Class {
	return bind.Class{
		Name: "Client", Doc: "A client for Discord's REST API.",
		Fields: []bind.Field{{
			Name: "api", Type: "module", Doc: "Every operation of Discord's API by its operationId: dc.api.get_guild_role{guild_id=, role_id=}.",
			Get: func(self any) (any, error) { return self.(*client).operations(), nil },
		}, {
			Name: "dry_run", Type: "boolean", Doc: "Whether calls that delete, ban or take away are only told of (--dry-run).",
			Get: func(any) (any, error) { return b.opts.Guard != nil && b.opts.Guard.Held != nil, nil },
		}},
		Methods: []bind.Func{
			b.fetch("me", "Fetches the bot's own user.", "User", "get_my_user"),
			b.fetch("user", "Fetches a user.", "User", "get_user", bind.Param{Name: "user_id", Type: userID, Required: true}),
			b.fetch("guild", "Fetches a guild.", "Guild", "get_guild", bind.Param{Name: "guild_id", Type: guildID, Required: true}),
			b.fetch("guilds", "Lists the guilds that the bot is in.", "list of Guild", "list_my_guilds",
				bind.Param{Name: "limit"}, bind.Param{Name: "before", Type: guildID, Named: true}, bind.Param{Name: "after", Type: guildID, Named: true}),
			b.fetch("channel", "Fetches a channel.", "Channel", "get_channel", bind.Param{Name: "channel_id", Type: channelID, Required: true}),
			b.fetch("thread", "Fetches a thread, which is a channel.", "Thread", "get_channel", bind.Param{Name: "channel_id", Type: channelID, Required: true}),
			b.fetch("webhook", "Fetches a webhook.", "Webhook", "get_webhook", bind.Param{Name: "webhook_id", Type: webhookID, Required: true}),
			b.fetch("invite", "Looks an invite up by its code.", "Invite", "invite_resolve", bind.Param{Name: "code", Type: bind.String, Required: true}),
			b.fetch("create_dm", "Opens the direct messages with a user.", "Channel", "create_dm", bind.Param{Name: "recipient_id", Type: userID, Required: true}),
			b.findGuild(), b.findChannel(), b.findWebhook(),
			b.requestFunc(asClient),
			statsFunc(),
		},
		ToString: func(any) string { return "Client()" },
	}
}

// fetch declares a method of the client that is one operation.
func (b *binding) fetch(name, doc, returns, operation string, params ...bind.Param) bind.Func {
	hide := []string{}
	if op := catalogue.Lookup(operation); op.Body != nil {
		for _, f := range op.BodyFields() {
			hide = append(hide, f.Name)
		}
	}
	return bind.Func{
		Name: name, Doc: doc, Returns: returns, Params: b.operationParams(catalogue.Lookup(operation), params, hide),
		Call: func(c *bind.Call) (any, error) {
			v, err := asClient(c).call(c, operation, givenArgs(c))
			return asClient(c).wrap(v), err
		},
	}
}

// plainTable turns a Go struct into tables by its JSON form.
func plainTable(v any) (any, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var plain any
	err = json.Unmarshal(data, &plain)
	return plain, err
}

// methods are the HTTP methods that request takes.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// requestFunc declares request, which the client and every object have.
func (b *binding) requestFunc(from func(c *bind.Call) *client) bind.Func {
	return bind.Func{
		Name: "request", Doc: "Sends any request to Discord's API.", Returns: "object, list or true",
		Params: []bind.Param{
			{Name: "method", Type: bind.OneOf(methods...), Required: true}, {Name: "path", Type: bind.String, Required: true, Doc: "below the API's address, such as /guilds/1/roles"},
			{Name: "query", Type: bind.Table, Named: true}, {Name: "json", Type: bind.Any, Named: true, Doc: "the body"},
			{Name: "files", Type: files, Named: true}, reasonParam,
			{Name: "use_user", Type: bind.Boolean, Named: true, Doc: "as the person of DISCORD_USER_TOKEN"},
		},
		Example: `dc:request("GET", "/guilds/1327046393453613076/roles")`,
		Call:    func(c *bind.Call) (any, error) { return from(c).request(c) },
	}
}

func (cl *client) request(c *bind.Call) (any, error) {
	path := c.String("path")
	if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#") {
		return nil, errors.New(`path: expected one like "/guilds/1/roles", with the query in query={}`)
	}
	query, err := queryOf(c.Table("query"))
	if err != nil {
		return nil, err
	}
	req := &rest.Request{
		Method: c.String("method"), Path: path, Query: query, Reason: c.String("reason"), UseUser: c.Bool("use_user"),
		Files: bind.Get[[]rest.File](c, "files"),
	}
	if c.Has("json") {
		if req.Body, err = cl.b.plainJSON(c.Lua("json")); err != nil {
			return nil, fmt.Errorf("json: %w", err)
		}
	}
	v, err := wait(c, func(w waiter) (any, error) { return cl.rest.Send(w, req) })
	return cl.wrap(v), err
}

// queryOf takes scalars, and lists for keys that repeat.
func queryOf(t *lua.LTable) (url.Values, error) {
	query := url.Values{}
	if t == nil {
		return query, nil
	}
	err := forEach(t, func(key, value lua.LValue) error {
		list, ok := value.(*lua.LTable)
		if !ok {
			query.Set(key.String(), queryText(value))
			return nil
		}
		for i := 1; i <= list.Len(); i++ {
			query.Add(key.String(), queryText(list.RawGetInt(i)))
		}
		return nil
	})
	return query, err
}

func queryText(v lua.LValue) string {
	if o, ok := asRef(v); ok {
		if id, ok := o.idAs(nil); ok {
			return string(id)
		}
	}
	return v.String()
}

// operations is the module dc.api. Its functions are made when they are first asked for.
func (cl *client) operations() lua.LValue {
	if cl.api == nil {
		cl.api = cl.b.r.AddModule(bind.Module{
			Name: "dc.api", Doc: "Every operation of Discord's API by its operationId. Parameters of path, query and body are given by name in one table.",
			Lookup: func(name string) (bind.Func, bool) {
				op := catalogue.Lookup(name)
				if op == nil {
					return bind.Func{}, false
				}
				return cl.operationFunc(op), true
			},
			Names: func() []string {
				var names []string
				for _, op := range catalogue.Operations() {
					names = append(names, op.ID)
				}
				return names
			},
		})
	}
	return cl.api
}

// operationFunc declares one operation.
func (cl *client) operationFunc(op *catalogue.Operation) bind.Func {
	var params []bind.Param
	for _, f := range op.PathParams {
		params = append(params, bind.Param{Name: f.Name, Type: cl.b.pathType(f), Named: true, Required: true})
	}
	for _, f := range slices.Concat(op.Query, op.BodyFields()) {
		if f.Required && !slices.ContainsFunc(params, func(p bind.Param) bool { return p.Name == f.Name }) {
			params = append(params, bind.Param{Name: f.Name, Type: cl.b.catalogueType(f.Name, f.Type), Named: true, Required: true})
		}
	}
	if op.Body != nil && len(op.BodyFields()) == 0 {
		params = append(params, bind.Param{Name: "body", Type: cl.b.catalogueType("", op.Body.Type), Named: true, Required: op.Body.Required})
	}
	doc := op.Method + " " + op.Path
	if op.Deprecated {
		doc += " (deprecated)"
	}
	return bind.Func{
		Name: op.ID, Doc: doc, Returns: answerName(op), Params: cl.b.operationParams(op, params, nil),
		Call: func(c *bind.Call) (any, error) {
			v, err := cl.call(c, op.ID, givenArgs(c))
			return cl.wrap(v), err
		},
	}
}

// pathType is the type of a path parameter. The emoji of a reaction is a string to the catalogue.
func (b *binding) pathType(f catalogue.Field) bind.Type {
	if f.Name == "emoji_name" {
		return emoji
	}
	return b.catalogueType(f.Name, f.Type)
}

func answerName(op *catalogue.Operation) string {
	for _, r := range op.Responses {
		if r.Type == nil {
			continue
		}
		if r.Type.Base == catalogue.Array && r.Type.Elem.Base == catalogue.Ref {
			return "list of " + string(discord.KindOfSchema(r.Type.Elem.Ref))
		}
		if r.Type.Base == catalogue.Ref {
			return string(discord.KindOfSchema(r.Type.Ref))
		}
		return r.Type.String()
	}
	return "true"
}
