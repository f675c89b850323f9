package luabind

import (
	"context"
	"time"

	"cordial/runtime/bind"
)

// TestClock is the clock of a test: it stands still until it is moved.
type TestClock interface {
	Now() time.Time

	// Advance lets the time pass, and does in order what is due meanwhile. It returns when all that was started is done or waits.
	Advance(ctx context.Context, d time.Duration) error

	// Settle waits until all that goes on is done or waits, without letting time pass.
	Settle(ctx context.Context) error
}

// sandboxClock declares sandbox.clock, which tests have.
func (b *binding) sandboxClock() []bind.Field {
	clock := b.opts.TestClock
	if clock == nil {
		return nil
	}
	table := b.r.AddModule(bind.Module{
		Name: "sandbox.clock", Singleton: true, Doc: "The clock of a test. It stands still unless it is moved, or all that goes on waits for it.",
		Funcs: []bind.Func{
			{
				Name: "advance", Doc: "Lets time pass: timers, schedules and waits that are due meanwhile happen, in their order.",
				Params:  []bind.Param{{Name: "duration", Type: bind.Duration, Required: true, Doc: `seconds, or a text like "24h"`}},
				Example: `sandbox.clock.advance("24h")`,
				Call: func(c *bind.Call) (any, error) {
					return nil, c.Wait(func(ctx context.Context) error { return clock.Advance(ctx, c.Duration("duration")) })
				},
			},
			{
				Name: "settle", Doc: "Waits until nothing goes on any more at this moment: requests are answered, handlers have run or wait for a later time.",
				Call: func(c *bind.Call) (any, error) { return nil, c.Wait(clock.Settle) },
			},
		},
		Fields: []bind.Field{{
			Name: "now", Type: "number", Doc: "The time, in seconds since 1970.",
			Get: func(any) (any, error) { return float64(clock.Now().UnixMilli()) / 1000, nil },
		}},
	})
	return []bind.Field{{Name: "clock", Type: "module", Doc: "Moves the time of a test.", Value: table}}
}
