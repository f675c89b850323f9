package sandbox

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"cordial/discord"
)

// SearchQuery says which messages to find. Empty fields ask for nothing; a list asks for any of its values, and where a value may
// begin with "-", for none of those.
type SearchQuery struct {
	Content              string
	Slop                 int
	MinID, MaxID         discord.Snowflake // neither is found itself
	Channels             []discord.Snowflake
	Authors              []discord.Snowflake
	AuthorTypes          []string // "user", "bot", "webhook", or with a "-"
	Mentions             []discord.Snowflake
	MentionedRoles       []discord.Snowflake
	RepliedToUsers       []discord.Snowflake
	RepliedToMessages    []discord.Snowflake
	MentionEveryone      *bool
	Pinned               *bool
	Has                  []string // "image", "link" and so on, or with a "-"
	LinkHosts            []string
	EmbedTypes           []string
	EmbedProviders       []string
	AttachmentNames      []string
	AttachmentExtensions []string
	IncludeNSFW          bool
	ByRelevance          bool // instead of by time
	OldestFirst          bool
	Offset, Limit        int
}

// SearchResult is a page of found messages.
type SearchResult struct {
	DeepIndexing     bool            `json:"doing_deep_historical_index"`
	TotalResults     int             `json:"total_results"`
	Messages         [][]searchHit   `json:"messages"` // each one by itself: Discord does not show its neighbours any more
	Threads          []*Channel      `json:"threads,omitempty"`
	Members          []*ThreadMember `json:"members,omitempty"`
	DocumentsIndexed int             `json:"documents_indexed"`
}

// searchHit is a found message. It does not show reactions.
type searchHit struct {
	*Message
	Hit bool `json:"hit"`
}

// IndexNotReady is the answer to a search that comes before the index is built.
type IndexNotReady struct {
	Message          string `json:"message"`
	Code             int    `json:"code"`
	DocumentsIndexed int    `json:"documents_indexed"`
	RetryAfter       int    `json:"retry_after"` // seconds
}

func (e *IndexNotReady) Error() string { return e.Message }

// indexing answers the searches that the world's settings have still to be built for.
func (w *World) indexing() error {
	if w.settings.SearchDelay <= 0 {
		return nil
	}
	w.settings.SearchDelay--
	return &IndexNotReady{Message: discord.ErrorMessage(110000), Code: 110000, RetryAfter: 1}
}

// found is a message that a search has found.
type found struct {
	c     *channel
	m     *Message
	score int // how often it matches
}

// Search finds messages of a guild in the channels that the actor can read. Bots need the message content intent.
func (w *World) Search(actor Actor, guildID discord.Snowflake, q SearchQuery) (*SearchResult, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	if w.users[actor.User].Bot && !w.app.MessageContent {
		return nil, errMissingAccess
	}
	channels, err := w.channelsToSearch(actor, g, q)
	if err != nil {
		return nil, err
	}
	if err := w.indexing(); err != nil {
		return nil, err
	}
	result := &SearchResult{Messages: [][]searchHit{}}
	filter := newSearchFilter(q)
	var hits []found
	for _, c := range channels {
		result.DocumentsIndexed += len(c.messages)
		hits = filter.find(c, hits)
	}
	sortHits(hits, q)
	result.TotalResults = len(hits)
	w.fillPage(actor, result, hits[min(q.Offset, len(hits)):min(q.Offset+q.Limit, len(hits))])
	return result, nil
}

// channelsToSearch finds the channels and threads that a search goes through. A channel stands for its threads, too.
func (w *World) channelsToSearch(actor Actor, g *guild, q SearchQuery) ([]*channel, error) {
	for _, id := range q.Channels {
		c, err := w.channelFor(actor, id)
		if err != nil {
			return nil, err
		}
		if c.GuildID != g.ID {
			return nil, errUnknownChannel
		}
	}
	var channels []*channel
	for _, c := range slices.Concat(sortedByID(g.channels), sortedByID(g.threads)) {
		wanted := len(q.Channels) == 0 || slices.Contains(q.Channels, c.ID) || slices.Contains(q.Channels, c.ParentID)
		if wanted && (q.IncludeNSFW || !w.isNSFW(c)) && w.channelPermissions(c, actor.User).Has(discord.PermissionReadMessageHistory) {
			channels = append(channels, c)
		}
	}
	return channels, nil
}

func (w *World) isNSFW(c *channel) bool {
	if c.Type.IsThread() {
		return w.channels[c.ParentID].NSFW
	}
	return c.NSFW
}

func sortHits(hits []found, q SearchQuery) {
	newestFirst := func(a, b found) int { return b.m.ID.Compare(a.m.ID) }
	switch {
	case q.ByRelevance:
		slices.SortFunc(hits, func(a, b found) int { return cmp.Or(cmp.Compare(b.score, a.score), newestFirst(a, b)) })
	case q.OldestFirst:
		slices.SortFunc(hits, func(a, b found) int { return newestFirst(b, a) })
	default:
		slices.SortFunc(hits, newestFirst)
	}
}

// fillPage puts found messages into a result, with the threads that they are in.
func (w *World) fillPage(actor Actor, result *SearchResult, page []found) {
	seen := map[*channel]bool{}
	for _, hit := range page {
		shown := *w.show(actor.User, hit.c, hit.m)
		shown.Reactions = nil
		result.Messages = append(result.Messages, []searchHit{{&shown, true}})
		if !hit.c.Type.IsThread() || seen[hit.c] {
			continue
		}
		seen[hit.c] = true
		result.Threads = append(result.Threads, w.channelView(actor.User, hit.c))
		if m := hit.c.threadMembers[actor.User]; m != nil {
			result.Members = append(result.Members, m)
		}
	}
}

// searchFilter is a query in the form that looks at messages.
type searchFilter struct {
	SearchQuery
	phrase phrase
}

func newSearchFilter(q SearchQuery) *searchFilter {
	return &searchFilter{SearchQuery: q, phrase: newPhrase(q.Content, q.Slop)}
}

// find adds the messages of a channel that fit to the hits. The ids bound the part of the channel that is looked at.
func (f *searchFilter) find(c *channel, hits []found) []found {
	from, to := 0, len(c.messages)
	if f.MinID != "" {
		i, exact := c.indexOf(f.MinID)
		if from = i; exact {
			from++
		}
	}
	if f.MaxID != "" {
		to, _ = c.indexOf(f.MaxID)
	}
	for _, m := range c.messages[from:max(from, to)] {
		if m.Type.IsSystem() || !f.fits(c, m) {
			continue
		}
		if score := f.phrase.count(m.text()); score > 0 {
			hits = append(hits, found{c, m, score})
		}
	}
	return hits
}

// text is what a message says, in its content and in its components.
func (m *Message) text() string {
	if len(m.Components) == 0 {
		return m.Content
	}
	return strings.Join(append([]string{m.Content}, shownTexts(m.Components)...), "\n")
}

// fits reports whether a message is what the query asks for, apart from its text.
func (f *searchFilter) fits(c *channel, m *Message) bool {
	return (len(f.Authors) == 0 || slices.Contains(f.Authors, m.Author.ID)) &&
		choose(f.AuthorTypes, m.isAuthorType) &&
		(len(f.Mentions) == 0 || slices.ContainsFunc(m.Mentions, func(u *User) bool { return slices.Contains(f.Mentions, u.ID) })) &&
		(len(f.MentionedRoles) == 0 || slices.ContainsFunc(m.MentionRoles, func(id discord.Snowflake) bool { return slices.Contains(f.MentionedRoles, id) })) &&
		(f.MentionEveryone == nil || *f.MentionEveryone == m.MentionEveryone) &&
		(f.Pinned == nil || *f.Pinned == m.Pinned) &&
		f.fitsReply(c, m) && choose(f.Has, m.has) && f.fitsFiles(m) && f.fitsLinks(m)
}

func (f *searchFilter) fitsReply(c *channel, m *Message) bool {
	if len(f.RepliedToUsers) == 0 && len(f.RepliedToMessages) == 0 {
		return true
	}
	if m.Type != ReplyMessage || m.Reference == nil {
		return false
	}
	target := c.message(m.Reference.MessageID)
	return (len(f.RepliedToMessages) == 0 || slices.Contains(f.RepliedToMessages, m.Reference.MessageID)) &&
		(len(f.RepliedToUsers) == 0 || target != nil && slices.Contains(f.RepliedToUsers, target.Author.ID))
}

func (f *searchFilter) fitsFiles(m *Message) bool {
	anyFile := func(wanted []string, of func(*Attachment) string) bool {
		return len(wanted) == 0 || slices.ContainsFunc(m.Attachments, func(a *Attachment) bool { return containsFold(wanted, of(a)) })
	}
	return anyFile(f.AttachmentNames, func(a *Attachment) string { return a.Filename }) &&
		anyFile(f.AttachmentExtensions, func(a *Attachment) string { return strings.TrimPrefix(path.Ext(a.Filename), ".") })
}

func (f *searchFilter) fitsLinks(m *Message) bool {
	if len(f.LinkHosts) > 0 && !slices.ContainsFunc(linkHosts(m.Content), func(host string) bool { return containsFold(f.LinkHosts, host) }) {
		return false
	}
	return (len(f.EmbedTypes) == 0 || slices.ContainsFunc(m.Embeds, func(e Embed) bool { return slices.Contains(f.EmbedTypes, e.searchType()) })) &&
		(len(f.EmbedProviders) == 0 || slices.ContainsFunc(m.Embeds, func(e Embed) bool { return e.Provider != nil && containsFold(f.EmbedProviders, e.Provider.Name) }))
}

func containsFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, text) })
}

// searchType is the type by which a search finds an embed: "gif" where messages say gifv.
func (e Embed) searchType() string {
	if e.Type == "gifv" {
		return "gif"
	}
	return e.Type
}

// choose reports whether any of the plain options is so, if there are any, and none of those with a "-".
func choose(options []string, is func(string) bool) bool {
	plain, hit := false, false
	for _, o := range options {
		if negated, ok := strings.CutPrefix(o, "-"); ok {
			if is(negated) {
				return false
			}
			continue
		}
		plain = true
		hit = hit || is(o)
	}
	return hit || !plain
}

func (m *Message) isAuthorType(kind string) bool {
	switch kind {
	case "webhook":
		return m.WebhookID != ""
	case "bot":
		return m.WebhookID == "" && m.Author.Bot
	}
	return m.WebhookID == "" && !m.Author.Bot
}

// has reports whether a message has something that a search can ask for.
func (m *Message) has(thing string) bool {
	switch thing {
	case "file":
		return len(m.Attachments) > 0
	case "embed":
		return len(m.Embeds) > 0
	case "link":
		return hasLink(m.Content)
	case "sticker":
		return len(m.StickerItems) > 0
	case "poll":
		return m.Poll != nil
	case "snapshot":
		return len(m.Snapshots) > 0
	}
	prefix := map[string]string{"image": "image/", "video": "video/", "sound": "audio/"}[thing]
	return prefix != "" && slices.ContainsFunc(m.Attachments, func(a *Attachment) bool { return strings.HasPrefix(a.ContentType, prefix) })
}
