package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/rest/limits"
	"cordial/runtime/bind"
)

// spoiler is an option of what can be hidden.
var spoiler = bind.Param{Name: "spoiler", Type: bind.Boolean, Named: true, Doc: "hidden until it is clicked"}

// uiLayout declares the components of the second version, which make up a whole message: first what shows something, then what has
// others inside.
func uiLayout() []bind.Func { return append(uiDisplays(), uiSection(), uiContainer()) }

func uiDisplays() []bind.Func {
	description := bind.Param{Name: "description", Type: bind.String, Named: true, Doc: "for those who cannot see it, up to 1024 characters"}
	url := bind.Param{Name: "url", Type: bind.String, Required: true, Doc: `a link, or "attachment://" and the name of a file of the message`}
	return []bind.Func{
		uiFunc("TextDisplayComponentForMessageRequest", limits.CheckComponent, bind.Func{
			Name: "text", Doc: "Makes a text in Discord's Markdown. Where a layout takes components, a string stands for one.", Example: `ui.text("# Welcome")`,
			Params: []bind.Param{{Name: "content", Type: bind.String, Required: true, Doc: "up to 4000 characters, in all of a message's texts together"}},
		}, func(c *bind.Call) map[string]any {
			return map[string]any{"type": limits.TextDisplay, "content": c.Value("content")}
		}),
		uiFunc("ThumbnailComponentForMessageRequest", limits.CheckComponent, bind.Func{
			Name: "thumbnail", Doc: "Makes a small picture, which stands beside a section.", Example: `ui.thumbnail("https://example.com/otter.png")`,
			Params: []bind.Param{url, description, spoiler},
		}, func(c *bind.Call) map[string]any {
			return map[string]any{"type": limits.Thumbnail, "media": map[string]any{"url": c.Value("url")}, "description": c.Value("description"), "spoiler": c.Value("spoiler")}
		}),
		uiFunc("MediaGalleryComponentForMessageRequest", limits.CheckComponent, bind.Func{
			Name: "gallery", Doc: "Makes a gallery of up to ten pictures.", Example: `ui.gallery{"attachment://a.png", {url="https://example.com/b.png", spoiler=true}}`,
			Params: []bind.Param{{Name: "items", Type: bind.ListOf(galleryItem), Named: true, Items: true, Required: true, Doc: "links, or {url=, description=, spoiler=}; the name may be left out"}},
		}, func(c *bind.Call) map[string]any {
			return map[string]any{"type": limits.Gallery, "items": c.List("items")}
		}),
		uiFunc("FileComponentForMessageRequest", limits.CheckComponent, bind.Func{
			Name: "file", Doc: "Shows a file of the message to download.", Example: `channel:send{files="notes.txt", components={ui.file("notes.txt")}}`,
			Params: []bind.Param{{Name: "name", Type: bind.String, Required: true, Doc: "the name of a file that the message has"}, spoiler},
		}, func(c *bind.Call) map[string]any {
			link := limits.AttachmentScheme + strings.TrimPrefix(c.String("name"), limits.AttachmentScheme)
			return map[string]any{"type": limits.File, "file": map[string]any{"url": link}, "spoiler": c.Value("spoiler")}
		}),
		uiFunc("SeparatorComponentForMessageRequest", limits.CheckComponent, bind.Func{
			Name: "separator", Doc: "Makes a space between components, with a line.", Example: `ui.separator{spacing="large", divider=false}`,
			Params: named(bind.Param{Name: "spacing", Type: bind.OneOf("small", "large")}, bind.Param{Name: "divider", Type: bind.Boolean, Doc: "draws the line; true unless given"}),
		}, separatorFields),
	}
}

func uiSection() bind.Func {
	return uiFunc("SectionComponentForMessageRequest", limits.CheckComponent, bind.Func{
		Name: "section", Doc: "Puts up to three texts beside a button or a picture.", Example: `ui.section{"**Otter**", "Swims.", accessory=ui.button("Feed", "feed")}`,
		Params: []bind.Param{componentsParam(textBlock), {Name: "accessory", Type: component, Named: true, Required: true, Doc: "ui.button or ui.thumbnail"}},
	}, func(c *bind.Call) map[string]any {
		return map[string]any{"type": limits.Section, "components": c.List("components"), "accessory": c.Value("accessory")}
	})
}

func uiContainer() bind.Func {
	return uiFunc("ContainerComponentForMessageRequest", limits.CheckComponent, bind.Func{
		Name: "container", Doc: "Puts components into a box with a colored edge.", Example: `ui.container{color="green", "## Done", ui.separator(), ui.button("Again", "again")}`,
		Params: []bind.Param{componentsParam(block), {Name: "color", Type: colorType, Named: true, Doc: `a number, "#5865f2" or a name`}, spoiler},
	}, func(c *bind.Call) map[string]any {
		return map[string]any{"type": limits.Container, "components": inRows(c.L, luaTables(c.List("components"))), "accent_color": c.Value("color"), "spoiler": c.Value("spoiler")}
	})
}

// separatorFields writes the spacing as Discord's number.
func separatorFields(c *bind.Call) map[string]any {
	fields := map[string]any{"type": limits.Separator, "divider": c.Value("divider")}
	if c.Has("spacing") {
		fields["spacing"] = map[string]int{"small": 1, "large": 2}[c.String("spacing")]
	}
	return fields
}

// galleryItem is a link, or {url=, description=, spoiler=}. In Go it is a map[string]any.
var galleryItem = bind.Type{Name: "string|table", Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		url, err := bind.String.From(L, v)
		return map[string]any{"media": map[string]any{"url": url}}, err
	}
	item := map[string]any{}
	return item, forEach(t, func(key, value lua.LValue) error {
		if key.String() == "url" {
			item["media"] = map[string]any{"url": value}
			return nil
		}
		item[key.String()] = value
		return knownField(key, "MediaGalleryItemRequest")
	})
}}

func textDisplay(L *lua.LState, content string) *lua.LTable {
	t := L.NewTable()
	t.RawSetString("type", lua.LNumber(limits.TextDisplay))
	t.RawSetString("content", lua.LString(content))
	return t
}

// componentKind is the type of a component, 0 for a table that is none.
func componentKind(t *lua.LTable) int {
	kind, _ := t.RawGetString("type").(lua.LNumber)
	return int(kind)
}

// luaTables are the tables of a list of components.
func luaTables(list []any) []*lua.LTable {
	tables := make([]*lua.LTable, len(list))
	for i, item := range list {
		tables[i] = item.(*lua.LTable)
	}
	return tables
}

// buttonsPerRow is how many buttons stand side by side.
const buttonsPerRow = 5

// inRows puts buttons and menus that are in no row into rows: up to five buttons that follow each other into one, a menu into its own.
func inRows(L *lua.LState, components []*lua.LTable) []any {
	var out []any
	var open *lua.LTable // the buttons of the last row, while there is room
	for _, p := range components {
		kind := componentKind(p)
		if kind != limits.Button && !limits.IsSelect(kind) {
			out, open = append(out, p), nil
			continue
		}
		if open == nil || kind != limits.Button || open.Len() == buttonsPerRow {
			open = L.NewTable()
			row := L.NewTable()
			row.RawSetString("type", lua.LNumber(limits.Row))
			row.RawSetString("components", open)
			out = append(out, row)
		}
		if open.Append(p); kind != limits.Button {
			open = nil
		}
	}
	return out
}
