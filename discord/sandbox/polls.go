package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"cordial/discord"
)

// Defaults of polls (resources/poll).
const (
	defaultPollHours  = 24
	defaultPollLayout = 1
)

// PollParams is a poll in a request.
type PollParams struct {
	Question         PollMedia    `json:"question"`
	Answers          []PollAnswer `json:"answers"`
	AllowMultiselect bool         `json:"allow_multiselect"`
	LayoutType       int          `json:"layout_type"`
	Duration         int          `json:"duration"` // hours, a day when 0
}

// newPoll makes a poll that begins now. Its answers are counted from 1.
func (w *World) newPoll(p *PollParams, now Timestamp) *Poll {
	hours := p.Duration
	if hours == 0 {
		hours = defaultPollHours
	}
	poll := &Poll{Question: PollMedia{Text: p.Question.Text}, AllowMultiselect: p.AllowMultiselect, LayoutType: defaultPollLayout,
		Expiry: Timestamp{now.Add(time.Duration(hours) * time.Hour)}}
	for i, a := range p.Answers {
		poll.Answers = append(poll.Answers, PollAnswer{AnswerID: i + 1, Media: PollMedia{Text: a.Media.Text, Emoji: w.pollEmoji(a.Media.Emoji)}})
	}
	return poll
}

// pollEmoji completes the emoji of an answer, which a request names by id or by name.
func (w *World) pollEmoji(e *PartialEmoji) *PartialEmoji {
	if e == nil {
		return nil
	}
	if custom := w.customEmoji(discord.Snowflake(e.ID)); custom != nil {
		return &PartialEmoji{ID: e.ID, Name: Nullable(custom.Name), Animated: custom.Animated}
	}
	return &PartialEmoji{Name: e.Name}
}

// showPoll counts the votes and marks the reader's own. A poll is over when it was ended or when its time is.
func (w *World) showPoll(reader discord.Snowflake, p *Poll) *Poll {
	shown := *p
	shown.Results = PollResults{AnswerCounts: []PollCount{}, IsFinalized: w.pollOver(p)}
	for _, a := range p.Answers {
		if len(a.voters) > 0 {
			_, mine := findID(a.voters, reader)
			shown.Results.AnswerCounts = append(shown.Results.AnswerCounts, PollCount{a.AnswerID, len(a.voters), mine})
		}
	}
	return &shown
}

func (w *World) pollOver(p *Poll) bool {
	return p.Results.IsFinalized || !w.clock.Now().Before(p.Expiry.Time)
}

// pollFor finds a message with a poll.
func (w *World) pollFor(actor Actor, channelID, id discord.Snowflake) (*channel, *Message, error) {
	c, m, err := w.messageFor(actor, channelID, id, discord.PermissionReadMessageHistory)
	if err != nil {
		return nil, nil, err
	}
	if m.Poll == nil {
		return nil, nil, Refuse(http.StatusBadRequest, 520006)
	}
	return c, m, nil
}

// Vote sets the answers that somebody votes for in a poll; none takes the vote back. Bots cannot vote.
func (w *World) Vote(actor Actor, channelID, id discord.Snowflake, answers ...int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.pollFor(actor, channelID, id)
	if err != nil {
		return err
	}
	switch {
	case w.users[actor.User].Bot:
		return Refuse(http.StatusForbidden, 20001)
	case w.pollOver(m.Poll):
		return Refuse(http.StatusBadRequest, 520001)
	case len(answers) > 1 && !m.Poll.AllowMultiselect:
		return Refuse(http.StatusBadRequest, 520000)
	}
	changed, poll := *m, *m.Poll
	poll.Answers = slices.Clone(poll.Answers)
	for i := range poll.Answers {
		a := &poll.Answers[i]
		before := len(a.voters)
		typ := "MESSAGE_POLL_VOTE_REMOVE"
		if slices.Contains(answers, a.AnswerID) {
			typ = "MESSAGE_POLL_VOTE_ADD"
			a.voters = withID(a.voters, actor.User)
		} else {
			a.voters = withoutID(a.voters, actor.User)
		}
		if len(a.voters) != before {
			w.emitVote(typ, c, m, actor.User, a.AnswerID)
		}
	}
	changed.Poll = &poll
	c.replace(&changed)
	return nil
}

// PollAnswer finds the number of a poll's answer by its text. The error names the answers there are.
func (w *World) PollAnswer(actor Actor, channelID, id discord.Snowflake, text string) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, m, err := w.pollFor(actor, channelID, id)
	if err != nil {
		return 0, err
	}
	var texts []string
	for _, a := range m.Poll.Answers {
		if a.Media.Text == text {
			return a.AnswerID, nil
		}
		texts = append(texts, a.Media.Text)
	}
	return 0, refuseAs("there is no answer %q%s", text, hint(text, texts))
}

func (w *World) emitVote(typ string, c *channel, m *Message, user discord.Snowflake, answer int) {
	w.emit(typ, c.GuildID, c.ID, struct {
		UserID    discord.Snowflake `json:"user_id"`
		ChannelID discord.Snowflake `json:"channel_id"`
		MessageID discord.Snowflake `json:"message_id"`
		GuildID   discord.Snowflake `json:"guild_id,omitempty"`
		AnswerID  int               `json:"answer_id"`
	}{user, c.ID, m.ID, c.GuildID, answer})
}

// Voters lists who has voted for an answer, in the order of their ids.
func (w *World) Voters(actor Actor, channelID, id discord.Snowflake, answer int, after discord.Snowflake, limit int) ([]*User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, m, err := w.pollFor(actor, channelID, id)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.Poll.Answers, func(a PollAnswer) bool { return a.AnswerID == answer })
	if i < 0 {
		return nil, formError("BASE_TYPE_CHOICES", "The poll has no such answer.", "answer_id")
	}
	return w.usersAfter(m.Poll.Answers[i].voters, after, limit), nil
}

// ExpirePoll ends one's own poll at once. A system message tells the result.
func (w *World) ExpirePoll(actor Actor, channelID, id discord.Snowflake) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.pollFor(actor, channelID, id)
	if err != nil {
		return nil, err
	}
	switch {
	case m.Author.ID != actor.User:
		return nil, errMissingPermissions
	case w.pollOver(m.Poll):
		return nil, Refuse(http.StatusBadRequest, 520001)
	}
	return w.show(actor.User, c, w.endPoll(c, m)), nil
}

// awaitPoll ends the poll of a message when its time has come.
func (w *World) awaitPoll(c *channel, m *Message) {
	if m.Poll == nil || w.pollOver(m.Poll) {
		return
	}
	w.alarm(m.ID, m.Poll.Expiry.Time, func() {
		if m := c.message(m.ID); m != nil {
			w.endPoll(c, m)
		}
	})
}

// endPoll ends a poll that is still going on, now at the latest, and tells of its result.
func (w *World) endPoll(c *channel, m *Message) *Message {
	w.silence(m.ID)
	changed, poll := *m, *m.Poll
	if now := w.now(); now.Before(poll.Expiry.Time) {
		poll.Expiry = now
	}
	poll.Results.IsFinalized = true
	changed.Poll = &poll
	c.replace(&changed)
	w.emitMessage("MESSAGE_UPDATE", c, &changed)
	w.postPollResult(c, &changed)
	return &changed
}

// postPollResult tells how a poll has ended, in an embed whose fields are for programs (resources/message, "Poll Result Embed Fields").
func (w *World) postPollResult(c *channel, m *Message) {
	total, best := 0, PollAnswer{}
	for _, a := range m.Poll.Answers {
		total += len(a.voters)
		if len(a.voters) > len(best.voters) {
			best = a
		}
	}
	fields := []EmbedField{{Name: "poll_question_text", Value: m.Poll.Question.Text},
		{Name: "victor_answer_votes", Value: strconv.Itoa(len(best.voters))}, {Name: "total_votes", Value: strconv.Itoa(total)}}
	if best.AnswerID != 0 {
		fields = append(fields, EmbedField{Name: "victor_answer_id", Value: strconv.Itoa(best.AnswerID)},
			EmbedField{Name: "victor_answer_text", Value: best.Media.Text})
	}
	result := &Message{ID: w.newID(), ChannelID: c.ID, Author: m.Author,
		Reference: &MessageReference{ChannelID: c.ID, MessageID: m.ID, GuildID: c.GuildID}}
	result.Type, result.Timestamp = PollResultMessage, w.now()
	result.Embeds = []Embed{{Type: "poll_result", Fields: fields}}
	w.post(c, result)
}
