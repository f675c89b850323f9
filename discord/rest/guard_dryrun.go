package rest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"cordial/discord/rest/catalogue"
)

// destructive are the operations that take something away which cannot be got back by asking: besides all that use DELETE, and writes
// that the catalogue does not know. The value is the answer that a held request gets; "" stands for the answer of the GET on the same
// path, which is the object unchanged, or else for none.
var destructive = map[string]string{
	// People lose their place, or what they may do.
	"ban_user_from_guild":                       "",
	"bulk_ban_users_from_guild":                 `{"banned_users":[],"failed_users":[]}`,
	"prune_guild":                               `{"pruned":null}`,
	"update_guild_member":                       "", // time-outs, roles, voice
	"action_guild_join_request":                 "",
	"bulk_update_lobby_members":                 "",
	"set_channel_permission_overwrite":          "",
	"set_guild_application_command_permissions": "",
	"update_guild_role":                         "",
	"bulk_update_guild_roles":                   "",
	"update_guild_incident_actions":             "",

	// Content and settings are lost.
	"bulk_delete_messages":                         "",
	"poll_expire":                                  "",
	"update_channel":                               "",
	"update_guild":                                 "",
	"update_auto_moderation_rule":                  "",
	"put_guilds_onboarding":                        "",
	"bulk_set_application_commands":                "", // deletes those that are not in the list
	"bulk_set_guild_application_commands":          "",
	"update_application_role_connections_metadata": "",

	// Things are used up.
	"consume_entitlement":                         "",
	"partner_sdk_unmerge_provisional_account":     "",
	"bot_partner_sdk_unmerge_provisional_account": "",
}

func (r *guarded) destructive() bool {
	if reads(r.Method) {
		return false
	}
	if r.op == nil || r.Method == http.MethodDelete {
		return true
	}
	_, listed := destructive[r.op.ID]
	return listed
}

// hold answers a destructive request without sending it, and tells of it.
func (c *Client) hold(ctx context.Context, r *guarded) (*Response, error) {
	answer, err := c.unchanged(ctx, r)
	if err != nil {
		return nil, err
	}
	c.guard.Held(c.would(ctx, r))
	return answer, nil
}

// unchanged is the answer of a request that is held.
func (c *Client) unchanged(ctx context.Context, r *guarded) (*Response, error) {
	none := &Response{Status: http.StatusNoContent, Header: http.Header{}}
	if r.op == nil {
		return none, nil
	}
	if made := destructive[r.op.ID]; made != "" {
		return &Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(made)}, nil
	}
	path, _, _ := strings.Cut(r.Path, "?")
	read := catalogue.Find(http.MethodGet, path)
	if read == nil || !slices.ContainsFunc(r.op.Responses, func(a catalogue.Response) bool { return a.Type != nil }) {
		return none, nil
	}
	x, err := c.prepare(&Request{Operation: read, Method: read.Method, Path: path, UseUser: r.UseUser})
	if err != nil {
		return nil, err
	}
	return c.perform(ctx, x)
}

// maxShownBody is how much of a held request's body is told, in characters.
const maxShownBody = 200

// would is the line that tells of a held request, such as
//
//	would delete_message in #general: DELETE /channels/1327046393453613079/messages/1327046393453613090
func (c *Client) would(ctx context.Context, r *guarded) string {
	line := "would " + r.name()
	if r.op == nil {
		line = "would do what is none of the known operations"
	}
	if id := r.params["channel_id"]; isDigits(id) {
		if found, err := c.homeOf(ctx, r.UseUser, owner{kind: ownerChannel, id: id}); err == nil && found.name != "" {
			line += " in #" + found.name
		}
	}
	line += ": " + r.Method + " " + shownPath(r.Path)
	if r.body != nil && r.body.stream == nil {
		if text := []rune(string(r.body.data)); len(text) > maxShownBody {
			line += " " + string(text[:maxShownBody]) + "…"
		} else {
			line += " " + string(text)
		}
	}
	return strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return '?'
		}
		return c
	}, line)
}
