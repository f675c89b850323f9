package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"cordial/discord"
)

// Members is the answer to a MembersRequest, of all its chunks.
type Members struct {
	Members   []json.RawMessage
	Presences []json.RawMessage   // of those members that are not offline, if asked for
	NotFound  []discord.Snowflake // of the users asked for
}

// maxUserIDs is how many users one request may name.
const maxUserIDs = 100

// RequestMembers asks for members of a guild and waits for all of them. Discord answers requests for everyone once in 30 s per
// guild; others wait. More than 100 users are asked for in several requests. Do not call it in Handle, which would keep the
// answer from being read. Besides what Send fails with, it fails with *IntentsError and *NoAnswerError.
func (c *Client) RequestMembers(ctx context.Context, r MembersRequest) (*Members, error) {
	if err := c.mayRequest(r); err != nil {
		return nil, err
	}
	shard, err := c.shardOf(ctx, r.Guild)
	if err != nil {
		return nil, err
	}
	all := &Members{}
	if len(r.UserIDs) == 0 {
		return all, c.requestMembers(ctx, shard, r, all)
	}
	for ids := range slices.Chunk(r.UserIDs, maxUserIDs) {
		part := r
		part.UserIDs = ids
		if err := c.requestMembers(ctx, shard, part, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// everyone reports whether the request is for all members.
func (r MembersRequest) everyone() bool { return len(r.UserIDs) == 0 && r.Query == "" && r.Limit == 0 }

// mayRequest checks the intents that Discord wants for a request, which it would leave unanswered without them.
func (c *Client) mayRequest(r MembersRequest) error {
	var missing discord.Intents
	if r.everyone() {
		missing |= discord.IntentGuildMembers
	}
	if r.Presences {
		missing |= discord.IntentGuildPresences
	}
	if missing &^= c.Intents(); missing != 0 {
		return &IntentsError{Op: discord.OpRequestGuildMembers, Missing: missing}
	}
	return nil
}

// requestMembers sends one request and adds what is answered.
func (c *Client) requestMembers(ctx context.Context, shard int, r MembersRequest, all *Members) error {
	if r.everyone() {
		if err := sleep(ctx, c.o.Clock, c.everyone.turn(r.Guild, c.o.Clock.Now())); err != nil {
			return err
		}
	}
	r.Nonce = strconv.FormatUint(rand.Uint64(), 36)
	chunks := memberChunks{}
	err := c.ask(ctx, &ask{
		shard: shard, op: discord.OpRequestGuildMembers, guild: r.Guild, d: r, event: "GUILD_MEMBERS_CHUNK",
		mine:    func(data []byte) bool { return gjson.GetBytes(data, "nonce").String() == r.Nonce },
		collect: chunks.add,
		restart: func() { clear(chunks) },
	})
	if err != nil {
		return err
	}
	chunks.into(all)
	return nil
}

// memberChunks are GUILD_MEMBERS_CHUNKs by their index.
type memberChunks map[int]membersChunk

type membersChunk struct {
	Members   []json.RawMessage `json:"members"`
	Presences []json.RawMessage `json:"presences"`
	NotFound  []json.RawMessage `json:"not_found"`
	Index     int               `json:"chunk_index"`
	Count     int               `json:"chunk_count"`
}

// add takes a chunk and reports whether all are there.
func (m memberChunks) add(data []byte) (bool, error) {
	var chunk membersChunk
	if err := json.Unmarshal(data, &chunk); err != nil {
		return false, fmt.Errorf("GUILD_MEMBERS_CHUNK: %w", err)
	}
	m[chunk.Index] = chunk
	return len(m) >= chunk.Count, nil
}

// into adds the chunks in order.
func (m memberChunks) into(all *Members) {
	for _, index := range slices.Sorted(maps.Keys(m)) {
		all.Members = append(all.Members, m[index].Members...)
		all.Presences = append(all.Presences, m[index].Presences...)
		for _, id := range m[index].NotFound { // may be a number where the id was none
			all.NotFound = append(all.NotFound, discord.Snowflake(gjson.ParseBytes(id).String()))
		}
	}
}

// everyoneEvery is how often Discord answers a request for all members of a guild.
const everyoneEvery = 30*time.Second + 250*time.Millisecond

// everyoneTurns keeps requests for everyone apart. It remembers the guilds of the last half minute.
type everyoneTurns struct {
	mu   sync.Mutex
	next map[discord.Snowflake]time.Time
}

// turn takes the guild's next turn, and tells how far off it is.
func (t *everyoneTurns) turn(guild discord.Snowflake, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	maps.DeleteFunc(t.next, func(_ discord.Snowflake, at time.Time) bool { return !at.After(now) })
	if t.next == nil {
		t.next = map[discord.Snowflake]time.Time{}
	}
	at := now
	if next, ok := t.next[guild]; ok {
		at = next
	}
	t.next[guild] = at.Add(everyoneEvery)
	return at.Sub(now)
}
