package dave_test

import (
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
)

// FuzzDecrypt gives a member frames of whatever kind: only what was encrypted for the call may come out.
func FuzzDecrypt(f *testing.F) {
	c := gathered(f, 1, 2)
	sent, err := c.sessions[1].Encrypt(nil, []byte("a frame"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sent)
	f.Add([]byte{0xf8, 0xff, 0xfe})
	f.Add([]byte("plain"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := c.sessions[2].Decrypt(nil, 1, data)
		if err == nil && string(got) != "a frame" && string(got) != "\xf8\xff\xfe" {
			t.Errorf("%x is heard as %x", data, got)
		}
	})
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
