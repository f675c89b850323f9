package sandbox

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cordial/discord/rest/catalogue"
)

// Limits of components (components/reference).
const (
	maxRows           = 5
	maxButtonsPerRow  = 5
	maxComponentsV2   = 40   // with everything nested
	maxComponentsText = 4000 // characters of all text displays together
)

// The types of components that a message may have.
const (
	componentRow        = 1
	componentButton     = 2
	componentString     = 3
	componentChannel    = 8
	componentSection    = 9
	componentText       = 10
	componentThumbnail  = 11
	componentGallery    = 12
	componentFile       = 13
	componentSeparator  = 14
	componentContainer  = 17
	buttonLink          = 5
	buttonPremium       = 6
	attachmentURLScheme = "attachment://"
)

// componentChecker checks what the types of the catalogue cannot say about the components of a message.
type componentChecker struct {
	v2          bool
	files       []string // names of the message's attachments
	interactive bool     // components that a person can act on are allowed

	customIDs map[string]bool
	total     int
	text      int
}

// check walks over the components of a message whose types and lengths have been checked, and notes what is wrong with them.
func (c *componentChecker) check(at *catalogue.FormErrors, components []Component) {
	c.customIDs = map[string]bool{}
	if !c.v2 && len(components) > maxRows {
		addBadLength(at, 1, maxRows)
	}
	for i, p := range components {
		if !c.v2 && p.kind() != componentRow {
			at.At(strconv.Itoa(i), "type").Add("UNION_TYPE_CHOICES", `Value of field "type" must be one of (1,).`)
			continue
		}
		c.component(at.At(strconv.Itoa(i)), p)
	}
	if c.total > maxComponentsV2 {
		at.Add("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", fmt.Sprintf("The total number of components in the message is more than %d", maxComponentsV2))
	}
	if c.text > maxComponentsText {
		at.Add("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", fmt.Sprintf("Displayable text size exceeds maximum size of %d", maxComponentsText))
	}
}

func (c *componentChecker) component(at *catalogue.FormErrors, p Component) {
	c.total++
	switch kind := p.kind(); kind {
	case componentRow:
		c.row(at, p)
	case componentButton:
		c.button(at, p)
	case componentText:
		c.text += utf8.RuneCountInString(p.text("content"))
	case componentThumbnail:
		c.media(at.At("media"), p.object("media"))
	case componentGallery:
		for i, item := range p.list("items") {
			c.media(at.At("items", strconv.Itoa(i), "media"), item.object("media"))
		}
	case componentFile:
		c.file(at.At("file"), p.object("file"))
	case componentSection, componentContainer:
		c.nested(at, p)
	default:
		if componentString <= kind && kind <= componentChannel {
			c.selectMenu(at, p)
		}
	}
}

func (c *componentChecker) nested(at *catalogue.FormErrors, p Component) {
	for i, child := range p.list("components") {
		c.component(at.At("components", strconv.Itoa(i)), child)
	}
	if accessory := p.object("accessory"); accessory != nil {
		c.component(at.At("accessory"), accessory)
	}
}

// row allows up to five buttons, or one select and nothing else.
func (c *componentChecker) row(at *catalogue.FormErrors, p Component) {
	children := p.list("components")
	selects := 0
	for _, child := range children {
		if child.kind() != componentButton {
			selects++
		}
	}
	if len(children) > maxButtonsPerRow || selects > 0 && len(children) > 1 {
		at.At("components").Add("COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
	}
	c.nested(at, p)
}

// button asks for what its style needs: a link for 5, a SKU for 6, a custom_id for the rest.
func (c *componentChecker) button(at *catalogue.FormErrors, p Component) {
	needs := "custom_id"
	switch style, _ := p.number("style"); style {
	case buttonLink:
		needs = "url"
	case buttonPremium:
		needs = "sku_id"
	}
	for _, field := range []string{"custom_id", "url", "sku_id"} {
		given := p[field] != nil
		switch {
		case field == needs && !given:
			addRequired(at.At(field))
		case field != needs && given:
			at.Add("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", fmt.Sprintf("A button of this style takes a %s, and no %s", needs, field))
		}
	}
	if p["label"] == nil && p["emoji"] == nil && needs != "sku_id" {
		addRequired(at.At("label"))
	}
	if needs == "custom_id" {
		c.customID(at, p)
	}
}

func (c *componentChecker) selectMenu(at *catalogue.FormErrors, p Component) {
	c.customID(at, p)
	least, most := p.numberOr("min_values", 1), p.numberOr("max_values", 1)
	if least > most {
		at.At("min_values").Add("NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", most))
	}
	if p.kind() != componentString {
		return
	}
	options := p.list("options")
	if most > len(options) {
		at.At("max_values").Add("NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", len(options)))
	}
	seen := map[string]bool{}
	for i, o := range options {
		value := o.text("value")
		if seen[value] {
			at.At("options", strconv.Itoa(i), "value").Add("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen[value] = true
	}
}

func (c *componentChecker) customID(at *catalogue.FormErrors, p Component) {
	id := p.text("custom_id")
	if !c.interactive {
		at.Add("COMPONENT_TYPE_INVALID", "The specified component type is invalid in this context")
	}
	if id != "" && c.customIDs[id] {
		at.At("custom_id").Add("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	c.customIDs[id] = true
}

// media takes a link or one of the message's attachments.
func (c *componentChecker) media(at *catalogue.FormErrors, p Component) {
	link := p.text("url")
	if name, ok := strings.CutPrefix(link, attachmentURLScheme); ok {
		if !slices.Contains(c.files, name) {
			at.At("url").Add("UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "The referenced attachment was not found")
		}
		return
	}
	checkLink(at.At("url"), link, "http", "https", "attachment")
}

// file takes one of the message's attachments only.
func (c *componentChecker) file(at *catalogue.FormErrors, p Component) {
	if !strings.HasPrefix(p.text("url"), attachmentURLScheme) {
		at.At("url").Add("URL_TYPE_INVALID_SCHEME", `Scheme must be one of ('attachment',).`)
		return
	}
	c.media(at, p)
}

// checkLink refuses what is not a link with one of the schemes. An empty link is none.
func checkLink(at *catalogue.FormErrors, link string, schemes ...string) {
	if link == "" {
		return
	}
	u, err := url.Parse(link)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		at.Add("URL_TYPE_INVALID_URL", "Not a well formed URL.")
	case !slices.Contains(schemes, strings.ToLower(u.Scheme)):
		at.Add("URL_TYPE_INVALID_SCHEME", fmt.Sprintf("Scheme %q must be one of ('%s').", u.Scheme, strings.Join(schemes, "', '")))
	}
}
