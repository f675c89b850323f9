//go:build unix

package calltest

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice/record"
)

// crowdSize is how many people speak at once.
const crowdSize = 25

// crowd is people whose packets hold nothing but their number.
func crowd() (people []discord.Snowflake) {
	for i := range crowdSize {
		people = append(people, discord.Snowflake(fmt.Sprint(5001+i)))
	}
	return people
}

// raceFactor is how much longer the race detector may make everything take.
func raceFactor() time.Duration {
	build, _ := debug.ReadBuildInfo()
	if slices.Contains(build.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return 10
	}
	return 1
}

// TestCrowd has 25 people speak at once on one core, encrypted end to end, and records them all: nothing is lost, and the core can do it as
// fast as they speak, with all that the voice server and the people do besides.
func TestCrowd(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	people := crowd()
	c := newCall(t, sandbox.Options{}, false, people...)
	recorder, err := record.Start(t.TempDir()+"/crowd.ogg", record.Options{Users: people, Clock: c.clock})
	if err != nil {
		t.Fatal(err)
	}
	defer c.bot.Listen(recorder.Packet)()
	const steps, pause = 100, 20
	for i, user := range people {
		c.plan(user, 5+i%3, steps, 300, 1700)
	}
	before := processorTime(t)
	c.run(0, steps+pause)
	length := (steps + pause) * frame
	if used := processorTime(t) - before; used > length*raceFactor() {
		t.Errorf("%v of speech take %v of the processor, with all that the whole process did meanwhile", length, used)
	}
	made, err := recorder.Stop()
	if err != nil {
		t.Fatal(err)
	}
	c.checkSegments(made)
	for user, track := range made.Speakers {
		if track.Lost+track.Invalid != 0 || track.Packets < steps {
			t.Errorf("%s: %+v", user, track)
		}
	}
	if stats := c.bot.Stats(); len(made.Speakers) != crowdSize || stats.Foreign != 0 {
		t.Errorf("%d speakers, %d datagrams that are none of theirs", len(made.Speakers), stats.Foreign)
	}
}
