package sandbox

import (
	"net/http"
	"slices"
	"strconv"

	"cordial/discord"
)

// overwriteOf finds the overwrite for a role or member, or gives -1.
func (c *Channel) overwriteOf(id discord.Snowflake) int {
	return slices.IndexFunc(c.Overwrites, func(o discord.Overwrite) bool { return o.ID == id })
}

// mayOverwrite checks that an actor with these permissions may set overwrites: of roles and people that there are, only bits that it
// has itself, and MANAGE_ROLES only as an administrator.
func (w *World) mayOverwrite(g *guild, may discord.Permissions, overwrites []OverwriteParams) error {
	for _, p := range overwrites {
		o := p.overwrite()
		bits := o.Allow | o.Deny
		switch {
		case o.Type == discord.OverwriteRole && g.roles[o.ID] == nil, o.Type == discord.OverwriteMember && w.users[o.ID] == nil:
			return errUnknownOverwrite
		case may.Has(discord.PermissionAdministrator):
		case !may.Has(bits) || bits.Has(discord.PermissionManageRoles):
			return errMissingPermissions
		}
	}
	return nil
}

// changedOverwrites lists the overwrites that differ from the ones there are. A bit that stays as it is needs no permission.
func changedOverwrites(old []discord.Overwrite, now []OverwriteParams) []OverwriteParams {
	var changed []OverwriteParams
	for _, p := range now {
		if !slices.Contains(old, p.overwrite()) {
			changed = append(changed, p)
		}
	}
	return changed
}

// SetOverwrite gives a role or a member permissions of its own in a channel.
func (w *World) SetOverwrite(actor Actor, channelID discord.Snowflake, p OverwriteParams) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, g, err := w.channelForOverwrites(actor, channelID)
	if err != nil {
		return err
	}
	o := p.overwrite()
	if err := w.mayOverwrite(g, w.channelPermissions(c, actor.User), changedOverwrites(c.Overwrites, []OverwriteParams{p})); err != nil {
		return err
	}
	next := *c.Channel
	next.Overwrites = slices.Clone(c.Overwrites)
	if i := c.overwriteOf(o.ID); i >= 0 {
		w.audit(g, actor, auditOverwriteUpdate, c.ID, diff(c.Overwrites[i], o), g.overwriteOptions(o))
		next.Overwrites[i] = o
	} else {
		if len(c.Overwrites) >= maxOverwrites {
			return Refuse(http.StatusBadRequest, 30060)
		}
		w.audit(g, actor, auditOverwriteCreate, c.ID, diff(nil, o), g.overwriteOptions(o))
		next.Overwrites = append(next.Overwrites, o)
	}
	w.setChannel(c, &next)
	return nil
}

// DeleteOverwrite takes the permissions of its own from a role or a member.
func (w *World) DeleteOverwrite(actor Actor, channelID, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, g, err := w.channelForOverwrites(actor, channelID)
	if err != nil {
		return err
	}
	i := c.overwriteOf(id)
	if i < 0 {
		return errUnknownOverwrite
	}
	w.audit(g, actor, auditOverwriteDelete, c.ID, diff(c.Overwrites[i], nil), g.overwriteOptions(c.Overwrites[i]))
	next := *c.Channel
	next.Overwrites = slices.Delete(slices.Clone(c.Overwrites), i, i+1)
	w.setChannel(c, &next)
	return nil
}

// channelForOverwrites finds a channel of a guild whose overwrites the actor may change. A thread has none.
func (w *World) channelForOverwrites(actor Actor, id discord.Snowflake) (*channel, *guild, error) {
	c, err := w.channelWith(actor, id, discord.PermissionManageRoles)
	switch {
	case err != nil:
		return nil, nil, err
	case c.GuildID == "" || c.Type.IsThread():
		return nil, nil, errWrongChannelType
	}
	return c, w.guilds[c.GuildID], nil
}

// overwriteOptions is what the audit log says of an overwrite beside its changes.
func (g *guild) overwriteOptions(o discord.Overwrite) map[string]string {
	options := map[string]string{"id": string(o.ID), "type": strconv.Itoa(int(o.Type))}
	if r := g.roles[o.ID]; r != nil {
		options["role_name"] = r.Name
	}
	return options
}
