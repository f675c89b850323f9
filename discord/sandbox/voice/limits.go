package voice

import "time"

// Limits are the numbers of a Server. All times are by its clock.
type Limits struct {
	// Heartbeat is how often a client is asked to beat. One whose beat comes later than after one and a half times this is disconnected
	// with 4009.
	Heartbeat time.Duration
	// Frames is how many frames a client may send in every FrameWindow. One more, and it is disconnected with 4021. Discord does not tell
	// its own number.
	Frames      int
	FrameWindow time.Duration
	// ResumeWindow is how long a client that has lost its websocket stays in its call.
	ResumeWindow time.Duration
	// Replay is how many messages of a session are kept for a resume, at the most. The oldest ones make room; a client that lacks one of
	// them is closed with 4006.
	Replay int
	// Transition is how long the server waits for the members of an encrypted call to be ready for a transition.
	Transition time.Duration
	// Heard is how many packets are kept of what people hear, of all of them together. The oldest ones make room.
	Heard int
}

// DefaultLimits are Discord's numbers where they are known.
func DefaultLimits() Limits {
	return Limits{
		Heartbeat:    13750 * time.Millisecond,
		Frames:       300,
		FrameWindow:  time.Minute,
		ResumeWindow: time.Minute,
		Replay:       512,
		Transition:   2 * time.Second,
		Heard:        360_000, // two hours of speech that one person hears: about 100 MB
	}
}
