package limits

import (
	"fmt"
	"slices"
	"strings"

	"cordial/discord/rest/catalogue"
)

// Limits of components (components/reference).
const (
	maxRows           = 5
	maxButtonsPerRow  = 5
	maxComponentsV2   = 40   // with everything nested
	maxComponentsText = 4000 // characters of all text displays together
)

// The types of components.
const (
	Row               = 1
	Button            = 2
	StringSelect      = 3
	TextInput         = 4
	UserSelect        = 5
	RoleSelect        = 6
	MentionableSelect = 7
	ChannelSelect     = 8
	Section           = 9
	TextDisplay       = 10
	Thumbnail         = 11
	Gallery           = 12
	File              = 13
	Separator         = 14
	Container         = 17
	Label             = 18
	FileUpload        = 19
	RadioGroup        = 21
	CheckboxGroup     = 22
	Checkbox          = 23

	lastKnown = Checkbox
)

// Styles of buttons that lead somewhere instead of telling the application.
const (
	linkButton    = 5
	premiumButton = 6
)

// AttachmentScheme begins links to the files of the message itself, as in "attachment://picture.png".
const AttachmentScheme = "attachment://"

// ComponentType is the type of a component, 0 if it has none.
func ComponentType(component Object) int { return component.NumberOr("type", 0) }

// IsSelect reports whether components of a type are menus to choose from.
func IsSelect(kind int) bool {
	return kind == StringSelect || UserSelect <= kind && kind <= ChannelSelect
}

// NeedsV2 reports whether components of a type stand in a message only if it has the flag IS_COMPONENTS_V2.
func NeedsV2(kind int) bool { return Section <= kind && kind <= Container }

// CheckComponent finds what is wrong with a component of a message or of a modal, and with those inside of it, whose types and
// lengths have been checked with the catalogue.
func CheckComponent(component Object) *catalogue.FormErrors {
	form := &catalogue.FormErrors{}
	c := checker{modal: ComponentType(component) == Label}
	c.component(form, component)
	c.totals(form)
	return form
}

// checker walks over the components of one message or modal. The zero value is for a message whose files are not known.
type checker struct {
	classic bool // components of the first version only
	modal   bool
	display bool     // without components that a person can act on
	files   []string // names of the message's attachments, nil when they are not known

	customIDs map[string]bool
	total     int
	text      int
}

// message checks all components of a message.
func (c *checker) message(at *catalogue.FormErrors, components []Object) {
	if c.classic && len(components) > maxRows {
		badLength(at, 1, maxRows)
	}
	for i, p := range components {
		here := at.At(index(i))
		if kind := ComponentType(p); c.classic && kind != Row && kind <= lastKnown {
			here.At("type").Add("UNION_TYPE_CHOICES", `Value of field "type" must be one of (1,).`)
			continue
		}
		c.component(here, p)
	}
	c.totals(at)
}

// totals checks what is limited for all components together.
func (c *checker) totals(at *catalogue.FormErrors) {
	if c.total > maxComponentsV2 {
		at.Add("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", fmt.Sprintf("The total number of components in the message is more than %d", maxComponentsV2))
	}
	if c.text > maxComponentsText {
		at.Add("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", fmt.Sprintf("Displayable text size exceeds maximum size of %d", maxComponentsText))
	}
}

func (c *checker) component(at *catalogue.FormErrors, p Object) {
	c.total++
	switch kind := ComponentType(p); kind {
	case Row:
		c.row(at, p)
	case Button:
		c.button(at, p)
	case TextDisplay:
		c.text += p.length("content")
	case Thumbnail:
		c.media(at.At("media"), p.Object("media"))
	case Gallery:
		for i, item := range p.List("items") {
			c.media(at.At("items", index(i), "media"), item.Object("media"))
		}
	case File:
		c.file(at.At("file"), p.Object("file"))
	case Section, Container:
		c.nested(at, p)
	case Label:
		c.component(at.At("component"), p.Object("component"))
	default:
		c.input(at, p)
	}
}

// nested checks the components inside of another one.
func (c *checker) nested(at *catalogue.FormErrors, p Object) {
	for i, child := range p.List("components") {
		c.component(at.At("components", index(i)), child)
	}
	if accessory := p.Object("accessory"); accessory != nil {
		c.component(at.At("accessory"), accessory)
	}
}

// row allows up to five buttons, or one select and nothing else.
func (c *checker) row(at *catalogue.FormErrors, p Object) {
	children := p.List("components")
	wide := func(child Object) bool { return IsSelect(ComponentType(child)) || ComponentType(child) == TextInput }
	if len(children) > maxButtonsPerRow || len(children) > 1 && slices.ContainsFunc(children, wide) {
		at.At("components").Add("COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
	}
	c.nested(at, p)
}

// button asks for what its style needs: a link for 5, a SKU for 6, which brings its own text, and a custom_id for the rest.
func (c *checker) button(at *catalogue.FormErrors, p Object) {
	needs := "custom_id"
	switch p.NumberOr("style", 0) {
	case linkButton:
		needs = "url"
	case premiumButton:
		needs = "sku_id"
	}
	for _, field := range []string{"custom_id", "url", "sku_id"} {
		given := p[field] != nil
		switch {
		case field == needs && !given:
			required(at.At(field))
		case field != needs && given:
			at.Add("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", fmt.Sprintf("A button of this style takes a %s, and no %s", needs, field))
		}
	}
	shown := p["label"] != nil || p["emoji"] != nil
	switch {
	case needs != "sku_id" && !shown:
		required(at.At("label"))
	case needs == "sku_id" && shown:
		at.Add("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A button of this style takes a sku_id, and no label or emoji")
	}
	if needs == "custom_id" {
		c.customID(at, p)
	}
}

func (c *checker) customID(at *catalogue.FormErrors, p Object) {
	id := p.Text("custom_id")
	if c.display {
		at.Add("COMPONENT_TYPE_INVALID", "The specified component type is invalid in this context")
	}
	if id != "" && c.customIDs[id] {
		at.At("custom_id").Add("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	if c.customIDs == nil {
		c.customIDs = map[string]bool{}
	}
	c.customIDs[id] = true
}

// media takes a link or one of the message's attachments.
func (c *checker) media(at *catalogue.FormErrors, p Object) {
	link := p.Text("url")
	name, ok := strings.CutPrefix(link, AttachmentScheme)
	switch {
	case !ok:
		checkLink(at.At("url"), link, "http", "https", "attachment")
	case c.files != nil && !slices.Contains(c.files, name):
		at.At("url").Add("UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "The referenced attachment was not found")
	}
}

// file takes one of the message's attachments only.
func (c *checker) file(at *catalogue.FormErrors, p Object) {
	if !strings.HasPrefix(p.Text("url"), AttachmentScheme) {
		at.At("url").Add("URL_TYPE_INVALID_SCHEME", `Scheme must be one of ('attachment',).`)
		return
	}
	c.media(at, p)
}
