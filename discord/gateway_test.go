package discord

import "testing"

func TestEvents(t *testing.T) {
	if n := len(Events()); n != 79 {
		t.Errorf("%d events, want the 79 that Discord documents", n)
	}
	tests := []struct {
		name    string
		kind    Kind
		intents Intents
		gate    Permissions
	}{
		{"MESSAGE_CREATE", KindMessage, IntentGuildMessages | IntentDirectMessages, 0},
		{"MESSAGE_DELETE", KindMessage, IntentGuildMessages | IntentDirectMessages, 0},
		{"GUILD_CREATE", KindGuild, IntentGuilds, 0},
		{"GUILD_DELETE", KindGuild, IntentGuilds, 0},
		{"GUILD_MEMBER_REMOVE", KindMember, IntentGuildMembers, 0},
		{"GUILD_BAN_ADD", KindBan, IntentGuildModeration, PermissionBanMembers | PermissionViewAuditLog},
		{"INVITE_CREATE", KindInvite, IntentGuildInvites, PermissionManageChannels},
		{"THREAD_DELETE", KindThread, IntentGuilds, 0},
		{"READY", "Ready", 0, 0},
	}
	for _, test := range tests {
		e, ok := EventNamed(test.name)
		if !ok || e.Kind != test.kind || e.Intents != test.intents || e.Gate != test.gate {
			t.Errorf("%s: %+v, %v", test.name, e, ok)
		}
	}
	if _, ok := EventNamed("MESSAGE_CRATE"); ok {
		t.Error("an event that does not exist was found")
	}
}

func TestEventData(t *testing.T) {
	v := EventData("GUILD_ROLE_CREATE", []byte(`{"guild_id": "1", "role": {"id": "2", "name": "a"}}`))
	if role := v.(*Object).Object("role"); role.Kind() != KindRole {
		t.Errorf("the role is a %s", role.Kind())
	}
	if v := EventData("SOMETHING_NEW", []byte(`{"id": "1"}`)); v.(*Object).Kind() != KindObject {
		t.Errorf("an unknown event: %v", v)
	}
	for _, data := range []string{"", "{", `{"a"`, `{"a":`, "[", "]", `"`, "nul"} {
		if o, ok := EventData("MESSAGE_CREATE", []byte(data)).(*Object); ok {
			o.Get("a") // whatever it is, it does not panic
		}
	}
}

func TestCloseCodes(t *testing.T) {
	tests := []struct {
		code   CloseCode
		action CloseAction
	}{
		{CloseUnknownError, AfterResume}, {CloseNotAuthenticated, AfterIdentify}, {CloseInvalidSeq, AfterIdentify},
		{CloseSessionTimedOut, AfterIdentify}, {CloseRateLimited, AfterResume}, {CloseAuthenticationFailed, AfterStop},
		{CloseDisallowedIntents, AfterStop}, {1006, AfterResume}, {4999, AfterResume},
	}
	for _, test := range tests {
		if got := test.code.Action(); got != test.action {
			t.Errorf("after %d: %d, want %d", test.code, got, test.action)
		}
	}
	if name := CloseDisallowedIntents.Name(); name != "Disallowed intent(s)" {
		t.Errorf("4014 is called %q", name)
	}
}

func TestIntents(t *testing.T) {
	if AllIntents != 53608447 || PrivilegedIntents != 33026 { // GATEWAY: all assigned bits, and the three privileged ones
		t.Errorf("all intents are %d, the privileged ones %d", AllIntents, PrivilegedIntents)
	}
}
