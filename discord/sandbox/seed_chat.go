package sandbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"cordial/discord"
)

// chat is made-up talk in a channel.
type chat struct {
	from, to string // RFC 3339
	count    int
	who      []discord.Snowflake
}

// The parts that made-up messages are put together from.
var (
	chatOpenings = []string{"I think", "Pretty sure", "Turns out", "Wait,", "Honestly,", "For the record:", "Small update:", "Good news,",
		"Just noticed that", "As of today"}
	chatSubjects = []string{"the search index", "the gateway", "our bot", "the new voice channel", "rate limiting", "the webhook", "that thread",
		"the recording", "my notebook", "the REPL"}
	chatVerbs = []string{"works again", "needs another look", "is faster than I expected", "skips every tenth message", "survived the restart",
		"wants a smaller example", "is ready to try", "has a nice table now", "forgot the attachments", "deserves a test"}
	chatAsides = []string{"", "", "", " 🦦", " 🎉", " Thoughts?", " More tomorrow.", " Thanks everyone!", " lol"}
	chatLinks  = []string{"https://docs.discord.com/developers/reference", "https://www.lua.org/manual/5.1/", "https://go.dev/blog/",
		"https://en.wikipedia.org/wiki/Otter", "https://example.com/notes/2026"}
	chatReactions = []string{"👍", "🦦", "🎉", "👀"}
)

// chat adds made-up messages to a channel, evenly over its time. The same channel gets the same talk every time.
func (w *World) chat(c *channel, talk chat) {
	from, to := seedID(talk.from, 0).Time(), seedID(talk.to, 0).Time()
	step := to.Sub(from) / time.Duration(talk.count)
	dice := rand.New(rand.NewPCG(c.ID.Uint(), uint64(from.Unix())))
	pick := func(list []string) string { return list[dice.IntN(len(list))] }
	c.messages = slices.Grow(c.messages, talk.count)
	for i := range talk.count {
		at := from.Add(step*time.Duration(i) + time.Duration(dice.Int64N(int64(step))))
		author := w.users[talk.who[dice.IntN(len(talk.who))]]
		m := &Message{ID: discord.Snowflake(strconv.FormatUint(discord.SnowflakeAt(at).Uint()+uint64(i), 10)), Author: author}
		m.Content = pick(chatOpenings) + " " + pick(chatSubjects) + " " + pick(chatVerbs) + "." + pick(chatAsides)
		switch i % 16 {
		case 3:
			m.Content += " See " + pick(chatLinks)
		case 7:
			m.reply(c)
		case 11:
			m.Reactions = []Reaction{w.seedReaction(PartialEmoji{Name: Nullable(pick(chatReactions))}, seedNathan, author.ID)}
		case 13:
			m.Attachments = []*Attachment{seedNotes(c, m, i)}
		}
		w.addMessage(c, m)
		if c.Type.IsThread() {
			c.join(m)
		}
	}
}

// reply makes a message a reply to the last one in the channel, if there is one.
func (m *Message) reply(c *channel) {
	if len(c.messages) == 0 {
		return
	}
	last := c.messages[len(c.messages)-1]
	m.Type = ReplyMessage
	m.Reference = &MessageReference{ChannelID: c.ID, MessageID: last.ID, GuildID: c.GuildID}
	if last.Author.ID != m.Author.ID {
		m.Mentions = []*User{last.Author}
	}
}

// seedNotes is a small text file for a message.
func seedNotes(c *channel, m *Message, n int) *Attachment {
	text := fmt.Sprintf("Notes, page %d\n\n%s\n", n, m.Content)
	return &Attachment{ID: discord.Snowflake(strconv.FormatUint(m.ID.Uint()-1, 10)), Filename: fmt.Sprintf("notes-%d.txt", n),
		Size: int64(len(text)), ContentType: "text/plain; charset=utf-8", blob: staticBlob([]byte(text)), channelID: c.ID}
}

// seedReaction is a reaction by some users.
func (w *World) seedReaction(emoji PartialEmoji, users ...discord.Snowflake) Reaction {
	slices.SortFunc(users, discord.Snowflake.Compare)
	users = slices.Compact(users)
	return Reaction{Emoji: emoji, Count: len(users), CountDetails: ReactionCountDetails{Normal: len(users)}, BurstColors: []string{}, users: users}
}

// join counts a message in its thread and makes its author a member.
func (c *channel) join(m *Message) {
	position := c.TotalMessageSent
	m.Position = &position
	c.MessageCount++
	c.TotalMessageSent++
	if c.threadMembers[m.Author.ID] == nil {
		c.threadMembers[m.Author.ID] = &ThreadMember{ID: c.ID, UserID: m.Author.ID, JoinTimestamp: m.Timestamp, Flags: threadMemberNotified}
	}
	c.MemberCount = len(c.threadMembers)
}

// seedMarks pins messages, lets people react with the guild's own emoji and has the webhook report.
func (w *World) seedMarks() {
	general := w.channels[seedGeneral]
	otter := PartialEmoji{ID: nullID(seedOtter), Name: "otter"}
	for i, n := range []int{40, 200, 300} {
		m := general.messages[n]
		m.Pinned, m.PinnedAt = true, Timestamp{m.ID.Time().Add(time.Duration(i+1) * time.Minute)}
		m.Reactions = []Reaction{w.seedReaction(otter, seedPriya, seedJeremy, seedMika), w.seedReaction(PartialEmoji{Name: "👍"}, seedSam)}
		general.LastPinTimestamp = m.PinnedAt
	}
	green := 0x2ecc71
	for i, at := range []string{"2026-02-05T06:00:00Z", "2026-02-09T06:00:00Z", "2026-02-13T06:00:00Z"} {
		w.addMessage(general, &Message{ID: seedID(at, uint64(40+i)), WebhookID: seedWebhook,
			Author: &User{ID: seedWebhook, Username: "Build", Discriminator: "0000", Bot: true},
			MessageContent: MessageContent{Embeds: []Embed{{Type: "rich", Title: fmt.Sprintf("Build %d passed", 101+i), Color: &green,
				Description: "All tests are green.", URL: "https://example.com/builds"}}}})
	}
}
