package luatest

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// Profile tells which lines of scripts have run, in all tests together.
type Profile struct {
	mu    sync.Mutex
	files map[string]map[int]int
}

func newProfile() *Profile { return &Profile{files: map[string]map[int]int{}} }

// add takes in the counts of one host.
func (p *Profile) add(files map[string]map[int]int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for path, lines := range files {
		sum := p.files[path]
		if sum == nil {
			sum = map[int]int{}
			p.files[path] = sum
		}
		for line, times := range lines {
			sum[line] += times
		}
	}
}

// count tells how many lines of a file have run, and of how many with code.
func count(lines map[int]int) (ran, all int) {
	for _, times := range lines {
		if times > 0 {
			ran++
		}
	}
	return ran, len(lines)
}

// WriteText writes a table: for each file how much of it has run, and which lines have not.
func (p *Profile) WriteText(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	ran, all := 0, 0
	for _, path := range slices.Sorted(maps.Keys(p.files)) {
		n, of := count(p.files[path])
		ran, all = ran+n, all+of
		fmt.Fprintf(w, "%s\t%s", path, percent(n, of))
		if n < of {
			fmt.Fprintf(w, "\tnot run: %s", missing(p.files[path]))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "all\t%s\n", percent(ran, all))
	return w.Flush()
}

func percent(ran, all int) string {
	if all == 0 {
		return "no code"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(ran)/float64(all))
}

// missing lists the lines that have not run: "3, 8-12". Lines without code between two of them do not part them.
func missing(lines map[int]int) string {
	var parts []string
	first, last := 0, 0
	end := func() {
		switch {
		case first == 0:
		case first == last:
			parts = append(parts, fmt.Sprint(first))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", first, last))
		}
		first = 0
	}
	for _, line := range slices.Sorted(maps.Keys(lines)) {
		if lines[line] > 0 {
			end()
			continue
		}
		if first == 0 {
			first = line
		}
		last = line
	}
	end()
	return strings.Join(parts, ", ")
}

// WriteLCOV writes the counts in the format of lcov.
func (p *Profile) WriteLCOV(to io.Writer) error {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(p.files)) {
		lines := p.files[path]
		fmt.Fprintf(&b, "TN:\nSF:%s\n", path)
		for _, line := range slices.Sorted(maps.Keys(lines)) {
			fmt.Fprintf(&b, "DA:%d,%d\n", line, lines[line])
		}
		ran, all := count(lines)
		fmt.Fprintf(&b, "LF:%d\nLH:%d\nend_of_record\n", all, ran)
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// shares is how much of each file has run, from 0 to 1.
func (p *Profile) shares() map[string]float64 {
	if p == nil {
		return nil
	}
	shares := map[string]float64{}
	for path, lines := range p.files {
		if ran, all := count(lines); all > 0 {
			shares[path] = float64(ran) / float64(all)
		}
	}
	return shares
}
