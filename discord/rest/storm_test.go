package rest_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
)

// The storm is 2,000 requests at once, over 40 routes.
const (
	stormRoutes   = 40
	stormPerRoute = 50
)

// stormLimits are small enough for every route to meet them, and short enough for a test. A route whose limit is not announced sends
// one request at a time, so its limit must be one that a slow machine meets, too.
func stormLimits(announce bool) sandbox.Limits {
	route := sandbox.Limit{Count: 10, Window: 100 * time.Millisecond}
	if !announce {
		route = sandbox.Limit{Count: 5, Window: 500 * time.Millisecond}
	}
	return sandbox.Limits{
		Announce: announce,
		Global:   sandbox.Limit{Count: 1e6, Window: time.Second},
		Default:  route,
		Rename:   sandbox.Limit{Count: 1e6, Window: time.Second},
	}
}

// storm sends the requests and returns the client's counters. A request that fails ends the test.
func storm(t *testing.T, announce bool) rest.Stats {
	t.Helper()
	world := sandbox.DefaultWorld(clockwork.NewRealClock())
	var channels []discord.Snowflake
	for i := range stormRoutes {
		c, err := world.CreateChannel(sandbox.Actor{User: bot}, guild, sandbox.ChannelParams{Name: sandbox.Field[string]{Value: fmt.Sprintf("storm-%d", i), Set: true}})
		if err != nil {
			t.Fatal(err)
		}
		channels = append(channels, c.ID)
	}
	limits := stormLimits(announce)
	client := onServer(t, world, limits)
	var group sync.WaitGroup
	for range stormPerRoute {
		for _, channel := range channels {
			group.Go(func() {
				if _, err := client.Object(context.Background(), "get_channel", rest.Args{"channel_id": channel}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	return client.Stats()
}

func TestStormWithAnnouncedLimitsMeetsNone(t *testing.T) {
	stats := storm(t, true)
	if len(stats.Limited) != 0 || stats.Requests != stormRoutes*stormPerRoute {
		t.Errorf("%d requests, refused: %v", stats.Requests, stats.Limited)
	}
	if stats.Waits == 0 {
		t.Error("nothing had to wait: this was no storm")
	}
}

func TestStormWithoutAnnouncedLimitsRecovers(t *testing.T) {
	stats := storm(t, false)
	if stats.Limited["user"] == 0 {
		t.Errorf("no limit was met, refused: %v", stats.Limited)
	}
}
