package voice

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

// TestMistakes has clients make one mistake each, at a stage of the handshake.
func TestMistakes(t *testing.T) {
	fresh := func(*client) {}
	identified := func(c *client) { c.identify(0) }
	joined := func(c *client) { c.identify(0); c.choose(rtp.XChaCha20) }
	text := func(text string) func(*client) {
		return func(c *client) { c.write(websocket.MessageText, []byte(text)) }
	}
	frame := func(op discord.VoiceOpcode, d string) func(*client) {
		return func(c *client) { c.send(op, json.RawMessage(strings.ReplaceAll(d, "SSRC", c.ready.Get("ssrc").Raw))) }
	}
	claims := func(op discord.VoiceOpcode, change map[string]any) func(*client) {
		return func(c *client) {
			d := c.identity(1)
			maps.Copy(d, change)
			c.send(op, d)
		}
	}
	protocol := func(d string) func(*client) { return frame(discord.VoiceOpSelectProtocol, d) }
	tests := map[string]struct {
		stage, mistake func(*client)
		code           discord.VoiceCloseCode
	}{
		"no JSON":                     {fresh, text("hello"), 4002},
		"no opcode":                   {fresh, text(`{"d":null}`), 4002},
		"an empty binary frame":       {fresh, func(c *client) { c.write(websocket.MessageBinary, nil) }, 4002},
		"a frame that is too long":    {fresh, text(`"` + strings.Repeat("x", maxClientFrame) + `"`), 4002},
		"an unknown opcode":           {fresh, frame(99, "null"), 4001},
		"a server's opcode":           {joined, frame(discord.VoiceOpReady, "{}"), 4001},
		"an unknown binary opcode":    {joined, func(c *client) { c.write(websocket.MessageBinary, []byte{25}) }, 4001},
		"SPEAKING before IDENTIFY":    {fresh, frame(discord.VoiceOpSpeaking, `{"speaking":1,"ssrc":1}`), 4003},
		"a key package before it":     {fresh, func(c *client) { c.write(websocket.MessageBinary, []byte{26, 1}) }, 4003},
		"IDENTIFY twice":              {identified, claims(discord.VoiceOpIdentify, nil), 4005},
		"RESUME in a session":         {joined, claims(discord.VoiceOpResume, nil), 4005},
		"IDENTIFY without a token":    {fresh, claims(discord.VoiceOpIdentify, map[string]any{"token": nil}), 4002},
		"IDENTIFY with a number":      {fresh, claims(discord.VoiceOpIdentify, map[string]any{"token": 5}), 4002},
		"another token":               {fresh, claims(discord.VoiceOpIdentify, map[string]any{"token": "nonsense"}), 4004},
		"another session":             {fresh, claims(discord.VoiceOpIdentify, map[string]any{"session_id": "nonsense"}), 4006},
		"another user":                {fresh, claims(discord.VoiceOpIdentify, map[string]any{"user_id": grace}), 4006},
		"another guild":               {fresh, claims(discord.VoiceOpIdentify, map[string]any{"server_id": "99"}), 4011},
		"RESUME without a session":    {fresh, claims(discord.VoiceOpResume, nil), 4006},
		"RESUME with a wrong token":   {fresh, claims(discord.VoiceOpResume, map[string]any{"token": "nonsense"}), 4004},
		"RESUME without a session id": {fresh, frame(discord.VoiceOpResume, `{"server_id":"10"}`), 4002},
		"another protocol":            {identified, protocol(`{"protocol":"webrtc","data":{}}`), 4012},
		"no protocol":                 {identified, protocol(`{}`), 4012},
		"no data":                     {identified, protocol(`{"protocol":"udp"}`), 4020},
		"a mode of before 2024":       {identified, protocol(`{"protocol":"udp","data":{"address":"127.0.0.1","port":9,"mode":"xsalsa20_poly1305"}}`), 4016},
		"no address":                  {identified, protocol(`{"protocol":"udp","data":{"address":"","port":9,"mode":"aead_aes256_gcm_rtpsize"}}`), 4020},
		"SELECT PROTOCOL with text":   {identified, protocol(`"udp"`), 4002},
		"SELECT PROTOCOL twice":       {joined, protocol(`{"protocol":"udp","data":{"address":"127.0.0.1","port":9,"mode":"aead_aes256_gcm_rtpsize"}}`), 4020},
		"somebody else's ssrc":        {joined, frame(discord.VoiceOpSpeaking, `{"speaking":1,"ssrc":1}`), 4020},
		"speaking that is no flag":    {joined, frame(discord.VoiceOpSpeaking, `{"speaking":8,"ssrc":SSRC}`), 4020},
		"speaking that is no number":  {joined, frame(discord.VoiceOpSpeaking, `{"speaking":true,"ssrc":SSRC}`), 4002},
		"an old heartbeat":            {joined, frame(discord.VoiceOpHeartbeat, `123`), 4002},
		"a heartbeat without a nonce": {fresh, frame(discord.VoiceOpHeartbeat, `{"seq_ack":1}`), 4002},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			c := r.connect(ada)
			test.stage(c)
			test.mistake(c)
			c.closed(test.code)
		})
	}
}

func TestVersion(t *testing.T) {
	r := newRig(t)
	c := r.connect(ada)
	for _, query := range []string{"", "v=3", "v=9"} {
		c.dial(query)
		c.closed(discord.VoiceCloseBadRequest)
	}
}

func TestDAVERequired(t *testing.T) {
	r := newRig(t, func(o *Options) { o.DAVE = DAVERequired })
	c := r.connect(ada)
	c.send(discord.VoiceOpIdentify, c.identity(0))
	c.closed(discord.VoiceCloseDAVEProtocolRequired)
	stage := r.connect(grace, func(s *Seat) { s.Channel, s.Plain = "30", true })
	stage.identify(0)
	if d := stage.choose(rtp.AES256GCM); d.Get("dave_protocol_version").Int() != 0 {
		t.Errorf("on a stage the description is %s", d.Raw)
	}
}

func TestRateLimit(t *testing.T) {
	limits := DefaultLimits()
	limits.Frames = 3
	r := newRig(t, func(o *Options) { o.Limits = &limits })
	c := r.connect(ada)
	for range limits.Frames {
		c.pending()
	}
	r.clock.Advance(limits.FrameWindow / 10)
	c.send(discord.VoiceOpHeartbeat, map[string]any{"t": 1})
	c.closed(discord.VoiceCloseRateLimited)
}

func TestOneModeOffered(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Modes = []rtp.Mode{rtp.XChaCha20} })
	c := r.connect(ada)
	c.identify(0)
	if modes := c.ready.Get("modes").Raw; modes != `["aead_xchacha20_poly1305_rtpsize"]` {
		t.Errorf("READY offers %s", modes)
	}
	address := c.discover()
	c.send(discord.VoiceOpSelectProtocol, map[string]any{"protocol": "udp",
		"data": map[string]any{"address": address.Addr().String(), "port": address.Port(), "mode": rtp.AES256GCM}})
	c.closed(discord.VoiceCloseUnknownEncryptionMode)
}

// TestIdentifyAgain wants the newest session of a seat to win.
func TestIdentifyAgain(t *testing.T) {
	r := newRig(t)
	old := r.join(ada)
	c := &client{T: t, r: r, seat: old.seat, seq: -1}
	c.dial("v=8")
	c.identify(0)
	old.closed(discord.VoiceCloseSessionNoLongerValid)
	if c.ssrc() == old.ssrc() {
		t.Error("the ssrc of the old session is given out again")
	}
}

func TestEndpoints(t *testing.T) {
	r := newRig(t)
	c := r.connect(ada, func(s *Seat) { s.Endpoint = 1 })
	c.identify(0)
	moved := c.seat
	moved.Endpoint, moved.Token = 2, "new token"
	r.s.Admit(moved)
	c.closed(discord.VoiceCloseDisconnected)
	c.dial("v=8") // at the old endpoint
	c.seat = moved
	c.send(discord.VoiceOpIdentify, c.identity(0))
	c.closed(discord.VoiceCloseServerNotFound)
	c.dial("v=8")
	c.identify(0)
}
