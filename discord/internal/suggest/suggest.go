// Package suggest finds the name that somebody meant.
package suggest

// Nearest gives the name that is fewest single-character edits away from the misspelt one, or "" when none is near: a third of
// its length at most.
func Nearest(misspelt string, names []string) string {
	best, least := "", len([]rune(misspelt))/3+1
	for _, name := range names {
		if d := distance([]rune(misspelt), []rune(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is Levenshtein's.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, ra := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, rb := range b {
			change := diagonal
			if ra != rb {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
