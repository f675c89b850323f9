package dave_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
)

// FuzzDecrypt gives a member a frame of whatever kind, or one of another member's of which some bits are changed: only what was encrypted
// for the call may come out, and what follows is heard as if nothing had come.
func FuzzDecrypt(f *testing.F) {
	f.Add([]byte{0xf8, 0xff, 0xfe}, false)
	f.Add([]byte("plain"), false)
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 1}, true)
	f.Fuzz(func(t *testing.T, data []byte, changes bool) {
		c := gathered(t, 1, 2)
		var sent [2][]byte
		for i := range sent {
			var err error
			if sent[i], err = c.sessions[1].Encrypt(nil, []byte("a frame")); err != nil {
				t.Fatal(err)
			}
		}
		frame := data
		if changes {
			frame = flip(sent[0], data, 0)
		}
		got, err := c.sessions[2].Decrypt(nil, 1, frame)
		if err == nil && !bytes.Equal(frame, sent[0]) && string(got) != "\xf8\xff\xfe" {
			t.Errorf("%x is heard as %x", frame, got)
		}
		if got, err := c.sessions[2].Decrypt(nil, 1, sent[1]); err != nil || string(got) != "a frame" {
			t.Errorf("%x is followed by %q, %v", frame, got, err)
		}
	})
}

// flip changes the bits of a message that are set in data, from a place on.
func flip(message, data []byte, at int) []byte {
	changed := bytes.Clone(message)
	for i, bits := range data {
		if at+i < len(changed) {
			changed[at+i] ^= bits
		}
	}
	return changed
}

// FuzzMember changes one of the binary messages that a member gets while others come and go: puts another one in its place, or changes
// some bits. The member never sends plain, and hears nothing that was not said.
func FuzzMember(f *testing.F) {
	const messages = 7 // that the member gets
	const kinds = 6    // of binary opcodes
	for nth := range uint8(messages + 1) {
		f.Add(nth, uint8(0), uint16(20), []byte{1})
		f.Add(nth, uint8(0), uint16(0), []byte{0, 1})
		for kind := range uint8(kinds) {
			f.Add(nth, kind+1, uint16(0), []byte{0, 1, 0, 1})
		}
	}
	f.Fuzz(func(t *testing.T, nth, kind uint8, at uint16, data []byte) {
		c, got := newCall(t), uint8(0)
		c.edit = func(m *delivery.Message) {
			if m.To != 1 || m.Binary == nil {
				return
			}
			if got++; got != nth {
				return
			}
			if kind == 0 {
				m.Binary = flip(m.Binary, data, int(at))
			} else {
				m.Op, m.Binary = discord.VoiceOpDAVEMLSExternalSender+discord.VoiceOpcode(kind%kinds), data
			}
		}
		for _, change := range []func(){
			func() { c.join(1) }, func() { c.join(2) }, func() { c.join(3) }, func() { c.leave(2) },
		} {
			change()
			for range 10 { // an external sender that is not the server's has a member ask for the group again and again
				c.down()
				c.up()
			}
		}
		c.overhear()
	})
}

// overhear fails if somebody sends plain, or hears something else than was said. That a frame cannot be decrypted is no failure.
func (c *call) overhear() {
	c.t.Helper()
	for from, s := range c.sessions {
		frame := fmt.Appendf(nil, "a frame of %d", from)
		sent, err := s.Encrypt(nil, frame)
		if err != nil {
			continue
		}
		if bytes.Contains(sent, frame) {
			c.t.Errorf("%d sends plain", from)
		}
		for to, other := range c.sessions {
			if got, err := other.Decrypt(nil, from, sent); to != from && err == nil && !bytes.Equal(got, frame) {
				c.t.Errorf("%d hears %q of %d", to, got, from)
			}
		}
	}
}

// FuzzBinary gives a member a binary message of whatever kind in place of each of those that lead into a call.
func FuzzBinary(f *testing.F) {
	c := newCall(f)
	c.edit = func(m *delivery.Message) {
		if m.Binary != nil {
			f.Add(uint8(m.Op), m.Binary)
		}
	}
	c.join(1, 2)
	c.run()
	c.join(3)
	c.run()
	c.leave(2)
	c.run()
	external := delivery.New(channel, 1)
	_, messages := external.Join(1, 1)
	f.Fuzz(func(t *testing.T, op uint8, data []byte) {
		s := dave.New(1, channel, time.Now)
		s.SessionDescription(1)
		if _, err := s.Binary(discord.VoiceOpDAVEMLSExternalSender, messages[0].Binary); err != nil {
			t.Fatal(err)
		}
		answer, _ := s.Binary(discord.VoiceOpcode(op), data)
		for _, m := range answer {
			if m.Op == discord.VoiceOpDAVETransitionReady {
				t.Errorf("%d %x leads into a group", op, data)
			}
		}
		if _, err := s.Encrypt(nil, []byte("frame")); err == nil {
			t.Errorf("%d %x makes it send", op, data)
		}
	})
}
