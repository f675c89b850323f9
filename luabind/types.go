package luabind

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// waiter is the context of a wait; it ends when the task is cancelled.
type waiter = context.Context

// wait runs fn without holding up other tasks and gives back what it returns.
func wait[T any](c *bind.Call, fn func(w waiter) (T, error)) (T, error) {
	var v T
	err := c.Wait(func(ctx context.Context) (err error) {
		v, err = fn(ctx)
		return err
	})
	return v, err
}

// idOf is the type of parameters that name a thing: by its id, or by the object itself if it is of one of the kinds. In Go it is a
// discord.Snowflake.
func idOf(what string, kinds ...discord.Kind) bind.Type {
	expected := "a " + what + " or its id"
	if len(kinds) == 0 {
		expected = "an id"
	}
	return bind.Type{Name: "id", From: func(_ *lua.LState, v lua.LValue) (any, error) {
		switch v := v.(type) {
		case lua.LString:
			id, err := discord.ParseSnowflake(string(v))
			if err != nil {
				return nil, fmt.Errorf("expected %s, got %s", expected, bind.Describe(v))
			}
			return id, nil
		case lua.LNumber:
			return nil, numberForID(expected, float64(v))
		case *lua.LUserData:
			if id, ok := idIn(v.Value, kinds); ok {
				return id, nil
			}
		}
		return nil, bind.Expected(expected, v)
	}}
}

// idIn is the id of what a script has where one of the kinds is wanted: an object of Discord's, or a person of the sandbox.
func idIn(v any, kinds []discord.Kind) (discord.Snowflake, bool) {
	switch v := v.(type) {
	case *ref:
		return v.idAs(kinds)
	case *person:
		return v.user.ID, len(kinds) == 0 || slices.Contains(kinds, discord.KindUser)
	}
	return "", false
}

// idAs is the id of the object where one of the kinds is wanted. A member counts as its user and a thread as a channel.
func (o *ref) idAs(kinds []discord.Kind) (discord.Snowflake, bool) {
	kind := o.Kind()
	if kind == discord.KindMember || kind == discord.KindBan {
		id := discord.UserID(o.Object)
		return id, id != "" && (len(kinds) == 0 || slices.Contains(kinds, discord.KindUser))
	}
	if kind == discord.KindThread && slices.Contains(kinds, discord.KindChannel) {
		kind = discord.KindChannel
	}
	return o.ID(), o.ID() != "" && (len(kinds) == 0 || slices.Contains(kinds, kind))
}

// exactDigits is how many digits of a number a float64 surely keeps.
const exactDigits = 15

// numberForID explains why a number is no id, with as many digits of it as are still right.
func numberForID(expected string, n float64) error {
	digits := strconv.FormatFloat(n, 'f', 0, 64)
	if len(digits) > exactDigits {
		digits = digits[:exactDigits] + "…"
	}
	return fmt.Errorf("expected %s, got the number %s; a Lua number loses the last digits of an id, so quote it: \"%s\"", expected, digits, digits)
}

// The ids that parameters ask for.
var (
	anyID     = idOf("id")
	guildID   = idOf("guild", discord.KindGuild)
	channelID = idOf("channel", discord.KindChannel, discord.KindThread)
	messageID = idOf("message", discord.KindMessage)
	userID    = idOf("user", discord.KindUser)
	roleID    = idOf("role", discord.KindRole)
	webhookID = idOf("webhook", discord.KindWebhook)
	stickerID = idOf("sticker", discord.KindSticker)
)

// bound is the type of parameters that bound a range of messages: an id, an object, a date, or a time in Unix seconds. In Go it is a
// discord.Snowflake.
var bound = bind.Type{Name: "id|date", From: func(L *lua.LState, v lua.LValue) (any, error) {
	switch v := v.(type) {
	case lua.LString:
		return discord.ParseBound(string(v))
	case lua.LNumber:
		if v >= 0 && v < lastSecond {
			return discord.SnowflakeAt(time.UnixMilli(int64(v * 1000))), nil
		}
	}
	return anyID.From(L, v)
}}

// lastSecond is the Unix time, in the year 5138, before which a number is taken for a time: ids have more digits than that.
const lastSecond = 1e11

// nameOrID is the type of parameters that find a thing by id or by name. In Go it is a discord.Snowflake or a string.
func nameOrID(byID bind.Type) bind.Type {
	return bind.Type{Name: "id|name", From: func(L *lua.LState, v lua.LValue) (any, error) {
		if id, err := byID.From(L, v); err == nil {
			return id, nil
		} else if s, ok := v.(lua.LString); !ok {
			return nil, err
		} else {
			return string(s), nil
		}
	}}
}

// count is the type of limits: a whole number, or math.huge for everything.
var count = bind.Type{Name: "integer", From: func(L *lua.LState, v lua.LValue) (any, error) {
	if n, ok := v.(lua.LNumber); ok && float64(n) > 1<<53 {
		return math.MaxInt, nil
	}
	n, err := bind.Integer.From(L, v)
	if i, ok := n.(int); ok && i < 0 {
		return nil, fmt.Errorf("expected a number of zero or more, got %d; leave it out, or give math.huge, for everything", i)
	}
	return n, err
}}

// limitOf is a parameter of type count as package rest takes it, where 0 means everything. It reports whether the caller wants any.
func limitOf(c *bind.Call, name string) (limit int, any bool) {
	limit = c.Int(name)
	return limit, limit > 0 || c.Value(name) == nil
}

// emoji is the type of a reaction: the character itself, "name:id", the text <:name:id> or an Emoji. In Go it is a string as paths have it.
var emoji = bind.Type{Name: "emoji", From: func(_ *lua.LState, v lua.LValue) (any, error) {
	switch v := v.(type) {
	case lua.LString:
		s := strings.TrimSuffix(strings.TrimPrefix(string(v), "<"), ">")
		s = strings.TrimPrefix(strings.TrimPrefix(s, "a:"), ":")
		if s == "" {
			return nil, bind.Expected("an emoji", v)
		}
		return s, nil
	case *lua.LUserData:
		if o, ok := v.Value.(*ref); ok && o.Kind() == discord.KindEmoji {
			if o.ID() == "" {
				return o.Str("name"), nil
			}
			return o.Str("name") + ":" + string(o.ID()), nil
		}
	}
	return nil, bind.Expected(`an emoji such as "👍" or "name:id"`, v)
}}

// files is the type of uploads: a path, or a table {path=} or {name=, data=} with description= and spoiler=, or a list of those. In Go it is
// a []rest.File, nil for an empty list.
var files = bind.Type{Name: "files", Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	t, ok := v.(*lua.LTable)
	if ok && isEmpty(t) {
		return nil, nil
	}
	if ok && t.Len() > 0 {
		var list []rest.File
		for i := 1; i <= t.Len(); i++ {
			f, err := oneFile(L, t.RawGetInt(i))
			if err != nil {
				return nil, bind.At(fmt.Sprintf("[%d]", i), err)
			}
			list = append(list, f)
		}
		return list, nil
	}
	f, err := oneFile(L, v)
	return []rest.File{f}, err
}}

var fileKeys = []string{"path", "name", "data", "description", "spoiler", "content_type"}

func oneFile(L *lua.LState, v lua.LValue) (rest.File, error) {
	switch v := v.(type) {
	case lua.LString:
		return fileOnDisk(L, string(v))
	case *lua.LTable:
		return fileFromTable(L, v)
	}
	return rest.File{}, bind.Expected("a path, or a table such as {name=\"a.txt\", data=\"…\"}", v)
}

func fileOnDisk(L *lua.LState, path string) (rest.File, error) {
	if err := runtime.Denied(L, runtime.DenyIO, "reading "+path); err != nil {
		return rest.File{}, err
	}
	return rest.FilePath(path)
}

func fileFromTable(L *lua.LState, t *lua.LTable) (rest.File, error) {
	var f rest.File
	var err error
	t.ForEach(func(k, _ lua.LValue) {
		if !slices.Contains(fileKeys, k.String()) {
			err = fmt.Errorf("unknown key '%s' of a file; known are %s", k, strings.Join(fileKeys, ", "))
		}
	})
	if err != nil {
		return f, err
	}
	str := func(key string) string { return lua.LVAsString(t.RawGetString(key)) }
	switch data, ok := t.RawGetString("data").(lua.LString); {
	case ok && str("name") == "":
		return f, fmt.Errorf("a file with data needs a name")
	case ok:
		f = rest.FileBytes(str("name"), []byte(data))
	case str("path") == "":
		return f, fmt.Errorf("a file needs a path, or a name and data")
	default:
		if f, err = fileOnDisk(L, str("path")); err != nil {
			return f, err
		}
		if name := str("name"); name != "" {
			f.Name = name
		}
	}
	f.Description, f.Spoiler = str("description"), lua.LVAsBool(t.RawGetString("spoiler"))
	if ct := str("content_type"); ct != "" {
		f.ContentType = ct
	}
	return f, nil
}
