package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"unicode/utf8"

	"cordial/discord"
)

// maxReactions is how many different emojis a message takes.
const maxReactions = 20

// The types of reactions.
const (
	normalReaction = 0
	burstReaction  = 1
)

// customEmojiForm is how a path names a custom emoji.
var customEmojiForm = regexp.MustCompile(`^[\w~]{1,32}:(\d{1,20})$`)

// emojiNamed reads the emoji in a path: a custom one as name:id, another as itself.
func (w *World) emojiNamed(text string) (PartialEmoji, error) {
	if m := customEmojiForm.FindStringSubmatch(text); m != nil {
		if e := w.customEmoji(discord.Snowflake(m[1])); e != nil {
			return PartialEmoji{ID: nullID(e.ID), Name: Nullable(e.Name), Animated: e.Animated}, nil
		}
		return PartialEmoji{}, errUnknownEmoji
	}
	if !isUnicodeEmoji(text) {
		return PartialEmoji{}, errUnknownEmoji
	}
	return PartialEmoji{Name: Nullable(text)}, nil
}

var errUnknownEmoji = Refuse(http.StatusNotFound, 10014)

// maxEmojiRunes bounds an emoji in characters: the longest ones are flags of regions and families joined with skin tones.
const maxEmojiRunes = 14

// isUnicodeEmoji reports whether a text can be an emoji: it consists of symbols, joiners, variation selectors and tags, or is a
// keycap such as 1️⃣.
func isUnicodeEmoji(text string) bool {
	if text == "" || !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxEmojiRunes {
		return false
	}
	const keycap = '\u20e3'
	last, _ := utf8.DecodeLastRuneInString(text)
	for _, r := range text {
		switch {
		case r >= 0x2190 && r <= 0x3299 && !(r >= 0x3040 && r <= 0x30ff): // arrows, symbols and enclosed signs, without kana
		case r >= 0x1f000 && r <= 0x1faff, r >= 0xe0020 && r <= 0xe007f: // pictographs; tags
		case r == 0x200d, r == 0xfe0f, r == keycap, r == 0xa9, r == 0xae, r == 0x203c, r == 0x2049, r == 0x2122, r == 0x2139:
		case last == keycap && (r >= '0' && r <= '9' || r == '#' || r == '*'):
		default:
			return false
		}
	}
	return true
}

// same reports whether two emojis are the same one.
func (e PartialEmoji) same(other PartialEmoji) bool {
	return e.ID == other.ID && (e.ID != "" || e.Name == other.Name)
}

// reactionIndex finds a message's reaction with an emoji, or gives -1.
func (m *Message) reactionIndex(e PartialEmoji) int {
	return slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Emoji.same(e) })
}

// reactionNamed finds a message's reaction by the emoji in a path, or gives -1 with the reason. A custom emoji may be deleted by now.
func (w *World) reactionNamed(m *Message, text string) (int, error) {
	e := PartialEmoji{Name: Nullable(text)}
	if custom := customEmojiForm.FindStringSubmatch(text); custom != nil {
		e = PartialEmoji{ID: Nullable(custom[1])}
	}
	if i := m.reactionIndex(e); i >= 0 {
		return i, nil
	}
	if _, err := w.emojiNamed(text); err != nil {
		return -1, err
	}
	return -1, nil
}

// showReactions marks the reader's own reactions.
func showReactions(reader discord.Snowflake, reactions []Reaction) []Reaction {
	shown := slices.Clone(reactions)
	for i := range shown {
		r := &shown[i]
		r.Count = len(r.users)
		r.CountDetails = ReactionCountDetails{Normal: r.Count}
		r.BurstColors = []string{}
		_, r.Me = findID(r.users, reader)
	}
	return shown
}

// findID finds an id in an ascending list.
func findID(ids []discord.Snowflake, id discord.Snowflake) (int, bool) {
	return slices.BinarySearchFunc(ids, id, discord.Snowflake.Compare)
}

// withID is an ascending list with one more id in it. The list itself stays as it is.
func withID(ids []discord.Snowflake, id discord.Snowflake) []discord.Snowflake {
	i, found := findID(ids, id)
	if found {
		return ids
	}
	return slices.Insert(slices.Clone(ids), i, id)
}

// withoutID is an ascending list without an id. The list itself stays as it is.
func withoutID(ids []discord.Snowflake, id discord.Snowflake) []discord.Snowflake {
	i, found := findID(ids, id)
	if !found {
		return ids
	}
	return slices.Delete(slices.Clone(ids), i, i+1)
}

// pageOfIDs cuts a page out of an ascending list: the last ids before one, or else the first after one.
func pageOfIDs(ids []discord.Snowflake, before, after discord.Snowflake, limit int) []discord.Snowflake {
	if before != "" {
		end, _ := findID(ids, before)
		return ids[max(end-limit, 0):end]
	}
	start, found := 0, false
	if after != "" {
		if start, found = findID(ids, after); found {
			start++
		}
	}
	return ids[start:min(start+limit, len(ids))]
}

// AddReaction puts an emoji under a message. The first use of an emoji on a message needs a permission, joining in does not.
func (w *World) AddReaction(actor Actor, channelID, id discord.Snowflake, emoji string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.messageFor(actor, channelID, id, discord.PermissionReadMessageHistory)
	if err != nil {
		return err
	}
	e, err := w.emojiNamed(emoji)
	if err != nil {
		return err
	}
	if err := archivedThread(c); err != nil {
		return err
	}
	changed := *m
	changed.Reactions = slices.Clone(m.Reactions)
	i := m.reactionIndex(e)
	if i < 0 {
		if err := w.checkNewReaction(c, m, actor, e); err != nil {
			return err
		}
		i = len(changed.Reactions)
		changed.Reactions = append(changed.Reactions, Reaction{Emoji: e})
	}
	r := &changed.Reactions[i]
	if _, has := findID(r.users, actor.User); has {
		return nil
	}
	r.users = withID(r.users, actor.User)
	c.replace(&changed)
	w.emitReaction("MESSAGE_REACTION_ADD", c, m, actor.User, &e)
	return nil
}

func (w *World) checkNewReaction(c *channel, m *Message, actor Actor, e PartialEmoji) error {
	p := w.channelPermissions(c, actor.User)
	custom := w.customEmoji(discord.Snowflake(e.ID))
	switch {
	case !p.Has(discord.PermissionAddReactions):
		return errMissingPermissions
	case len(m.Reactions) >= maxReactions:
		return Refuse(http.StatusBadRequest, 30010)
	case custom != nil && !w.emojiIsFrom(c.GuildID, custom.ID) && !p.Has(discord.PermissionUseExternalEmojis):
		return errUnknownEmoji
	}
	return nil
}

// RemoveReaction takes a user's reaction back: one's own, or with MANAGE_MESSAGES somebody else's.
func (w *World) RemoveReaction(actor Actor, channelID, id discord.Snowflake, emoji string, user discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	need := discord.PermissionViewChannel
	if user != actor.User {
		need = discord.PermissionManageMessages
	}
	c, m, err := w.messageFor(actor, channelID, id, need)
	if err != nil {
		return err
	}
	i, _ := w.reactionNamed(m, emoji)
	if i < 0 {
		return errUnknownEmoji
	}
	e := m.Reactions[i].Emoji
	left := withoutID(m.Reactions[i].users, user)
	if len(left) == len(m.Reactions[i].users) {
		return nil
	}
	changed := *m
	changed.Reactions = slices.Clone(m.Reactions)
	changed.Reactions[i].users = left
	if len(left) == 0 {
		changed.Reactions = slices.Delete(changed.Reactions, i, i+1)
	}
	c.replace(&changed)
	w.emitReaction("MESSAGE_REACTION_REMOVE", c, m, user, &e)
	return nil
}

// ClearReactions removes all reactions of a message, or all with one emoji when that is not "".
func (w *World) ClearReactions(actor Actor, channelID, id discord.Snowflake, emoji string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.messageFor(actor, channelID, id, discord.PermissionManageMessages)
	if err != nil {
		return err
	}
	changed := *m
	if emoji == "" {
		changed.Reactions = nil
		c.replace(&changed)
		w.emitReaction("MESSAGE_REACTION_REMOVE_ALL", c, m, "", nil)
		return nil
	}
	i, _ := w.reactionNamed(m, emoji)
	if i < 0 {
		return errUnknownEmoji
	}
	e := m.Reactions[i].Emoji
	changed.Reactions = slices.Delete(slices.Clone(m.Reactions), i, i+1)
	c.replace(&changed)
	w.emitReaction("MESSAGE_REACTION_REMOVE_EMOJI", c, m, "", &e)
	return nil
}

// Reactors lists who has reacted with an emoji, in the order of their ids.
func (w *World) Reactors(actor Actor, channelID, id discord.Snowflake, emoji string, kind int, after discord.Snowflake, limit int) ([]*User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, m, err := w.messageFor(actor, channelID, id, discord.PermissionReadMessageHistory)
	if err != nil {
		return nil, err
	}
	i, err := w.reactionNamed(m, emoji)
	if err != nil {
		return nil, err
	}
	if i < 0 || kind == burstReaction {
		return []*User{}, nil
	}
	return w.usersAfter(m.Reactions[i].users, after, limit), nil
}

// usersAfter gives a page of users out of an ascending list of ids.
func (w *World) usersAfter(ids []discord.Snowflake, after discord.Snowflake, limit int) []*User {
	page := []*User{}
	for _, id := range pageOfIDs(ids, "", after, limit) {
		if u := w.users[id]; u != nil {
			page = append(page, u)
		}
	}
	return page
}

// reactionEvent is what happens to the reactions of a message. Which fields it has follows from what happens.
type reactionEvent struct {
	UserID      discord.Snowflake `json:"user_id,omitempty"`
	ChannelID   discord.Snowflake `json:"channel_id"`
	MessageID   discord.Snowflake `json:"message_id"`
	GuildID     discord.Snowflake `json:"guild_id,omitempty"`
	Member      *Member           `json:"member,omitempty"`
	AuthorID    discord.Snowflake `json:"message_author_id,omitempty"`
	Emoji       *PartialEmoji     `json:"emoji,omitempty"`
	Type        *int              `json:"type,omitempty"`
	Burst       *bool             `json:"burst,omitempty"`
	BurstColors []string          `json:"burst_colors,omitzero"`
}

// emitReaction tells what happens to reactions: of a user, or of all when there is none; with an emoji, or with any.
func (w *World) emitReaction(typ string, c *channel, m *Message, user discord.Snowflake, emoji *PartialEmoji) {
	e := reactionEvent{UserID: user, ChannelID: c.ID, MessageID: m.ID, GuildID: c.GuildID, Emoji: emoji}
	if user != "" {
		kind, burst := normalReaction, false
		e.Type, e.Burst = &kind, &burst
	}
	if typ == "MESSAGE_REACTION_ADD" {
		e.Member, e.BurstColors = w.memberBeside(c.GuildID, user), []string{}
		if w.users[m.Author.ID] != nil { // a webhook is no user
			e.AuthorID = m.Author.ID
		}
	}
	w.emit(typ, c.GuildID, c.ID, e)
}
