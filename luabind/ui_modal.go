package luabind

import (
	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
	"cordial/runtime/bind"
)

// uiModal declares modals and what a person fills in there.
func uiModal() []bind.Func {
	radioOptions := bind.Param{Name: "options", Type: bind.ListOf(selectOption("RadioGroupOptionForRequest")), Required: true, Doc: "2 to 10: texts, or {label=, value=, description=, default=}"}
	boxOptions := bind.Param{Name: "options", Type: bind.ListOf(selectOption("CheckboxGroupOptionForRequest")), Required: true, Doc: "up to 10: texts, or {label=, value=, description=, default=}"}
	required := bind.Param{Name: "required", Type: bind.Boolean, Doc: "true unless given"}
	least := bind.Param{Name: "min", Type: bind.Integer, Doc: "how many there must be"}
	most := bind.Param{Name: "max", Type: bind.Integer, Doc: "how many there can be"}
	types := bind.Param{Name: "file_types", Type: bind.ListOf(bind.String), Doc: "what kinds of files it takes, up to 10"}
	return []bind.Func{
		modalFunc(), labelFunc(), inputFunc(required),
		labelled("upload", "Asks for files.", "FileUpload", limits.FileUpload, `ui.upload{id="proof", label="Screenshots", max=3}`, least, most, types, required),
		labelled("radio", "Asks to choose one of a few things, which are all shown.", "RadioGroup", limits.RadioGroup, `ui.radio{id="size", label="Size", options={"small", "large"}}`, radioOptions, required),
		labelled("checkboxes", "Asks to tick any of a few things.", "CheckboxGroup", limits.CheckboxGroup, `ui.checkboxes{id="days", label="Days", options={"Monday", "Tuesday"}}`, boxOptions, least, most, required),
		labelled("checkbox", "Asks to tick something.", "Checkbox", limits.Checkbox, `ui.checkbox{id="agree", label="I agree"}`, bind.Param{Name: "default", Type: bind.Boolean, Doc: "ticked at first"}),
	}
}

func modalFunc() bind.Func {
	f := bind.Func{
		Name: "modal", Doc: "Makes a modal, the form that an interaction can be answered with.",
		Example: `ui.modal{id="report", title="Report", ui.input{id="reason", label="Why?", style="paragraph"}}`,
		Params: append(idParams[:len(idParams):len(idParams)],
			bind.Param{Name: "title", Type: bind.String, Named: true, Required: true, Doc: "up to 45 characters"}, componentsParam(block)),
	}
	return uiFunc("ModalInteractionCallbackRequestData", limits.CheckModal, f, func(c *bind.Call) map[string]any {
		return map[string]any{"custom_id": customID(c), "title": c.Value("title"), "components": c.List("components")}
	})
}

// labelParams are those of the label around a component.
var labelParams = []bind.Param{
	{Name: "label", Type: bind.String, Required: true, Doc: "stands above it, up to 45 characters"},
	{Name: "description", Type: bind.String, Named: true, Doc: "stands below the label, up to 100 characters"},
}

func labelFunc() bind.Func {
	f := bind.Func{
		Name: "label", Doc: "Puts a label above a menu in a modal. The other components of modals bring their own.", Example: `ui.label("Color", ui.select{id="color", options={"red", "blue"}})`,
		Params: []bind.Param{labelParams[0], {Name: "component", Type: component, Required: true}, labelParams[1]},
	}
	return uiFunc("LabelComponentForModalRequest", limits.CheckComponent, f, func(c *bind.Call) map[string]any {
		return map[string]any{"type": limits.Label, "label": c.Value("label"), "description": c.Value("description"), "component": c.Value("component")}
	})
}

// withLabel declares a component of modals that stands inside of a label, with the parameters of both.
func withLabel(schema string, f bind.Func, fields func(c *bind.Call) map[string]any) bind.Func {
	f.Params = append(append(idParams[:len(idParams):len(idParams)], named(labelParams[0], labelParams[1])...), named(f.Params...)...)
	f.Returns = "table"
	f.Call = func(c *bind.Call) (any, error) {
		inner, err := built(c, schema, checkInModal, fields(c))
		if err != nil {
			return nil, err
		}
		return built(c, "LabelComponentForModalRequest", limits.CheckComponent, map[string]any{
			"type": limits.Label, "label": c.Value("label"), "description": c.Value("description"), "component": inner,
		})
	}
	return f
}

// checkInModal checks a component as it is inside of a label.
func checkInModal(component limits.Object) *catalogue.FormErrors {
	return limits.CheckComponent(limits.Object{"type": limits.Label, "component": component}).At("component")
}

// labelled declares a component with a label whose own options are Discord's fields, apart from the short names min and max.
func labelled(name, doc, schema string, kind int, example string, own ...bind.Param) bind.Func {
	f := bind.Func{Name: name, Doc: doc + " For modals.", Example: example, Params: own}
	return withLabel(schema+"ComponentForModalRequest", f, func(c *bind.Call) map[string]any {
		fields := map[string]any{"type": kind, "custom_id": customID(c)}
		for _, p := range own {
			switch p.Name {
			case "min", "max":
				fields[p.Name+"_values"] = c.Value(p.Name)
			default:
				fields[p.Name] = c.Value(p.Name)
			}
		}
		return fields
	})
}

func inputFunc(required bind.Param) bind.Func {
	f := bind.Func{
		Name: "input", Doc: "Asks for a text. For modals.", Example: `ui.input{id="reason", label="Why?", style="paragraph", max=500}`,
		Params: []bind.Param{
			{Name: "style", Type: bind.OneOf("short", "paragraph"), Doc: "one line, which is usual, or several"},
			{Name: "min", Type: bind.Integer, Doc: "characters"},
			{Name: "max", Type: bind.Integer, Doc: "characters, 4000 at the most"},
			required,
			{Name: "value", Type: bind.String, Doc: "what is there at first"},
			{Name: "placeholder", Type: bind.String, Doc: "shown while it is empty, up to 100 characters"},
		},
	}
	return withLabel("TextInputComponentForModalRequest", f, func(c *bind.Call) map[string]any {
		style := 1
		if c.String("style") == "paragraph" {
			style = 2
		}
		return map[string]any{
			"type": limits.TextInput, "custom_id": customID(c), "style": style, "min_length": c.Value("min"), "max_length": c.Value("max"),
			"required": c.Value("required"), "value": c.Value("value"), "placeholder": c.Value("placeholder"),
		}
	})
}
