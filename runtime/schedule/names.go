package schedule

import "fmt"

// numbering counts the jobs that have a spec for a name.
type numbering struct {
	live, last int
}

// nameBySpec names a job by its spec, and from the second one on by a number as well, in the order of their declaration. It begins anew
// when none is left.
func (s *Scheduler) nameBySpec(j *Job) {
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

// forgetName is called once for a job that is over.
func (s *Scheduler) forgetName(j *Job) {
	if n := s.unnamed[j.spec]; j.unnamed && n != nil {
		if n.live--; n.live == 0 {
			delete(s.unnamed, j.spec)
		}
	}
}
