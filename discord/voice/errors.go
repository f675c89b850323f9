package voice

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"cordial/discord"
)

// NoAnswerError says that Discord did not answer when the bot asked for a channel. Discord tells no reason.
type NoAnswerError struct {
	Guild, Channel discord.Snowflake
	After          time.Duration
}

func (e *NoAnswerError) Error() string {
	return fmt.Sprintf("joining voice channel %s of guild %s: no answer in %s: the bot lacks VIEW_CHANNEL or CONNECT there, or the channel is full "+
		"(MOVE_MEMBERS passes a full one), or it is no voice channel of that guild", e.Channel, e.Guild, e.After)
}

// CloseError says that Discord closed a voice connection in a way that every further try would end in.
type CloseError struct {
	Guild, Channel discord.Snowflake
	Code           discord.VoiceCloseCode
	Reason         string // as Discord words it, may be ""
}

func (e *CloseError) Error() string {
	return fmt.Sprintf("the voice connection of guild %s ended: %s: %s", e.Guild,
		loss{kind: lossClosed, code: e.Code, reason: e.Reason}, e.advice())
}

// advice is what to do about the code.
func (e *CloseError) advice() string {
	switch e.Code {
	case discord.VoiceCloseDAVEProtocolRequired:
		return "the channel takes only members with end-to-end encryption (DAVE), and what this program announced, version 1, did not suffice: update it"
	case discord.VoiceCloseRateLimited:
		return "the bot joins voice channels too often: wait some minutes before the next join"
	case discord.VoiceCloseDisconnected, discord.VoiceCloseCallTerminated:
		return "a moderator disconnected the bot, or the channel is gone: join again if that is still wanted"
	}
	return "trying again would not help"
}

// DisconnectedError says that the bot was taken out of its voice channel.
type DisconnectedError struct{ Guild, Channel discord.Snowflake }

func (e *DisconnectedError) Error() string {
	return fmt.Sprintf("the bot was disconnected from voice channel %s of guild %s: a moderator did it, or the channel was deleted", e.Channel, e.Guild)
}

// LostError says that a connection was given up after several tries.
type LostError struct {
	Guild, Channel discord.Snowflake
	Last           string // what happened at the last try
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the voice connection of guild %s to channel %s was given up: several tries in a row failed, and in the last one %s: "+
		"join again when the network and Discord's status allow it", e.Guild, e.Channel, e.Last)
}

// EndpointError says that the gateway named a voice server that is no address.
type EndpointError struct{ Endpoint string }

func (e *EndpointError) Error() string {
	return fmt.Sprintf("the gateway named the voice server %q, which is no address: try again, and report it if that does not help", e.Endpoint)
}

// ModesError says that a voice server offers no encryption that this program knows.
type ModesError struct{ Offered []string }

func (e *ModesError) Error() string {
	return fmt.Sprintf("the voice server offers the encryptions %q and none that this program knows: update it", e.Offered)
}

// ClosedError says that a connection has ended, or a manager.
type ClosedError struct{}

func (*ClosedError) Error() string { return "the voice connection has ended: join the channel again" }

// TargetError says that a join names no guild or no channel.
type TargetError struct{ Guild, Channel discord.Snowflake }

func (e *TargetError) Error() string {
	return fmt.Sprintf("joining voice channel %q of guild %q: both must be ids", e.Channel, e.Guild)
}

// printable is a text of the server's in one line and without what a terminal would take as commands.
func printable(text string) string {
	clean := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	return strings.TrimSpace(clean)
}
