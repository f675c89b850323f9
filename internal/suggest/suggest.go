// Package suggest finds the name that a misspelt one stands for. It belongs to neither side of the house, so that errors of the client
// and of the host suggest alike.
package suggest

import "unicode/utf8"

// Nearest returns the name that a misspelt one most likely stands for. It
// allows one edit (insert, delete, replace, swap of neighbours) for every
// three characters, at least one and at most three. Of equally near names one
// with the same first letter wins, then the first.
func Nearest(misspelt string, names []string) (string, bool) {
	limit := min(3, max(1, utf8.RuneCountInString(misspelt)/3))
	initial, _ := utf8.DecodeRuneInString(misspelt)
	best, bestScore := "", 2*limit+2
	for _, name := range names {
		if name == misspelt || utf8.RuneCountInString(name) <= limit {
			continue
		}
		distance := editDistance(misspelt, name)
		score := 2 * distance
		if first, _ := utf8.DecodeRuneInString(name); first != initial {
			score++
		}
		if distance <= limit && score < bestScore {
			best, bestScore = name, score
		}
	}
	return best, best != ""
}

// editDistance is the optimal string alignment distance.
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, previous, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(previous[j+1]+1, row[j]+1, previous[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, previous, row = previous, row, before
	}
	return previous[len(t)]
}
