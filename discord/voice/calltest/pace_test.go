package calltest

import (
	"testing"
	"time"

	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/play"
)

// TestPace plays three seconds in real time. However late single packets are on a busy machine, their mean interval is 20 ms: each has a
// time of its own, so that no delay adds to the next. A delay after which the sender does not catch up is in the timestamps. One that lasts
// for the whole of the first or the last second is the machine's: then it is played again.
func TestPace(t *testing.T) {
	const most = 2 * paceWindow * frame / 100 // a hundredth of an interval for each
	for range 5 {
		drift := playDrift(t)
		t.Logf("the last second comes %v late", drift)
		if drift.Abs() <= most {
			return
		}
	}
	t.Errorf("that is more than %v, each time", most)
}

// paceWindow is how many packets the first and the last second have.
const paceWindow = 50

// playDrift plays, and tells by how much later the last second comes than the first.
func playDrift(t *testing.T) time.Duration {
	const packets = 3 * paceWindow
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
	return punctual(first, heard[len(heard)-paceWindow:]) - punctual(first, heard[:paceWindow])
}

// punctual is how late the most punctual of some packets comes, as its timestamp and those of the first packet tell.
func punctual(first sandbox.Packet, packets []sandbox.Packet) time.Duration {
	least := time.Duration(1<<63 - 1)
	for _, p := range packets {
		least = min(least, p.At.Sub(first.At)-audio.Duration(int64(p.Timestamp-first.Timestamp)))
	}
	return least
}
