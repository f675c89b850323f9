package modules

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cordial/runtime/bind"
)

// found is what a walk comes by.
type found struct {
	place place
	entry fs.DirEntry
}

// walk gives what lies below a folder, every folder before what it holds. The
// entries of the folders that it is in are in memory, not more.
func (f *files) walk(c *bind.Call) (any, error) {
	p, err := f.place(c.String("path"))
	if err != nil {
		return nil, fail(c, err)
	}
	var left []found // the next one last
	enter := func(c *bind.Call, p place) error {
		return c.Wait(func(context.Context) error {
			entries, err := p.entries()
			for _, entry := range slices.Backward(entries) {
				left = append(left, found{p.within(entry.Name()), entry})
			}
			return err
		})
	}
	if err := enter(c, p); err != nil {
		return nil, fail(c, err)
	}
	name := c.Name()
	return bind.Iterator(func(c *bind.Call) (any, error) {
		for len(left) > 0 {
			next := left[len(left)-1]
			left = left[:len(left)-1]
			info, err := next.entry.Info()
			if err != nil {
				continue // it was removed meanwhile
			}
			if next.entry.IsDir() {
				if err := enter(c, next.place); err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
			}
			return bind.Values{next.place.name, describe(info)}, nil
		}
		return nil, nil
	}), nil
}

// maxGlob bounds the paths that fs.glob gives.
const maxGlob = 1_000_000

func (f *files) glob(c *bind.Call) (any, error) {
	pattern := c.String("pattern")
	fixed, rest := globBase(pattern)
	for _, segment := range rest {
		if _, err := path.Match(segment, ""); err != nil {
			return nil, fail(c, fmt.Errorf("the pattern %q: a [ is not closed, or is empty", pattern))
		}
	}
	p, err := f.place(fixed)
	if err != nil {
		return nil, fail(c, err)
	}
	g := globber{paths: map[string]bool{}}
	err = c.Wait(func(ctx context.Context) error {
		g.ctx = ctx
		return g.match(p, rest)
	})
	paths := make([]string, 0, len(g.paths))
	for name := range g.paths {
		paths = append(paths, name)
	}
	slices.Sort(paths)
	return paths, fail(c, err)
}

// globBase cuts a pattern into the folder that it begins in and the segments
// from the first one that has a wildcard, or else the last one.
func globBase(pattern string) (fixed string, rest []string) {
	segments := strings.Split(filepath.ToSlash(pattern), "/")
	n := slices.IndexFunc(segments, func(s string) bool { return strings.ContainsAny(s, `*?[\`) })
	if n < 0 {
		n = len(segments) - 1
	}
	fixed = strings.Join(segments[:n], "/")
	if fixed == "" {
		fixed = "."
		if n > 0 {
			fixed = "/"
		}
	}
	return fixed, slices.CompactFunc(segments[n:], func(a, b string) bool { return a == "**" && b == "**" })
}

// globber collects what fits a pattern.
type globber struct {
	ctx   context.Context
	paths map[string]bool
}

// match looks in a folder for what the segments of a pattern fit. What cannot
// be read has nothing that fits.
func (g *globber) match(p place, segments []string) error {
	if err := g.ctx.Err(); err != nil {
		return err
	}
	entries, err := p.entries()
	if err != nil {
		return nil
	}
	if segments[0] == "**" {
		rest := segments[1:]
		if len(rest) == 0 {
			rest = []string{"*"}
		}
		if err := g.match(p, rest); err != nil {
			return err
		}
		return g.below(p, entries, func(fs.DirEntry) []string { return segments })
	}
	for _, entry := range entries {
		if fits, _ := path.Match(segments[0], entry.Name()); fits && len(segments) == 1 {
			if g.paths[p.within(entry.Name()).name] = true; len(g.paths) > maxGlob {
				return fmt.Errorf("more than %d paths fit; fs.walk has no limit", maxGlob)
			}
		}
	}
	if len(segments) == 1 {
		return nil
	}
	return g.below(p, entries, func(entry fs.DirEntry) []string {
		if fits, _ := path.Match(segments[0], entry.Name()); !fits {
			return nil
		}
		return segments[1:]
	})
}

// below goes on in the folders among the entries of p with the segments that
// are left there, nil for none.
func (g *globber) below(p place, entries []fs.DirEntry, left func(fs.DirEntry) []string) error {
	for _, entry := range entries {
		segments := left(entry)
		if !entry.IsDir() || segments == nil {
			continue
		}
		if err := g.match(p.within(entry.Name()), segments); err != nil {
			return err
		}
	}
	return nil
}
