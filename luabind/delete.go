package luabind

import (
	"errors"
	"fmt"
	"time"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// channelDeleting are the methods that delete messages.
func (b *binding) channelDeleting() []bind.Func {
	return []bind.Func{
		{
			Name: "delete_message", Doc: "Deletes a message.", Returns: "true, or false when it was already gone",
			Params: []bind.Param{{Name: "message", Type: messageID, Required: true}, reasonParam},
			Call: method(func(c *bind.Call, o *ref) (any, error) {
				return o.deleteMessage(c, o.ID(), bind.Get[discord.Snowflake](c, "message"), c.String("reason"))
			}),
		},
		{
			Name: "bulk_delete", Doc: "Deletes messages younger than 14 days, a hundred with each request. If one of them is older, it deletes none and raises an error.", Returns: "number of messages",
			Params:  []bind.Param{{Name: "messages", Type: bind.ListOf(messageID), Required: true}, reasonParam},
			Example: "channel:bulk_delete(channel:messages(20))",
			Call: method(func(c *bind.Call, o *ref) (any, error) {
				var ids []discord.Snowflake
				for _, id := range c.List("messages") {
					ids = append(ids, id.(discord.Snowflake))
				}
				reason := c.String("reason")
				return wait(c, func(w waiter) (int, error) { return o.client.rest.BulkDelete(w, o.ID(), ids, reason) })
			}),
		},
		{
			Name: "delete_messages", Doc: "Deletes messages of any age: young ones in bulk, those from 13 days on one by one. What is gone already is passed over.", Returns: "number of messages deleted",
			Params: []bind.Param{
				{Name: "messages", Type: bind.ListOf(messageID), Required: true},
				{Name: "delay", Type: bind.Duration, Named: true, Default: time.Duration(0), Doc: "between requests"},
				{Name: "show", Type: bind.Boolean, Named: true, Doc: "draw the progress"}, reasonParam,
			},
			Example: `channel:delete_messages(channel:messages{limit=100}, {reason="spring cleaning"})`,
			Call:    method(b.deleteMessages),
		},
		b.searchAndDelete(),
	}
}

func (b *binding) deleteMessages(c *bind.Call, o *ref) (any, error) {
	var messages []*discord.Object
	for _, id := range c.List("messages") {
		m, err := discord.NewObject(discord.KindMessage, fmt.Appendf(nil, `{"id":%q,"channel_id":%q}`, id, o.ID()))
		if err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	return b.purge(c, o, messages)
}

// purge deletes messages with the options of the call. When it ends before all are gone, by an error or because the task is cancelled,
// it says how far it came.
func (b *binding) purge(c *bind.Call, o *ref, messages []*discord.Object) (any, error) {
	options := rest.PurgeOptions{Delay: c.Duration("delay"), Reason: c.String("reason")}
	bar := b.progress(c.Bool("show"), "deleting")
	options.Progress = bar.Set
	deleted, err := wait(c, func(w waiter) (int, error) { return o.client.rest.Purge(w, messages, options) })
	bar.Done()
	if err != nil && deleted > 0 {
		b.host.Warn(fmt.Sprintf("%s: ended after %d of %s", c.Name(), deleted, counted(len(messages), "message")))
	}
	return deleted, err
}

func (o *ref) deleteMessage(c *bind.Call, channel, message discord.Snowflake, reason string) (any, error) {
	return wait(c, func(w waiter) (bool, error) { return o.client.rest.DeleteMessage(w, channel, message, reason) })
}

// errDeclined is the error of a question that was answered with no.
var errDeclined = errors.New("not confirmed, nothing was deleted")

func (b *binding) searchAndDelete() bind.Func {
	params := append([]bind.Param{
		{Name: "content", Type: bind.String, Required: true},
		{Name: "delay", Type: bind.Duration, Named: true, Default: 2 * time.Second, Doc: "between requests"},
		{Name: "show", Type: bind.Boolean, Named: true, Doc: "draw the progress"},
		{Name: "dry_run", Type: bind.Boolean, Named: true, Doc: "delete nothing, return the messages"},
		{Name: "limit", Type: count, Named: true, Doc: "at most this many; all without it"},
		maxAgeParam, reasonParam,
	}, b.searchFilters("content", "limit", "offset", "sort_by", "sort_order", "channel_id")...)
	return bind.Func{
		Name: "search_and_delete_all", Doc: "Deletes all messages of the channel that a search finds: young ones in bulk, old ones one by one. In the REPL it asks first.", Returns: "number of messages deleted; with dry_run the list of Message",
		Params: params, Example: `channel:search_and_delete_all("spam.example", {dry_run=true})`,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			if c.String("content") == "" {
				return nil, errors.New("content must not be empty: it would delete everything")
			}
			found, err := o.searchAll(c)
			if err != nil {
				return nil, err
			}
			if c.Bool("dry_run") {
				return o.client.wrapIn(o.guildID(), &discord.List{Kind: discord.KindMessage, Items: items(found)}), nil
			}
			return o.purge(c, found)
		}),
	}
}

// counted is a number with its noun: "1 message", "5 messages".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (o *ref) purge(c *bind.Call, found []*discord.Object) (any, error) {
	b := o.client.b
	if len(found) > 0 && !b.confirm(c, fmt.Sprintf("Delete %s found with %q in #%s?", counted(len(found), "message"), c.String("content"), o.Str("name"))) {
		return nil, errDeclined
	}
	return b.purge(c, o, found)
}
