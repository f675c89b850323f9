package luabind

import (
	"time"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/rest/catalogue"
	"cordial/runtime/bind"
)

// maxAgeParam bounds a search by age.
var maxAgeParam = bind.Param{Name: "max_age_days", Type: bind.Number, Named: true, Doc: "leave out messages older than this"}

// searchFilters are the named options of all searches, but for some: Discord's filters, and dates in the place of snowflakes.
func (b *binding) searchFilters(except ...string) []bind.Param {
	params := []bind.Param{
		{Name: "before", Type: bound, Named: true, Doc: "only messages before this date, time or id"},
		{Name: "after", Type: bound, Named: true, Doc: "only messages after this date, time or id"},
		{Name: "nothread", Type: bind.Boolean, Named: true, Default: true, Doc: "leave out messages in threads"},
		{Name: "use_user", Type: bind.Boolean, Named: true, Doc: "search as the person of DISCORD_USER_TOKEN"},
	}
	return b.operationParams(catalogue.Lookup("guild_search"), params, append(except, "min_id", "max_id"))
}

// searchFunc declares search; except names the filters that do not fit the object.
func (b *binding) searchFunc(except ...string) bind.Func {
	content := bind.Param{Name: "content", Type: bind.String, Doc: "words that the messages have"}
	return bind.Func{
		Name: "search", Doc: "Searches messages, newest first; in a channel, only that channel. It waits while Discord builds its index.", Returns: "list of Message",
		Params: append([]bind.Param{content}, b.searchFilters(append(except, "content")...)...), Example: `guild:search{after="2026-02-16", limit=5}`,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			s, err := o.searchOf(c)
			if err != nil {
				return nil, err
			}
			page, err := wait(c, func(w waiter) (*rest.SearchResult, error) { return o.client.rest.Search(w, s) })
			if err != nil {
				return nil, err
			}
			return o.client.wrapIn(string(s.Guild), &discord.List{Kind: discord.KindMessage, Items: items(page.Messages)}), nil
		}),
	}
}

// searchAllFunc declares search_all.
func (b *binding) searchAllFunc(except ...string) bind.Func {
	params := []bind.Param{
		{Name: "content", Type: bind.String, Doc: "words that the messages have"},
		{Name: "limit", Type: count, Named: true, Default: 500, Doc: "at most this many; math.huge for all"},
		{Name: "delay", Type: bind.Duration, Named: true, Default: time.Second, Doc: "between pages"},
		{Name: "show", Type: bind.Boolean, Named: true, Doc: "draw the progress"},
		maxAgeParam,
	}
	return bind.Func{
		Name: "search_all", Doc: "Searches messages through all pages, newest first, without a message twice.", Returns: "list of Message",
		Params: append(params, b.searchFilters(append(except, "content", "limit", "offset", "sort_by", "sort_order")...)...), Example: `guild:search_all{author_id=member, limit=1000, show=true}`,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			found, err := o.searchAll(c)
			if err != nil {
				return nil, err
			}
			return o.client.wrapIn(o.guildID(), &discord.List{Kind: discord.KindMessage, Items: items(found)}), nil
		}),
	}
}

// searchOf gathers a search from a call's options.
func (o *ref) searchOf(c *bind.Call) (rest.Search, error) {
	guild, err := o.inGuild()
	if err != nil {
		return rest.Search{}, err
	}
	filters := rest.Args{}
	query := catalogue.Lookup("guild_search")
	for _, name := range c.Given() {
		if query.QueryParam(name) != nil || name == "use_user" {
			filters[name] = c.Value(name)
		}
	}
	if v := c.Value("before"); v != nil {
		filters["max_id"] = v
	}
	if v := c.Value("after"); v != nil {
		filters["min_id"] = v
	}
	s := rest.Search{Guild: discord.Snowflake(guild), Filters: filters, NoThreads: c.Bool("nothread")}
	if o.Kind().IsChannel() {
		filters["channel_id"] = []discord.Snowflake{o.ID()}
		s.NoThreads = s.NoThreads && o.Kind() != discord.KindThread
	}
	return s, nil
}

// searchAll runs a search through all its pages.
func (o *ref) searchAll(c *bind.Call) ([]*discord.Object, error) {
	s, err := o.searchOf(c)
	if err != nil {
		return nil, err
	}
	limit, any := limitOf(c, "limit")
	if !any {
		return nil, nil
	}
	delete(s.Filters, "limit")
	if days := c.Float("max_age_days"); days > 0 && s.Filters["min_id"] == nil {
		age := time.Duration(days * 24 * float64(time.Hour))
		s.Filters["min_id"] = discord.SnowflakeAt(o.client.rest.Now().Add(-age))
	}
	bar := o.client.b.progress(c.Bool("show"), "searching")
	defer bar.Done()
	options := rest.SearchAllOptions{Limit: limit, Delay: c.Duration("delay"), Progress: bar.Set}
	return wait(c, func(w waiter) ([]*discord.Object, error) { return o.client.rest.SearchAll(w, s, options) })
}
