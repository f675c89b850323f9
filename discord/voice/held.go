package voice

import (
	"time"

	"cordial/discord/voice/rtp"
)

// How long a packet waits for its speaker or its key, and how many of one stream do: two seconds of packets of 20 ms.
const (
	holdFor = 2 * time.Second
	maxHeld = 100
)

// maxHolding bounds the streams that hold packets at the same time.
const maxHolding = 64

// heldPacket is a packet that waits.
type heldPacket struct {
	header  rtp.Header
	at      time.Time
	payload []byte
}

// held is a queue of packets. Its zero value is empty, and takes no room.
type held struct {
	ring     []heldPacket
	first, n int
}

// put adds a copy of a packet. It reports whether the oldest one gave way to it.
func (h *held) put(header rtp.Header, payload []byte, at time.Time) (full bool) {
	if h.ring == nil {
		h.ring = make([]heldPacket, maxHeld)
	}
	if full = h.n == maxHeld; full {
		h.pop()
	}
	slot := &h.ring[(h.first+h.n)%maxHeld]
	slot.header, slot.at, slot.payload = header, at, append(slot.payload[:0], payload...)
	h.n++
	return full
}

// front is the oldest packet, nil when there is none. It is valid until the next put.
func (h *held) front() *heldPacket {
	if h.n == 0 {
		return nil
	}
	return &h.ring[h.first]
}

// pop removes the oldest packet. An empty queue gives its room back.
func (h *held) pop() {
	h.first = (h.first + 1) % maxHeld
	h.n--
	if h.n == 0 {
		*h = held{}
	}
}
