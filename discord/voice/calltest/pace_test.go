package calltest

import (
	"testing"
	"time"

	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/play"
)

// TestPace plays three seconds in real time. However late single packets are on a busy machine, their mean interval is 20 ms: each has a
// time of its own, so that no delay adds to the next. A delay after which the sender does not catch up is in the timestamps.
func TestPace(t *testing.T) {
	const packets, window = 150, 50
	server, client, source := stage(t, chatter(packets*audio.FrameSamples), "said.ogg")
	if err := play.Start(t.Context(), speaker{client}, source, play.Options{}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all packets", func() bool { return uint64(len(server.Heard(ada, bot))) == client.Stats().Sent })
	heard := server.Heard(ada, bot)
	first, last := heard[0], heard[len(heard)-1]
	if steps := int(last.Timestamp - first.Timestamp); len(heard) < packets+silences || steps < (len(heard)-1)*audio.FrameSamples {
		t.Errorf("%d packets are heard, which go on by %d samples", len(heard), steps)
	}
	const most = 2 * window * frame / 100 // a hundredth of an interval for each
	drift := punctual(first, heard[len(heard)-window:]) - punctual(first, heard[:window])
	t.Logf("the last second comes %v late", drift)
	if drift.Abs() > most {
		t.Errorf("that is more than %v", most)
	}
}

// punctual is how late the most punctual of some packets comes, as its timestamp and those of the first packet tell.
func punctual(first sandbox.Packet, packets []sandbox.Packet) time.Duration {
	least := time.Duration(1<<63 - 1)
	for _, p := range packets {
		least = min(least, p.At.Sub(first.At)-audio.Duration(int64(p.Timestamp-first.Timestamp)))
	}
	return least
}
