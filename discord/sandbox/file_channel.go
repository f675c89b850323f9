package sandbox

import (
	"encoding/json"
	"fmt"
	"time"

	"cordial/discord"
)

// fileChannel is a channel or a thread of a guild.
type fileChannel struct {
	channelState
	Type       typeName        `json:"type,omitempty"`   // "text" when not said
	Parent     ref             `json:"parent,omitempty"` // the category, or a thread's channel; it must come before
	Overwrites []fileOverwrite `json:"permission_overwrites,omitempty"`
	Owner      ref             `json:"owner,omitempty"`  // of a thread; the guild's owner when not said
	Members    []fileFollower  `json:"members,omitzero"` // of a thread; its authors when not said
	Messages   []fileMessage   `json:"messages,omitempty"`
}

// channelState is Channel with its fields as they are stored, instead of as the API shows them.
type channelState Channel

// typeName is the type of a channel, by its name or Discord's number.
type typeName ChannelType

// typeNames are the names of channel types in world files.
var typeNames = map[string]ChannelType{"text": TextChannel, "voice": VoiceChannel, "category": CategoryChannel, "announcement": AnnouncementChannel,
	"announcement thread": AnnouncementThread, "thread": PublicThread, "private thread": PrivateThread, "stage": StageChannel, "forum": ForumChannel,
	"media": MediaChannel}

// UnmarshalJSON reads a name or a number.
func (t *typeName) UnmarshalJSON(text []byte) error {
	if n, ok := number(text); ok {
		*t = typeName(n)
		return nil
	}
	var name string
	if err := json.Unmarshal(text, &name); err != nil {
		return err
	}
	typ, ok := typeNames[name]
	if !ok {
		return fmt.Errorf("there is no channel type %q", name)
	}
	*t = typeName(typ)
	return nil
}

// MarshalJSON writes the name.
func (t typeName) MarshalJSON() ([]byte, error) {
	for name, typ := range typeNames {
		if typ == ChannelType(t) {
			return json.Marshal(name)
		}
	}
	return json.Marshal(int(t))
}

// fileOverwrite is a permission overwrite of a role or a member.
type fileOverwrite struct {
	Role   ref             `json:"role,omitempty"`
	Member ref             `json:"member,omitempty"`
	Allow  permissionNames `json:"allow,omitempty"`
	Deny   permissionNames `json:"deny,omitempty"`
}

// fileFollower is a member of a thread.
type fileFollower struct {
	User     ref       `json:"user"`
	JoinedAt Timestamp `json:"join_timestamp"`
	Flags    int       `json:"flags,omitempty"`
}

// channels loads channels and threads, then what is said in them, so that messages may refer to each other's channels.
func (l *loader) channels(g *guild, files []fileChannel) error {
	loaded := make([]*channel, len(files))
	for i := range files {
		c, err := l.channel(g, &files[i], i)
		if err != nil {
			return fmt.Errorf(".%s%w", at("channels", i), err)
		}
		loaded[i] = c
	}
	for i, f := range files {
		if err := l.messages(loaded[i], f.Messages); err != nil {
			return fmt.Errorf(".%s%w", at("channels", i), err)
		}
		if f.Type == typeName(PublicThread) && f.Members == nil {
			l.followers(loaded[i])
		}
		if f.LastMessageID != "" {
			loaded[i].LastMessageID = f.LastMessageID
		}
	}
	return nil
}

func (l *loader) channel(g *guild, f *fileChannel, place int) (*channel, error) {
	c := Channel(f.channelState)
	c.ID, c.Type = l.id(f.ID), ChannelType(f.Type)
	switch {
	case c.Name == "":
		return nil, fmt.Errorf(": a channel needs a name")
	case l.w.channels[c.ID] != nil:
		return nil, fmt.Errorf(": %w", errTwice)
	}
	for i := range c.AvailableTags {
		c.AvailableTags[i].ID = l.id(c.AvailableTags[i].ID)
	}
	if c.Position == 0 && !c.Type.IsThread() && f.ID == "" {
		c.Position = place
	}
	if c.Type.IsVoice() && c.Bitrate == 0 {
		c.Bitrate = defaultBitrate
	}
	if err := l.parent(g, &c, f.Parent); err != nil {
		return nil, fmt.Errorf(".parent: %w", err)
	}
	if err := l.overwrites(g, &c, f.Overwrites); err != nil {
		return nil, err
	}
	state := l.w.addChannel(g, &c)
	if c.Type.IsThread() {
		return state, l.thread(g, state, f)
	}
	return state, nil
}

// parent puts a channel into its category, or a thread into its channel.
func (l *loader) parent(g *guild, c *Channel, r ref) error {
	if r == "" {
		if c.Type.IsThread() {
			return fmt.Errorf("a thread needs one")
		}
		return nil
	}
	parent, err := g.channelNamed(r)
	switch {
	case err != nil:
		return err
	case c.Type.IsThread() && !parent.hasThreads():
		return fmt.Errorf("there are no threads in %q", parent.Name)
	case !c.Type.IsThread() && (parent.Type != CategoryChannel || c.Type == CategoryChannel):
		return fmt.Errorf("only channels can be in a category, and in nothing else")
	}
	c.ParentID = parent.ID
	return nil
}

// hasThreads reports whether threads can be in a channel.
func (c *Channel) hasThreads() bool {
	return c.Type == TextChannel || c.Type == AnnouncementChannel || c.Type.IsForum()
}

func (l *loader) overwrites(g *guild, c *Channel, overwrites []fileOverwrite) error {
	for i, f := range overwrites {
		o := discord.Overwrite{Allow: discord.Permissions(f.Allow), Deny: discord.Permissions(f.Deny)}
		if f.Member != "" {
			u, err := l.user(f.Member)
			if err != nil {
				return fmt.Errorf(".%s: %w", at("permission_overwrites", i), err)
			}
			o.ID, o.Type = u.ID, discord.OverwriteMember
		} else {
			r, err := g.roleNamed(f.Role)
			if err != nil {
				return fmt.Errorf(".%s: %w", at("permission_overwrites", i), err)
			}
			o.ID = r.ID
		}
		c.Overwrites = append(c.Overwrites, o)
	}
	return nil
}

func (l *loader) thread(g *guild, c *channel, f *fileChannel) error {
	c.OwnerID = g.OwnerID
	if f.Owner != "" {
		u, err := l.user(f.Owner)
		if err != nil {
			return fmt.Errorf(".owner: %w", err)
		}
		c.OwnerID = u.ID
	}
	if c.Thread == nil {
		c.Thread = &ThreadMetadata{AutoArchiveDuration: int(24 * time.Hour / time.Minute), ArchiveTimestamp: Timestamp{c.ID.Time()},
			CreateTimestamp: Timestamp{c.ID.Time()}}
	}
	for i, m := range f.Members {
		u, err := l.user(m.User)
		if err != nil {
			return fmt.Errorf(".%s: %w", at("members", i), err)
		}
		c.threadMembers[u.ID] = &ThreadMember{ID: c.ID, UserID: u.ID, JoinTimestamp: m.JoinedAt, Flags: m.Flags}
	}
	c.MemberCount = len(c.threadMembers)
	return nil
}

// followers makes the authors of a thread its members, and counts its messages.
func (l *loader) followers(c *channel) {
	c.MessageCount, c.TotalMessageSent = 0, 0
	for _, m := range c.messages {
		if m.ID != c.ID && m.WebhookID == "" {
			c.join(m)
		}
	}
}

// channelNamed finds a channel or a thread by id or else by name.
func (g *guild) channelNamed(r ref) (*channel, error) {
	for _, channels := range []map[discord.Snowflake]*channel{g.channels, g.threads} {
		if c, ok := findNamed(channels, r, func(c *channel) string { return c.Name }); ok {
			return c, nil
		}
	}
	return nil, fmt.Errorf("there is no channel %q", r)
}

func dumpChannel(c *channel) (*fileChannel, error) {
	messages, err := dumpMessages(c)
	if err != nil {
		return nil, err
	}
	f := &fileChannel{channelState: channelState(*c.Channel), Type: typeName(c.Type), Parent: ref(c.ParentID), Owner: ref(c.OwnerID), Messages: messages}
	for _, o := range c.Overwrites {
		dumped := fileOverwrite{Allow: permissionNames(o.Allow), Deny: permissionNames(o.Deny)}
		if o.Type == discord.OverwriteMember {
			dumped.Member = ref(o.ID)
		} else {
			dumped.Role = ref(o.ID)
		}
		f.Overwrites = append(f.Overwrites, dumped)
	}
	if c.Type.IsThread() {
		f.Members = []fileFollower{}
	}
	for _, m := range sortedByID(c.threadMembers) {
		f.Members = append(f.Members, fileFollower{User: ref(m.UserID), JoinedAt: m.JoinTimestamp, Flags: m.Flags})
	}
	return f, nil
}
