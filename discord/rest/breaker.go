package rest

import "time"

// breaker counts invalid requests: Discord blocks an address for 10 000 of them within ten minutes.
type breaker struct {
	limit int
	slots [invalidSlots]slot // a ring by time
}

// slot counts the invalid requests of one stretch of time.
type slot struct {
	number int64 // of the stretch since 1970
	count  int
}

const (
	invalidWindow = 10 * time.Minute
	slotLength    = 10 * time.Second
	invalidSlots  = int(invalidWindow/slotLength) + 1 // the oldest is partly outside the window and counts in full
)

func slotNumber(t time.Time) int64 { return t.UnixNano() / int64(slotLength) }

func (b *breaker) count(now time.Time) {
	n := slotNumber(now)
	s := &b.slots[n%int64(invalidSlots)]
	if s.number != n {
		*s = slot{number: n}
	}
	s.count++
}

// total is the number of invalid requests within the window.
func (b *breaker) total(now time.Time) int {
	sum := 0
	for _, s := range b.slots {
		if s.number > slotNumber(now)-int64(invalidSlots) {
			sum += s.count
		}
	}
	return sum
}

// check fails while there are too many.
func (b *breaker) check(now time.Time) error {
	total := b.total(now)
	if total < b.limit {
		return nil
	}
	after := now
	for b.total(after) >= b.limit {
		after = after.Add(slotLength).Truncate(slotLength)
	}
	return &BreakerError{Invalid: total, Retry: after.Sub(now)}
}
