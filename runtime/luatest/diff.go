package luatest

import (
	"slices"
	"strings"
)

// Bounds of a difference between texts.
const (
	diffLimit   = 1000 // lines of a text that are compared
	diffContext = 2    // equal lines that are shown around a difference
)

// diffLines shows how one text becomes another, line by line: "-" stands before lines of the first only, "+" of the second.
func diffLines(from, to string) string {
	a, b := strings.Split(from, "\n"), strings.Split(to, "\n")
	if len(a) > diffLimit || len(b) > diffLimit {
		return firstDifference(a, b)
	}
	return shorten(edits(a, b))
}

// edits is the shortest way from a to b: the lines with a mark before each.
func edits(a, b []string) []string {
	common := make([][]int, len(a)+1) // the longest common subsequence of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var lines []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, "  "+a[i])
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			lines = append(lines, "- "+a[i])
			i++
		default:
			lines = append(lines, "+ "+b[j])
			j++
		}
	}
	return lines
}

// shorten leaves out equal lines that are far from any difference.
func shorten(lines []string) string {
	var kept []string
	left := false
	for i, line := range lines {
		near := lines[max(0, i-diffContext):min(len(lines), i+diffContext+1)]
		if slices.ContainsFunc(near, func(s string) bool { return s[0] != ' ' }) {
			kept, left = append(kept, line), false
		} else if !left {
			kept, left = append(kept, "  …"), true
		}
	}
	return strings.Join(kept, "\n")
}

// firstDifference shows the first lines that differ, of texts that are long.
func firstDifference(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "- " + a[i] + "\n+ " + b[i] + "\n  …"
		}
	}
	if len(a) > len(b) {
		return "- " + a[len(b)] + "\n  …"
	}
	return "+ " + b[len(a)] + "\n  …"
}
