package discord

import (
	"strconv"
	"strings"
	"time"

	"cordial/internal/show"
)

// contentPreview is how much of a message's content its text shows, in characters.
const contentPreview = 30

// String shows the object the way the REPL prints it: Channel(id=…, name='general', type=0).
func (o *Object) String() string {
	switch o.kind {
	case KindGuild:
		return o.describe("id="+string(o.ID()), "name="+show.DoubleQuoted(o.Str("name")))
	case KindChannel, KindThread:
		return o.describe("id="+string(o.ID()), o.channelName(), "type="+strconv.Itoa(o.Int("type")))
	case KindMessage:
		author := ""
		if a := o.Object("author"); a != nil {
			author = a.Str("username")
		}
		return o.describe("id="+string(o.ID()), "author="+show.Quoted(author), "content="+show.Quoted(abbreviate(Content(o), contentPreview)))
	case KindAttachment:
		return o.describe("filename="+show.Quoted(o.Str("filename")), "size="+strconv.Itoa(o.Int("size")), "type="+o.Str("content_type"))
	case KindUser:
		return o.describe("id="+string(o.ID()), "username="+show.Quoted(o.Str("username")))
	case KindMember:
		return o.describe("id="+string(UserID(o)), "name="+show.Quoted(DisplayName(o)), "joined="+date(o.Str("joined_at")))
	case KindInvite:
		return o.describe("code="+show.Quoted(o.Str("code")), "channel="+show.Quoted(nameOf(o.Object("channel"))))
	case KindBan:
		return o.describe("user="+show.Quoted(DisplayName(o)), "reason="+show.Quoted(o.Str("reason")))
	}
	return o.describe(o.summary()...)
}

func (o *Object) describe(parts ...string) string {
	return string(o.kind) + "(" + strings.Join(parts, ", ") + ")"
}

// channelName names a channel; a direct message has no name but recipients.
func (o *Object) channelName() string {
	if o.Str("name") == "" {
		var names []string
		for _, u := range o.Objects("recipients") {
			names = append(names, DisplayName(u))
		}
		if len(names) > 0 {
			return "recipients=" + show.Quoted(strings.Join(names, ", "))
		}
	}
	return "name=" + show.Quoted(o.Str("name"))
}

// summaryFields bounds how many fields of an object without a form of its own are shown.
const summaryFields = 3

// summary shows id and name where there are any, else the first plain fields.
func (o *Object) summary() []string {
	var parts []string
	if id := o.ID(); id != "" {
		parts = append(parts, "id="+string(id))
	}
	if name := o.Str("name"); name != "" {
		parts = append(parts, "name="+show.Quoted(name))
	}
	if len(parts) > 0 {
		return parts
	}
	keys := o.Keys()
	for _, key := range keys {
		if len(parts) == summaryFields {
			return append(parts, "…")
		}
		if s, ok := scalar(o.Get(key)); ok {
			parts = append(parts, key+"="+s)
		}
	}
	if len(parts) < len(keys) {
		parts = append(parts, "…")
	}
	return parts
}

func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return show.Quoted(abbreviate(v, contentPreview)), true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

func nameOf(o *Object) string {
	if o == nil {
		return ""
	}
	return o.Str("name")
}

// date is the day of an ISO 8601 time.
func date(timestamp string) string {
	if len(timestamp) < len(time.DateOnly) {
		return timestamp
	}
	return timestamp[:len(time.DateOnly)]
}
