package gateway

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"cordial/discord"
)

// CloseError says that Discord closed a connection in a way that every further try would end in.
type CloseError struct {
	Shard   int
	Code    discord.CloseCode
	Reason  string          // as Discord words it, may be ""
	Intents discord.Intents // that were asked for
}

func (e *CloseError) Error() string {
	return fmt.Sprintf("Discord closed the gateway connection of shard %d: [%d] %s: %s", e.Shard, e.Code, e.reason(), e.advice())
}

// reason is Discord's, in one line and without what a terminal would take as commands.
func (e *CloseError) reason() string {
	for _, reason := range []string{e.Reason, e.Code.Name()} {
		reason = strings.Map(printable, strings.ToValidUTF8(reason, "?"))
		if reason = strings.TrimRight(strings.TrimSpace(reason), "."); reason != "" {
			return reason
		}
	}
	return "unknown reason"
}

func printable(r rune) rune {
	if !unicode.IsPrint(r) {
		return ' '
	}
	return r
}

// advice is what to do about the code.
func (e *CloseError) advice() string {
	switch e.Code {
	case discord.CloseAuthenticationFailed:
		return "set DISCORD_BOT_TOKEN to a valid token; it comes from the developer portal (Bot, Reset Token)"
	case discord.CloseInvalidShard:
		return "the shard's number does not fit the number of shards: change --shards"
	case discord.CloseShardingRequired:
		return "the bot is in too many guilds for this many shards: take more with --shards, or leave the number to Discord"
	case discord.CloseInvalidAPIVersion:
		return "the gateway does not serve version 10: check the gateway's address, or update this program"
	case discord.CloseInvalidIntents:
		return fmt.Sprintf("the intents %d hold a bit that Discord does not know: ask for fewer", uint64(e.Intents))
	case discord.CloseDisallowedIntents:
		return e.switches()
	}
	return "trying again would not help"
}

// portalSwitches are the privileged intents' names in the developer portal.
var portalSwitches = []struct {
	intent discord.Intents
	name   string
}{
	{discord.IntentGuildMembers, "Server Members Intent"},
	{discord.IntentGuildPresences, "Presence Intent"},
	{discord.IntentMessageContent, "Message Content Intent"},
}

// switches names what to turn on in the portal.
func (e *CloseError) switches() string {
	var asked []string
	var privileged discord.Intents
	for _, s := range portalSwitches {
		if e.Intents&s.intent != 0 {
			asked = append(asked, s.name)
			privileged |= s.intent
		}
	}
	if len(asked) == 0 {
		return "the bot may not use an intent that it asks for: ask for fewer"
	}
	return fmt.Sprintf("the bot asks for %s without being allowed to. Turn on in the developer portal: Bot, Privileged Gateway Intents, %s. "+
		"From 10,000 users on, Discord has to approve them first",
		strings.Join(privileged.Names(), ", "), strings.Join(asked, " and "))
}

// LimitError says that too few new sessions are left today. Discord resets the token of a bot that goes on.
type LimitError struct {
	Remaining  int
	ResetAfter time.Duration
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("the gateway may begin only %d more sessions, and Discord resets the token of a bot that begins too many: "+
		"start it again in %s, and find out why it starts so often", e.Remaining, e.ResetAfter.Round(time.Second))
}

// ShardsError says why the shards of Options cannot be.
type ShardsError struct{ Reason string }

func (e *ShardsError) Error() string { return e.Reason }

// AddressError says that a text is not the address of a gateway.
type AddressError struct{ Address string }

func (e *AddressError) Error() string {
	return fmt.Sprintf("gateway address %q: expected something like wss://gateway.discord.gg", e.Address)
}

// StoppedError says that the client does not run, or no longer.
type StoppedError struct{}

func (*StoppedError) Error() string { return "the gateway is stopped: start it first" }

// SizeError says that a frame is longer than Discord takes.
type SizeError struct {
	Op    discord.Opcode
	Bytes int
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("%s: the frame has %d bytes and Discord takes %d: send less at a time", e.Op, e.Bytes, maxFrame)
}

// QueueFullError says that too many frames wait for their turn already.
type QueueFullError struct{ Waiting int }

func (e *QueueFullError) Error() string {
	return fmt.Sprintf("%d frames wait to be sent to the gateway already: send less at a time", e.Waiting)
}

// NoAnswerError says that Discord did not answer a request over the gateway.
type NoAnswerError struct {
	Op    discord.Opcode
	Guild discord.Snowflake
	After time.Duration
}

func (e *NoAnswerError) Error() string {
	return fmt.Sprintf("%s: no answer for guild %s within %s: is the bot in that guild, and is the shard ready?", e.Op, e.Guild, e.After)
}

// IntentsError says that a request needs intents that the session does not have.
type IntentsError struct {
	Op      discord.Opcode
	Missing discord.Intents
}

func (e *IntentsError) Error() string {
	return fmt.Sprintf("%s: this needs %s among the intents", e.Op, strings.Join(e.Missing.Names(), " and "))
}
