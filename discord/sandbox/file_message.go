package sandbox

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"path"
	"strings"
	"unicode/utf8"

	"cordial/discord"
)

// fileMessage is a message.
type fileMessage struct {
	fileContent
	ID              discord.Snowflake `json:"id,omitempty"`
	Author          ref               `json:"author,omitempty"`       // the guild's owner when not said
	WebhookUser     *User             `json:"webhook_user,omitempty"` // the author of a webhook's message
	ReplyTo         discord.Snowflake `json:"reply_to,omitempty"`     // short for a reply's type and reference
	Pinned          bool              `json:"pinned,omitempty"`
	PinnedAt        Timestamp         `json:"pinned_at,omitzero"`
	MentionEveryone bool              `json:"mention_everyone,omitempty"`
	TTS             bool              `json:"tts,omitempty"`
	Nonce           Nonce             `json:"nonce,omitempty"`
	WebhookID       discord.Snowflake `json:"webhook_id,omitempty"`
	ApplicationID   discord.Snowflake `json:"application_id,omitempty"`
	Reference       *MessageReference `json:"message_reference,omitempty"`
	Snapshots       []fileContent     `json:"message_snapshots,omitempty"`
	Position        *int              `json:"position,omitempty"`
	Poll            *Poll             `json:"poll,omitempty"`
	Votes           [][]ref           `json:"votes,omitempty"` // who has voted for the poll's answers, in their order
	Reactions       []fileReaction    `json:"reactions,omitempty"`

	Metadata    *InteractionMetadata `json:"interaction_metadata,omitempty"` // of answers to interactions
	Interaction *MessageInteraction  `json:"interaction,omitempty"`
}

// fileContent is the part of a message that a forward repeats.
type fileContent struct {
	Type            MessageType         `json:"type,omitempty"`
	Content         string              `json:"content,omitempty"`
	Mentions        []ref               `json:"mentions,omitempty"`
	MentionRoles    []discord.Snowflake `json:"mention_roles,omitempty"`
	Attachments     []fileAttachment    `json:"attachments,omitempty"`
	Embeds          []Embed             `json:"embeds,omitempty"`
	Timestamp       Timestamp           `json:"timestamp,omitzero"` // the id's time when not said
	EditedTimestamp Timestamp           `json:"edited_timestamp,omitzero"`
	Flags           int                 `json:"flags,omitempty"`
	Components      []Component         `json:"components,omitempty"`
	StickerItems    []StickerItem       `json:"sticker_items,omitempty"`
}

// fileAttachment is a file of a message, with its content as text or as base64.
type fileAttachment struct {
	ID           discord.Snowflake `json:"id,omitempty"`
	Filename     string            `json:"filename"`
	Text         string            `json:"text,omitempty"`
	Base64       string            `json:"base64,omitempty"`
	ContentType  string            `json:"content_type,omitempty"` // by the name's extension when not said
	Description  string            `json:"description,omitempty"`
	Title        string            `json:"title,omitempty"`
	Width        int               `json:"width,omitempty"`
	Height       int               `json:"height,omitempty"`
	DurationSecs float64           `json:"duration_secs,omitempty"`
	Waveform     string            `json:"waveform,omitempty"`
	Flags        int               `json:"flags,omitempty"`
}

// fileReaction is an emoji under a message: a character, or a custom one as name:id.
type fileReaction struct {
	Emoji    string `json:"emoji"`
	Animated bool   `json:"animated,omitempty"`
	Users    []ref  `json:"users"`
}

func (l *loader) messages(c *channel, files []fileMessage) error {
	for i := range files {
		m, err := l.message(c, &files[i])
		if err != nil {
			return fmt.Errorf(".%s%w", at("messages", i), err)
		}
		l.w.addMessage(c, m)
	}
	return nil
}

func (l *loader) message(c *channel, f *fileMessage) (*Message, error) {
	m := &Message{ID: l.id(f.ID), Pinned: f.Pinned, PinnedAt: f.PinnedAt, MentionEveryone: f.MentionEveryone, TTS: f.TTS, Nonce: f.Nonce,
		WebhookID: f.WebhookID, ApplicationID: f.ApplicationID, Reference: f.Reference, Position: f.Position, Poll: f.Poll,
		Metadata: f.Metadata, Interaction: f.Interaction}
	var err error
	if m.Author, err = l.author(c, f); err != nil {
		return nil, fmt.Errorf(".author: %w", err)
	}
	if m.MessageContent, err = l.content(c, &f.fileContent); err != nil {
		return nil, err
	}
	if f.ReplyTo != "" {
		m.Type = ReplyMessage
		m.Reference = &MessageReference{ChannelID: c.ID, MessageID: f.ReplyTo, GuildID: c.GuildID}
	}
	if m.Pinned && m.PinnedAt.IsZero() {
		m.PinnedAt.Time = m.ID.Time()
	}
	for i := range f.Snapshots {
		content, err := l.content(c, &f.Snapshots[i])
		if err != nil {
			return nil, fmt.Errorf(".%s%w", at("message_snapshots", i), err)
		}
		m.Snapshots = append(m.Snapshots, MessageSnapshot{content})
	}
	if err := l.votes(m, f.Votes); err != nil {
		return nil, fmt.Errorf(".votes: %w", err)
	}
	if m.Reactions, err = l.reactions(f.Reactions); err != nil {
		return nil, fmt.Errorf(".reactions: %w", err)
	}
	return m, nil
}

func (l *loader) author(c *channel, f *fileMessage) (*User, error) {
	switch {
	case f.WebhookUser != nil:
		return f.WebhookUser, nil
	case f.Author == "" && c.GuildID != "":
		return l.w.users[l.w.guilds[c.GuildID].OwnerID], nil
	}
	return l.user(f.Author)
}

func (l *loader) content(c *channel, f *fileContent) (MessageContent, error) {
	content := MessageContent{Type: f.Type, Content: f.Content, MentionRoles: f.MentionRoles, Embeds: f.Embeds, Timestamp: f.Timestamp,
		EditedTimestamp: f.EditedTimestamp, Flags: f.Flags, Components: f.Components, StickerItems: f.StickerItems}
	var err error
	if content.Mentions, err = l.users(f.Mentions); err != nil {
		return content, fmt.Errorf(".mentions: %w", err)
	}
	for i, a := range f.Attachments {
		attachment, err := l.attachment(c, a)
		if err != nil {
			return content, fmt.Errorf(".%s: %w", at("attachments", i), err)
		}
		content.Attachments = append(content.Attachments, attachment)
	}
	return content, nil
}

func (l *loader) attachment(c *channel, f fileAttachment) (*Attachment, error) {
	var content io.Reader = strings.NewReader(f.Text)
	if f.Base64 != "" {
		content = base64.NewDecoder(base64.StdEncoding, strings.NewReader(f.Base64))
	}
	if f.Filename == "" {
		return nil, fmt.Errorf("an attachment needs a filename")
	}
	b, err := l.w.blobs.put(content, defaultBlobLimit)
	if err != nil {
		return nil, err
	}
	if f.ContentType == "" {
		f.ContentType = mime.TypeByExtension(path.Ext(f.Filename))
	}
	return &Attachment{ID: l.id(f.ID), Filename: f.Filename, Size: b.size, Width: f.Width, Height: f.Height, DurationSecs: f.DurationSecs,
		Waveform: f.Waveform, Description: f.Description, ContentType: f.ContentType, Flags: f.Flags, Title: f.Title, blob: b, channelID: c.ID}, nil
}

func (l *loader) votes(m *Message, votes [][]ref) error {
	if m.Poll == nil || len(votes) > len(m.Poll.Answers) {
		if len(votes) > 0 {
			return fmt.Errorf("there are votes for more answers than the poll has")
		}
		return nil
	}
	for i, voters := range votes {
		ids, err := l.userIDs(voters)
		if err != nil {
			return err
		}
		m.Poll.Answers[i].voters = ids
	}
	return nil
}

func (l *loader) reactions(files []fileReaction) ([]Reaction, error) {
	var list []Reaction
	for _, f := range files {
		users, err := l.userIDs(f.Users)
		if err != nil {
			return nil, err
		}
		emoji := PartialEmoji{Name: Nullable(f.Emoji), Animated: f.Animated}
		if name, id, custom := strings.Cut(f.Emoji, ":"); custom {
			emoji.Name, emoji.ID = Nullable(name), Nullable(id)
		}
		list = append(list, l.w.seedReaction(emoji, users...))
	}
	return list, nil
}

func dumpMessages(c *channel) ([]fileMessage, error) {
	var list []fileMessage
	for _, m := range c.messages {
		f := fileMessage{ID: m.ID, Pinned: m.Pinned, PinnedAt: m.PinnedAt, MentionEveryone: m.MentionEveryone, TTS: m.TTS, Nonce: m.Nonce,
			WebhookID: m.WebhookID, ApplicationID: m.ApplicationID, Reference: m.Reference, Position: m.Position, Poll: m.Poll,
			Metadata: m.Metadata, Interaction: m.Interaction}
		if m.WebhookID != "" {
			f.WebhookUser = m.Author
		} else {
			f.Author = ref(m.Author.ID)
		}
		var err error
		if f.fileContent, err = dumpContent(&m.MessageContent); err != nil {
			return nil, err
		}
		for i := range m.Snapshots {
			content, err := dumpContent(&m.Snapshots[i].Message)
			if err != nil {
				return nil, err
			}
			f.Snapshots = append(f.Snapshots, content)
		}
		if m.Poll != nil {
			for _, a := range m.Poll.Answers {
				f.Votes = append(f.Votes, orEmpty(refs(a.voters)))
			}
		}
		for _, r := range m.Reactions {
			emoji := string(r.Emoji.Name)
			if r.Emoji.ID != "" {
				emoji += ":" + string(r.Emoji.ID)
			}
			f.Reactions = append(f.Reactions, fileReaction{Emoji: emoji, Animated: r.Emoji.Animated, Users: refs(r.users)})
		}
		list = append(list, f)
	}
	return list, nil
}

func dumpContent(m *MessageContent) (fileContent, error) {
	f := fileContent{Type: m.Type, Content: m.Content, Mentions: userRefs(m.Mentions), MentionRoles: m.MentionRoles, Embeds: m.Embeds,
		Timestamp: m.Timestamp, EditedTimestamp: m.EditedTimestamp, Flags: m.Flags, Components: m.Components, StickerItems: m.StickerItems}
	for _, a := range m.Attachments {
		data, err := a.blob.head(int(a.Size))
		if err != nil {
			return f, err
		}
		dumped := fileAttachment{ID: a.ID, Filename: a.Filename, ContentType: a.ContentType, Description: a.Description, Title: a.Title, Width: a.Width,
			Height: a.Height, DurationSecs: a.DurationSecs, Waveform: a.Waveform, Flags: a.Flags}
		if utf8.Valid(data) && !bytes.ContainsRune(data, 0) {
			dumped.Text = string(data)
		} else {
			dumped.Base64 = base64.StdEncoding.EncodeToString(data)
		}
		f.Attachments = append(f.Attachments, dumped)
	}
	return f, nil
}
