package rest

import (
	"encoding/json"
	"slices"

	"cordial/discord"

	"github.com/tidwall/gjson"
)

// Frames that keep a session, and those that ask for something.
var (
	sessionFrames = []discord.Opcode{discord.OpHeartbeat, discord.OpIdentify, discord.OpResume}
	questions     = []discord.Opcode{discord.OpRequestGuildMembers, discord.OpRequestSoundboardSounds, discord.OpRequestChannelInfo}
)

// CheckFrame refuses a frame that must not go over the gateway: a presence or a voice state when the guard only lets reads through, and
// with Guilds all that does not name one of them. d is the frame's data, as encoding/json takes it.
func (g *Guard) CheckFrame(op discord.Opcode, d any) error {
	if g == nil || slices.Contains(sessionFrames, op) {
		return nil
	}
	name := op.String()
	if name == "" {
		name = "a frame of an unknown kind"
	}
	if g.ReadOnly && !slices.Contains(questions, op) {
		return &ReadOnlyError{Operation: name}
	}
	if len(g.Guilds) == 0 {
		return nil
	}
	payload, err := json.Marshal(d)
	if err != nil {
		return err
	}
	var n named
	if err := n.addJSON(payload); err != nil {
		return &GuildError{Operation: name, Reason: err.Error()}
	}
	for _, guild := range n.guilds {
		if !g.allows(guild) {
			return &GuildError{Operation: name, Reason: "it is about guild " + guild}
		}
	}
	if len(n.guilds) == 0 {
		return &GuildError{Operation: name, Reason: "it names no guild, so that it shows everywhere"}
	}
	return nil
}

// aboutBot are the events that are about the bot, and belong to no guild.
var aboutBot = []string{"READY", "RESUMED", "USER_UPDATE", "RATE_LIMITED"}

// guildItself are the events whose data is the guild.
var guildItself = []string{"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"}

// maxInteractions bounds the interactions that Admits remembers, so that they can be answered; the oldest are forgotten.
const maxInteractions = 1_000

// Admits reports whether a program may learn of an event of the gateway: with Guilds only of one from there, or about the bot itself.
func (g *Guard) Admits(event string, data json.RawMessage) bool {
	if g == nil || len(g.Guilds) == 0 || event == "" || slices.Contains(aboutBot, event) {
		return true
	}
	field := "guild_id"
	if slices.Contains(guildItself, event) {
		field = "id"
	}
	if !g.allows(gjson.GetBytes(data, field).String()) {
		return false
	}
	if event == "INTERACTION_CREATE" {
		g.admit(gjson.GetBytes(data, "token").String())
	}
	return true
}

func (g *Guard) admit(token string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.interactions) >= maxInteractions {
		g.interactions = slices.Delete(g.interactions, 0, 1)
	}
	g.interactions = append(g.interactions, token)
}

// admitted reports whether an interaction with the token came in from where the guard allows.
func (g *Guard) admitted(token string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Contains(g.interactions, token)
}
