package repl

import (
	"strings"
	"unicode/utf8"
)

// tokenKind says what a token of an unfinished line is.
type tokenKind int

const (
	nameToken tokenKind = iota
	numberToken
	stringToken      // text is what stands between the quotes
	openStringToken  // a string that has no closing quote in its line
	openCommentToken // a comment that goes on to the end
	symbolToken
)

// token is a piece of a line, as far as completion needs to know it.
type token struct {
	kind  tokenKind
	text  string
	start int // byte offset of the text
	end   int
}

func (t token) is(symbol string) bool { return t.kind == symbolToken && t.text == symbol }

// scan splits source into tokens. It never fails: what it does not know is a
// symbol. Comments are left out.
func scan(source string) []token {
	var tokens []token
	for i := 0; i < len(source); {
		c := source[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case strings.HasPrefix(source[i:], "--"):
			end := commentEnd(source, i)
			if end == len(source) {
				tokens = append(tokens, token{openCommentToken, source[i:], i, end})
			}
			i = end
		case strings.HasPrefix(source[i:], ".."):
			tokens = append(tokens, token{symbolToken, "..", i, i + 2})
			i += 2
		case c == '"' || c == '\'':
			t := scanString(source, i)
			tokens = append(tokens, t)
			i = t.end + 1
		case isNameRune(rune(c)):
			t := scanWord(source, i)
			tokens = append(tokens, t)
			i = t.end
		default:
			_, size := utf8.DecodeRuneInString(source[i:])
			tokens = append(tokens, token{symbolToken, source[i : i+size], i, i + size})
			i += size
		}
	}
	return tokens
}

// commentEnd returns the offset behind the comment at i; the newline that ends
// it is left.
func commentEnd(source string, i int) int {
	if strings.HasPrefix(source[i:], "--[[") {
		if end := strings.Index(source[i:], "]]"); end >= 0 {
			return i + end + len("]]")
		}
		return len(source)
	}
	if end := strings.IndexByte(source[i:], '\n'); end >= 0 {
		return i + end
	}
	return len(source)
}

func scanString(source string, quote int) token {
	start := quote + 1
	for i := start; i < len(source); i++ {
		switch source[i] {
		case '\\':
			i++
		case '\n':
			return token{openStringToken, source[start:i], start, i}
		case source[quote]:
			return token{stringToken, source[start:i], start, i}
		}
	}
	return token{openStringToken, source[start:], start, len(source)}
}

func scanWord(source string, start int) token {
	end := start
	for end < len(source) && isNameRune(rune(source[end])) {
		end++
	}
	kind := nameToken
	if '0' <= source[start] && source[start] <= '9' {
		kind = numberToken
	}
	return token{kind, source[start:end], start, end}
}
