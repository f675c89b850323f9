package limits

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// Limits of application commands (interactions/application-commands).
const (
	maxCommandText = 8000    // characters of all names, descriptions and values together
	maxChoiceText  = 100     // characters of a choice's value
	maxSafeNumber  = 1 << 53 // beyond which not every integer is a double
)

// CommandType says how a command is used.
type CommandType int

// The types of commands.
const (
	ChatInputCommand  CommandType = 1
	UserCommand       CommandType = 2
	MessageCommand    CommandType = 3
	EntryPointCommand CommandType = 4
)

// IsContextMenu reports whether commands of the type are offered on users or messages.
func (t CommandType) IsContextMenu() bool { return t == UserCommand || t == MessageCommand }

// MaxCommands is how many commands of a type an application may have in one scope: global, or in one guild. It is 0 where there can
// be none.
func MaxCommands(t CommandType, global bool) int {
	switch t {
	case ChatInputCommand:
		return 100
	case UserCommand, MessageCommand:
		return 15
	case EntryPointCommand:
		if global {
			return 1
		}
	}
	return 0
}

// Command is an application command as a request declares it.
type Command struct {
	Type                     CommandType          `json:"type,omitempty"`
	Name                     string               `json:"name"`
	NameLocalizations        map[string]string    `json:"name_localizations,omitempty"`
	Description              string               `json:"description"`
	DescriptionLocalizations map[string]string    `json:"description_localizations,omitempty"`
	Options                  []CommandOption      `json:"options,omitempty"`
	DefaultMemberPermissions *discord.Permissions `json:"default_member_permissions"`
	DMPermission             *bool                `json:"dm_permission,omitempty"` // what contexts have replaced
	Contexts                 []int                `json:"contexts,omitempty"`
	IntegrationTypes         []int                `json:"integration_types,omitempty"`
	NSFW                     bool                 `json:"nsfw"`
	Handler                  int                  `json:"handler,omitempty"` // of entry points
}

// CheckCommand reads a command from anything that encodes to JSON in the form of Discord's requests, and checks all that Discord
// checks before it takes the command. The errors are empty if there are none; only then is the command complete.
func CheckCommand(body any) (*Command, *catalogue.FormErrors) {
	form := &catalogue.FormErrors{}
	c := &Command{}
	text, err := json.Marshal(body)
	if err != nil {
		form.Add("MODEL_TYPE_CONVERT", err.Error())
		return c, form
	}
	var sent any
	if err := catalogue.DecodeBody(text, &sent); err != nil {
		form.Add("MODEL_TYPE_CONVERT", err.Error())
		return c, form
	}
	checked, form := catalogue.SchemaNamed("ApplicationCommandCreateRequest").Check(sent)
	if form.Empty() {
		form = CheckAutocomplete(sent)
	}
	if !form.Empty() {
		return c, form
	}
	if text, err = json.Marshal(checked); err == nil {
		err = json.Unmarshal(text, c)
	}
	if err != nil {
		form.Add("MODEL_TYPE_CONVERT", err.Error())
		return c, form
	}
	return c, c.Check()
}

// Check finds what is wrong with a command whose types and lengths have been checked already. A command without a type is one for
// chat input, and gets that type.
func (c *Command) Check() *catalogue.FormErrors {
	form := &catalogue.FormErrors{}
	c.check(form)
	return form
}

func (c *Command) check(form *catalogue.FormErrors) {
	if c.Type == 0 {
		c.Type = ChatInputCommand
	}
	checkLocales(form.At("description_localizations"), c.DescriptionLocalizations)
	if c.Type == ChatInputCommand {
		checkNames(form, c.Name, c.NameLocalizations)
		checkOptions(form.At("options"), c.Options)
		if c.Description == "" {
			required(form.At("description"))
		}
	} else {
		c.checkPlain(form)
	}
	if c.textSize() > maxCommandText {
		form.Add("APPLICATION_COMMAND_TOO_LARGE", fmt.Sprintf("Command exceeds maximum size (%d)", maxCommandText))
	}
}

// checkPlain checks a command that is no chat input: it has a name of any characters and nothing to fill in.
func (c *Command) checkPlain(form *catalogue.FormErrors) {
	checkLocales(form.At("name_localizations"), c.NameLocalizations)
	if len(c.Options) > 0 {
		form.At("options").Add("BASE_TYPE_MAX_LENGTH", "Must be 0 or fewer in length.")
	}
	if c.Type != EntryPointCommand && (c.Description != "" || len(c.DescriptionLocalizations) > 0) {
		form.At("description").Add("BASE_TYPE_MAX_LENGTH", "Must be 0 or fewer in length.")
	}
	if c.Type == EntryPointCommand && c.Handler == 0 {
		required(form.At("handler"))
	}
}

// CheckCommands checks commands as Check does, and that they can be side by side in one scope: no two of a type may have the same name.
// The tree has them by index.
func CheckCommands(commands []*Command) *catalogue.FormErrors {
	form := &catalogue.FormErrors{}
	type key struct {
		kind CommandType
		name string
	}
	seen := map[key]bool{}
	for i, c := range commands {
		at := form.At(strconv.Itoa(i))
		c.check(at)
		if seen[key{c.Type, c.Name}] {
			at.Add("APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[key{c.Type, c.Name}] = true
	}
	return form
}

func required(at *catalogue.FormErrors) { at.Add("BASE_TYPE_REQUIRED", "This field is required") }

// commandName matches the names of chat-input commands and of their options, apart from the case of the letters.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// ValidCommandName reports whether a chat-input command or an option may have a name: letters, digits, "-", "_" and "'", and no
// letter that has a lowercase form.
func ValidCommandName(name string) bool {
	upper := func(r rune) bool { return unicode.ToLower(r) != r }
	return commandName.MatchString(name) && !slices.ContainsFunc([]rune(name), upper)
}

// checkNames checks the name of a chat-input command or of an option, in all its languages.
func checkNames(at *catalogue.FormErrors, name string, localizations map[string]string) {
	if !ValidCommandName(name) {
		at.At("name").Add("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
	checkLocales(at.At("name_localizations"), localizations)
	for locale, localized := range localizations {
		if !ValidCommandName(localized) {
			at.At("name_localizations", locale).Add("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
		}
	}
}

// checkLocales refuses languages that Discord does not have.
func checkLocales(at *catalogue.FormErrors, localizations map[string]string) {
	known := catalogue.SchemaNamed("AvailableLocalesEnum").Enum
	for locale := range localizations {
		if !slices.Contains(known, locale) {
			at.At(locale).Add("ENUM_TYPE_COERCE", fmt.Sprintf("Value %q is not a valid enum value.", locale))
		}
	}
}

// textSize counts the characters that the limit for a whole command is about.
func (c *Command) textSize() int {
	n := longest(c.Name, c.NameLocalizations) + longest(c.Description, c.DescriptionLocalizations)
	for i := range c.Options {
		n += c.Options[i].textSize()
	}
	return n
}

// longest is the length of a text in the language where it is longest, in characters.
func longest(text string, localizations map[string]string) int {
	n := utf8.RuneCountInString(text)
	for localized := range maps.Values(localizations) {
		n = max(n, utf8.RuneCountInString(localized))
	}
	return n
}
