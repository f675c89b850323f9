package sandbox

import (
	"net"

	"cordial/discord"
	"cordial/discord/sandbox/voice"
)

// The functions below join the world to the voice server. Data flows one way: the world tells the server who has which seat. All of them
// need the world's lock.

// serveVoice has a voice server serve the world's calls, in place of the one before. People who are in voice are in their calls at once.
func (w *World) serveVoice(v *voice.Server) {
	w.voice = v
	for _, g := range sortedByID(w.guilds) {
		for _, s := range sortedByID(g.voice) {
			if w.users[s.UserID].Bot {
				w.tellVoiceServer(g, s.UserID)
			} else {
				w.seat(g, s)
			}
		}
	}
}

// seat tells the voice server of somebody's place in voice, after every change of it.
func (w *World) seat(g *guild, s *VoiceState) {
	if w.voice == nil {
		return
	}
	c, shown := g.channels[discord.Snowflake(s.ChannelID)], w.voiceView(g, s)
	invited := c.Type == StageChannel && !s.RequestToSpeak.IsZero() // has still to accept
	w.voice.Admit(voice.Seat{
		Guild: g.ID, User: s.UserID, Channel: c.ID, Session: s.SessionID, Token: s.token, Endpoint: c.voiceServer,
		Person: !w.users[s.UserID].Bot, Plain: c.Type == StageChannel,
		Mute: shown.Mute || s.SelfMute || s.Suppress || invited || c.ID == g.AFKChannelID, Deaf: shown.Deaf || s.SelfDeaf,
	})
}

// unseat tells the voice server that somebody has left voice. A client is closed with the code.
func (w *World) unseat(g *guild, user discord.Snowflake, code discord.VoiceCloseCode) {
	if w.voice != nil {
		w.voice.Expel(g.ID, user, code)
	}
}

// tellVoiceServer tells a bot where it is to connect for voice. The token is a new one every time.
func (w *World) tellVoiceServer(g *guild, bot discord.Snowflake) {
	s := *g.voice[bot]
	s.token = newSessionID()
	g.voice[bot] = &s
	endpoint := ""
	if w.voice != nil {
		endpoint = w.voice.Endpoint(g.channels[discord.Snowflake(s.ChannelID)].voiceServer)
		w.seat(g, &s)
	}
	w.emitVoiceServer(g, bot, s.token, endpoint)
}

// emitVoiceServer tells a bot the endpoint of its call; "" says that there is none for the time being.
func (w *World) emitVoiceServer(g *guild, bot discord.Snowflake, token, endpoint string) {
	w.tell(Event{Type: "VOICE_SERVER_UPDATE", Guild: g.ID, Only: bot, Data: struct {
		Token    string            `json:"token"`
		GuildID  discord.Snowflake `json:"guild_id"`
		Endpoint Nullable          `json:"endpoint"`
	}{token, g.ID, Nullable(endpoint)}})
}

// moveCall moves the call of a voice channel to another endpoint: clients are closed with 4022 and told that there is no server, and then
// where the new one is.
func (w *World) moveCall(c *channel) {
	g := w.guilds[c.GuildID]
	c.voiceServer++
	var bots []discord.Snowflake
	for _, s := range w.inVoice(c) {
		if w.users[s.UserID].Bot {
			bots = append(bots, s.UserID)
			w.unseat(g, s.UserID, discord.VoiceCloseCallTerminated)
			w.emitVoiceServer(g, s.UserID, s.token, "")
		}
	}
	for _, bot := range bots {
		w.tellVoiceServer(g, bot)
	}
}

// startVoice opens the voice server at the host of the API.
func (s *Server) startVoice(o voice.Options) error {
	o.Host = s.api.listener.Addr().(*net.TCPAddr).IP.String()
	o.Public, _, _ = net.SplitHostPort(s.api.address()) // its own form cannot be wrong
	o.Clock, o.Logger = s.world.clock, s.logger
	var err error
	if s.voice, err = voice.Start(o); err != nil {
		return err
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.world.serveVoice(s.voice)
	return nil
}

// stopVoice closes the voice server, if there is one.
func (s *Server) stopVoice() {
	if s.voice == nil {
		return
	}
	s.world.mu.Lock()
	if s.world.voice == s.voice {
		s.world.voice = nil
	}
	s.world.mu.Unlock()
	s.voice.Close()
}

// Voice is the voice server, for its faults and its certificate.
func (s *Server) Voice() *voice.Server { return s.voice }
