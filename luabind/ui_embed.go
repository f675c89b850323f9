package luabind

import (
	"encoding/json"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
	"cordial/runtime"
	"cordial/runtime/bind"
)

func uiEmbed() bind.Func {
	f := bind.Func{
		Name: "embed", Doc: "Makes an embed: a new one, or one like another.", Example: `local message = channel:send{embeds=ui.embed{title="Build 101", color="green", fields={{"Tests", "312"}}}}
message:edit{embeds=ui.embed(message.embeds[1], {footer="closed"})}`,
		Params: append([]bind.Param{{Name: "like", Type: likeEmbed, Doc: "an embed of a message, or a table, that has what the options do not say"}}, named(
			bind.Param{Name: "title", Type: bind.String, Doc: "up to 256 characters"},
			bind.Param{Name: "description", Type: bind.String, Doc: "up to 4096 characters"},
			bind.Param{Name: "url", Type: bind.String, Doc: "where the title leads"},
			bind.Param{Name: "color", Type: colorType, Doc: `a number, "#5865f2" or a name`},
			bind.Param{Name: "fields", Type: bind.ListOf(embedField), Doc: "up to 25, each {name=, value=, inline=} or {name, value}"},
			bind.Param{Name: "author", Type: partOf("RichEmbedAuthor", "name"), Doc: "a name, or {name=, url=, icon_url=}"},
			bind.Param{Name: "footer", Type: partOf("RichEmbedFooter", "text"), Doc: "a text, or {text=, icon_url=}"},
			bind.Param{Name: "image", Type: partOf("RichEmbedImage", "url"), Doc: `a link, or "attachment://" and the name of a file of the message`},
			bind.Param{Name: "thumbnail", Type: partOf("RichEmbedThumbnail", "url"), Doc: "a link, as image has"},
			bind.Param{Name: "timestamp", Type: timeType, Doc: "seconds since 1970, or ISO 8601"},
		)...),
	}
	fields := func(c *bind.Call) map[string]any {
		fields := map[string]any{}
		like := bind.Get[map[string]any](c, "like")
		for _, p := range f.Params[1:] { // named as Discord names them
			fields[p.Name] = like[p.Name]
			if c.Has(p.Name) {
				fields[p.Name] = c.Value(p.Name)
			}
		}
		return fields
	}
	return uiFunc("RichEmbed", limits.CheckEmbed, f, fields)
}

// likeEmbed is an embed to copy: of a message, or a table in Discord's form. What Discord adds to embeds, such as the size of a picture or
// its copy, is left out where it is not taken back. In Go it is a map[string]any. It does not call itself a table, because a table alone
// is the options.
var likeEmbed = bind.Type{Name: "embed", From: func(L *lua.LState, v lua.LValue) (any, error) {
	text, err := embedJSON(L, v)
	if err != nil {
		return nil, err
	}
	var sent any
	if err := catalogue.DecodeBody(text, &sent); err != nil {
		return nil, err
	}
	known, _ := catalogue.SchemaNamed("RichEmbed").Check(sent) // what is wrong with it is found in the copy
	if text, err = json.Marshal(known); err != nil {
		return nil, err
	}
	var fields map[string]any
	if json.Unmarshal(text, &fields) != nil {
		return nil, bind.Expected("an embed", v)
	}
	return fields, nil
}}

func embedJSON(L *lua.LState, v lua.LValue) ([]byte, error) {
	if o, ok := asRef(v); ok {
		return json.Marshal(o.Object)
	}
	if _, ok := v.(*lua.LTable); !ok {
		return nil, bind.Expected("an embed of a message, or a table", v)
	}
	text, err := runtime.EncodeJSON(L, v)
	return []byte(text), err
}

// embedField is a field of an embed: {name=, value=, inline=}, or the name and the value in a list. In Go it is a map[string]any.
var embedField = bind.Type{Name: "field", Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, bind.Expected(`a field such as {name="…", value="…"} or {"…", "…"}`, v)
	}
	field := map[string]any{}
	for i, name := range []string{"name", "value"} {
		text := t.RawGetString(name)
		if text == lua.LNil {
			text = t.RawGetInt(i + 1)
		}
		if text == lua.LNil {
			return nil, fmt.Errorf("a field needs a name and a value; this one has no %s", name)
		}
		s, err := bind.String.From(L, text)
		if err != nil {
			return nil, bind.At("."+name, err)
		}
		field[name] = s
	}
	if inline := t.RawGetString("inline"); inline != lua.LNil {
		field["inline"] = inline
	}
	return field, forEach(t, func(key, _ lua.LValue) error {
		if n, ok := key.(lua.LNumber); ok && (n == 1 || n == 2) {
			return nil
		}
		return knownField(key, "RichEmbedField")
	})
}}

func uiPoll() bind.Func {
	f := bind.Func{
		Name: "poll", Doc: "Makes a poll.", Example: `channel:send{poll=ui.poll{question="Lunch?", answers={"Pizza", {text="Soup", emoji="🍲"}}, duration="2h"}}`,
		Params: named(
			bind.Param{Name: "question", Type: partOf("PollMedia", "text"), Required: true, Doc: "up to 300 characters"},
			bind.Param{Name: "answers", Type: bind.ListOf(partWithEmoji("PollMediaCreateRequest", "text")), Required: true, Doc: "up to 10, each a text of up to 55 characters, or {text=, emoji=}"},
			bind.Param{Name: "duration", Type: pollHours, Doc: `whole hours, up to 32 days; "24h" unless given`},
			bind.Param{Name: "multiple", Type: bind.Boolean, Doc: "people may choose several answers"},
		),
	}
	fields := func(c *bind.Call) map[string]any {
		hours, given := c.Value("duration").(int)
		if !given {
			hours = 24
		}
		var answers []any
		for _, media := range c.List("answers") {
			answers = append(answers, map[string]any{"poll_media": media})
		}
		return map[string]any{
			"question": c.Value("question"), "answers": answers, "allow_multiselect": c.Value("multiple"),
			"duration": hours,
		}
	}
	return uiFunc("PollCreateRequest", limits.CheckPoll, f, fields)
}

// pollHours is a duration of whole hours. In Go it is their number, an int.
var pollHours = bind.Type{Name: "duration", From: func(L *lua.LState, v lua.LValue) (any, error) {
	d, err := bind.Duration.From(L, v)
	if err != nil {
		return nil, err
	}
	hours := d.(time.Duration)
	if hours%time.Hour != 0 || hours == 0 {
		return nil, fmt.Errorf(`a poll lasts whole hours, as in "24h"; got %s`, hours)
	}
	return int(hours / time.Hour), nil
}}
