package sandbox

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"cordial/discord"
)

func dataURI(kind string, data []byte) string {
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data)
}

const guildPath = "/guilds/" + string(seedGuild)

func TestEmojis(t *testing.T) {
	r := newRig(t)
	drawn, err := drawPicture("e")
	r.must(err)
	made := r.as("sam_rivera", "POST", guildPath+"/emojis", obj{"name": "wave", "image": dataURI("image/png", drawn)}).ok(201)
	emoji := guildPath + "/emojis/" + string(made.id("id"))
	equal(t, "maker", made.id("user.id"), seedSam)
	_, served := r.get(r.srv.CDNURL() + "/emojis/" + string(made.id("id")) + ".png")
	equal(t, "served as uploaded", bytes.Equal(served, drawn), true)

	reaction := generalMessages + "/" + string(r.say("x")) + "/reactions/wave:" + string(made.id("id"))
	r.bot("PUT", reaction+"/@me", nil).ok(204)
	equal(t, "name", r.as("sam_rivera", "PATCH", emoji, obj{"name": "hello"}).ok(200).get("name").String(), "hello")
	r.as("priya", "PATCH", emoji, obj{"name": "stolen"}).refused(403, 50013)
	r.as("priya", "DELETE", emoji, nil).refused(403, 50013)
	if !strings.Contains(string(r.bot("GET", guildPath+"/emojis", nil).ok(200).body), `"hello"`) {
		t.Error("the emoji is not listed")
	}
	r.bot("DELETE", emoji, nil).ok(204)
	r.bot("GET", emoji, nil).refused(404, 10014)
	r.as("nathan", "PUT", reaction+"/@me", nil).refused(404, 10014)
	r.bot("DELETE", reaction+"/@me", nil).ok(204)
	equal(t, "events", r.happened("GUILD_EMOJIS_UPDATE"), 3)
}

func TestEmojiLimits(t *testing.T) {
	r := newRig(t)
	image := dataURI("image/png", []byte("\x89PNG"))
	path := guildPath + "/emojis"
	r.bot("POST", path, obj{"name": "a", "image": image}).invalid("name", "BASE_TYPE_BAD_LENGTH")
	r.bot("POST", path, obj{"name": "no spaces", "image": image}).invalid("name", "STRING_TYPE_REGEX")
	r.bot("POST", path, obj{"name": "odd", "image": dataURI("text/plain", nil)}).invalid("image", "IMAGE_INVALID")
	r.bot("POST", path, obj{"name": "big", "image": dataURI("image/png", make([]byte, maxEmojiBytes+1))}).refused(400, 0)
	r.w.mu.Lock()
	emojis := r.w.guilds[seedGuild].emojis
	for len(emojis) < maxEmojis-1 {
		e := &Emoji{ID: r.w.newID(), Name: "filler", Roles: []discord.Snowflake{}, Available: true}
		emojis[e.ID] = e
	}
	r.w.mu.Unlock()
	gif := dataURI("image/gif", []byte("GIF89a"))
	r.bot("POST", path, obj{"name": "moving", "image": gif}).ok(201) // counted apart
	r.bot("POST", path, obj{"name": "last", "image": image}).ok(201)
	r.bot("POST", path, obj{"name": "more", "image": image}).refused(400, 30008)
	r.w.mu.Lock()
	for id, e := range emojis {
		moving := *e
		moving.Animated = true
		emojis[id] = &moving
	}
	r.w.mu.Unlock()
	r.bot("POST", path, obj{"name": "still", "image": image}).ok(201)
	r.bot("POST", path, obj{"name": "more", "image": gif}).refused(400, 30018)
}

func TestApplicationEmojis(t *testing.T) {
	r := newRig(t)
	path := "/applications/" + string(seedBot) + "/emojis"
	made := r.bot("POST", path, obj{"name": "mine", "image": dataURI("image/png", []byte("\x89PNG"))}).ok(201).id("id")
	equal(t, "listed", r.bot("GET", path, nil).ok(200).get("items.#.name").Raw, `["mine"]`)
	equal(t, "renamed", r.bot("PATCH", path+"/"+string(made), obj{"name": "ours"}).ok(200).get("name").String(), "ours")
	r.bot("PUT", generalMessages+"/"+string(r.say("x"))+"/reactions/"+url.PathEscape("ours:"+string(made))+"/@me", nil).ok(204)
	r.as("nathan", "GET", path, nil).refused(403, 50001)
	r.bot("GET", "/applications/1/emojis", nil).refused(404, 10002)
	r.bot("DELETE", path+"/"+string(made), nil).ok(204)
	r.bot("GET", path+"/"+string(made), nil).refused(404, 10014)
}

func (r *rig) newSticker(name, content string) *answer {
	r.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, value := range map[string]string{"name": name, "tags": "wave", "description": "waves a paw"} {
		r.must(form.WriteField(field, value))
	}
	if content != "" {
		part, err := form.CreateFormFile("file", "sticker")
		r.must(err)
		_, err = part.Write([]byte(content))
		r.must(err)
	}
	r.must(form.Close())
	req := r.request("POST", guildPath+"/stickers", body.String(), "Bot "+r.srv.BotToken())
	req.Header.Set("Content-Type", form.FormDataContentType())
	return r.send(req)
}

func TestStickers(t *testing.T) {
	r := newRig(t)
	made := r.newSticker("otter", "\x89PNG...").ok(201)
	equal(t, "format", made.get("format_type").Int(), stickerPNG)
	sticker := guildPath + "/stickers/" + string(made.id("id"))
	sent := r.bot("POST", generalMessages, obj{"sticker_ids": []discord.Snowflake{made.id("id")}}).ok(200)
	equal(t, "item", sent.get("sticker_items.0.name").String(), "otter")
	equal(t, "by id", r.bot("GET", "/stickers/"+string(made.id("id")), nil).ok(200).get("name").String(), "otter")
	equal(t, "listed", r.bot("GET", guildPath+"/stickers", nil).ok(200).get("#.name").Raw, `["otter"]`)
	equal(t, "renamed", r.bot("PATCH", sticker, obj{"name": "seal"}).ok(200).get("name").String(), "seal")
	r.bot("PATCH", sticker, obj{"description": "x"}).invalid("description", "BASE_TYPE_BAD_LENGTH")
	r.as("sam_rivera", "DELETE", sticker, nil).refused(403, 50013)
	_, served := r.get(r.srv.CDNURL() + "/stickers/" + string(made.id("id")) + ".png")
	equal(t, "served as uploaded", string(served), "\x89PNG...")
	r.bot("DELETE", sticker, nil).ok(204)
	r.bot("GET", sticker, nil).refused(404, 10060)

	equal(t, "packs", r.bot("GET", "/sticker-packs", nil).ok(200).get("sticker_packs.#").Int(), 0)
	r.bot("GET", "/sticker-packs/1", nil).refused(404, 10061)
	r.newSticker("nofile", "").invalid("file", "BASE_TYPE_REQUIRED")
	r.newSticker("nosticker", "plain text").refused(400, 50046)
	r.newSticker("big", "\x89PNG"+strings.Repeat("x", maxStickerBytes)).refused(400, 50045)
	equal(t, "bytes stored", r.w.blobs.used, 0)
	for i, content := range []string{"\x89PNG", "\x89PNGacTL", `{"v":1}`, "GIF89a", "GIF87a"} {
		r.newSticker(fmt.Sprint("sticker", i), content).ok(201)
	}
	r.newSticker("six", "\x89PNG").refused(400, 30039)
}
