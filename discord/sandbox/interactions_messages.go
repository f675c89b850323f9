package sandbox

import (
	"slices"

	"cordial/discord"
)

// appAuthor is the application as it answers in a channel: with its bot's name, by way of a webhook that has the application's id.
func (w *World) appAuthor(c *channel) author {
	may := w.channelPermissions(c, w.app.ID) & discord.PermissionMentionEveryone
	return author{user: w.users[w.app.ID], webhook: &Webhook{ID: w.app.ID, ApplicationID: nullID(w.app.ID)},
		perms: discord.AllPermissions&^discord.PermissionMentionEveryone | may, interactive: true}
}

// answerWith sends a new message of the application as an answer to an interaction.
func (w *World) answerWith(in *interaction, p MessageParams) (*Message, error) {
	ephemeral := p.Flags & MessageEphemeral
	p.Reference, p.StickerIDs, p.Nonce = nil, nil, ""
	m, err := w.compose(in.channel, w.appAuthor(in.channel), p)
	if err != nil {
		return nil, err
	}
	m.Flags |= ephemeral
	w.signAnswer(in, m)
	w.deliver(in, m)
	return m, nil
}

// signAnswer fills in what says that a message answers an interaction. The answer to a component is a reply to its message, and
// whatever comes after the first answer is a reply to that.
func (w *World) signAnswer(in *interaction, m *Message) {
	m.Author, m.WebhookID, m.ApplicationID = w.users[w.app.ID], w.app.ID, w.app.ID
	metadata := in.metadata
	replyTo := in.source
	if in.answer != 0 {
		metadata.OriginalID, replyTo = in.original, in.original
	}
	m.Metadata = &metadata
	if in.Type == CommandInteraction {
		m.Interaction = &MessageInteraction{ID: in.ID, Type: in.Type, Name: in.name, User: in.by}
	}
	switch {
	case replyTo != "":
		m.Type = ReplyMessage
		m.Reference = &MessageReference{ChannelID: in.channel.ID, MessageID: replyTo, GuildID: in.GuildID}
	case in.kind.IsContextMenu():
		m.Type = ContextMenuMessage
	default:
		m.Type = ChatInputMessage
	}
}

// deliver posts a message for all in the channel, or for the person alone.
func (w *World) deliver(in *interaction, m *Message) {
	if m.Flags&MessageEphemeral == 0 {
		w.post(in.channel, m)
		return
	}
	m.onlyFor = in.by.ID
	w.whisper(in.channel, m)
}

// OriginalMessage is what the API calls the message that has answered an interaction first.
const OriginalMessage = discord.Snowflake("@original")

// answered finds the interaction that a token is for, once it was answered.
func (w *World) answered(token string) (*interaction, error) {
	in := w.interactions[token]
	switch {
	case in == nil || w.expired(in):
		return nil, errInvalidToken
	case in.answer == 0 || in.answer == CallbackChoices:
		return nil, errUnknownWebhook
	case w.channels[in.channel.ID] == nil:
		return nil, errUnknownChannel
	}
	return in, nil
}

// answerMessage finds a message that has answered an interaction.
func (w *World) answerMessage(token string, id discord.Snowflake) (*interaction, *Message, error) {
	in, err := w.answered(token)
	if err != nil {
		return nil, nil, err
	}
	if id == OriginalMessage {
		id = in.original
	}
	m := w.messageIn(in.channel, id)
	if m == nil || id != in.original && !slices.Contains(in.followUps, id) {
		return nil, nil, errUnknownMessage
	}
	return in, m, nil
}

// FollowUp sends another message as an answer to an interaction. The first one after a deferred answer becomes that answer.
func (w *World) FollowUp(token string, p MessageParams) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	in, err := w.answered(token)
	if err != nil {
		return nil, err
	}
	if loading := w.messageIn(in.channel, in.original); loading != nil && loading.Flags&MessageLoading != 0 {
		m, err := w.fillIn(in, loading, p)
		return w.shownAnswer(in, m, err)
	}
	m, err := w.answerWith(in, p)
	if err == nil {
		in.followUps = append(in.followUps, m.ID)
		in.tellChange()
	}
	return w.shownAnswer(in, m, err)
}

// shownAnswer is a message as the application gets it.
func (w *World) shownAnswer(in *interaction, m *Message, err error) (*Message, error) {
	if err != nil {
		return nil, err
	}
	return w.show(w.app.ID, in.channel, m), nil
}

// fillIn turns a message that was still to come into the answer. Who sees it was settled before.
func (w *World) fillIn(in *interaction, loading *Message, p MessageParams) (*Message, error) {
	p.Reference, p.StickerIDs, p.Nonce = nil, nil, ""
	m, err := w.compose(in.channel, w.appAuthor(in.channel), p)
	if err != nil {
		return nil, err
	}
	m.ID, m.Type, m.Timestamp, m.Reference, m.Referenced = loading.ID, loading.Type, loading.Timestamp, loading.Reference, loading.Referenced
	m.Metadata, m.Interaction, m.onlyFor, m.Flags = loading.Metadata, loading.Interaction, loading.onlyFor, m.Flags|loading.Flags&MessageEphemeral
	w.storeChanged(in.channel, m)
	in.tellChange()
	return m, nil
}

// AnswerMessage gives a message that has answered an interaction: OriginalMessage, or one by its id.
func (w *World) AnswerMessage(token string, id discord.Snowflake) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	in, m, err := w.answerMessage(token, id)
	return w.shownAnswer(in, m, err)
}

// EditAnswer changes a message that has answered an interaction.
func (w *World) EditAnswer(token string, id discord.Snowflake, e MessageEdit) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	in, m, err := w.answerMessage(token, id)
	if err != nil {
		return nil, err
	}
	m, err = w.editAnswer(in, m.ID, e)
	return w.shownAnswer(in, m, err)
}

func (w *World) editAnswer(in *interaction, id discord.Snowflake, e MessageEdit) (*Message, error) {
	m := w.messageIn(in.channel, id)
	if m == nil {
		return nil, errUnknownMessage
	}
	if m.Flags&MessageLoading != 0 {
		return w.fillIn(in, m, e.asNew())
	}
	edited, err := w.edit(in.channel, m, w.appAuthor(in.channel), e)
	if err == nil {
		in.edited = in.edited || id == in.original
		in.tellChange()
	}
	return edited, err
}

// asNew is an edit as the content of a new message.
func (e *MessageEdit) asNew() MessageParams {
	return MessageParams{Content: e.Content.Value, Embeds: e.Embeds.Value, Components: e.Components.Value, Flags: e.Flags.Value, Poll: e.Poll.Value,
		AllowedMentions: e.AllowedMentions, Attachments: e.Attachments.Value, Files: e.Files}
}

// DeleteAnswer deletes a message that has answered an interaction.
func (w *World) DeleteAnswer(token string, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	in, m, err := w.answerMessage(token, id)
	if err != nil {
		return err
	}
	defer in.tellChange()
	if m.onlyFor != "" {
		delete(w.whispers, m.ID)
		w.letGo(m)
		w.tell(Event{Type: "MESSAGE_DELETE", Data: deletedMessage{ID: m.ID, ChannelID: in.channel.ID}, Only: w.app.ID})
		return nil
	}
	w.remove(in.channel, m)
	w.emit("MESSAGE_DELETE", in.channel.GuildID, in.channel.ID, deletedMessage{m.ID, in.channel.ID, in.channel.GuildID})
	return nil
}
