package limits

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"cordial/discord/rest/catalogue"
)

// OptionType says what an option of a command takes.
type OptionType int

// The types of options.
const (
	SubcommandOption      OptionType = 1
	SubcommandGroupOption OptionType = 2
	StringOption          OptionType = 3
	IntegerOption         OptionType = 4
	BooleanOption         OptionType = 5
	UserOption            OptionType = 6
	ChannelOption         OptionType = 7
	RoleOption            OptionType = 8
	MentionableOption     OptionType = 9
	NumberOption          OptionType = 10
	AttachmentOption      OptionType = 11
)

// IsSubcommand reports whether the option is a subcommand or a group of them, and no value.
func (t OptionType) IsSubcommand() bool { return t == SubcommandOption || t == SubcommandGroupOption }

// CommandOption is an option of a command, or a subcommand with options of its own.
type CommandOption struct {
	Type                     OptionType        `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Required                 bool              `json:"required,omitempty"`
	Choices                  []CommandChoice   `json:"choices,omitempty"`
	Options                  []CommandOption   `json:"options,omitempty"` // of subcommands and groups
	ChannelTypes             []int             `json:"channel_types,omitempty"`
	FileTypes                []string          `json:"file_types,omitempty"`
	MinValue                 *float64          `json:"min_value,omitempty"`
	MaxValue                 *float64          `json:"max_value,omitempty"`
	MinLength                *int              `json:"min_length,omitempty"`
	MaxLength                *int              `json:"max_length,omitempty"`
	Autocomplete             bool              `json:"autocomplete,omitempty"`
}

// CommandChoice is a value that an option offers. The value is a text or a number, in JSON as it was declared.
type CommandChoice struct {
	Name              string            `json:"name"`
	NameLocalizations map[string]string `json:"name_localizations,omitempty"`
	Value             json.RawMessage   `json:"value"`
}

// Text is the choice's value as it is shown: a text without its quotes.
func (c *CommandChoice) Text() string {
	var text string
	if json.Unmarshal(c.Value, &text) == nil {
		return text
	}
	return string(c.Value)
}

// checkOptions checks the options of a command or of a subcommand: subcommands stand alone, required options come first, and no two
// have the same name.
func checkOptions(at *catalogue.FormErrors, options []CommandOption) {
	seen := map[string]bool{}
	optional := false
	for i := range options {
		o, here := &options[i], at.At(strconv.Itoa(i))
		if o.Type.IsSubcommand() != options[0].Type.IsSubcommand() {
			here.Add("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
		}
		if o.Required && optional {
			here.Add("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		if seen[o.Name] {
			here.Add("APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", fmt.Sprintf("Option name %s already exists in this options", o.Name))
		}
		optional, seen[o.Name] = optional || !o.Required, true
		o.check(here)
	}
}

func (o *CommandOption) check(at *catalogue.FormErrors) {
	checkNames(at, o.Name, o.NameLocalizations)
	checkLocales(at.At("description_localizations"), o.DescriptionLocalizations)
	checkOptions(at.At("options"), o.Options)
	if o.Autocomplete && len(o.Choices) > 0 {
		at.At("choices").Add("BASE_TYPE_BAD_TYPE", "An option with autocomplete cannot have choices.")
	}
	checkChoices(at.At("choices"), o.Type, o.Choices)
	if o.MinLength != nil && o.MaxLength != nil && *o.MinLength > *o.MaxLength {
		at.At("min_length").Add("NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", *o.MaxLength))
	}
	if o.MinValue != nil && o.MaxValue != nil && *o.MinValue > *o.MaxValue {
		at.At("min_value").Add("NUMBER_TYPE_MAX", fmt.Sprintf("value should be less than or equal to %v.", *o.MaxValue))
	}
}

// CheckAutocomplete finds the options that ask for completion although their type has none. It looks at a command, or a list of commands, as
// it was sent: the catalogue knows the field for other types only, so that a checked command has lost it.
func CheckAutocomplete(sent any) *catalogue.FormErrors {
	form := &catalogue.FormErrors{}
	commands, isList := sent.([]any)
	if !isList {
		checkAutocomplete(form, asObject(sent))
	}
	for i, command := range commands {
		checkAutocomplete(form.At(strconv.Itoa(i)), asObject(command))
	}
	return form
}

func checkAutocomplete(at *catalogue.FormErrors, sent Object) {
	for i, option := range sent.List("options") {
		here := at.At("options", strconv.Itoa(i))
		if option.Flag("autocomplete") && completions[OptionType(option.NumberOr("type", 0))] == "" {
			here.At("autocomplete").Add("APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", "Autocomplete cannot be configured for this type of option")
		}
		checkAutocomplete(here, option)
	}
}

// completions names the forms that the choices of an answer to autocomplete have, by the type of the option.
var completions = map[OptionType]string{
	StringOption:  "InteractionApplicationCommandAutocompleteCallbackStringData",
	IntegerOption: "InteractionApplicationCommandAutocompleteCallbackIntegerData",
	NumberOption:  "InteractionApplicationCommandAutocompleteCallbackNumberData",
}

// CheckCompletion reads what an answer to autocomplete of an option offers, from JSON as catalogue.DecodeBody reads it, and finds what
// is wrong with it.
func CheckCompletion(t OptionType, data any) ([]CommandChoice, *catalogue.FormErrors) {
	checked, form := catalogue.SchemaNamed(completions[t]).Check(data)
	if !form.Empty() {
		return nil, form
	}
	var offered struct {
		Choices []CommandChoice `json:"choices"`
	}
	text, err := json.Marshal(checked)
	if err == nil {
		err = json.Unmarshal(text, &offered)
	}
	if err != nil {
		form.Add("MODEL_TYPE_CONVERT", err.Error())
		return nil, form
	}
	choices := slices.DeleteFunc(offered.Choices, func(c CommandChoice) bool { return c.Value == nil }) // null is taken, and nothing
	checkChoices(form.At("choices"), t, choices)
	return choices, form
}

// checkChoices checks the values that an option of a type offers.
func checkChoices(at *catalogue.FormErrors, t OptionType, choices []CommandChoice) {
	seen := map[string]bool{}
	for i := range choices {
		c, here := &choices[i], at.At(strconv.Itoa(i))
		checkLocales(here.At("name_localizations"), c.NameLocalizations)
		if seen[c.Name] {
			here.Add("APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice name already exists")
		}
		seen[c.Name] = true
		if t == StringOption && utf8.RuneCountInString(c.Text()) > maxChoiceText {
			tooLong(here.At("value"), maxChoiceText)
		}
		if n, err := strconv.ParseFloat(c.Text(), 64); t == NumberOption && err == nil && math.Abs(n) > maxSafeNumber {
			here.At("value").Add("NUMBER_TYPE_MAX", fmt.Sprintf("float value should be less than or equal to %d.", maxSafeNumber))
		}
	}
}

// textSize counts the characters of the option that the limit for a whole command is about.
func (o *CommandOption) textSize() int {
	n := longest(o.Name, o.NameLocalizations) + longest(o.Description, o.DescriptionLocalizations)
	for i := range o.Choices {
		n += longest(o.Choices[i].Name, o.Choices[i].NameLocalizations) + utf8.RuneCountInString(o.Choices[i].Text())
	}
	for i := range o.Options {
		n += o.Options[i].textSize()
	}
	return n
}
