package sandbox

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// A world file is JSON. Written by hand it needs little more than names: people, roles and channels are referred to by name or by id,
// what has no id is given one in order, and whatever is not said has the default that Discord gives it. Dump writes everything that
// a World holds, so that a file it wrote loads to the same world. Files are inside of it, as text or as base64.

// worldFile is the form of a world file.
type worldFile struct {
	Application *fileApplication  `json:"application,omitempty"`
	Settings    *Settings         `json:"settings,omitempty"`
	Users       []fileUser        `json:"users"`
	Guilds      []fileGuild       `json:"guilds,omitempty"`
	DMs         []fileDM          `json:"dms,omitempty"`
	AppEmojis   []fileEmoji       `json:"application_emojis,omitempty"`
	Commands    []fileCommand     `json:"commands,omitempty"`
	Images      map[string]string `json:"images,omitempty"` // uploaded pictures as base64, by their path at the CDN
}

// fileApplication is the bot's application. Its id is the bot's.
type fileApplication struct {
	Name           string `json:"name,omitempty"` // the bot's when not said
	Description    string `json:"description,omitempty"`
	Icon           string `json:"icon,omitempty"`
	Bot            ref    `json:"bot,omitempty"`   // the first bot when not said
	Owner          ref    `json:"owner,omitempty"` // the first person when not said
	Flags          int    `json:"flags,omitempty"`
	MessageContent *bool  `json:"message_content,omitempty"` // true when not said, as the other intents but presence
	GuildMembers   *bool  `json:"guild_members,omitempty"`
	Presence       bool   `json:"presence,omitempty"`
}

// fileUser is a user. Its token follows from its id.
type fileUser struct {
	ID            discord.Snowflake `json:"id,omitempty"`
	Name          string            `json:"name"`
	GlobalName    Nullable          `json:"global_name,omitempty"`
	Locale        string            `json:"locale,omitempty"`
	Bot           bool              `json:"bot,omitempty"`
	Discriminator string            `json:"discriminator,omitempty"`
	Avatar        Nullable          `json:"avatar,omitempty"`
	Banner        Nullable          `json:"banner,omitempty"`
	AccentColor   *int              `json:"accent_color,omitempty"`
	PublicFlags   int               `json:"public_flags,omitempty"`
	Flags         int               `json:"flags,omitempty"`
}

// fileDM is the DM between two users.
type fileDM struct {
	ID       discord.Snowflake `json:"id,omitempty"`
	Between  []ref             `json:"between"`
	Messages []fileMessage     `json:"messages,omitempty"`
}

// ref names something by its name or id.
type ref string

// fileEpoch is when worlds begin that do not say so: what has no id is made one minute after the other from then on.
var fileEpoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// loader builds a world from a file.
type loader struct {
	w     *World
	named map[string]*User // by name; of several, the one with the smallest id
	taken map[discord.Snowflake]bool
	mints int
}

// LoadWorld reads a world file. Errors say where in the file something is wrong.
func LoadWorld(r io.Reader, clock clockwork.Clock) (*World, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var f worldFile
	if err := strictJSON(text, &f); err != nil {
		return nil, fmt.Errorf("world file: %w", err)
	}
	l := &loader{w: newWorld(clock), named: map[string]*User{}, taken: map[discord.Snowflake]bool{}}
	err = collectIDs(reflect.ValueOf(f), "", l.taken)
	if err == nil {
		err = l.world(&f)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("world file: %w", err), l.w.Close())
	}
	l.w.setAlarms()
	return l.w, nil
}

// id gives an id that was said, or else the next that nobody has.
func (l *loader) id(said discord.Snowflake) discord.Snowflake {
	for said == "" {
		l.mints++
		next := discord.SnowflakeAt(fileEpoch.Add(time.Duration(l.mints) * time.Minute))
		if !l.taken[next] {
			said = next
		}
	}
	return said
}

// errTwice is about an id that two things of a kind have.
var errTwice = errors.New("another one has this id")

// collectIDs gathers the ids that a file says, so that none of them is given to something else, and refuses what is no id.
func collectIDs(v reflect.Value, path string, ids map[discord.Snowflake]bool) error {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return collectIDs(v.Elem(), path, ids)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f, inner := v.Type().Field(i), path
			if !f.IsExported() && !f.Anonymous {
				continue
			}
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
				inner = strings.TrimPrefix(path+"."+name, ".")
			}
			if err := collectIDs(v.Field(i), inner, ids); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := collectIDs(v.Index(i), at(path, i), ids); err != nil {
				return err
			}
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[discord.Snowflake]() && v.String() != "" {
			id, err := discord.ParseSnowflake(v.String())
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			ids[id] = true
		}
	}
	return nil
}

func (l *loader) world(f *worldFile) error {
	if f.Settings != nil {
		l.w.settings = *f.Settings
		l.w.settings.AttachmentLimit = cmp.Or(f.Settings.AttachmentLimit, defaultAttachmentLimit)
	}
	for i, u := range f.Users {
		switch {
		case u.Name == "":
			return fmt.Errorf("users[%d]: a user needs a name", i)
		case l.w.users[u.ID] != nil:
			return fmt.Errorf("users[%d]: %w", i, errTwice)
		}
		if err := checkLocale(u.Locale); err != nil {
			return fmt.Errorf("users[%d]: %w", i, err)
		}
		l.addUser(&User{ID: l.id(u.ID), Username: u.Name, GlobalName: u.GlobalName, Locale: u.Locale, Bot: u.Bot, Discriminator: u.Discriminator,
			Avatar: u.Avatar, Banner: u.Banner, AccentColor: u.AccentColor, PublicFlags: u.PublicFlags, Flags: u.Flags})
	}
	if err := l.application(f.Application); err != nil {
		return fmt.Errorf("application: %w", err)
	}
	for i := range f.Guilds {
		if err := l.guild(&f.Guilds[i]); err != nil {
			return fmt.Errorf("guilds[%d]%w", i, err)
		}
	}
	for i, dm := range f.DMs {
		if err := l.dm(dm); err != nil {
			return fmt.Errorf("dms[%d]%w", i, err)
		}
	}
	for i, e := range f.AppEmojis {
		emoji, err := l.emoji(e)
		if err != nil {
			return fmt.Errorf("application_emojis[%d]: %w", i, err)
		}
		l.w.appEmojis[emoji.ID] = emoji
	}
	for i, c := range f.Commands {
		if err := l.command(c); err != nil {
			return fmt.Errorf("commands[%d]: %w", i, err)
		}
	}
	return l.images(f.Images)
}

func (l *loader) images(images map[string]string) error {
	for _, path := range slices.Sorted(maps.Keys(images)) {
		data, err := base64.StdEncoding.DecodeString(images[path])
		if err != nil {
			return fmt.Errorf("images[%q] is not base64: %w", path, err)
		}
		if err := l.w.storePicture(path, data); err != nil {
			return fmt.Errorf("images[%q]: %w", path, err)
		}
	}
	return nil
}

// application sets up the bot's application, and a bot named "bot" if the file has none.
func (l *loader) application(f *fileApplication) error {
	if f == nil {
		f = &fileApplication{}
	}
	bot, err := l.userOr(f.Bot, func(u *User) bool { return u.Bot })
	if err != nil {
		return err
	}
	if bot == nil {
		bot = l.addUser(&User{ID: l.id(""), Username: "bot", Bot: true})
	}
	owner, err := l.userOr(f.Owner, func(u *User) bool { return !u.Bot })
	if err != nil {
		return err
	}
	if owner == nil {
		owner = l.addUser(&User{ID: l.id(""), Username: "owner"})
	}
	on := func(said *bool) bool { return said == nil || *said }
	l.w.app = &Application{ID: bot.ID, Name: f.Name, Description: f.Description, Icon: f.Icon, Owner: owner.ID, Flags: f.Flags,
		MessageContent: on(f.MessageContent), GuildMembers: on(f.GuildMembers), Presence: f.Presence}
	if f.Name == "" {
		l.w.app.Name = bot.Username
	}
	return nil
}

func (l *loader) addUser(u *User) *User {
	if have := l.named[u.Username]; have == nil || u.ID.Compare(have.ID) < 0 {
		l.named[u.Username] = u
	}
	return l.w.addUser(u)
}

// user finds a user by id or else by name.
func (l *loader) user(r ref) (*User, error) {
	if u := cmp.Or(l.w.users[discord.Snowflake(r)], l.named[string(r)]); u != nil {
		return u, nil
	}
	return nil, fmt.Errorf("there is no user %q", r)
}

// findNamed finds a value by its id, or else the one with the smallest id of those that have the name.
func findNamed[V any](values map[discord.Snowflake]V, r ref, name func(V) string) (found V, ok bool) {
	if v, ok := values[discord.Snowflake(r)]; ok {
		return v, true
	}
	var first discord.Snowflake
	for id, v := range values {
		if name(v) == string(r) && (!ok || id.Compare(first) < 0) {
			found, first, ok = v, id, true
		}
	}
	return found, ok
}

// userOr finds a user, or the first that matches if none is said; there may be none.
func (l *loader) userOr(r ref, match func(*User) bool) (*User, error) {
	if r != "" {
		return l.user(r)
	}
	for _, u := range sortedByID(l.w.users) {
		if match(u) {
			return u, nil
		}
	}
	return nil, nil
}

func (l *loader) dm(f fileDM) error {
	if len(f.Between) != 2 {
		return fmt.Errorf(".between: a DM is between two users")
	}
	var people []*User
	for _, r := range f.Between {
		u, err := l.user(r)
		if err != nil {
			return fmt.Errorf(".between: %w", err)
		}
		people = append(people, u)
	}
	c := l.w.addChannel(nil, &Channel{ID: l.id(f.ID), Type: DMChannel, Recipients: people})
	return l.messages(c, f.Messages)
}

// Dump writes the world as a world file.
func (w *World) Dump(to io.Writer) error {
	var text bytes.Buffer
	if err := w.encode(&text); err != nil {
		return err
	}
	_, err := text.WriteTo(to) // without the lock: the writer may be slow
	return err
}

func (w *World) encode(text *bytes.Buffer) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, err := w.file()
	if err != nil {
		return err
	}
	enc := json.NewEncoder(text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(f)
}

func (w *World) file() (*worldFile, error) {
	f := &worldFile{Settings: &w.settings, Images: map[string]string{}}
	f.Application = &fileApplication{Name: w.app.Name, Description: w.app.Description, Icon: w.app.Icon, Bot: ref(w.app.ID), Owner: ref(w.app.Owner),
		Flags: w.app.Flags, MessageContent: &w.app.MessageContent, GuildMembers: &w.app.GuildMembers, Presence: w.app.Presence}
	for _, u := range sortedByID(w.users) {
		f.Users = append(f.Users, fileUser{ID: u.ID, Name: u.Username, GlobalName: u.GlobalName, Locale: u.Locale, Bot: u.Bot, Discriminator: u.Discriminator,
			Avatar: u.Avatar, Banner: u.Banner, AccentColor: u.AccentColor, PublicFlags: u.PublicFlags, Flags: u.Flags})
	}
	for _, g := range sortedByID(w.guilds) {
		dumped, err := w.dumpGuild(g)
		if err != nil {
			return nil, err
		}
		f.Guilds = append(f.Guilds, *dumped)
	}
	for _, c := range sortedByID(w.channels) {
		if c.Type == DMChannel {
			messages, err := dumpMessages(c)
			if err != nil {
				return nil, err
			}
			f.DMs = append(f.DMs, fileDM{ID: c.ID, Between: []ref{ref(c.Recipients[0].ID), ref(c.Recipients[1].ID)}, Messages: messages})
		}
	}
	for _, e := range sortedByID(w.appEmojis) {
		f.AppEmojis = append(f.AppEmojis, dumpEmoji(e))
	}
	for _, c := range sortedByID(w.commands) {
		f.Commands = append(f.Commands, dumpCommand(c))
	}
	for path, b := range w.images {
		data, err := b.head(int(b.size))
		if err != nil {
			return nil, err
		}
		f.Images[path] = base64.StdEncoding.EncodeToString(data)
	}
	return f, nil
}

// at names a place in a list, for errors.
func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
