package sandbox

import (
	"fmt"
	"strings"
	"time"

	"cordial/discord"
)

// seedDocument adds the messages that the document shows. They are the newest of the guild.
func (w *World) seedDocument() {
	general, bot := w.channels[seedGeneral], w.users[seedBot]
	say := func(id discord.Snowflake, text string) *Message {
		return w.addMessage(general, &Message{ID: id, Author: bot, MessageContent: MessageContent{Content: text}})
	}
	first := say("1494381456991494145", "Hi, from Solveit!")
	reply := say("1494381457928618014", "I'm replying to myself 🤓")
	reply.Type = ReplyMessage
	reply.Mentions = []*User{bot}
	reply.Reference = &MessageReference{ChannelID: seedGeneral, MessageID: first.ID, GuildID: seedGuild}
	file := say("1494381464177999893", "Here is a file!")
	file.Attachments = []*Attachment{{ID: "1494381463662231552", Filename: "README.md", Size: readmeSize,
		ContentType: "text/markdown; charset=utf-8", blob: staticBlob(seedReadme()), channelID: seedGeneral}}
	say("1494381474240270511", "Test our event listener! Otters are awesome 🦦")
	say("1494381547586064515", "Houston, do we have a problem?")
	say("1494381604842504372", "Did we re-identify?")
}

// readmeSize is the size of the document's README.md in bytes.
const readmeSize = 28163

// seedReadme makes up the content of the README.md that the bot has sent.
func seedReadme() []byte {
	var b strings.Builder
	b.WriteString("# cordslite 🍺\n\nNotes on talking to Discord from a small client: REST for asking, the gateway for hearing, voice for listening.\n")
	topics := []string{"guilds", "channels", "messages", "search", "files", "threads", "members", "webhooks", "the gateway", "voice"}
	for i := 0; b.Len() < readmeSize; i++ {
		topic := topics[i%len(topics)]
		fmt.Fprintf(&b, "\n## %d. About %s\n\nAsk for %s with one call and look at what comes back: every field has the name that Discord gave it.\n"+
			"When the answer is a list, it is an ordinary list, and its order is the one that the server chose.\n", i+1, topic, topic)
	}
	return []byte(b.String()[:readmeSize-1] + "\n")
}

// seedTalk adds what was said before the document: enough for paging and searching to have something to do.
func (w *World) seedTalk(g *guild) {
	early := []discord.Snowflake{seedNathan, seedSearchBuddy, seedBot, seedUtilBot}
	everybody := []discord.Snowflake{seedNathan, seedJeremy, seedMika, seedPriya, seedSam, seedBot, seedJeremy, seedPriya}
	w.chat(w.channels[seedGeneral], chat{from: "2025-01-10T09:00:00Z", to: "2026-01-30T22:00:00Z", count: 160, who: early})
	w.chat(w.channels[seedGeneral], chat{from: "2026-02-03T07:00:00Z", to: "2026-02-15T21:00:00Z", count: 320, who: everybody})
	w.chat(w.channels[seedOffTopic], chat{from: "2026-02-03T08:00:00Z", to: "2026-02-15T20:00:00Z", count: 240, who: everybody})
	w.chat(w.channels[seedPrivate], chat{from: "2025-04-17T18:00:00Z", to: "2026-02-14T23:00:00Z", count: 60,
		who: []discord.Snowflake{seedNathan, seedBot}})
	w.seedThread(g)
	w.seedPosts(g)
	w.seedMarks()
}

// seedThread starts a thread from a message in general.
func (w *World) seedThread(g *guild) {
	start := w.addMessage(w.channels[seedGeneral], &Message{ID: seedID("2026-02-10T18:00:00Z", 20), Author: w.users[seedJeremy],
		MessageContent: MessageContent{Content: "How do you all search for old links? Let's collect the tricks here.", Flags: MessageHasThread}})
	t := w.addChannel(g, &Channel{ID: start.ID, Type: PublicThread, Name: "search tricks", ParentID: seedGeneral, OwnerID: seedJeremy,
		Thread: threadOpenSince(start.ID)})
	w.addMessage(t, &Message{ID: seedID("2026-02-10T18:00:01Z", 21), Author: w.users[seedJeremy], MessageContent: MessageContent{Type: ThreadStarterMessage},
		Reference: &MessageReference{ChannelID: seedGeneral, MessageID: start.ID, GuildID: g.ID}})
	w.chat(t, chat{from: "2026-02-10T18:05:00Z", to: "2026-02-11T09:00:00Z", count: 14, who: []discord.Snowflake{seedJeremy, seedNathan, seedPriya}})
}

func threadOpenSince(id discord.Snowflake) *ThreadMetadata {
	return &ThreadMetadata{AutoArchiveDuration: 10080, ArchiveTimestamp: Timestamp{id.Time()}, CreateTimestamp: Timestamp{id.Time()}}
}

// seedPosts fills the forum.
func (w *World) seedPosts(g *guild) {
	forum := w.channels[seedIdeas]
	for i, p := range []struct {
		title, text, at string
		author          discord.Snowflake
		tag             int
	}{
		{"A weekly digest", "The bot could post the five most liked messages every Sunday.", "2026-02-05T09:00:00Z", seedPriya, 0},
		{"Voice channel for pairing", "One more voice channel, with room for two.", "2026-02-06T14:00:00Z", seedSam, 1},
		{"Archive the old links", "Everything older than a year goes into one long page.", "2026-02-08T20:30:00Z", seedJeremy, 0},
	} {
		id := seedID(p.at, uint64(30+i))
		post := w.addChannel(g, &Channel{ID: id, Type: PublicThread, Name: p.title, ParentID: forum.ID, OwnerID: p.author,
			Thread: threadOpenSince(id), AppliedTags: []discord.Snowflake{forum.AvailableTags[p.tag].ID}})
		w.addMessage(post, &Message{ID: id, Author: w.users[p.author], MessageContent: MessageContent{Content: p.text}})
		from := id.Time().Add(time.Hour)
		w.chat(post, chat{from: from.Format(time.RFC3339), to: from.Add(12 * time.Hour).Format(time.RFC3339), count: 3 + i,
			who: []discord.Snowflake{seedNathan, seedMika, p.author}})
		forum.LastMessageID = id
	}
}
