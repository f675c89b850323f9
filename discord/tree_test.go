package discord

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTree(t *testing.T) {
	list := func(kind Kind, text string) []*Object {
		v, err := Value(kind, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return v.(*List).Objects()
	}
	guild := parse(t, KindGuild, `{"id":"1","name":"natedog's server"}`)
	channels := list(KindChannel, `[
		{"id":"3","name":"Voice Channels","type":4,"position":1},{"id":"2","name":"Text Channels","type":4,"position":0},
		{"id":"5","name":"General","type":2,"parent_id":"3","position":0},{"id":"7","name":"b","type":0,"parent_id":"2","position":1},
		{"id":"6","name":"a","type":0,"parent_id":"2","position":0,"topic":"first\nthings"},{"id":"8","name":"orphan","type":0,"parent_id":"99","position":0}]`)
	members := list(KindMember, `[{"user":{"id":"20","username":"u"},"nick":"nathan"}]`)
	want := `natedog's server (1)
├── # orphan (8)
├── Text Channels (2)
│   ├── # a (6) — first things
│   └── # b (7)
├── Voice Channels (3)
│   └── 🔊 General (5)
└── Members (1)
    └── nathan (20)`
	if diff := cmp.Diff(want, Tree(guild, channels, members)); diff != "" {
		t.Error(diff)
	}
}

func TestURLs(t *testing.T) {
	for _, test := range []struct {
		kind       Kind
		text, want string
	}{
		{KindGuild, `{"id":"1"}`, "https://discord.com/channels/1"},
		{KindChannel, `{"id":"2","guild_id":"1","type":0}`, "https://discord.com/channels/1/2"},
		{KindChannel, `{"id":"2","type":1}`, "https://discord.com/channels/@me/2"},
		{KindMessage, `{"id":"3","channel_id":"2","guild_id":"1"}`, "https://discord.com/channels/1/2/3"},
		{KindUser, `{"id":"3"}`, ""},
	} {
		if got := parse(t, test.kind, test.text).URL(); got != test.want {
			t.Errorf("%s: got %q, want %q", test.text, got, test.want)
		}
	}
	if got, want := AvatarURL(DefaultCDN, parse(t, KindUser, `{"id":"5","avatar":"a_1f"}`)), DefaultCDN+"/avatars/5/a_1f.gif"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := AvatarURL(DefaultCDN, parse(t, KindUser, `{"id":"346450717025894400","avatar":null}`)), DefaultCDN+"/embed/avatars/4.png"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestImageURLs(t *testing.T) {
	for _, test := range []struct {
		url  func(cdn string, o *Object) string
		kind Kind
		text string
		want string
	}{
		{EmojiURL, KindEmoji, `{"id":"5","name":"otter"}`, "https://cdn.discordapp.com/emojis/5.png"},
		{EmojiURL, KindEmoji, `{"id":"5","name":"otter","animated":true}`, "https://cdn.discordapp.com/emojis/5.gif"},
		{EmojiURL, KindEmoji, `{"id":null,"name":"🦦"}`, ""},
		{StickerURL, KindSticker, `{"id":"6","format_type":1}`, "https://cdn.discordapp.com/stickers/6.png"},
		{StickerURL, KindSticker, `{"id":"6","format_type":2}`, "https://cdn.discordapp.com/stickers/6.png"},
		{StickerURL, KindSticker, `{"id":"6","format_type":3}`, "https://cdn.discordapp.com/stickers/6.json"},
		{StickerURL, KindSticker, `{"id":"6","format_type":4}`, "https://media.discordapp.net/stickers/6.gif"},
	} {
		if got := test.url(DefaultCDN, parse(t, test.kind, test.text)); got != test.want {
			t.Errorf("%s: got %q, want %q", test.text, got, test.want)
		}
	}
}
