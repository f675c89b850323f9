package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"unicode/utf8"

	"cordial/discord"
)

// Limits of stickers (resources/sticker).
const (
	maxStickerBytes = 512 << 10
	maxStickers     = 5 // in a guild without boosts
	guildSticker    = 2 // the type of a guild's sticker
)

// The formats of stickers.
const (
	stickerPNG    = 1
	stickerAPNG   = 2
	stickerLottie = 3
	stickerGIF    = 4
)

// StickerParams is the body of a request to create or change a sticker. The file is only for a new one.
type StickerParams struct {
	Name        Field[string] `json:"name"`
	Tags        Field[string] `json:"tags"`
	Description Field[string] `json:"description"`
	File        *Upload       `json:"-"`
}

// stickerFormat finds out the format of a sticker's file, 0 when it is none.
func stickerFormat(data []byte) int {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG")) && bytes.Contains(data, []byte("acTL")):
		return stickerAPNG
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		return stickerPNG
	case bytes.HasPrefix(data, []byte("GIF8")):
		return stickerGIF
	case bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) && json.Valid(data):
		return stickerLottie
	}
	return 0
}

// checkDescription asks for a description that is empty or has at least two characters.
func (p *StickerParams) checkDescription() error {
	if n := utf8.RuneCountInString(p.Description.Value); n == 1 {
		return formError("BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.", "description")
	}
	return nil
}

// Stickers lists the stickers of a guild.
func (w *World) Stickers(actor Actor, guildID discord.Snowflake) ([]*Sticker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	return sortedByID(g.stickers), nil
}

// GetSticker gives a sticker of any guild.
func (w *World) GetSticker(id discord.Snowflake) (*Sticker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range w.guilds {
		if s := g.stickers[id]; s != nil {
			return s, nil
		}
	}
	return nil, errUnknownSticker
}

var errUnknownSticker = Refuse(http.StatusNotFound, 10060)

// GuildSticker gives a sticker of a guild.
func (w *World) GuildSticker(actor Actor, guildID, id discord.Snowflake) (*Sticker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	if s := g.stickers[id]; s != nil {
		return s, nil
	}
	return nil, errUnknownSticker
}

// CreateSticker adds a sticker to a guild.
func (w *World) CreateSticker(actor Actor, guildID discord.Snowflake, p StickerParams) (*Sticker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionCreateGuildExpressions)
	switch {
	case err != nil:
		return nil, err
	case len(g.stickers) >= maxStickers:
		return nil, Refuse(http.StatusBadRequest, 30039)
	case p.File.blob.size > maxStickerBytes:
		return nil, Refuse(http.StatusBadRequest, 50045)
	}
	if err := p.checkDescription(); err != nil {
		return nil, err
	}
	data, err := p.File.blob.head(maxStickerBytes)
	if err != nil {
		return nil, err
	}
	s := &Sticker{ID: w.newID(), Name: p.Name.Value, Tags: p.Tags.Value, Type: guildSticker, FormatType: stickerFormat(data),
		Description: Nullable(p.Description.Value), Available: true, GuildID: g.ID, User: w.users[actor.User]}
	if s.FormatType == 0 {
		return nil, Refuse(http.StatusBadRequest, 50046)
	}
	w.images["stickers/"+string(s.ID)] = p.File.blob
	g.stickers[s.ID] = s
	w.audit(g, actor, auditStickerCreate, s.ID, diff(nil, s), nil)
	w.emitStickers(g)
	return s, nil
}

// stickerToChange finds a sticker that the actor may change.
func (w *World) stickerToChange(actor Actor, guildID, id discord.Snowflake) (*guild, *Sticker, error) {
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, nil, err
	}
	s := g.stickers[id]
	if s == nil {
		return nil, nil, errUnknownSticker
	}
	return g, s, w.ownExpression(actor, g, s.User)
}

// EditSticker changes what a sticker is called and stands for.
func (w *World) EditSticker(actor Actor, guildID, id discord.Snowflake, p StickerParams) (*Sticker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, s, err := w.stickerToChange(actor, guildID, id)
	if err != nil {
		return nil, err
	}
	if err := p.checkDescription(); err != nil {
		return nil, err
	}
	changed := *s
	p.Name.into(&changed.Name)
	p.Tags.into(&changed.Tags)
	if p.Description.Set {
		changed.Description = Nullable(p.Description.Value)
	}
	g.stickers[id] = &changed
	w.audit(g, actor, auditStickerUpdate, id, diff(s, &changed), nil)
	w.emitStickers(g)
	return &changed, nil
}

// DeleteSticker removes a sticker from a guild.
func (w *World) DeleteSticker(actor Actor, guildID, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, s, err := w.stickerToChange(actor, guildID, id)
	if err != nil {
		return err
	}
	delete(g.stickers, id)
	w.dropPicture("stickers/" + string(id))
	w.audit(g, actor, auditStickerDelete, id, diff(s, nil), nil)
	w.emitStickers(g)
	return nil
}

func (w *World) emitStickers(g *guild) {
	w.emit("GUILD_STICKERS_UPDATE", g.ID, "", struct {
		GuildID  discord.Snowflake `json:"guild_id"`
		Stickers []*Sticker        `json:"stickers"`
	}{g.ID, sortedByID(g.stickers)})
}

// stickersFor finds the stickers that a message shows. Those of other guilds need a permission.
func (w *World) stickersFor(c *channel, by author, ids []discord.Snowflake) ([]StickerItem, error) {
	var items []StickerItem
	for _, id := range ids {
		s := w.usableSticker(c, by, id)
		if s == nil {
			return nil, Refuse(http.StatusBadRequest, 50081)
		}
		items = append(items, StickerItem{s.ID, s.Name, s.FormatType})
	}
	return items, nil
}

func (w *World) usableSticker(c *channel, by author, id discord.Snowflake) *Sticker {
	for _, g := range w.guilds {
		if s := g.stickers[id]; s != nil && (g.ID == c.GuildID || by.perms.Has(discord.PermissionUseExternalStickers)) {
			return s
		}
	}
	return nil
}
