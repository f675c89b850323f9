package discord

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Permissions is a set of permission bits. In JSON it is a decimal string, because it has more bits than a double is exact for.
type Permissions uint64

// AllPermissions has every bit that Discord documents.
const AllPermissions Permissions = 1<<53 - 1

// PermissionsTimedOut is what a member keeps while timed out.
const PermissionsTimedOut = PermissionViewChannel | PermissionReadMessageHistory

// Has reports whether all bits of want are set.
func (p Permissions) Has(want Permissions) bool { return p&want == want }

// Names lists the permissions that are set, by Discord's names.
func (p Permissions) Names() []string { return bitNames(uint64(p), permissionNames) }

// String lists the names of the permissions, joined with "|".
func (p Permissions) String() string { return strings.Join(p.Names(), "|") }

// MarshalJSON writes the decimal string that Discord uses.
func (p Permissions) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatUint(uint64(p), 10)), nil
}

// UnmarshalJSON reads a decimal string or a number.
func (p *Permissions) UnmarshalJSON(data []byte) error {
	n, err := ParsePermissions(strings.Trim(string(data), `"`))
	if err != nil {
		return err
	}
	*p = n
	return nil
}

// ParsePermissions reads a decimal number of permission bits.
func ParsePermissions(s string) (Permissions, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("permissions must be a decimal number, got %q", s)
	}
	return Permissions(n), nil
}

// PermissionNamed finds a permission by Discord's name, such as "MANAGE_MESSAGES".
func PermissionNamed(name string) (Permissions, bool) {
	b, ok := parseBit(name, permissionNames)
	return Permissions(b), ok
}

// PermissionNames lists the names of all permissions in the order of their bits.
func PermissionNames() []string { return AllPermissions.Names() }

// Intents is a set of gateway intents.
type Intents uint64

// Names lists the intents that are set, by Discord's names.
func (i Intents) Names() []string { return bitNames(uint64(i), intentNames) }

// IntentNamed finds an intent by Discord's name, such as "GUILD_MESSAGES".
func IntentNamed(name string) (Intents, bool) {
	b, ok := parseBit(name, intentNames)
	return Intents(b), ok
}

// IntentNames lists the names of all intents in the order of their bits.
func IntentNames() []string { return Intents(^uint64(0)).Names() }

// Overwrite changes the permissions of a role or a member in one channel.
type Overwrite struct {
	ID    Snowflake     `json:"id"`
	Type  OverwriteType `json:"type"`
	Allow Permissions   `json:"allow"`
	Deny  Permissions   `json:"deny"`
}

// OverwriteType says whom an Overwrite is for.
type OverwriteType int

// The types of overwrites.
const (
	OverwriteRole   OverwriteType = 0
	OverwriteMember OverwriteType = 1
)

// Standing is what a member's permissions in a guild follow from.
type Standing struct {
	GuildID  Snowflake // also the id of @everyone
	UserID   Snowflake
	Owner    bool
	Roles    map[Snowflake]Permissions // the member's roles and @everyone
	TimedOut bool
}

// InGuild computes the permissions that a member has in the guild as a whole.
func (s Standing) InGuild() Permissions {
	if s.Owner {
		return AllPermissions
	}
	var base Permissions
	for _, p := range s.Roles {
		base |= p
	}
	switch {
	case base.Has(PermissionAdministrator):
		return AllPermissions
	case s.TimedOut:
		return base & PermissionsTimedOut
	}
	return base
}

// InChannel computes the permissions that a member has in a channel with these overwrites, with the permissions that follow from
// missing ones taken away. For a thread, pass its parent's overwrites. The order is Discord's (topics/permissions): @everyone's
// overwrite, then the roles' denials, then the roles' grants, then the member's own.
func (s Standing) InChannel(overwrites []Overwrite) Permissions {
	base := s.InGuild()
	if s.Owner || base.Has(PermissionAdministrator) {
		return AllPermissions
	}
	var everyone, roles, member Overwrite
	for _, o := range overwrites {
		switch {
		case o.Type == OverwriteMember && o.ID == s.UserID:
			member = o
		case o.Type == OverwriteRole && o.ID == s.GuildID:
			everyone = o
		case o.Type == OverwriteRole:
			if _, has := s.Roles[o.ID]; has {
				roles.Allow |= o.Allow
				roles.Deny |= o.Deny
			}
		}
	}
	for _, o := range []Overwrite{everyone, roles, member} {
		base = base&^o.Deny | o.Allow
	}
	if s.TimedOut {
		base &= PermissionsTimedOut
	}
	return impliedDenials(base)
}

// impliedDenials takes away what is worthless without another permission: everything without VIEW_CHANNEL, what goes with a
// message without SEND_MESSAGES, and everything of voice without CONNECT.
func impliedDenials(p Permissions) Permissions {
	if !p.Has(PermissionViewChannel) {
		return 0
	}
	if !p.Has(PermissionSendMessages) {
		p &^= PermissionMentionEveryone | PermissionSendTTSMessages | PermissionAttachFiles | PermissionEmbedLinks
	}
	if !p.Has(PermissionConnect) {
		p &^= PermissionSpeak | PermissionStream | PermissionMuteMembers | PermissionDeafenMembers | PermissionMoveMembers |
			PermissionUseVAD | PermissionPrioritySpeaker | PermissionUseSoundboard | PermissionUseExternalSounds |
			PermissionSetVoiceChannelStatus | PermissionUseEmbeddedActivities
	}
	return p
}

var (
	_ json.Marshaler   = Permissions(0)
	_ json.Unmarshaler = (*Permissions)(nil)
)
