package repl

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// columnGap separates two columns of candidates.
const columnGap = 2

// columns lays candidates out as the lines of a list that fits into width,
// sorted downwards.
func columns(candidates []Candidate, width int) string {
	widest := 0
	for _, c := range candidates {
		widest = max(widest, lipgloss.Width(c.label()))
	}
	perRow := max(1, (width+columnGap)/(widest+columnGap))
	rows := (len(candidates) + perRow - 1) / perRow
	var b strings.Builder
	for row := range rows {
		for i := row; i < len(candidates); i += rows {
			label := candidates[i].label()
			b.WriteString(label)
			if i+rows < len(candidates) {
				b.WriteString(strings.Repeat(" ", widest+columnGap-lipgloss.Width(label)))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
