package sandbox

import (
	"maps"
	"net/http"
	"slices"

	"cordial/discord"
)

// threadFor finds a thread that the actor can see.
func (w *World) threadFor(actor Actor, id discord.Snowflake) (*channel, error) {
	t, err := w.channelFor(actor, id)
	if err != nil {
		return nil, err
	}
	if !t.Type.IsThread() {
		return nil, errWrongChannelType
	}
	return t, nil
}

// openThread is threadFor for a thread that is not archived.
func (w *World) openThread(actor Actor, id discord.Snowflake) (*channel, error) {
	t, err := w.threadFor(actor, id)
	if err != nil {
		return nil, err
	}
	return t, archivedThread(t)
}

// JoinThread makes the actor a member of a thread.
func (w *World) JoinThread(actor Actor, threadID discord.Snowflake) error {
	return w.AddThreadMember(actor, threadID, actor.User)
}

// AddThreadMember makes somebody a member of a thread. Members of a private thread that is not open to invitations cannot add others.
func (w *World) AddThreadMember(actor Actor, threadID, user discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.openThread(actor, threadID)
	if err != nil {
		return err
	}
	if user != actor.User {
		if err := w.checkThreadInvite(actor, t, user); err != nil {
			return err
		}
	}
	switch {
	case t.threadMembers[user] != nil:
		return nil
	case len(t.threadMembers) >= maxThreadMembers:
		return Refuse(http.StatusBadRequest, 30033)
	}
	changed := *t.Channel
	w.joinThread(t, &changed, user)
	t.Channel = &changed
	return nil
}

func (w *World) checkThreadInvite(actor Actor, t *channel, user discord.Snowflake) error {
	perms := w.channelPermissions(t, actor.User)
	if w.guilds[t.GuildID].members[user] == nil {
		return errUnknownMember
	}
	open := t.Thread.Invitable == nil || *t.Thread.Invitable || t.OwnerID == actor.User || perms.Has(discord.PermissionManageThreads)
	if !open || !w.channelPermissions(w.channels[t.ParentID], user).Has(discord.PermissionViewChannel) {
		return errMissingPermissions
	}
	return missing(perms, discord.PermissionSendMessagesInThreads)
}

// LeaveThread takes the actor out of a thread.
func (w *World) LeaveThread(actor Actor, threadID discord.Snowflake) error {
	return w.RemoveThreadMember(actor, threadID, actor.User)
}

// RemoveThreadMember takes somebody out of a thread: oneself, or others as one who manages threads or has started a private one.
func (w *World) RemoveThreadMember(actor Actor, threadID, user discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.openThread(actor, threadID)
	if err != nil {
		return err
	}
	ownPrivate := t.Type == PrivateThread && t.OwnerID == actor.User
	if user != actor.User && !ownPrivate {
		if err := missing(w.channelPermissions(t, actor.User), discord.PermissionManageThreads); err != nil {
			return err
		}
	}
	if t.threadMembers[user] == nil {
		return nil
	}
	w.leaveThread(t, user)
	return nil
}

// leaveThread takes a member out of a thread.
func (w *World) leaveThread(t *channel, user discord.Snowflake) {
	delete(t.threadMembers, user)
	changed := *t.Channel
	changed.MemberCount = len(t.threadMembers)
	t.Channel = &changed
	w.emitThreadLeave(t, user)
}

// ThreadMember gives somebody's membership of a thread, with their membership of the guild if that is wanted.
func (w *World) ThreadMember(actor Actor, threadID, user discord.Snowflake, withMember bool) (*ThreadMember, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.threadFor(actor, threadID)
	if err != nil {
		return nil, err
	}
	m := t.threadMembers[user]
	if m == nil {
		return nil, errUnknownMember
	}
	return w.showThreadMember(t, m, withMember), nil
}

func (w *World) showThreadMember(t *channel, m *ThreadMember, withMember bool) *ThreadMember {
	shown := *m
	if withMember {
		g := w.guilds[t.GuildID]
		if member := g.members[m.UserID]; member != nil {
			shown.Member = w.memberView(member)
		}
	}
	return &shown
}

// ThreadMembers lists the members of a thread in the order of their ids. Only with their memberships of the guild is the list cut
// into pages. Bots need the guild members intent.
func (w *World) ThreadMembers(actor Actor, threadID discord.Snowflake, withMember bool, after discord.Snowflake, limit int) ([]*ThreadMember, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.threadFor(actor, threadID)
	if err != nil {
		return nil, err
	}
	if w.users[actor.User].Bot && !w.app.GuildMembers {
		return nil, errMissingAccess
	}
	list := []*ThreadMember{}
	for _, id := range slices.SortedFunc(maps.Keys(t.threadMembers), discord.Snowflake.Compare) {
		switch {
		case withMember && (len(list) == limit || after != "" && id.Compare(after) <= 0):
		default:
			list = append(list, w.showThreadMember(t, t.threadMembers[id], withMember))
		}
	}
	return list, nil
}
