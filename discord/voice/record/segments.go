package record

import "time"

const (
	// pauseTime is the shortest silence that parts two segments.
	pauseTime = 500 * time.Millisecond
	// maxSegments is how many segments a track remembers. When there are more, neighbours become one: what is lost are short pauses.
	maxSegments = 10000
)

// Segment is a stretch in which someone spoke, from the start of the recording on.
type Segment struct {
	Start Duration `json:"start"`
	End   Duration `json:"end"`
}

// segments are the stretches of one speaker, in order.
type segments struct {
	list []Segment
}

// add says that there was speech from start to end.
func (s *segments) add(start, end time.Duration) {
	if n := len(s.list); n > 0 && start-s.list[n-1].End.Duration < pauseTime {
		s.list[n-1].End.Duration = max(end, s.list[n-1].End.Duration)
		return
	}
	if len(s.list) == maxSegments {
		s.coarsen()
	}
	s.list = append(s.list, Segment{Duration{start}, Duration{end}})
}

// coarsen makes one segment of every two.
func (s *segments) coarsen() {
	for i := range len(s.list) / 2 {
		s.list[i] = Segment{s.list[2*i].Start, s.list[2*i+1].End}
	}
	s.list = s.list[:len(s.list)/2]
}
