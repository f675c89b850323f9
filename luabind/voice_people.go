package luabind

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/tidwall/gjson"
	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
)

// maxVoicePeople bounds the people whom voice remembers. When there are more, it begins anew: names are asked for again.
const maxVoicePeople = 10_000

// meet remembers who is in voice channels, so that speakers have names without a request. Discord tells of those who are there before the
// bot joins only at the beginning of a session, or when they came: so it looks on from the start, and asks for no intents.
func (v *luaVoice) meet(g *luaGateway) {
	for event, take := range map[string]func(json.RawMessage){"GUILD_CREATE": v.rememberAll, "VOICE_STATE_UPDATE": v.remember} {
		g.listeners.add(&subscription{event: event, passive: true, deliver: func(e *gatewayEvent) { take(e.Data) }})
	}
}

// rememberAll keeps the members of a guild that are in voice channels.
func (v *luaVoice) rememberAll(guild json.RawMessage) {
	fields := gjson.GetManyBytes(guild, "voice_states.#.user_id", "members")
	there := map[string]bool{}
	for _, id := range fields[0].Array() {
		there[id.String()] = true
	}
	fields[1].ForEach(func(_, member gjson.Result) bool {
		user := member.Get("user")
		if id := user.Get("id").String(); there[id] {
			v.keep(discord.Snowflake(id), user.Raw)
		}
		return len(there) > 0
	})
}

// remember keeps the user of a voice state.
func (v *luaVoice) remember(state json.RawMessage) {
	user := gjson.GetBytes(state, "member.user")
	if id := user.Get("id").String(); id != "" {
		v.keep(discord.Snowflake(id), user.Raw)
	}
}

func (v *luaVoice) keep(id discord.Snowflake, user string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.people) >= maxVoicePeople {
		clear(v.people)
	}
	v.people[id] = user
}

// known is a user as an object of the script's own, nil for one who has not been seen.
func (v *luaVoice) known(id discord.Snowflake) *discord.Object {
	v.mu.Lock()
	text, ok := v.people[id]
	v.mu.Unlock()
	if !ok {
		return nil
	}
	user, err := discord.NewObject(discord.KindUser, []byte(text))
	if err != nil {
		return nil
	}
	return user
}

// person is a user; Discord is asked for one who has not been seen. Of one whom it does not know there is the id.
func (v *luaVoice) person(w waiter, id discord.Snowflake) *discord.Object {
	if user := v.known(id); user != nil {
		return user
	}
	user, err := v.b.client.rest.Object(w, "get_user", rest.Args{"user_id": id})
	if err != nil {
		user, _ = discord.NewObject(discord.KindUser, []byte(`{"id":"`+string(id)+`"}`)) // it is JSON
		return user
	}
	if text, err := user.MarshalJSON(); err == nil {
		v.keep(id, string(text))
	}
	return user
}

// nameTime is how long a recording waits for the name of a speaker.
const nameTime = 2 * time.Second

// name is what files and reports call a user.
func (vc *voiceClient) name(id discord.Snowflake) string {
	ctx, cancel := context.WithTimeout(vc.ctx, nameTime)
	defer cancel()
	user := vc.v.person(ctx, id)
	return cmp.Or(discord.DisplayName(user), string(id))
}

// users is VoiceClient.users: the others in the media session.
func (vc *voiceClient) users() any {
	list := &discord.List{Kind: discord.KindUser, Items: []any{}}
	for _, id := range vc.conn.Users() {
		user := vc.v.known(id)
		if user == nil {
			user, _ = discord.NewObject(discord.KindUser, []byte(`{"id":"`+string(id)+`"}`)) // it is JSON
		}
		list.Items = append(list.Items, user)
	}
	return vc.v.b.client.wrap(list)
}

// value is the connection as Lua has it.
func (vc *voiceClient) value() lua.LValue { return vc.ud }
