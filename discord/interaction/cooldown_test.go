package interaction

import (
	"strconv"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

func TestCooldown(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := NewCooldown(clock, 5*time.Second)
	steps := []struct {
		after time.Duration
		user  discord.Snowflake
		left  time.Duration
	}{
		{0, "1", 0}, {0, "2", 0}, {time.Second, "1", 4 * time.Second}, {3 * time.Second, "1", time.Second}, {time.Second, "1", 0}, {0, "1", 5 * time.Second}, {0, "2", 0},
	}
	for i, step := range steps {
		clock.Advance(step.after)
		if left := c.Take(step.user); left != step.left {
			t.Errorf("step %d: %s are left, want %s", i, left, step.left)
		}
	}
}

func TestCooldownForgets(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := NewCooldown(clock, time.Hour)
	for i := range 3 * maxCooling {
		if left := c.Take(discord.Snowflake(strconv.Itoa(i + 1))); left != 0 {
			t.Fatalf("user %d has to wait %s", i, left)
		}
	}
	if len(c.until) > maxCooling || len(c.order) > maxCooling {
		t.Errorf("%d users are remembered", len(c.until))
	}
	if c.Take(discord.Snowflake(strconv.Itoa(3*maxCooling))) == 0 {
		t.Error("the user who came last may go on at once")
	}
	clock.Advance(time.Hour)
	c.Take("1")
	if len(c.until) != 1 {
		t.Errorf("%d users are remembered after their time", len(c.until))
	}
}
