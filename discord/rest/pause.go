package rest

import "time"

// pause is a time in which nothing goes, after an answer 429.
type pause struct {
	until   time.Time
	strikes int // pauses one after the other without an answer that was let through
}

// extend begins or prolongs the pause. The wait that Discord asks for holds, but it grows when it has proved too short before. An
// answer that comes during a pause belongs to a request that was on its way when the pause began, and proves nothing.
func (p *pause) extend(after time.Duration, now time.Time) {
	if !now.Before(p.until) {
		p.strikes++
	}
	until := now.Add(max(after+resetMargin, p.penalty()))
	if until.After(p.until) {
		p.until = until
	}
}

// blockPause is the wait for a block of the address that does not say how long it lasts: asking sooner would prolong it.
const blockPause = time.Minute

// penalty is 50 ms after the second strike and doubles up to 12.8 s.
func (p *pause) penalty() time.Duration {
	if p.strikes < 2 {
		return 0
	}
	return 50 * time.Millisecond << min(p.strikes-2, 8)
}
