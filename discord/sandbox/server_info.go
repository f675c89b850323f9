package sandbox

import "cordial/discord"

// Info is what another program needs to know to use a server.
type Info struct {
	APIURL        string            `json:"api_url"`
	GatewayURL    string            `json:"gateway_url"`
	CDNURL        string            `json:"cdn_url"`
	VoiceCA       string            `json:"voice_ca"` // the certificate, in PEM, that a client needs to trust for voice over wss://
	BotToken      string            `json:"bot_token"`
	ApplicationID discord.Snowflake `json:"application_id"`
	GuildID       discord.Snowflake `json:"guild_id"` // the first guild
	Channels      []InfoChannel     `json:"channels"` // of that guild
	Users         []InfoUser        `json:"users"`
}

// InfoChannel is a channel as Info lists it.
type InfoChannel struct {
	ID   discord.Snowflake `json:"id"`
	Name string            `json:"name"`
	Type ChannelType       `json:"type"`
}

// InfoUser is a user as Info lists it, with the token to act as that user. A bot's token stands behind the word Bot.
type InfoUser struct {
	Name  string            `json:"name"`
	ID    discord.Snowflake `json:"id"`
	Token string            `json:"token"`
	Bot   bool              `json:"bot,omitempty"`
}

// Info describes the server and its world.
func (s *Server) Info() Info {
	w := s.world
	w.mu.Lock()
	defer w.mu.Unlock()
	info := Info{APIURL: s.APIURL(), GatewayURL: s.GatewayURL(), CDNURL: s.CDNURL(), VoiceCA: string(s.voice.CertificatePEM()),
		BotToken: w.token(w.app.ID), ApplicationID: w.app.ID,
		Channels: []InfoChannel{}, Users: []InfoUser{}}
	if guilds := sortedByID(w.guilds); len(guilds) > 0 {
		info.GuildID = guilds[0].ID
		for _, c := range sortedChannels(guilds[0].channels) {
			info.Channels = append(info.Channels, InfoChannel{c.ID, c.Name, c.Type})
		}
	}
	for _, u := range sortedByID(w.users) {
		info.Users = append(info.Users, InfoUser{u.Username, u.ID, w.token(u.ID), u.Bot})
	}
	return info
}

// UserToken is the token of a person, which stands in the Authorization header without a word before it.
func (s *Server) UserToken(id discord.Snowflake) string {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	return s.world.token(id)
}

// OwnerToken is the token of the person to whom the bot belongs, as for UserToken.
func (s *Server) OwnerToken() string {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	return s.world.token(s.world.app.Owner)
}

// BotToken is the token of the bot.
func (s *Server) BotToken() string {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	return s.world.token(s.world.app.ID)
}
