package luabind

import (
	"maps"
	"slices"

	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// uiModule declares the global ui: functions that make embeds, components, modals and polls. What they return are ordinary tables in
// Discord's own form, checked when they are made, so that an error names the line that made them.
func uiModule() bind.Module {
	return bind.Module{
		Name: "ui", Global: true, Doc: "Makes embeds, buttons, menus, layouts, modals and polls, as tables in Discord's form. Each is checked when it is made.",
		Funcs: slices.Concat([]bind.Func{uiEmbed(), uiPoll()}, uiButtons(), uiSelects(), uiLayout(), uiModal()),
	}
}

// rules are checks of package limits for one kind of table.
type rules = func(limits.Object) *catalogue.FormErrors

// optionNames are the names that functions of ui have for Discord's fields.
var optionNames = map[string]string{
	"custom_id": "id", "min_values": "min", "max_values": "max", "min_length": "min", "max_length": "max", "accent_color": "color",
	"allow_multiselect": "multiple", "sku_id": "sku",
}

// built makes the table that a function of ui returns, from fields whose nil values are left out. It has one of the catalogue's schemas.
func built(c *bind.Call, schema string, check rules, fields map[string]any) (any, error) {
	maps.DeleteFunc(fields, func(_ string, v any) bool { return v == nil })
	table := c.Registry().ToLua(fields)
	text, err := runtime.EncodeJSON(c.L, table)
	if err != nil {
		return nil, &bind.ArgumentError{Func: c.Name(), Reason: err.Error()}
	}
	if len(fields) == 0 {
		text = "{}" // not the list that an empty table is otherwise
	}
	var body any
	if err := catalogue.DecodeBody([]byte(text), &body); err != nil {
		return nil, &bind.ArgumentError{Func: c.Name(), Reason: err.Error()}
	}
	found := limits.First(limits.CheckAs(schema, body, check), body)
	if found == nil {
		return table, nil
	}
	reason := found.Message
	if len(found.Path) > 0 {
		if name, ok := optionNames[found.Path[0]]; ok {
			found.Path[0] = name
		}
		reason = found.Place(1) + ": " + reason
	}
	return nil, &bind.ArgumentError{Func: c.Name(), Reason: reason}
}

// uiFunc declares a function of ui that returns a table of one schema.
func uiFunc(schema string, check rules, f bind.Func, fields func(c *bind.Call) map[string]any) bind.Func {
	f.Returns = "table"
	f.Call = func(c *bind.Call) (any, error) { return built(c, schema, check, fields(c)) }
	return f
}

// named makes options of parameters.
func named(params ...bind.Param) []bind.Param {
	for i := range params {
		params[i].Named = true
	}
	return params
}
