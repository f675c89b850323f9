package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"

	"cordial/discord"
)

// Limits of threads (topics/threads).
const (
	maxThreadMembers     = 1000
	maxActiveThreads     = 1000 // of one guild; seen in practice, not documented
	maxPinnedPosts       = 1
	defaultArchive       = 1440 // minutes
	threadMemberNotified = 1    // the flags of a member who has joined
)

// NewThread is the body of a request to start a thread. In a forum it has a message and perhaps tags.
type NewThread struct {
	Name                string              `json:"name"`
	AutoArchiveDuration int                 `json:"auto_archive_duration"` // minutes, the channel's default when 0
	RateLimitPerUser    *int                `json:"rate_limit_per_user"`
	Type                ChannelType         `json:"type"` // private when 0
	Invitable           *bool               `json:"invitable"`
	AppliedTags         []discord.Snowflake `json:"applied_tags"`
	Message             *MessageParams      `json:"message"`
}

// ThreadParams is the body of a request to change a thread. What is absent stays as it is.
type ThreadParams struct {
	Name                Field[string]              `json:"name"`
	Archived            Field[bool]                `json:"archived"`
	Locked              Field[bool]                `json:"locked"`
	Invitable           Field[bool]                `json:"invitable"`
	AutoArchiveDuration Field[int]                 `json:"auto_archive_duration"`
	RateLimitPerUser    Field[int]                 `json:"rate_limit_per_user"`
	Flags               Field[int]                 `json:"flags"`
	AppliedTags         Field[[]discord.Snowflake] `json:"applied_tags"`
}

// archivedThread refuses to change anything in an archived thread.
func archivedThread(c *channel) error {
	if c.Type.IsThread() && c.Thread.Archived {
		return Refuse(http.StatusBadRequest, 50083)
	}
	return nil
}

// countInThread counts a message that is posted to a thread. Posting wakes an archived thread up and makes the author a member.
func (w *World) countInThread(t *channel, changed *Channel, m *Message) {
	if m.Type != ThreadStarterMessage && m.ID != t.ID {
		position := changed.TotalMessageSent
		m.Position = &position
		changed.MessageCount++
		changed.TotalMessageSent++
	}
	if changed.Thread.Archived {
		meta := *changed.Thread
		meta.Archived, meta.ArchiveTimestamp = false, w.now()
		changed.Thread = &meta
		woken := *changed
		w.emit("THREAD_UPDATE", t.GuildID, t.ID, &woken)
	}
	if m.WebhookID == "" && m.Type != ThreadStarterMessage && t.threadMembers[m.Author.ID] == nil && len(t.threadMembers) < maxThreadMembers {
		w.joinThread(t, changed, m.Author.ID)
	}
}

// joinThread makes somebody a member of a thread; changed is the thread's new form.
func (w *World) joinThread(t *channel, changed *Channel, user discord.Snowflake) {
	member := w.enterThread(t, changed, user)
	if w.users[user].Bot {
		w.tell(Event{Type: "THREAD_CREATE", Guild: t.GuildID, Channel: t.ID, Only: user, Data: threadCreated{changed, t, false}})
	}
	w.emitThreadJoin(t, member)
}

// enterThread is joinThread without telling of it.
func (w *World) enterThread(t *channel, changed *Channel, user discord.Snowflake) *ThreadMember {
	member := &ThreadMember{ID: t.ID, UserID: user, JoinTimestamp: w.now(), Flags: threadMemberNotified}
	t.threadMembers[user] = member
	changed.MemberCount = len(t.threadMembers)
	return member
}

// StartThreadFromMessage starts a thread that hangs on a message and has its id.
func (w *World) StartThreadFromMessage(actor Actor, channelID, messageID discord.Snowflake, p NewThread) (*Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.messageFor(actor, channelID, messageID, discord.PermissionReadMessageHistory|discord.PermissionCreatePublicThreads)
	if err != nil {
		return nil, err
	}
	switch {
	case c.Type != TextChannel && c.Type != AnnouncementChannel:
		return nil, errWrongChannelType
	case w.channels[m.ID] != nil:
		return nil, Refuse(http.StatusBadRequest, 160004)
	case m.Type.IsSystem():
		return nil, Refuse(http.StatusForbidden, 50021)
	}
	p.Type = threadTypeIn(c)
	t, err := w.addThread(c, actor, m.ID, p)
	if err != nil {
		return nil, err
	}
	changed := *m
	changed.Flags |= MessageHasThread
	c.replace(&changed)
	w.emitMessage("MESSAGE_UPDATE", c, &changed)
	w.postSystem(t, Actor{User: m.Author.ID}, ThreadStarterMessage, "", &MessageReference{ChannelID: c.ID, MessageID: m.ID, GuildID: c.GuildID})
	return w.channelView(actor.User, t), nil
}

// threadTypeIn is the type of public threads in a channel.
func threadTypeIn(c *channel) ChannelType {
	if c.Type == AnnouncementChannel {
		return AnnouncementThread
	}
	return PublicThread
}

// StartedThread is a new thread, and in a forum the message that its post begins with.
type StartedThread struct {
	*Channel
	Message *Message
}

// MarshalJSON writes the thread with its message as one more field.
func (s *StartedThread) MarshalJSON() ([]byte, error) {
	thread, err := json.Marshal(s.Channel)
	if err != nil || s.Message == nil {
		return thread, err
	}
	message, err := json.Marshal(s.Message)
	return slices.Concat(thread[:len(thread)-1], []byte(`,"message":`), message, []byte("}")), err
}

// StartThread starts a thread that hangs on no message: a post in a forum, or a thread in another channel.
func (w *World) StartThread(actor Actor, channelID discord.Snowflake, p NewThread) (*StartedThread, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelFor(actor, channelID)
	if err != nil {
		return nil, err
	}
	if c.Type.IsForum() {
		return w.startPost(c, actor, p)
	}
	if p.Type == 0 {
		p.Type = PrivateThread
	}
	need := discord.PermissionCreatePublicThreads
	if p.Type == PrivateThread {
		need = discord.PermissionCreatePrivateThreads
	}
	switch {
	case c.Type != TextChannel && c.Type != AnnouncementChannel:
		return nil, errWrongChannelType
	case p.Type != PrivateThread && p.Type != threadTypeIn(c), p.Type == PrivateThread && c.Type == AnnouncementChannel:
		return nil, formError("BASE_TYPE_CHOICES", "This type of thread cannot be in this type of channel.", "type")
	}
	if err := missing(w.channelPermissions(c, actor.User), need); err != nil {
		return nil, err
	}
	t, err := w.addThread(c, actor, w.newID(), p)
	if err != nil {
		return nil, err
	}
	if p.Type != PrivateThread {
		w.postSystem(c, actor, ThreadCreatedMessage, p.Name, &MessageReference{ChannelID: t.ID, GuildID: c.GuildID})
	}
	return &StartedThread{Channel: w.channelView(actor.User, t)}, nil
}

// startPost starts a post in a forum: a thread whose first message has the thread's id.
func (w *World) startPost(c *channel, actor Actor, p NewThread) (*StartedThread, error) {
	if p.Message == nil {
		return nil, formError("BASE_TYPE_REQUIRED", "This field is required", "message")
	}
	perms := w.channelPermissions(c, actor.User)
	if err := missing(perms, discord.PermissionSendMessages); err != nil {
		return nil, err
	}
	if err := w.checkTags(c, perms, nil, p.AppliedTags); err != nil {
		return nil, err
	}
	m, err := w.compose(c, w.memberAuthor(c, actor), *p.Message)
	if err != nil {
		return nil, err
	}
	p.Type = PublicThread
	t, err := w.addPost(c, actor, m, p)
	if err != nil {
		return nil, err
	}
	return &StartedThread{Channel: w.channelView(actor.User, t), Message: w.show(actor.User, t, m)}, nil
}

// addPost adds the thread of a post and its first message, which is moved there.
func (w *World) addPost(c *channel, actor Actor, m *Message, p NewThread) (*channel, error) {
	t, err := w.addThread(c, actor, m.ID, p)
	if err != nil {
		return nil, err
	}
	m.ChannelID = t.ID
	for a := range m.files() {
		a.channelID = t.ID
	}
	w.post(t, m)
	forum := *c.Channel
	forum.LastMessageID = t.ID
	c.Channel = &forum
	return t, nil
}

// addThread adds a thread to a channel of a guild, with its first member.
func (w *World) addThread(c *channel, actor Actor, id discord.Snowflake, p NewThread) (*channel, error) {
	g := w.guilds[c.GuildID]
	if activeThreads(g) >= maxActiveThreads {
		return nil, Refuse(http.StatusBadRequest, 160006)
	}
	now := w.now()
	meta := &ThreadMetadata{ArchiveTimestamp: now, CreateTimestamp: now, AutoArchiveDuration: p.AutoArchiveDuration}
	if meta.AutoArchiveDuration == 0 {
		meta.AutoArchiveDuration = cmp.Or(c.DefaultAutoArchiveDuration, defaultArchive)
	}
	if p.Type == PrivateThread {
		invitable := p.Invitable == nil || *p.Invitable
		meta.Invitable = &invitable
	}
	t := &channel{threadMembers: map[discord.Snowflake]*ThreadMember{}, Channel: &Channel{ID: id, Type: p.Type, GuildID: c.GuildID, Name: p.Name,
		ParentID: c.ID, OwnerID: actor.User, Thread: meta, AppliedTags: p.AppliedTags, RateLimitPerUser: c.DefaultThreadRateLimit}}
	if p.RateLimitPerUser != nil {
		t.RateLimitPerUser = *p.RateLimitPerUser
	}
	w.channels[id], g.threads[id] = t, t
	var first *ThreadMember
	if g.members[actor.User] != nil {
		first = w.enterThread(t, t.Channel, actor.User)
	}
	w.audit(g, actor, auditThreadCreate, t.ID, diff(nil, t.Channel), nil)
	w.emit("THREAD_CREATE", g.ID, t.ID, threadCreated{t.Channel, t, true})
	if first != nil {
		w.emitThreadJoin(t, first)
	}
	return t, nil
}

func activeThreads(g *guild) int {
	n := 0
	for _, t := range g.threads {
		if !t.Thread.Archived {
			n++
		}
	}
	return n
}

// checkTags refuses tags that a forum does not have, moderated ones to those who may not set them, and none where one is needed.
func (w *World) checkTags(forum *channel, perms discord.Permissions, old, tags []discord.Snowflake) error {
	if len(tags) == 0 && forum.Flags&ChannelRequireTag != 0 {
		if !slices.ContainsFunc(forum.AvailableTags, func(t ForumTag) bool { return !t.Moderated }) && !perms.Has(discord.PermissionManageThreads) {
			return Refuse(http.StatusBadRequest, 40066)
		}
		return Refuse(http.StatusBadRequest, 40067)
	}
	for _, id := range tags {
		i := slices.IndexFunc(forum.AvailableTags, func(t ForumTag) bool { return t.ID == id })
		if i < 0 {
			return Refuse(http.StatusNotFound, 10087)
		}
		if forum.AvailableTags[i].Moderated && !slices.Contains(old, id) && !perms.Has(discord.PermissionManageThreads) {
			return errMissingPermissions
		}
	}
	return nil
}

// ModifyThread changes a thread: its owner and those who manage threads may, and everybody may wake up one that is not locked. An
// archived thread takes no change but that.
func (w *World) ModifyThread(actor Actor, id discord.Snowflake, p ThreadParams) (*Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.threadFor(actor, id)
	if err != nil {
		return nil, err
	}
	perms := w.channelPermissions(t, actor.User)
	if err := checkThreadChange(actor, t, perms, &p); err != nil {
		return nil, err
	}
	forum := w.channels[t.ParentID]
	if p.AppliedTags.Set {
		if err := w.checkTags(forum, perms, t.AppliedTags, p.AppliedTags.Value); err != nil {
			return nil, err
		}
	}
	if p.Flags.Set && p.Flags.Value&ChannelPinned != 0 {
		if err := w.checkPinPost(forum, t); err != nil {
			return nil, err
		}
	}
	changed, meta := *t.Channel, *t.Thread
	changed.Name = p.Name.or(changed.Name)
	p.RateLimitPerUser.into(&changed.RateLimitPerUser)
	p.AppliedTags.into(&changed.AppliedTags)
	if p.Flags.Set {
		changed.Flags = p.Flags.Value & ChannelPinned
	}
	meta.AutoArchiveDuration = p.AutoArchiveDuration.or(meta.AutoArchiveDuration)
	meta.Locked = p.Locked.or(meta.Locked)
	if p.Invitable.Set && !p.Invitable.Null && t.Type == PrivateThread {
		meta.Invitable = &p.Invitable.Value
	}
	if archived := p.Archived.or(meta.Archived); archived != meta.Archived {
		meta.Archived, meta.ArchiveTimestamp = archived, w.now()
	}
	changed.Thread = &meta
	w.audit(w.guilds[t.GuildID], actor, auditThreadUpdate, t.ID, diff(t.Channel, &changed), nil)
	t.Channel = &changed
	w.emit("THREAD_UPDATE", t.GuildID, t.ID, t.Channel)
	return w.channelView(actor.User, t), nil
}

func checkThreadChange(actor Actor, t *channel, perms discord.Permissions, p *ThreadParams) error {
	manages := perms.Has(discord.PermissionManageThreads)
	unarchives := !p.Archived.or(true)
	switch {
	case p.Name.Set && !p.Name.Null && p.Name.Value == "":
		return formError("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.", "name")
	case t.Thread.Locked && !manages:
		return Refuse(http.StatusForbidden, 160005)
	case unarchives && p.onlyArchived():
		return missing(perms, discord.PermissionSendMessagesInThreads)
	case t.Thread.Archived && !unarchives && !p.Locked.Set:
		return Refuse(http.StatusBadRequest, 50083)
	case manages:
		return nil
	case t.OwnerID != actor.User, p.Locked.Set, p.RateLimitPerUser.Set, p.Flags.Set:
		return errMissingPermissions
	}
	return nil
}

// onlyArchived reports whether a change is about nothing but being archived.
func (p *ThreadParams) onlyArchived() bool {
	return !p.Name.Set && !p.Locked.Set && !p.Invitable.Set && !p.AutoArchiveDuration.Set && !p.RateLimitPerUser.Set && !p.Flags.Set &&
		!p.AppliedTags.Set
}

// checkPinPost lets a forum pin one post at a time.
func (w *World) checkPinPost(forum, t *channel) error {
	if !forum.Type.IsForum() {
		return errWrongChannelType
	}
	pinned := 0
	for _, other := range w.guilds[t.GuildID].threads {
		if other.ParentID == forum.ID && other != t && other.Flags&ChannelPinned != 0 {
			pinned++
		}
	}
	if pinned >= maxPinnedPosts {
		return Refuse(http.StatusBadRequest, 30047)
	}
	return nil
}

// deleteThread deletes a thread and what is in it.
func (w *World) deleteThread(actor Actor, t *channel) error {
	if err := missing(w.channelPermissions(t, actor.User), discord.PermissionManageThreads); err != nil {
		return err
	}
	w.dropThread(t)
	w.audit(w.guilds[t.GuildID], actor, auditThreadDelete, t.ID, diff(t.Channel, nil), nil)
	return nil
}

// dropThread removes a thread from the world and tells of it.
func (w *World) dropThread(t *channel) {
	w.emit("THREAD_DELETE", t.GuildID, t.ID, struct {
		ID       discord.Snowflake `json:"id"`
		GuildID  discord.Snowflake `json:"guild_id"`
		ParentID discord.Snowflake `json:"parent_id"`
		Type     ChannelType       `json:"type"`
	}{t.ID, t.GuildID, t.ParentID, t.Type})
	w.dropMessages(t)
	delete(w.channels, t.ID)
	delete(w.guilds[t.GuildID].threads, t.ID)
	if parent := w.channels[t.ParentID]; parent != nil {
		if m := parent.message(t.ID); m != nil {
			changed := *m
			changed.Flags &^= MessageHasThread
			parent.replace(&changed)
		}
	}
}
