package discord

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	guild = Snowflake("10")
	user  = Snowflake("20")
	mods  = Snowflake("30")
)

func TestPermissionsInChannels(t *testing.T) {
	view, send, attach, history := PermissionViewChannel, PermissionSendMessages, PermissionAttachFiles, PermissionReadMessageHistory
	role := func(id Snowflake, allow, deny Permissions) Overwrite {
		return Overwrite{id, OverwriteRole, allow, deny}
	}
	for _, test := range []struct {
		name       string
		standing   Standing
		overwrites []Overwrite
		want       Permissions
	}{
		{"the owner may everything", Standing{Owner: true}, []Overwrite{role(guild, 0, AllPermissions)}, AllPermissions},
		{"an administrator may everything", Standing{Roles: map[Snowflake]Permissions{mods: PermissionAdministrator}}, []Overwrite{role(guild, 0, view)}, AllPermissions},
		{"roles add up", Standing{Roles: map[Snowflake]Permissions{guild: view, mods: send}}, nil, view | send},
		{"everyone's denial", Standing{Roles: map[Snowflake]Permissions{guild: view | send}}, []Overwrite{role(guild, 0, send)}, view},
		{"a role's grant beats everyone's denial", Standing{Roles: map[Snowflake]Permissions{guild: view | send, mods: 0}}, []Overwrite{role(mods, send, 0), role(guild, 0, send)}, view | send},
		{"one role's grant beats another's denial", Standing{Roles: map[Snowflake]Permissions{guild: view, mods: 0, "31": 0}}, []Overwrite{role(mods, send, 0), role("31", 0, send)}, view | send},
		{"a role that the member does not have", Standing{Roles: map[Snowflake]Permissions{guild: view}}, []Overwrite{role(mods, send, view)}, view},
		{"the member's own denial is last", Standing{Roles: map[Snowflake]Permissions{guild: view, mods: 0}}, []Overwrite{role(mods, send, 0), {user, OverwriteMember, 0, send}}, view},
		{"nothing without VIEW_CHANNEL", Standing{Roles: map[Snowflake]Permissions{guild: view | send}}, []Overwrite{role(guild, 0, view)}, 0},
		{"no files without SEND_MESSAGES", Standing{Roles: map[Snowflake]Permissions{guild: view | send | attach}}, []Overwrite{role(guild, 0, send)}, view},
		{"no speech without CONNECT", Standing{Roles: map[Snowflake]Permissions{guild: view | PermissionSpeak}}, nil, view},
		{"timed out", Standing{TimedOut: true, Roles: map[Snowflake]Permissions{guild: view | send | history}}, []Overwrite{role(guild, send, 0)}, view | history},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.standing.GuildID, test.standing.UserID = guild, user
			if got := test.standing.InChannel(test.overwrites); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestPermissionsAreDecimalStrings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Permissions(rapid.Uint64().Draw(t, "bits"))
		data, err := json.Marshal(p)
		if err != nil || data[0] != '"' {
			t.Fatalf("%s, %v", data, err)
		}
		var back Permissions
		if err := json.Unmarshal(data, &back); err != nil || back != p {
			t.Fatalf("%s came back as %d, %v", data, back, err)
		}
	})
	var p Permissions
	if err := json.Unmarshal([]byte(`"BAN"`), &p); err == nil {
		t.Error("a name was taken for a number")
	}
}

func TestNamesOfBits(t *testing.T) {
	if diff := cmp.Diff([]string{"BAN_MEMBERS", "BYPASS_SLOWMODE"}, (PermissionBanMembers | PermissionBypassSlowmode).Names()); diff != "" {
		t.Error(diff)
	}
	for _, name := range PermissionNames() {
		if p, ok := PermissionNamed(name); !ok || p.Names()[0] != name {
			t.Errorf("%s is %s", name, p)
		}
	}
	for _, name := range IntentNames() {
		if i, ok := IntentNamed(name); !ok || i.Names()[0] != name {
			t.Errorf("%s is %v", name, i.Names())
		}
	}
	if _, ok := PermissionNamed("FLY"); ok {
		t.Error("there is a permission FLY")
	}
}

func TestEnums(t *testing.T) {
	for name, member := range map[string]EnumMember{
		"channel_types": {"GUILD_FORUM", 15}, "message_flags": {"IS_COMPONENTS_V2", 32768}, "guild_features": {"COMMUNITY", "COMMUNITY"},
	} {
		e, ok := EnumNamed(name)
		if !ok || e.NameOf(member.Value) != member.Name {
			t.Errorf("%s has no %s: %v", name, member.Name, e.Members)
		}
	}
	if got := ErrorMessage(50013); got != "Missing Permissions" {
		t.Errorf("50013 is %q", got)
	}
	if got := ErrorMessage(1); got != "" {
		t.Errorf("1 is %q", got)
	}
}
