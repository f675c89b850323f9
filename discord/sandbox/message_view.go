package sandbox

import (
	"slices"

	"cordial/discord"
)

// viewer is who something is shown to.
type viewer struct {
	user    discord.Snowflake // "" for nobody in particular
	content bool              // reads the content of messages by others
	hides   bool              // gets channels that it cannot see obfuscated

	// Of sessions of the gateway.
	presences bool // is told who is there
	large     int  // from how many members on a guild is large
}

// reader is a user as the reader of an answer. What a bot may read there is set in the portal.
func (w *World) reader(user discord.Snowflake) viewer {
	u := w.users[user]
	return viewer{user: user, content: u == nil || !u.Bot || w.app.MessageContent}
}

// show makes the form of a message that a reader gets: its people as they are now, its files under fresh links, the reader's own
// reactions and votes marked, and nothing of what is withheld from the reader. The helpers below need the world's lock.
func (w *World) show(reader discord.Snowflake, c *channel, m *Message) *Message {
	return w.showTo(w.reader(reader), c, m)
}

// showTo is show for somebody whose rights are known.
func (w *World) showTo(v viewer, c *channel, m *Message) *Message {
	shown := w.showAlone(v, c, m)
	if m.Type == ReplyMessage && m.Reference != nil {
		shown.Referenced = Field[*Message]{Set: true, Null: true}
		if target := w.repliedTo(c, m); target != nil {
			shown.Referenced = Given(w.showAlone(v, c, target))
		}
	}
	return shown
}

// showAlone is showTo without the message that this one replies to.
func (w *World) showAlone(v viewer, c *channel, m *Message) *Message {
	shown := *m
	shown.Nonce = "" // only the sender and the gateway are told, and only at once
	if m.WebhookID == "" {
		shown.Author = w.current(m.Author)
	}
	shown.MessageContent = w.showContent(m.MessageContent)
	shown.Snapshots = slices.Clone(m.Snapshots)
	for i := range shown.Snapshots {
		shown.Snapshots[i].Message = w.showContent(shown.Snapshots[i].Message)
	}
	if m.Flags&MessageHasThread != 0 {
		if t := w.channels[m.ID]; t != nil {
			shown.Thread = w.channelView(v.user, t)
		}
	}
	shown.Reactions = showReactions(v.user, m.Reactions)
	if m.Poll != nil {
		shown.Poll = w.showPoll(v.user, m.Poll)
	}
	if w.contentHidden(v, c, m) {
		shown.blank()
	}
	return &shown
}

// showContent refreshes the people in a message's content and signs the links to its files.
func (w *World) showContent(content MessageContent) MessageContent {
	mentions := make([]*User, len(content.Mentions))
	for i, u := range content.Mentions {
		mentions[i] = w.current(u)
	}
	content.Mentions = mentions
	content.MentionRoles, content.Embeds, content.Components = orEmpty(content.MentionRoles), orEmpty(content.Embeds), orEmpty(content.Components)
	if content.Flags&MessageSuppressEmbeds != 0 {
		content.Embeds = []Embed{}
	}
	files := w.showAttachments(content.Attachments)
	content.Attachments = files
	if len(files) == 0 {
		return content
	}
	content.Components = resolveComponents(content.Components, files)
	content.Embeds, content.Attachments = resolveEmbeds(content.Embeds, files)
	return content
}

// current is a user as they are now.
func (w *World) current(u *User) *User {
	if now := w.users[u.ID]; now != nil {
		return now
	}
	return u
}

// blank takes away what the message content intent is about.
func (m *Message) blank() {
	m.Content, m.Poll, m.Snapshots = "", nil, nil
	m.Embeds, m.Attachments, m.Components = []Embed{}, []*Attachment{}, []Component{}
}

// resolveEmbeds puts the links of files into the embeds that show them. Such files are not listed as attachments any more.
func resolveEmbeds(embeds []Embed, files []*Attachment) ([]Embed, []*Attachment) {
	used := map[discord.Snowflake]bool{}
	resolve := func(link *string) {
		if a := attachmentReferred(files, *link); a != nil {
			used[a.ID] = true
			*link = a.URL
		}
	}
	embeds = slices.Clone(embeds)
	for i := range embeds {
		e := &embeds[i]
		for _, media := range []**EmbedMedia{&e.Image, &e.Thumbnail} {
			if *media != nil {
				copied := **media
				*media = &copied
				resolve(&copied.URL)
				resolve(&copied.ProxyURL)
			}
		}
		if e.Author != nil {
			copied := *e.Author
			e.Author = &copied
			resolve(&copied.IconURL)
			resolve(&copied.ProxyIconURL)
		}
		if e.Footer != nil {
			copied := *e.Footer
			e.Footer = &copied
			resolve(&copied.IconURL)
			resolve(&copied.ProxyIconURL)
		}
	}
	if len(used) == 0 {
		return embeds, files
	}
	return embeds, slices.DeleteFunc(slices.Clone(files), func(a *Attachment) bool { return used[a.ID] })
}

// resolveComponents puts the links of files into the components that show them.
func resolveComponents(components []Component, files []*Attachment) []Component {
	resolved := make([]Component, len(components))
	for i, c := range components {
		resolved[i] = resolveValue(c, files).(Component)
	}
	return resolved
}

// resolveValue copies a part of a component, replacing attachment:// links.
func resolveValue(value any, files []*Attachment) any {
	switch v := value.(type) {
	case Component:
		copied := make(Component, len(v))
		for key, inner := range v {
			copied[key] = resolveValue(inner, files)
		}
		for _, key := range []string{"url", "proxy_url"} {
			if a := attachmentReferred(files, v.Text(key)); a != nil {
				copied[key] = a.URL
			}
		}
		return copied
	case map[string]any:
		return resolveValue(Component(v), files)
	case []any:
		copied := make([]any, len(v))
		for i, inner := range v {
			copied[i] = resolveValue(inner, files)
		}
		return copied
	}
	return value
}
