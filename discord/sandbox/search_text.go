package sandbox

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// words splits a text as search sees it: runs of letters, digits and underscores in lower case.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_'
	})
}

// phrase is what a search looks for in a text.
type phrase struct {
	tokens []string
	slop   int // how many words may stand between two tokens
}

// newPhrase reads the content parameter of a search. A content without any word in it looks for nothing and matches every text.
func newPhrase(content string, slop int) phrase { return phrase{tokens: words(content), slop: slop} }

// matches reports whether the tokens appear in the text in their order, with at most slop words between one and the next.
// A token matches the words that begin with it, which stands in for the stemming of Discord's index.
func (p phrase) matches(text string) bool { return p.count(text) > 0 }

// count says at how many places of the text the phrase ends, which is how relevant the text is.
func (p phrase) count(text string) int {
	if len(p.tokens) == 0 {
		return 1
	}
	if len(text) < len(p.tokens[0]) {
		return 0
	}
	list := words(text)
	ends := matchingWords(list, p.tokens[0])
	for _, token := range p.tokens[1:] {
		ends = p.next(ends, matchingWords(list, token))
	}
	return len(ends)
}

// next keeps the places of a token that follow a place of the token before it closely enough. Both lists are ascending.
func (p phrase) next(before, places []int) []int {
	var kept []int
	i := 0
	for _, at := range places {
		for i < len(before) && at-before[i]-1 > p.slop {
			i++
		}
		if i < len(before) && before[i] < at {
			kept = append(kept, at)
		}
	}
	return kept
}

func matchingWords(list []string, token string) []int {
	var places []int
	for i, w := range list {
		if strings.HasPrefix(w, token) {
			places = append(places, i)
		}
	}
	return places
}

var linkForm = regexp.MustCompile(`https?://[^\s<>]+`)

// hasLink reports whether a text has a web link in it.
func hasLink(text string) bool {
	return strings.Contains(text, "://") && linkForm.MatchString(text)
}

// linkHosts lists the host names of the links in a text, in lower case.
func linkHosts(text string) []string {
	if !strings.Contains(text, "://") {
		return nil
	}
	var hosts []string
	for _, link := range linkForm.FindAllString(text, -1) {
		if u, err := url.Parse(link); err == nil && u.Host != "" {
			hosts = append(hosts, strings.ToLower(u.Hostname()))
		}
	}
	return hosts
}
