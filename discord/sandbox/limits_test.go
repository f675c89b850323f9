package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestContentLimits(t *testing.T) {
	r := newRig(t)
	long := func(n int) string { return strings.Repeat("ä", n) }
	field := func(name, value string) []obj { return []obj{{"fields": []obj{{"name": name, "value": value}}}} }
	for _, c := range []struct {
		rule, path, code string
		body             obj
	}{
		{"content of 2001", "content", "BASE_TYPE_MAX_LENGTH", obj{"content": long(2001)}},
		{"eleven embeds", "embeds", "BASE_TYPE_MAX_LENGTH", obj{"embeds": slices.Repeat([]obj{{"title": "t"}}, 11)}},
		{"title of 257", "embeds.0.title", "BASE_TYPE_MAX_LENGTH", obj{"embeds": []obj{{"title": long(257)}}}},
		{"description of 4097", "embeds.0.description", "BASE_TYPE_MAX_LENGTH", obj{"embeds": []obj{{"description": long(4097)}}}},
		{"26 fields", "embeds.0.fields", "BASE_TYPE_MAX_LENGTH", obj{"embeds": []obj{{"fields": slices.Repeat([]obj{{"name": "n", "value": "v"}}, 26)}}}},
		{"field name of 257", "embeds.0.fields.0.name", "BASE_TYPE_MAX_LENGTH", obj{"embeds": field(long(257), "v")}},
		{"field value of 1025", "embeds.0.fields.0.value", "BASE_TYPE_MAX_LENGTH", obj{"embeds": field("n", long(1025))}},
		{"field without a name", "embeds.0.fields.0.name", "BASE_TYPE_REQUIRED", obj{"embeds": field("  ", "v")}},
		{"footer of 2049", "embeds.0.footer.text", "BASE_TYPE_MAX_LENGTH", obj{"embeds": []obj{{"footer": obj{"text": long(2049)}}}}},
		{"author of 257", "embeds.0.author.name", "BASE_TYPE_MAX_LENGTH", obj{"embeds": []obj{{"author": obj{"name": long(257)}}}}},
		{"6001 characters in all", "embeds", "MAX_EMBED_SIZE_EXCEEDED", obj{"embeds": []obj{{"description": long(4000)}, {"description": long(2001)}}}},
		{"empty embed", "embeds.0.description", "BASE_TYPE_REQUIRED", obj{"embeds": []obj{{}}}},
		{"odd scheme", "embeds.0.url", "URL_TYPE_INVALID_SCHEME", obj{"embeds": []obj{{"title": "t", "url": "ftp://example.com/x"}}}},
		{"colour beyond white", "embeds.0.color", "NUMBER_TYPE_MAX", obj{"embeds": []obj{{"title": "t", "color": 0x1000000}}}},
		{"four stickers", "sticker_ids", "BASE_TYPE_MAX_LENGTH", obj{"sticker_ids": []string{"1", "2", "3", "4"}}},
	} {
		t.Run(c.rule, func(t *testing.T) { r.bot("POST", generalMessages, c.body).invalid(c.path, c.code) })
	}
	r.bot("POST", generalMessages, obj{"content": "x", "nonce": long(26)}).refused(400, 50035)
	r.bot("POST", generalMessages, obj{"content": long(2000)}).ok(200)
	r.bot("POST", generalMessages, obj{"embeds": []obj{{"description": "  " + long(4090) + "  "}, {"description": long(1910)}}}).ok(200)
}

func TestEmbedsComeBackAsDiscordKeepsThem(t *testing.T) {
	r := newRig(t)
	m := r.bot("POST", generalMessages, obj{"embeds": []obj{{
		"type": "video", "title": "  t ", "provider": obj{"name": "p"}, "fields": []obj{{"name": " n ", "value": " v "}},
		"image": obj{"url": "https://example.com/i.png", "width": 5}, "color": nil, "timestamp": "2026-01-01T00:00:00Z",
	}}}).ok(200)
	want := `{"type":"rich","title":"t","timestamp":"2026-01-01T00:00:00.000000+00:00","fields":[{"name":"n","value":"v","inline":false}],` +
		`"image":{"url":"https://example.com/i.png","proxy_url":"https://example.com/i.png"}}`
	equal(t, "embed", m.get("embeds.0").Raw, want)
}

func button(id string) obj { return obj{"type": 2, "style": 1, "label": "b", "custom_id": id} }

func row(children ...obj) obj { return obj{"type": 1, "components": children} }

func text(content string) obj { return obj{"type": 10, "content": content} }

func aSelect(id string) obj {
	return obj{"type": 3, "custom_id": id, "options": []obj{{"label": "a", "value": "a"}, {"label": "b", "value": "b"}}}
}

func TestComponentLimits(t *testing.T) {
	r := newRig(t)
	with := func(s, change obj) obj {
		for k, v := range change {
			s[k] = v
		}
		return s
	}
	for _, c := range []struct {
		rule, path, code string
		components       []obj
	}{
		{"no row", "components.0.type", "UNION_TYPE_CHOICES", []obj{text("x")}},
		{"six rows", "components", "BASE_TYPE_BAD_LENGTH", []obj{row(button("1")), row(button("2")), row(button("3")), row(button("4")), row(button("5")), row(button("6"))}},
		{"two selects in a row", "components.0.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", []obj{row(aSelect("1"), aSelect("2"))}},
		{"same custom_id twice", "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", []obj{row(button("1"), button("1"))}},
		{"button without custom_id", "components.0.components.0.custom_id", "BASE_TYPE_REQUIRED", []obj{row(obj{"type": 2, "style": 1, "label": "b"})}},
		{"link without url", "components.0.components.0.url", "BASE_TYPE_REQUIRED", []obj{row(obj{"type": 2, "style": 5, "label": "b"})}},
		{"button with url and custom_id", "components.0.components.0", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", []obj{row(with(button("1"), obj{"url": "https://example.com"}))}},
		{"button without label", "components.0.components.0.label", "BASE_TYPE_REQUIRED", []obj{row(obj{"type": 2, "style": 1, "custom_id": "1"})}},
		{"more values than options", "components.0.components.0.max_values", "NUMBER_TYPE_MAX", []obj{row(with(aSelect("1"), obj{"max_values": 3}))}},
		{"min above max", "components.0.components.0.min_values", "NUMBER_TYPE_MAX", []obj{row(with(aSelect("1"), obj{"min_values": 2, "max_values": 1}))}},
		{"option twice", "components.0.components.0.options.1.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
			[]obj{row(obj{"type": 3, "custom_id": "1", "options": []obj{{"label": "a", "value": "a"}, {"label": "b", "value": "a"}}})}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r.bot("POST", generalMessages, obj{"content": "x", "components": c.components}).invalid(c.path, c.code)
		})
	}
}

func TestComponentsV2Limits(t *testing.T) {
	r := newRig(t)
	v2 := func(more obj, components ...obj) *answer {
		body := obj{"flags": MessageIsComponentsV2, "components": components}
		for k, v := range more {
			body[k] = v
		}
		return r.bot("POST", generalMessages, body)
	}
	var many []obj
	for range 10 {
		many = append(many, obj{"type": 9, "components": []obj{text("1"), text("2"), text("3")}, "accessory": button(fmt.Sprint(len(many)))})
	}
	v2(obj{"content": "x"}, text("x")).invalid("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
	v2(obj{"embeds": []obj{{"title": "x"}}}, text("x")).invalid("embeds", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
	v2(nil, many...).invalid("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED")
	v2(nil, text(strings.Repeat("x", 2001)), text(strings.Repeat("y", 2000))).invalid("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED")
	v2(nil, obj{"type": 13, "file": obj{"url": "attachment://none.txt"}}).invalid("components.0.file.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND")
	v2(nil, obj{"type": 13, "file": obj{"url": "https://example.com/x"}}).invalid("components.0.file.url", "URL_TYPE_INVALID_SCHEME")
	v2(nil).refused(400, 50006)
}

func TestComponentsComeBackComplete(t *testing.T) {
	r := newRig(t)
	sent := r.bot("POST", generalMessages, obj{"flags": MessageIsComponentsV2, "components": []obj{
		{"type": 17, "components": []obj{text("<@" + string(seedSam) + "> hello"), {"type": 14}}},
		row(aSelect("pick")),
		{"type": 12, "items": []obj{{"media": obj{"url": "https://example.com/i.png"}}}},
	}}).ok(200)
	equal(t, "mention in a text", sent.id("mentions.0.id"), seedSam)
	equal(t, "ids", sent.get("components.#.id").Raw, "[1,4,6]")
	equal(t, "separator", sent.get("components.0.components.1").Raw, `{"divider":true,"id":3,"spacing":1,"type":14}`)
	equal(t, "select", sent.get("components.1.components.0.max_values").Int(), 1)
	found := r.bot("GET", "/guilds/"+string(seedGuild)+"/messages/search?content=hello&author_type=bot&limit=1", nil).ok(200)
	equal(t, "found by a text display", found.id("messages.0.0.id"), sent.id("id"))

	path := generalMessages + "/" + string(sent.id("id"))
	r.bot("PATCH", path, obj{"content": "x"}).invalid("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
	edited := r.bot("PATCH", path, obj{"components": []obj{text("new")}}).ok(200)
	equal(t, "flags", edited.get("flags").Int(), int64(MessageIsComponentsV2))

	plain := generalMessages + "/" + string(r.say("plain"))
	turn := obj{"flags": MessageIsComponentsV2, "components": []obj{text("new")}}
	r.bot("PATCH", plain, turn).invalid("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
	turn["content"], turn["embeds"] = nil, []obj{}
	r.bot("PATCH", plain, turn).ok(200)
}
