package rest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// checkGuilds refuses a request that reaches beyond the guard's guilds, or that cannot be told from one that does.
func (c *Client) checkGuilds(ctx context.Context, r *guarded) error {
	refuse := func(reason string) error { return &GuildError{r.name(), r.Method, shownPath(r.Path), reason} }
	if r.op == nil {
		return refuse("its guild cannot be told, because it is none of the known operations")
	}
	named, err := r.named()
	if err != nil {
		return refuse(err.Error())
	}
	for _, guild := range named.guilds {
		if !c.guard.allows(guild) {
			return refuse("it is about guild " + guild)
		}
	}
	for _, o := range named.owners {
		if o.token != "" && c.guard.admitted(o.token) {
			continue
		}
		if o.kind == ownerInteraction {
			return refuse("the interaction did not come in through the gateway from such a guild")
		}
		home, err := c.homeOf(ctx, r.UseUser, o)
		if err != nil {
			return err
		}
		if c.guard.allows(home.guild) {
			continue
		}
		if home.guild == "" {
			return refuse(fmt.Sprintf("the %s is in no guild; add dm to let direct messages through", o.kind))
		}
		return refuse(fmt.Sprintf("the %s is in guild %s", o.kind, home.guild))
	}
	switch {
	case len(named.guilds)+len(named.owners) > 0, reads(r.Method):
		return nil
	case r.op.ID == "create_dm":
		if c.guard.Direct {
			return nil
		}
		return refuse("direct messages are in no guild; add dm to let them through")
	}
	return refuse("it names no guild, so that it shows everywhere")
}

// ownerKind is something that belongs to a guild.
type ownerKind string

const (
	ownerChannel     ownerKind = "channel"
	ownerWebhook     ownerKind = "webhook"
	ownerInvite      ownerKind = "invite"
	ownerInteraction ownerKind = "interaction"
)

// owner is what a request names in place of a guild.
type owner struct {
	kind  ownerKind
	id    string
	token string // of a webhook or an interaction, "" without one
}

// named is what a request says about where it goes.
type named struct {
	guilds []string
	owners []owner
}

// named gathers the ids from the path, the query and the body.
func (r *guarded) named() (named, error) {
	var n named
	for name, value := range r.params {
		if name == "webhook_id" {
			n.owners = append(n.owners, owner{ownerWebhook, value, r.params["webhook_token"]})
		} else if name == "interaction_token" {
			n.owners = append(n.owners, owner{ownerInteraction, r.params["interaction_id"], value})
		} else if name == "code" && strings.HasPrefix(r.op.Path, "/invites/") {
			n.owners = append(n.owners, owner{ownerInvite, value, ""})
		} else if err := n.add(name, value); err != nil {
			return n, err
		}
	}
	_, inPath, _ := strings.Cut(r.Path, "?")
	query, err := url.ParseQuery(inPath)
	if err != nil {
		return n, fmt.Errorf("its query cannot be read")
	}
	for _, values := range []url.Values{query, r.Query} {
		for name, list := range values {
			for _, value := range list {
				if err := n.add(name, value); err != nil {
					return n, err
				}
			}
		}
	}
	payload, err := encode(r.Body)
	if err != nil || len(payload) == 0 {
		return n, err
	}
	return n, n.addJSON(payload)
}

func (n *named) addJSON(payload []byte) error {
	var body any
	if err := catalogue.DecodeBody(payload, &body); err != nil {
		return err
	}
	return n.walk(body)
}

// walk gathers the ids of a body, on whatever level they are.
func (n *named) walk(v any) error {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if err := n.add(name, value); err != nil {
				return err
			}
			if err := n.walk(value); err != nil {
				return err
			}
		}
	case []any:
		for _, item := range v {
			if err := n.walk(item); err != nil {
				return err
			}
		}
	}
	return nil
}

// add notes a value if its name says that it is the id of a guild or a channel, or several of them.
func (n *named) add(name string, value any) error {
	singular := strings.TrimSuffix(name, "s")
	isGuild, isChannel := strings.HasSuffix(singular, "guild_id"), strings.HasSuffix(singular, "channel_id")
	if !isGuild && !isChannel {
		return nil
	}
	switch v := value.(type) {
	case nil:
	case []any:
		for _, item := range v {
			if err := n.add(name, item); err != nil {
				return err
			}
		}
	default:
		id := fmt.Sprint(v)
		if !isDigits(id) {
			return fmt.Errorf("%s is no id, so that the guild cannot be told", name)
		}
		if isGuild {
			n.guilds = append(n.guilds, id)
		} else {
			n.owners = append(n.owners, owner{kind: ownerChannel, id: id})
		}
	}
	return nil
}

// home is where a channel or a webhook is: the guild never changes.
type home struct {
	guild string // "" for a direct message
	name  string // when it was looked up
}

// maxHomes bounds how many homes are remembered. When there are more, all are forgotten, and looked up again when they are needed.
const maxHomes = 10_000

// homes remembers where channels and webhooks are.
type homes struct {
	mu    sync.Mutex
	known map[owner]home
}

func (h *homes) get(o owner) (home, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	found, ok := h.known[o]
	return found, ok
}

func (h *homes) put(o owner, found home) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil || len(h.known) >= maxHomes {
		h.known = map[owner]home{}
	}
	h.known[o] = found
}

// homeOf asks Discord where something is, once for each. The code of an invite may come to mean another guild, so it is asked anew.
func (c *Client) homeOf(ctx context.Context, asUser bool, o owner) (home, error) {
	if known, ok := c.homes.get(o); ok {
		return known, nil
	}
	operation, args := "get_channel", Args{"channel_id": o.id}
	switch {
	case o.kind == ownerInvite:
		operation, args = "invite_resolve", Args{"code": o.id}
	case o.kind == ownerWebhook && o.token != "":
		operation, args = "get_webhook_by_token", Args{"webhook_id": o.id, "webhook_token": o.token}
	case o.kind == ownerWebhook:
		operation, args = "get_webhook", Args{"webhook_id": o.id}
	}
	if asUser {
		args[argUseUser] = true
	}
	object, err := c.unguarded(ctx, operation, args)
	if err != nil {
		return home{}, err
	}
	found := home{guild: object.Str("guild_id"), name: object.Str("name")}
	if o.kind == ownerInvite {
		if guild := object.Object("guild"); guild != nil {
			found.guild = cmp.Or(found.guild, string(guild.ID()))
		}
		return found, nil
	}
	c.homes.put(o, found)
	return found, nil
}

// unguarded asks for an object for the guard's own use.
func (c *Client) unguarded(ctx context.Context, operation string, args Args) (*discord.Object, error) {
	req, err := newRequest(catalogue.Lookup(operation), args)
	if err != nil {
		return nil, err
	}
	x, err := c.prepare(req)
	if err != nil {
		return nil, err
	}
	resp, err := c.perform(ctx, x)
	if err != nil {
		return nil, err
	}
	return discord.NewObject(discord.KindObject, json.RawMessage(resp.Body))
}
