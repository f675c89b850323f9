package luabind

import (
	"errors"

	"cordial/discord"
	"cordial/runtime/bind"
)

// stats is VoiceClient.stats.
func (vc *voiceClient) stats() any {
	s := vc.conn.Stats()
	table := map[string]any{}
	for user, n := range s.Speakers {
		if user == "" {
			user = "unknown"
		}
		table[string(user)] = map[string]any{
			"received": int64(n.Received), "bytes": int64(n.Bytes), "lost": n.Lost, "late": int64(n.Late), "duplicate": int64(n.Duplicate),
			"failed": int64(n.Failed), "invalid": int64(n.Invalid), "held": int64(n.Held), "dropped": int64(n.Dropped),
		}
	}
	return vc.v.b.shown(table)
}

// totals is VoiceClient.totals.
func (vc *voiceClient) totals() any {
	s := vc.conn.Stats()
	return vc.v.b.shown(map[string]any{"sent": int64(s.Sent), "unsent": int64(s.Unsent), "foreign": int64(s.Foreign)})
}

// e2ee is VoiceClient.e2ee.
func (vc *voiceClient) e2ee() any {
	e := vc.conn.E2EE()
	table := map[string]any{"version": e.Version, "ready": e.Ready, "epoch": int64(e.Epoch)}
	if e.Code != "" {
		table["code"] = e.Code
	}
	return vc.v.b.shown(table)
}

// latency is VoiceClient.latency.
func (vc *voiceClient) latency() any {
	if l := vc.conn.Latency(); l > 0 {
		return l.Seconds()
	}
	return nil
}

// levels is VoiceClient.levels.
func (vc *voiceClient) levels() any { return vc.v.b.shown(vc.meter.levels(vc.v.b.host.Clock().Now())) }

var errCode = errors.New("there are no keys yet: somebody else has to be in the channel, too")

// codeFunc declares code_with.
func codeFunc() bind.Func {
	return bind.Func{
		Name: "code_with", Doc: "Gives the 45 digits that the bot and one other user see, if nobody sits between them.", Returns: "string",
		Params: []bind.Param{{Name: "user", Type: userID, Required: true}},
		Call: func(c *bind.Call) (any, error) {
			code, err := wait(c, func(waiter) (string, error) {
				return asVoice(c).conn.VerificationCode(bind.Get[discord.Snowflake](c, "user")), nil
			})
			if err == nil && code == "" {
				err = errCode
			}
			return code, err
		},
	}
}
