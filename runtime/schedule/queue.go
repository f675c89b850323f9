package schedule

import "container/heap"

// queue holds the jobs that wait, the one that is due first at its head. It is a [heap.Interface].
type queue []*Job

func (q queue) Len() int           { return len(q) }
func (q queue) Less(a, b int) bool { return q[a].next.Before(q[b].next) }
func (q queue) Swap(a, b int) {
	q[a], q[b] = q[b], q[a]
	q[a].place, q[b].place = a, b
}

// Push implements [heap.Interface].
func (q *queue) Push(x any) {
	j := x.(*Job)
	j.place = len(*q)
	*q = append(*q, j)
}

// Pop implements [heap.Interface].
func (q *queue) Pop() any {
	last := len(*q) - 1
	j := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	j.place = -1
	return j
}

// put brings a job to its place after its next time has changed: out of the queue if there is none. A draft waits for nothing.
func (q *queue) put(j *Job) {
	waits := j.over == "" && !j.draft && !j.next.IsZero() && !j.isElsewhere()
	switch {
	case waits && j.place < 0:
		heap.Push(q, j)
	case waits:
		heap.Fix(q, j.place)
	case j.place >= 0:
		heap.Remove(q, j.place)
	}
}
