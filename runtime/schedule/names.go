package schedule

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// names are those of the jobs of a script.
type names struct {
	jobs    map[string]*Job
	unnamed map[string]*numbering // by their spec
}

// numbering counts the jobs that have a spec for a name.
type numbering struct {
	live, last int
}

func newNames() names { return names{map[string]*Job{}, map[string]*numbering{}} }

// name gives a job a name, or checks the one that it has.
func (s *names) name(j *Job) error {
	switch {
	case j.name == "":
		s.nameBySpec(j)
	case s.jobs[j.name] != nil:
		return fmt.Errorf("name: there is a job %q already; cancel it first, or take another name", j.name)
	}
	return nil
}

// nameBySpec names a job by its spec, and from the second one on by a number as well, in the order of their declaration. It begins anew
// when none is left.
func (s *names) nameBySpec(j *Job) {
	n := s.unnamed[j.spec]
	if n == nil {
		n = &numbering{}
		s.unnamed[j.spec] = n
	}
	j.unnamed = true
	n.live++
	for j.name == "" || s.jobs[j.name] != nil {
		n.last++
		j.name = j.spec
		if n.last > 1 {
			j.name = fmt.Sprintf("%s #%d", j.spec, n.last)
		}
	}
}

// forget is called once for a job that is over.
func (s *names) forget(j *Job) {
	delete(s.jobs, j.name)
	if n := s.unnamed[j.spec]; j.unnamed && n != nil {
		if n.live--; n.live == 0 {
			delete(s.unnamed, j.spec)
		}
	}
}

// list gives the jobs in the order of their declaration.
func (s *names) list() []*Job {
	return slices.SortedFunc(maps.Values(s.jobs), func(a, b *Job) int { return cmp.Compare(a.number, b.number) })
}
