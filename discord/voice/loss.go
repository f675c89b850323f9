package voice

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coder/websocket"

	"cordial/discord"
)

// lossKind is why a connection, or a step towards one, ended.
type lossKind int

const (
	lossNetwork    lossKind = iota // the websocket broke, or could not be opened
	lossClosed                     // the voice server closed it with a code
	lossZombie                     // heartbeats go unanswered
	lossSilent                     // the voice server did not finish its greeting
	lossUnreadable                 // what came could not be read
	lossUDP                        // the voice server cannot be reached over UDP
	lossKeys                       // no keys of the end-to-end encryption can be had
	lossMoved                      // the bot is in another channel
	lossServer                     // another voice server was named
	lossAway                       // the voice server went away, another one will be named
	lossNoAnswer                   // the gateway did not answer a join
	lossForgotten                  // no news came of what follows a loss
	lossAbsent                     // the bot is in no channel of the guild any more, because it was away for long
	lossLeft                       // the bot is in no channel of the guild any more
	lossStop                       // the program wants to end
	lossFatal                      // something that trying again does not help
)

// loss is an end.
type loss struct {
	kind   lossKind
	code   discord.VoiceCloseCode // of lossClosed
	reason string                 // of lossClosed
	err    error                  // of lossNetwork, lossUnreadable, lossUDP and lossFatal
}

// actions are what to do after the losses that do not depend on anything else.
var actions = map[lossKind]discord.VoiceCloseAction{
	lossNetwork:    discord.VoiceAfterResume,
	lossZombie:     discord.VoiceAfterResume,
	lossSilent:     discord.VoiceAfterResume,
	lossUnreadable: discord.VoiceAfterResume,
	lossUDP:        discord.VoiceAfterRejoin,
	lossKeys:       discord.VoiceAfterRejoin,
	lossMoved:      discord.VoiceAfterWait,
	lossServer:     discord.VoiceAfterWait,
	lossAway:       discord.VoiceAfterWait,
	lossNoAnswer:   discord.VoiceAfterRejoin,
	lossForgotten:  discord.VoiceAfterRejoin,
	lossAbsent:     discord.VoiceAfterRejoin,
	lossLeft:       discord.VoiceAfterStop,
	lossStop:       discord.VoiceAfterStop,
	lossFatal:      discord.VoiceAfterStop,
}

// action is what to do after the loss.
func (l loss) action(m machine) discord.VoiceCloseAction {
	action := actions[l.kind]
	if l.kind == lossClosed {
		action = l.code.Action()
	}
	switch {
	case l.kind == lossClosed && action == discord.VoiceAfterWait && m.orphaned:
		return discord.VoiceAfterRejoin
	case l.kind == lossNoAnswer && !m.joined:
		return discord.VoiceAfterStop // the answer would be the same
	}
	return action
}

// ownFaults are codes that tell of a mistake of this program's: one fresh join is allowed to them, in case the server was confused.
var ownFaults = map[discord.VoiceCloseCode]bool{
	discord.VoiceCloseUnknownOpcode:         true,
	discord.VoiceCloseFailedToDecodePayload: true,
	discord.VoiceCloseNotAuthenticated:      true,
	discord.VoiceCloseAlreadyAuthenticated:  true,
	discord.VoiceCloseUnknownProtocol:       true,
	discord.VoiceCloseUnknownEncryptionMode: true,
	discord.VoiceCloseBadRequest:            true,
}

// weight is how many failed joins the loss counts for.
func (l loss) weight(m machine) int {
	if l.kind == lossClosed && ownFaults[l.code] {
		return m.maxJoins()/2 + 1
	}
	return 1
}

// patience is how long the gateway may take to tell what follows the loss. A voice server that went away is replaced when Discord
// has found another; asking again earlier does not help.
func (l loss) patience() time.Duration {
	switch l.kind {
	case lossAway:
		return 2 * time.Minute
	case lossClosed: // if it was the gateway's session that ended, the next one takes its time
		return time.Minute
	}
	return seatGrace
}

// lossOf is the loss that an error of reading the websocket is.
func lossOf(err error) loss {
	if closed, ok := errors.AsType[websocket.CloseError](err); ok {
		return loss{kind: lossClosed, code: discord.VoiceCloseCode(closed.Code), reason: closed.Reason}
	}
	if errors.Is(err, errFrame) || errors.Is(err, websocket.ErrMessageTooBig) {
		return loss{kind: lossUnreadable, err: err}
	}
	return loss{kind: lossNetwork, err: err}
}

// lossTexts say what happened, for people.
var lossTexts = map[lossKind]string{
	lossZombie:    "heartbeats went unanswered",
	lossSilent:    "the voice server did not finish its greeting",
	lossKeys:      "messages about the end-to-end encryption could not be used, again and again",
	lossMoved:     "the bot was moved to another channel",
	lossServer:    "Discord named another voice server",
	lossAway:      "the voice server went away, and Discord will name another",
	lossNoAnswer:  "Discord did not answer",
	lossForgotten: "Discord did not tell what follows",
	lossAbsent:    "the bot was away for so long that Discord took it out of the channel",
	lossLeft:      "the bot was disconnected from the channel",
	lossStop:      "stopped",
}

// String says what happened, for people.
func (l loss) String() string {
	switch l.kind {
	case lossNetwork:
		return fmt.Sprintf("the connection is gone (%v)", l.err)
	case lossUnreadable:
		return fmt.Sprintf("what came could not be read (%v)", l.err)
	case lossUDP:
		return fmt.Sprintf("the voice server cannot be reached over UDP (%v)", l.err)
	case lossFatal:
		return l.err.Error()
	case lossClosed:
		return fmt.Sprintf("Discord closed the connection: [%d] %s", l.code, cmp.Or(strings.TrimRight(printable(l.reason), "."), l.code.Name(), "no reason given"))
	}
	return lossTexts[l.kind]
}
