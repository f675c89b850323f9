package sandbox

import (
	"strings"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
)

// componentDefaults are the values that Discord fills in where a request leaves a field out.
var componentDefaults = map[int]map[string]any{
	limits.Separator: {"spacing": 1, "divider": true},
}

// componentAnswers names the response schemas of the components by their type.
var componentAnswers = func() map[int]*catalogue.Type {
	names := map[int]string{
		limits.Row: "ActionRow", limits.Button: "Button", limits.StringSelect: "StringSelect", limits.UserSelect: "UserSelect", limits.RoleSelect: "RoleSelect",
		limits.MentionableSelect: "MentionableSelect", limits.ChannelSelect: "ChannelSelect", limits.Section: "Section", limits.TextDisplay: "TextDisplay",
		limits.Thumbnail: "Thumbnail", limits.Gallery: "MediaGallery", limits.File: "File", limits.Separator: "Separator",
		limits.Container: "Container",
	}
	types := map[int]*catalogue.Type{}
	for kind, name := range names {
		types[kind] = catalogue.SchemaNamed(name + "ComponentResponse")
	}
	return types
}()

// componentWriter turns the components of a request into those of the message: it numbers them, resolves media, fills in what is
// left out and drops what an answer does not have.
type componentWriter struct {
	attachments []*Attachment
	newID       func() discord.Snowflake
	used        map[int]bool
	last        int
}

func (w *componentWriter) write(components []Component) []Component {
	w.used = map[int]bool{}
	w.collectIDs(components)
	out := make([]Component, 0, len(components))
	for _, c := range components {
		out = append(out, w.component(c))
	}
	return out
}

// collectIDs notes the ids that the request has chosen, so that the ones given here do not collide with them.
func (w *componentWriter) collectIDs(components []Component) {
	for _, c := range components {
		if id := c.NumberOr("id", 0); id != 0 {
			w.used[id] = true
		}
		w.collectIDs(c.List("components"))
		if accessory := c.Object("accessory"); accessory != nil {
			w.collectIDs([]Component{accessory})
		}
	}
}

func (w *componentWriter) component(c Component) Component {
	id := c.NumberOr("id", 0)
	if id == 0 {
		id = w.nextID()
	}
	out := w.object(c, componentAnswers[limits.ComponentType(c)])
	out["id"] = id
	for field, value := range componentDefaults[limits.ComponentType(c)] {
		if c[field] == nil {
			out[field] = value
		}
	}
	if file := c.Object("file"); file != nil {
		w.describeFile(out, file.Text("url"))
	}
	return out
}

func (w *componentWriter) nextID() int {
	w.last++
	for w.used[w.last] {
		w.last++
	}
	return w.last
}

// object keeps the fields that an answer of this type has. A required one that the request leaves out becomes null, false, "", or
// 1: the only such numbers are the counts of values of a select.
func (w *componentWriter) object(c Component, t *catalogue.Type) Component {
	out := Component{}
	for _, f := range t.AllFields() {
		value := c[f.Name]
		switch {
		case value != nil:
			out[f.Name] = w.value(f.Name, value, f.Type)
		case !f.Required:
		case f.Type.Nullable:
			out[f.Name] = nil
		case f.Type.Resolve().Base == catalogue.Boolean:
			out[f.Name] = false
		case f.Type.Resolve().Base == catalogue.String:
			out[f.Name] = ""
		default:
			out[f.Name] = 1
		}
	}
	return out
}

func (w *componentWriter) value(field string, value any, t *catalogue.Type) any {
	switch v := value.(type) {
	case map[string]any:
		switch {
		case v["type"] != nil && field == "accessory":
			return w.component(v)
		case field == "media" || field == "file":
			return w.media(Component(v).Text("url"))
		case t.Resolve().Base == catalogue.Object:
			return w.object(v, t)
		}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			m, isObject := item.(map[string]any)
			switch {
			case isObject && field == "components":
				list[i] = w.component(m)
			case isObject:
				list[i] = w.object(m, t.Resolve().Elem)
			default:
				list[i] = item
			}
		}
		return list
	}
	return value
}

// media describes what a link or an attachment:// reference shows. The latter is resolved whenever the message is handed out.
func (w *componentWriter) media(link string) Component {
	m := Component{"id": w.newID(), "url": link, "proxy_url": link, "width": nil, "height": nil, "content_type": nil}
	if a := attachmentReferred(w.attachments, link); a != nil {
		m["attachment_id"], m["content_type"] = a.ID, a.ContentType
	}
	return m
}

// describeFile adds the name and the size of the attachment that a file component shows.
func (w *componentWriter) describeFile(out Component, link string) {
	if a := attachmentReferred(w.attachments, link); a != nil {
		out["name"], out["size"] = a.Filename, a.Size
	}
}

// attachmentReferred finds the attachment that an attachment:// link names, or nil.
func attachmentReferred(attachments []*Attachment, link string) *Attachment {
	name, ok := strings.CutPrefix(link, limits.AttachmentScheme)
	if !ok {
		return nil
	}
	for _, a := range attachments {
		if a.Filename == name {
			return a
		}
	}
	return nil
}

// shownTexts lists the texts that the components show, which mention people and which search finds.
func shownTexts(components []Component) []string {
	var texts []string
	for _, c := range components {
		if limits.ComponentType(c) == limits.TextDisplay {
			texts = append(texts, c.Text("content"))
		}
		texts = append(texts, shownTexts(c.List("components"))...)
	}
	return texts
}
