package luabind

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/tidwall/gjson"
	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
)

const (
	// maxVoicePeople bounds the people whom voice remembers. When there are more, it begins anew: names are asked for again.
	maxVoicePeople = 10_000
	// missTime is how long nobody asks again for a user of whom Discord told nothing.
	missTime = time.Minute
	// nameTime bounds the look-up of one speaker's name.
	nameTime = 2 * time.Second
)

// voicePeople is what is known of the people in voice channels.
type voicePeople struct {
	mu     sync.Mutex
	users  map[discord.Snowflake]string     // as JSON
	missed map[discord.Snowflake]time.Time  // when Discord was asked for somebody and told nothing
	places map[voicePlace]discord.Snowflake // the channels of which voice states told since the guild did; "" for none
}

// voicePlace is where somebody can be in one voice channel.
type voicePlace struct{ guild, user discord.Snowflake }

func newVoicePeople() voicePeople {
	return voicePeople{
		users: map[discord.Snowflake]string{}, missed: map[discord.Snowflake]time.Time{}, places: map[voicePlace]discord.Snowflake{},
	}
}

// meet remembers who is in voice channels, so that speakers have names without a request. Discord tells of those who are there before the
// bot joins only at the beginning of a session, or when they came: so it looks on from the start, and asks for no intents.
func (v *luaVoice) meet(g *luaGateway) {
	for event, take := range map[string]func(json.RawMessage){"GUILD_CREATE": v.people.rememberAll, "VOICE_STATE_UPDATE": v.people.remember} {
		g.listeners.add(&subscription{event: event, passive: true, deliver: func(e *gatewayEvent) { take(e.Data) }})
	}
}

// rememberAll keeps the members of a guild that are in voice channels. What voice states told of the guild before may be out of date.
func (p *voicePeople) rememberAll(guild json.RawMessage) {
	fields := gjson.GetManyBytes(guild, "voice_states.#.user_id", "members", "id")
	p.forget(discord.Snowflake(fields[2].String()))
	there := map[string]bool{}
	for _, id := range fields[0].Array() {
		there[id.String()] = true
	}
	fields[1].ForEach(func(_, member gjson.Result) bool {
		user := member.Get("user")
		if id := user.Get("id").String(); there[id] {
			p.keep(discord.Snowflake(id), user.Raw)
		}
		return len(there) > 0
	})
}

// remember keeps the user of a voice state, and where they are.
func (p *voicePeople) remember(state json.RawMessage) {
	fields := gjson.GetManyBytes(state, "guild_id", "user_id", "channel_id", "member.user")
	place := voicePlace{discord.Snowflake(fields[0].String()), discord.Snowflake(fields[1].String())}
	p.mu.Lock()
	makeRoom(p.places)
	p.places[place] = discord.Snowflake(fields[2].String())
	p.mu.Unlock()
	if id := fields[3].Get("id").String(); id != "" {
		p.keep(discord.Snowflake(id), fields[3].Raw)
	}
}

// forget forgets where the people of a guild are.
func (p *voicePeople) forget(guild discord.Snowflake) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.places, func(place voicePlace, _ discord.Snowflake) bool { return place.guild == guild })
}

func (p *voicePeople) keep(id discord.Snowflake, user string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	makeRoom(p.users)
	p.users[id] = user
}

// makeRoom begins a map anew that has reached its bound.
func makeRoom[K comparable, V any](m map[K]V) {
	if len(m) >= maxVoicePeople {
		clear(m)
	}
}

// elsewhere reports whether a voice state tells that somebody is in another channel of a guild, or in none.
func (p *voicePeople) elsewhere(guild, channel, user discord.Snowflake) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, told := p.places[voicePlace{guild, user}]
	return told && at != channel
}

// miss notes that Discord told nothing of a user.
func (p *voicePeople) miss(id discord.Snowflake, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	makeRoom(p.missed)
	p.missed[id] = now
}

// mayAsk reports whether a user can be asked for: not again, where that was in vain, for some time.
func (p *voicePeople) mayAsk(id discord.Snowflake, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	last, missed := p.missed[id]
	return !missed || now.Sub(last) >= missTime
}

// known is a user as an object of the script's own, nil for one who has not been seen.
func (p *voicePeople) known(id discord.Snowflake) *discord.Object {
	p.mu.Lock()
	text, ok := p.users[id]
	p.mu.Unlock()
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
	if user := v.people.known(id); user != nil {
		return user
	}
	clock := v.b.host.Clock()
	if !v.people.mayAsk(id, clock.Now()) {
		return stranger(id)
	}
	user, err := v.b.client.rest.Object(w, "get_user", rest.Args{"user_id": id})
	if err != nil {
		if !errors.Is(w.Err(), context.Canceled) { // nobody wanted to know any more
			v.people.miss(id, clock.Now())
		}
		return stranger(id)
	}
	if text, err := user.MarshalJSON(); err == nil {
		v.people.keep(id, string(text))
	}
	return user
}

// stranger is a user of whom the id is known.
func stranger(id discord.Snowflake) *discord.Object {
	user, _ := discord.NewObject(discord.KindUser, []byte(`{"id":"`+string(id)+`"}`)) // it is JSON
	return user
}

// name is what files and reports call a user.
func (vc *voiceClient) name(id discord.Snowflake) string {
	ctx, cancel := context.WithTimeout(vc.ctx, nameTime)
	defer cancel()
	user := vc.v.person(ctx, id)
	return cmp.Or(discord.DisplayName(user), string(id))
}

// users is VoiceClient.users: the others in the media session, but those of whom the gateway, which is sooner, told that they have gone.
func (vc *voiceClient) users() any {
	list := &discord.List{Kind: discord.KindUser, Items: []any{}}
	for _, id := range vc.conn.Users() {
		if vc.v.people.elsewhere(vc.conn.GuildID(), vc.conn.ChannelID(), id) {
			continue
		}
		user := vc.v.people.known(id)
		if user == nil {
			user = stranger(id)
		}
		list.Items = append(list.Items, user)
	}
	return vc.v.b.client.wrap(list)
}

// value is the connection as Lua has it.
func (vc *voiceClient) value() lua.LValue { return vc.ud }
