package limits

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cordial/discord/rest/catalogue"
)

// maxEmbedsText is how many characters all embeds of a message may have together (resources/message, "Embed Limits").
const maxEmbedsText = 6000

// index is the key of a list's element in a tree of form errors.
func index(i int) string { return strconv.Itoa(i) }

// CheckEmbed finds what is wrong with an embed whose types and lengths have been checked with the catalogue.
func CheckEmbed(embed Object) *catalogue.FormErrors {
	form := &catalogue.FormErrors{}
	checkEmbed(form, embed)
	checkEmbedsText(form, embedText(embed))
	return form
}

func checkEmbeds(at *catalogue.FormErrors, embeds []Object) {
	sum := 0
	for i, e := range embeds {
		sum += embedText(e)
		checkEmbed(at.At(index(i)), e)
	}
	checkEmbedsText(at, sum)
}

func checkEmbedsText(at *catalogue.FormErrors, sum int) {
	if sum > maxEmbedsText {
		at.Add("MAX_EMBED_SIZE_EXCEEDED", fmt.Sprintf("Embed size exceeds maximum size of %d", maxEmbedsText))
	}
}

func checkEmbed(at *catalogue.FormErrors, embed Object) {
	for i, field := range embed.List("fields") {
		for _, text := range []string{"name", "value"} {
			if strings.TrimSpace(field.Text(text)) == "" {
				required(at.At("fields", index(i), text))
			}
		}
	}
	checkLink(at.At("url"), embed.Text("url"), "http", "https")
	checkLink(at.At("author", "url"), embed.Object("author").Text("url"), "http", "https")
	for _, icon := range []string{"author", "footer"} {
		checkLink(at.At(icon, "icon_url"), embed.Object(icon).Text("icon_url"), "http", "https", "attachment")
	}
	pictures := 0
	for _, picture := range []string{"image", "thumbnail"} {
		link := embed.Object(picture).Text("url")
		checkLink(at.At(picture, "url"), link, "http", "https", "attachment")
		pictures += len(link)
	}
	if embedText(embed) == 0 && pictures == 0 {
		required(at.At("description"))
	}
}

// embedText counts the characters of an embed that the limit for all of them together is about: those without the space around them.
func embedText(embed Object) int {
	texts := []string{embed.Text("title"), embed.Text("description"), embed.Object("author").Text("name"), embed.Object("footer").Text("text")}
	for _, field := range embed.List("fields") {
		texts = append(texts, field.Text("name"), field.Text("value"))
	}
	n := 0
	for _, text := range texts {
		n += utf8.RuneCountInString(strings.TrimSpace(text))
	}
	return n
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
