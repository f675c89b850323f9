package sandbox

import (
	"cmp"
	"slices"
	"strings"

	"cordial/discord"
)

// Self is the actor's own user, as only the actor sees it.
type Self struct {
	*User
	MFAEnabled  bool    `json:"mfa_enabled"`
	Locale      string  `json:"locale"`
	PremiumType int     `json:"premium_type"`
	Verified    bool    `json:"verified"`
	Email       *string `json:"email"`
}

// Me shows the actor's own user.
func (w *World) Me(actor Actor) (*Self, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.self(actor), nil
}

func (w *World) self(actor Actor) *Self {
	u := w.users[actor.User]
	return &Self{User: u, MFAEnabled: true, Locale: u.locale(), Verified: true}
}

// User shows a user.
func (w *World) User(id discord.Snowflake) (*User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u := w.users[id]; u != nil {
		return u, nil
	}
	return nil, errUnknownUser
}

// UserNamed finds a user by username, or else by global name.
func (w *World) UserNamed(name string) (*User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	users := sortedByID(w.users)
	for _, matches := range []func(*User) bool{
		func(u *User) bool { return u.Username == name },
		func(u *User) bool { return string(u.GlobalName) == name },
	} {
		if i := slices.IndexFunc(users, matches); i >= 0 {
			return users[i], true
		}
	}
	return nil, false
}

// UserParams change the actor's own user; what is not set stays.
type UserParams struct {
	Username Field[string] `json:"username"`
	Avatar   Field[string] `json:"avatar"` // a data URI
	Banner   Field[string] `json:"banner"` // a data URI
}

// forbiddenNames may not be a username or part of one.
var forbiddenNames = []string{"discord", "```"}

// ModifySelf changes the actor's own user.
func (w *World) ModifySelf(actor Actor, p UserParams) (*Self, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := *w.users[actor.User]
	if p.Username.Set {
		name := strings.Join(strings.Fields(p.Username.Value), " ")
		for _, bad := range forbiddenNames {
			if strings.Contains(strings.ToLower(name), bad) {
				return nil, formError("USERNAME_INVALID_CONTAINS", "Username cannot contain \""+bad+"\"", "username")
			}
		}
		next.Username = name
	}
	if err := cmp.Or(setImage(&next.Avatar, p.Avatar, "avatar"), setImage(&next.Banner, p.Banner, "banner")); err != nil {
		return nil, err
	}
	w.users[next.ID] = &next
	self := w.self(actor)
	w.tell(Event{Type: "USER_UPDATE", Only: next.ID, Data: self})
	for _, g := range sortedByID(w.guilds) {
		if m := g.members[next.ID]; m != nil {
			w.setMember(g, m) // with the user as it is now
		}
	}
	return self, nil
}
