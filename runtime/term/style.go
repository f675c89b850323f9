package term

import (
	"fmt"
	"slices"
	"strings"
)

// sgr are the parameters that begin and end a style: https://vt100.net/docs/vt510-rm/SGR.html and ISO 8613-6 for colours. Each end
// leaves the other styles as they are, so that one styled text can stand in another.
type sgr struct {
	begin, end int
	color      bool
}

// The ends of colours.
const (
	defaultForeground = 39
	defaultBackground = 49
)

var styles = makeStyles()

func makeStyles() map[string]sgr {
	all := map[string]sgr{
		"bold":      {begin: 1, end: 22},
		"dim":       {begin: 2, end: 22},
		"italic":    {begin: 3, end: 23},
		"underline": {begin: 4, end: 24},
		"reverse":   {begin: 7, end: 27},
		"strike":    {begin: 9, end: 29},
		"gray":      {begin: 90, end: defaultForeground, color: true},
		"on_gray":   {begin: 100, end: defaultBackground, color: true},
	}
	for i, name := range []string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"} {
		all[name] = sgr{begin: 30 + i, end: defaultForeground, color: true}
		all["on_"+name] = sgr{begin: 40 + i, end: defaultBackground, color: true}
	}
	return all
}

// styleNames are the styles, those that are no colours first.
func styleNames() []string {
	var names []string
	for name := range styles {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if styles[a].color != styles[b].color {
			return map[bool]int{true: 1, false: -1}[styles[a].color]
		}
		return strings.Compare(a, b)
	})
	return names
}

// style writes a text in styles: none of them where there is no terminal, and no colours where none are wanted.
func (s *Screen) style(text string, names []string) string {
	if s.options.Terminal == nil || text == "" {
		return text
	}
	begin, end := "", ""
	for _, name := range names {
		if style := styles[name]; s.options.Color || !style.color {
			begin += fmt.Sprintf("\x1b[%dm", style.begin)
			end = fmt.Sprintf("\x1b[%dm", style.end) + end
		}
	}
	return begin + text + end
}
