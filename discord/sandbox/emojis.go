package sandbox

import (
	"net/http"
	"regexp"

	"cordial/discord"
)

// Limits of emojis (resources/emoji).
const (
	maxEmojiBytes = 256 << 10
	maxEmojis     = 50 // of each kind, still and animated, in a guild without boosts
	maxAppEmojis  = 2000
)

// EmojiParams is the body of a request to create or change an emoji. The image is a data URI and only for a new one.
type EmojiParams struct {
	Name  Field[string]              `json:"name"`
	Image string                     `json:"image"`
	Roles Field[[]discord.Snowflake] `json:"roles"`
}

// emojiNameForm is what the name of an emoji consists of.
var emojiNameForm = regexp.MustCompile(`^\w{2,32}$`)

// customEmoji finds an emoji of any guild or of the application, or returns nil.
func (w *World) customEmoji(id discord.Snowflake) *Emoji {
	if e := w.appEmojis[id]; e != nil {
		return e
	}
	for _, g := range w.guilds {
		if e := g.emojis[id]; e != nil {
			return e
		}
	}
	return nil
}

// emojiIsFrom reports whether an emoji can be used in a guild without the permission for external ones.
func (w *World) emojiIsFrom(guildID, id discord.Snowflake) bool {
	g := w.guilds[guildID]
	return w.appEmojis[id] != nil || g != nil && g.emojis[id] != nil
}

// newEmoji reads an emoji from a request.
func (w *World) newEmoji(actor Actor, p EmojiParams) (*Emoji, error) {
	if !emojiNameForm.MatchString(p.Name.Value) {
		return nil, formError("STRING_TYPE_REGEX", "String value did not match validation regex.", "name")
	}
	pic, err := readPicture(p.Image, "image", emojiKinds)
	if err != nil {
		return nil, err
	}
	if len(pic.data) > maxEmojiBytes {
		return nil, &Error{Status: http.StatusBadRequest, Message: "400: Bad Request"}
	}
	e := &Emoji{ID: w.newID(), Name: p.Name.Value, User: w.users[actor.User], Roles: orEmpty(p.Roles.Value), RequireColons: true,
		Animated: pic.kind == "image/gif", Available: true}
	return e, w.storePicture("emojis/"+string(e.ID), pic.data)
}

// Emojis lists the emojis of a guild. Who made them is only for those who can make some.
func (w *World) Emojis(actor Actor, guildID discord.Snowflake) ([]*Emoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	list := []*Emoji{}
	for _, e := range sortedByID(g.emojis) {
		list = append(list, w.showEmoji(actor, g, e))
	}
	return list, nil
}

// GetEmoji gives one emoji of a guild.
func (w *World) GetEmoji(actor Actor, guildID, id discord.Snowflake) (*Emoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	if g.emojis[id] == nil {
		return nil, errUnknownEmoji
	}
	return w.showEmoji(actor, g, g.emojis[id]), nil
}

func (w *World) showEmoji(actor Actor, g *guild, e *Emoji) *Emoji {
	shown := *e
	shown.User = nil
	p := w.guildPermissions(g, actor.User)
	if e.User != nil && (p.Has(discord.PermissionManageGuildExpressions) || p.Has(discord.PermissionCreateGuildExpressions)) {
		shown.User = w.current(e.User)
	}
	return &shown
}

// CreateEmoji adds an emoji to a guild.
func (w *World) CreateEmoji(actor Actor, guildID discord.Snowflake, p EmojiParams) (*Emoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionCreateGuildExpressions)
	if err != nil {
		return nil, err
	}
	if err := g.haveRoles(p.Roles.Value); err != nil {
		return nil, err
	}
	e, err := w.newEmoji(actor, p)
	if err != nil {
		return nil, err
	}
	if err := checkEmojiRoom(g, e); err != nil {
		w.dropPicture("emojis/" + string(e.ID))
		return nil, err
	}
	g.emojis[e.ID] = e
	w.audit(g, actor, auditEmojiCreate, e.ID, diff(nil, e), nil)
	w.emitEmojis(g)
	return w.showEmoji(actor, g, e), nil
}

// haveRoles makes sure that all roles are the guild's.
func (g *guild) haveRoles(ids []discord.Snowflake) error {
	for _, id := range ids {
		if g.roles[id] == nil {
			return errUnknownRole
		}
	}
	return nil
}

func checkEmojiRoom(g *guild, e *Emoji) error {
	same := 0
	for _, other := range g.emojis {
		if other.Animated == e.Animated {
			same++
		}
	}
	switch {
	case same < maxEmojis:
		return nil
	case e.Animated:
		return Refuse(http.StatusBadRequest, 30018)
	}
	return Refuse(http.StatusBadRequest, 30008)
}

// ownExpression finds the guild if the actor may change something that a user has added to it: their own things with one
// permission, those of others with another.
func (w *World) ownExpression(actor Actor, g *guild, by *User) error {
	p := w.guildPermissions(g, actor.User)
	if p.Has(discord.PermissionManageGuildExpressions) || by != nil && by.ID == actor.User && p.Has(discord.PermissionCreateGuildExpressions) {
		return nil
	}
	return errMissingPermissions
}

// emojiToChange finds an emoji that the actor may change.
func (w *World) emojiToChange(actor Actor, guildID, id discord.Snowflake) (*guild, *Emoji, error) {
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, nil, err
	}
	e := g.emojis[id]
	if e == nil {
		return nil, nil, errUnknownEmoji
	}
	return g, e, w.ownExpression(actor, g, e.User)
}

// EditEmoji changes the name of an emoji, and who may use it.
func (w *World) EditEmoji(actor Actor, guildID, id discord.Snowflake, p EmojiParams) (*Emoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, e, err := w.emojiToChange(actor, guildID, id)
	if err != nil {
		return nil, err
	}
	if err := g.haveRoles(p.Roles.Value); err != nil {
		return nil, err
	}
	changed, err := e.renamed(p)
	if err != nil {
		return nil, err
	}
	g.emojis[id] = changed
	w.audit(g, actor, auditEmojiUpdate, id, diff(e, changed), nil)
	w.emitEmojis(g)
	return w.showEmoji(actor, g, changed), nil
}

func (e *Emoji) renamed(p EmojiParams) (*Emoji, error) {
	if p.Name.Set && !emojiNameForm.MatchString(p.Name.Value) {
		return nil, formError("STRING_TYPE_REGEX", "String value did not match validation regex.", "name")
	}
	changed := *e
	p.Name.into(&changed.Name)
	if p.Roles.Set {
		changed.Roles = orEmpty(p.Roles.Value)
	}
	return &changed, nil
}

// DeleteEmoji removes an emoji from a guild.
func (w *World) DeleteEmoji(actor Actor, guildID, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, e, err := w.emojiToChange(actor, guildID, id)
	if err != nil {
		return err
	}
	delete(g.emojis, id)
	w.dropPicture("emojis/" + string(id))
	w.audit(g, actor, auditEmojiDelete, id, diff(e, nil), nil)
	w.emitEmojis(g)
	return nil
}

func (w *World) emitEmojis(g *guild) {
	w.emit("GUILD_EMOJIS_UPDATE", g.ID, "", struct {
		GuildID discord.Snowflake `json:"guild_id"`
		Emojis  []*Emoji          `json:"emojis"`
	}{g.ID, sortedByID(g.emojis)})
}

// checkApplication refuses to work on an application that is not the actor's own.
func (w *World) checkApplication(actor Actor, id discord.Snowflake) error {
	switch {
	case id != w.app.ID:
		return errUnknownApplication
	case actor.User != w.app.ID:
		return errMissingAccess
	}
	return nil
}

// ApplicationEmojis lists the emojis of the bot's application.
func (w *World) ApplicationEmojis(actor Actor, app discord.Snowflake) ([]*Emoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return sortedByID(w.appEmojis), w.checkApplication(actor, app)
}

// ApplicationEmoji gives one emoji of the bot's application.
func (w *World) ApplicationEmoji(actor Actor, app, id discord.Snowflake) (*Emoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.appEmoji(actor, app, id)
}

func (w *World) appEmoji(actor Actor, app, id discord.Snowflake) (*Emoji, error) {
	if err := w.checkApplication(actor, app); err != nil {
		return nil, err
	}
	if e := w.appEmojis[id]; e != nil {
		return e, nil
	}
	return nil, errUnknownEmoji
}

// CreateApplicationEmoji adds an emoji to the bot's application.
func (w *World) CreateApplicationEmoji(actor Actor, app discord.Snowflake, p EmojiParams) (*Emoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.checkApplication(actor, app); err != nil {
		return nil, err
	}
	if len(w.appEmojis) >= maxAppEmojis {
		return nil, Refuse(http.StatusBadRequest, 30008)
	}
	e, err := w.newEmoji(actor, p)
	if err != nil {
		return nil, err
	}
	w.appEmojis[e.ID] = e
	return e, nil
}

// EditApplicationEmoji renames an emoji of the bot's application.
func (w *World) EditApplicationEmoji(actor Actor, app, id discord.Snowflake, p EmojiParams) (*Emoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e, err := w.appEmoji(actor, app, id)
	if err != nil {
		return nil, err
	}
	changed, err := e.renamed(p)
	if err != nil {
		return nil, err
	}
	w.appEmojis[id] = changed
	return changed, nil
}

// DeleteApplicationEmoji removes an emoji from the bot's application.
func (w *World) DeleteApplicationEmoji(actor Actor, app, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.appEmoji(actor, app, id); err != nil {
		return err
	}
	delete(w.appEmojis, id)
	w.dropPicture("emojis/" + string(id))
	return nil
}
