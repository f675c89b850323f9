package discord

import (
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFileName is the longest file name that SafeFileName gives, in bytes. File systems allow 255; the rest is for what programs add.
const maxFileName = 200

// windowsDevices are names that Windows keeps for devices, with any extension.
var windowsDevices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])[ ]*(\.|$)`)

// SafeFileName turns a name that came from somebody else into one that can be created in a directory of any system and does
// nothing unexpected there: no separators, no control or direction characters, no leading dot or dash, no device name, not too
// long, never empty. A safe name stays as it is.
func SafeFileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), strings.ContainsRune(`/\<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.TrimLeft(name, " .-")
	name = trimEnd(name)
	if windowsDevices.MatchString(name) {
		name = "_" + name
	}
	if len(name) > maxFileName {
		ext := path.Ext(name)
		if len(ext) > 20 {
			ext = ""
		}
		name = trimEnd(cutBytes(name, maxFileName-len(ext))) + ext
	}
	if name == "" {
		return "file"
	}
	return name
}

// trimEnd removes what Windows does not keep at the end of a name.
func trimEnd(s string) string { return strings.TrimRight(s, " .") }

// cutBytes cuts a text to n bytes at most, between two characters.
func cutBytes(s string, n int) string {
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
