package sandbox

import "net/http"

var stickerRoutes = routes{
	"list_sticker_packs":   listStickerPacks,
	"get_sticker_pack":     getStickerPack,
	"get_sticker":          getSticker,
	"list_guild_stickers":  listStickers,
	"get_guild_sticker":    getGuildSticker,
	"create_guild_sticker": createSticker,
	"update_guild_sticker": updateSticker,
	"delete_guild_sticker": deleteSticker,
}

// listStickerPacks has nothing to list: packs are Discord's own, and a world has none.
func listStickerPacks(*call) (any, error) { return map[string][]struct{}{"sticker_packs": {}}, nil }

func getStickerPack(*call) (any, error) { return nil, Refuse(http.StatusNotFound, 10061) }

func getSticker(c *call) (any, error) { return c.w.GetSticker(c.id("sticker_id")) }

func listStickers(c *call) (any, error) { return c.w.Stickers(c.actor, c.id("guild_id")) }

func getGuildSticker(c *call) (any, error) {
	return c.w.GuildSticker(c.actor, c.id("guild_id"), c.id("sticker_id"))
}

func createSticker(c *call) (any, error) {
	var p StickerParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	for _, u := range c.uploads {
		if u.Field == "file" && p.File == nil {
			p.File = &u
		} else {
			u.Discard()
		}
	}
	if p.File == nil {
		return nil, formError("BASE_TYPE_REQUIRED", "This field is required", "file")
	}
	return c.w.CreateSticker(c.actor, c.id("guild_id"), p)
}

func updateSticker(c *call) (any, error) {
	var p StickerParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.EditSticker(c.actor, c.id("guild_id"), c.id("sticker_id"), p)
}

func deleteSticker(c *call) (any, error) {
	return nil, c.w.DeleteSticker(c.actor, c.id("guild_id"), c.id("sticker_id"))
}
