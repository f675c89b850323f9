package sandbox

import (
	"encoding/json"
	"strconv"

	"cordial/discord"
)

// Limits of requests for members.
const (
	maxChunk       = 1000 // members of one event
	maxPrefixed    = 100  // members of a request by name
	maxUserIDs     = 100
	maxMemberNonce = 32 // bytes; a longer one is not echoed
)

// membersRequest is the payload that asks for members of a guild.
type membersRequest struct {
	GuildID   *idList `json:"guild_id"`
	Query     *string `json:"query"` // how the name begins
	Limit     *int    `json:"limit"`
	UserIDs   *idList `json:"user_ids"`
	Presences bool    `json:"presences"`
	Nonce     string  `json:"nonce"`
}

// idList is a list of ids, or a single one, each a text or a number.
type idList []json.RawMessage

// UnmarshalJSON reads a list or a single id.
func (l *idList) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, (*[]json.RawMessage)(l))
	}
	*l = idList{append(json.RawMessage(nil), data...)}
	return nil
}

// id reads the element of a list, or reports that it is no id.
func (l idList) id(i int) (discord.Snowflake, bool) {
	text := string(l[i])
	if plain, err := strconv.Unquote(text); err == nil {
		text = plain
	}
	id, err := discord.ParseSnowflake(text)
	return id, err == nil
}

// membersChunk is the data of GUILD_MEMBERS_CHUNK.
type membersChunk struct {
	GuildID    discord.Snowflake `json:"guild_id"`
	Members    []*Member         `json:"members"`
	ChunkIndex int               `json:"chunk_index"`
	ChunkCount int               `json:"chunk_count"`
	NotFound   []json.RawMessage `json:"not_found,omitempty"`
	Presences  []*presenceEvent  `json:"presences,omitempty"`
	Nonce      string            `json:"nonce,omitempty"`
}

// receiveMembersRequest answers with the members of a guild, in chunks. The bot must be in the guild, or there is no answer.
func receiveMembersRequest(c *conn, s *session, data json.RawMessage) *closing {
	var r membersRequest
	if json.Unmarshal(data, &r) != nil || r.GuildID == nil || len(*r.GuildID) != 1 || (r.Query == nil) == (r.UserIDs == nil) ||
		r.Query != nil && (r.Limit == nil || *r.Limit < 0) || r.UserIDs != nil && len(*r.UserIDs) > maxUserIDs {
		return badPayload()
	}
	if len(r.Nonce) > maxMemberNonce {
		r.Nonce = ""
	}
	w := c.g.w
	w.mu.Lock()
	defer w.mu.Unlock()
	id, _ := r.GuildID.id(0)
	guild, err := w.guildFor(Actor{User: s.viewer.user}, id)
	if err != nil || !s.serves(guild.ID) {
		return nil
	}
	switch {
	case r.UserIDs != nil:
		members, missing := w.membersNamed(guild, *r.UserIDs)
		c.g.sendMembers(s, guild, &r, members, missing)
	case *r.Query != "":
		limit := *r.Limit
		if limit == 0 || limit > maxPrefixed {
			limit = maxPrefixed
		}
		c.g.sendMembers(s, guild, &r, w.membersLike(guild, *r.Query, limit), nil)
	default:
		return c.g.sendEveryone(s, guild, &r)
	}
	return nil
}

// sendEveryone answers a request for all members of a guild, or as many as it asks for. It may not be made often.
func (g *gateway) sendEveryone(s *session, guild *guild, r *membersRequest) *closing {
	if s.intents&discord.IntentGuildMembers == 0 {
		return closeWith(discord.CloseUnknownOpcode, "All members of a guild need the intent GUILD_MEMBERS.")
	}
	limit := len(guild.members)
	if *r.Limit > 0 {
		limit = min(limit, *r.Limit)
	} else if wait := g.everyoneTooSoon(s, guild); wait > 0 {
		g.send(s, "RATE_LIMITED", rateLimitedEvent{discord.OpRequestGuildMembers, wait, rateLimitedMeta{guild.ID, r.Nonce}})
		return nil
	}
	g.sendMembers(s, guild, r, g.w.membersLike(guild, "", limit), nil)
	return nil
}

// rateLimitedEvent is the data of RATE_LIMITED.
type rateLimitedEvent struct {
	Opcode     discord.Opcode  `json:"opcode"`
	RetryAfter float64         `json:"retry_after"` // seconds
	Meta       rateLimitedMeta `json:"meta"`
}

type rateLimitedMeta struct {
	GuildID discord.Snowflake `json:"guild_id"`
	Nonce   string            `json:"nonce,omitempty"`
}

// everyoneTooSoon counts a request for all members, and gives the seconds to wait if it comes too soon.
func (g *gateway) everyoneTooSoon(s *session, guild *guild) float64 {
	key := everyoneKey{s.viewer.user, guild.ID}
	b := g.everyone[key]
	if b == nil {
		b = &bucket{}
		g.everyone[key] = b
	}
	now := g.w.clock.Now()
	if b.take(g.limits.AllMembers, now) {
		return 0
	}
	return b.reset.Sub(now).Seconds()
}

// sendMembers sends members in chunks, at least one.
func (g *gateway) sendMembers(s *session, guild *guild, r *membersRequest, members []*Member, missing []json.RawMessage) {
	count := max((len(members)+maxChunk-1)/maxChunk, 1)
	for i := range count {
		part := members[i*maxChunk : min((i+1)*maxChunk, len(members))]
		chunk := membersChunk{GuildID: guild.ID, Members: orEmpty(part), ChunkIndex: i, ChunkCount: count, Nonce: r.Nonce}
		if i == 0 {
			chunk.NotFound = missing
		}
		for _, m := range part {
			if r.Presences && s.viewer.presences && g.w.presenceOf(m.User.ID).Status != statusOffline {
				chunk.Presences = append(chunk.Presences, g.w.presenceView(guild, m.User.ID))
			}
		}
		g.send(s, "GUILD_MEMBERS_CHUNK", chunk)
	}
}

// membersNamed finds members by their users' ids. What is no member's id is given back as it was sent.
func (w *World) membersNamed(g *guild, ids idList) (members []*Member, missing []json.RawMessage) {
	for i := range ids {
		id, ok := ids.id(i)
		if m := g.members[id]; ok && m != nil {
			members = append(members, w.memberView(m))
		} else {
			missing = append(missing, ids[i])
		}
	}
	return members, missing
}
