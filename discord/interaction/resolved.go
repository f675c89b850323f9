package interaction

import "cordial/discord"

// lookup finds an object by its id among those that come with an interaction, nil when it is not there.
type lookup func(resolved *discord.Object, id string) *discord.Object

// resolve is the object with an id, found by the first lookup that has it, or the id itself.
func resolve(interaction *discord.Object, id string, lookups ...lookup) any {
	data := interaction.Object("data")
	if resolved := data.Object("resolved"); resolved != nil {
		for _, find := range lookups {
			if o := find(resolved, id); o != nil {
				return o
			}
		}
	}
	return id
}

func channel(resolved *discord.Object, id string) *discord.Object {
	return entry(resolved, "channels", discord.KindChannel, id)
}

func role(resolved *discord.Object, id string) *discord.Object {
	return entry(resolved, "roles", discord.KindRole, id)
}

func message(resolved *discord.Object, id string) *discord.Object {
	return entry(resolved, "messages", discord.KindMessage, id)
}

func attachment(resolved *discord.Object, id string) *discord.Object {
	return entry(resolved, "attachments", discord.KindAttachment, id)
}

// person is a member where there is one, completed with the user that Discord lists apart, and else the user.
func person(resolved *discord.Object, id string) *discord.Object {
	user := entry(resolved, "users", discord.KindUser, id)
	member := entry(resolved, "members", discord.KindMember, id)
	if member == nil || user == nil {
		return user
	}
	member.Set("user", user)
	return member
}

// entry is one object of a table by ids, as an object of the kind that the table holds.
func entry(resolved *discord.Object, table string, kind discord.Kind, id string) *discord.Object {
	objects := resolved.Object(table)
	if objects == nil {
		return nil
	}
	return objects.Object(id).As(kind)
}
