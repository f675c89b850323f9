package limits

import (
	"cordial/discord/rest/catalogue"
)

// inputs says of the components that a person fills in what they have beyond a custom_id. Types that are not here pass.
var inputs = map[int]struct {
	values  bool // takes a number of values, from min_values to max_values
	options bool // lists what there is to choose
}{
	TextInput:         {},
	Checkbox:          {},
	StringSelect:      {values: true, options: true},
	UserSelect:        {values: true},
	RoleSelect:        {values: true},
	MentionableSelect: {values: true},
	ChannelSelect:     {values: true},
	FileUpload:        {values: true},
	RadioGroup:        {options: true},
	CheckboxGroup:     {values: true, options: true},
}

// input checks a component that a person fills in.
func (c *checker) input(at *catalogue.FormErrors, p Object) {
	kind := ComponentType(p)
	input, known := inputs[kind]
	if !known {
		return
	}
	c.customID(at, p)
	if input.values {
		c.values(at, p)
	}
	if input.options {
		checkOptionValues(at.At("options"), p.List("options"))
	}
	if kind == TextInput {
		checkTextInput(at, p)
	}
	if c.modal && p.Flag("disabled") {
		at.At("disabled").Add("BASE_TYPE_CHOICES", "Value must be one of {False}.")
	}
}

// values compares the numbers of values to choose with each other, and with what there is to choose from.
func (c *checker) values(at *catalogue.FormErrors, p Object) {
	kind := ComponentType(p)
	options := len(p.List("options"))
	least, most := p.NumberOr("min_values", 1), p.NumberOr("max_values", 1)
	if kind == CheckboxGroup {
		most = p.NumberOr("max_values", options)
	}
	if least > most {
		tooMany(at.At("min_values"), most)
	}
	if p["options"] != nil && most > options {
		tooMany(at.At("max_values"), options)
	}
	if isRequired, given := p["required"].(bool); c.modal && least == 0 && (isRequired || !given) {
		tooFew(at.At("min_values"), 1)
	}
	if chosen := len(p.List("default_values")); chosen > 0 && (chosen < least || chosen > most) {
		badLength(at.At("default_values"), least, most)
	}
}

// checkOptionValues wants every option to have a value of its own.
func checkOptionValues(at *catalogue.FormErrors, options []Object) {
	seen := map[string]bool{}
	for i, o := range options {
		value := o.Text("value")
		if seen[value] {
			at.At(index(i), "value").Add("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen[value] = true
	}
}

func checkTextInput(at *catalogue.FormErrors, p Object) {
	if most, limited := p.Number("max_length"); limited && p.NumberOr("min_length", 0) > most {
		tooMany(at.At("min_length"), most)
	}
}

// maxModalComponents is how many components a modal may have (interactions/receiving-and-responding, "Modal"); the catalogue's 40 is
// that of messages.
const maxModalComponents = 5

// CheckModal finds what is wrong with a modal whose types and lengths have been checked with the catalogue.
func CheckModal(modal Object) *catalogue.FormErrors {
	form := &catalogue.FormErrors{}
	components, at := modal.List("components"), form.At("components")
	if len(components) == 0 || len(components) > maxModalComponents {
		badLength(at, 1, maxModalComponents)
	}
	c := checker{modal: true}
	for i, p := range components {
		c.component(at.At(index(i)), p)
		if ComponentType(p) == Row {
			checkLabelled(at.At(index(i)), p)
		}
	}
	return form
}

// checkLabelled wants a label of text inputs that stand in a row instead of in a Label.
func checkLabelled(at *catalogue.FormErrors, row Object) {
	for i, input := range row.List("components") {
		if input.Text("label") == "" {
			required(at.At("components", index(i), "label"))
		}
	}
}
