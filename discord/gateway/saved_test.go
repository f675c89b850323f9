package gateway

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"cordial/discord"
)

// savedIn is what a program of the test's bot with one shard keeps in a folder.
func savedIn(dir, name string) *sessionStore {
	turn := ledgerFile(filepath.Join(dir, "gateway-"+hash(testToken)+".json"))
	return &sessionStore{dir: dir, turn: turn, token: hash(testToken), name: name, base: "wss://gateway", total: 1, owned: map[int]func(){}}
}

// begun is a session that can be saved.
var begun = session{ID: "abc", URL: "wss://resume", User: "1", Application: "2", Intents: discord.IntentGuilds, Ready: json.RawMessage(`{"v":10}`)}

func TestSavedSessionIsForTheSameStartOnly(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	tests := []struct {
		name    string
		change  func(s *sessionStore)
		intents discord.Intents
		after   time.Duration
		want    bool
	}{
		{"the same", nil, discord.IntentGuilds, time.Minute, true},
		{"other intents", nil, discord.IntentGuilds | discord.IntentGuildMessages, time.Minute, false},
		{"fewer intents", nil, 0, time.Minute, true},
		{"another token", func(s *sessionStore) { s.token = hash("another") }, discord.IntentGuilds, time.Minute, false},
		{"another gateway", func(s *sessionStore) { s.base = "wss://elsewhere" }, discord.IntentGuilds, time.Minute, false},
		{"another script of the same name", func(s *sessionStore) { s.name = "/other/bot.lua" }, discord.IntentGuilds, time.Minute, false},
		{"other shards", func(s *sessionStore) { s.total = 2 }, discord.IntentGuilds, time.Minute, false},
		{"old", nil, discord.IntentGuilds, time.Hour, false},
		{"from the future", nil, discord.IntentGuilds, -time.Minute, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := savedIn(filepath.Join(t.TempDir(), "new"), "/bots/bot.lua")
			defer store.close(nothing)
			if err := store.save(0, begun, 42, now); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(store.file(0))
			info, _ := os.Stat(store.file(0))
			if err != nil || strings.Contains(string(data), testToken) || info.Mode().Perm() != 0o600 {
				t.Fatalf("%s %v %v", data, info.Mode(), err)
			}
			if test.change != nil {
				test.change(store)
			}
			saved, ok := store.load(0, test.intents, now.Add(test.after))
			if ok != test.want || ok && (!reflect.DeepEqual(saved.session, begun) || saved.Seq != 42) {
				t.Errorf("%v %+v", ok, saved)
			}
			if _, ok := store.load(0, test.intents, now.Add(test.after)); ok {
				t.Error("it can be used twice")
			}
		})
	}
}

func nothing() error { return nil }

func TestSavedSessionBroken(t *testing.T) {
	store := savedIn(t.TempDir(), "bot.lua")
	defer store.close(nothing)
	if twin, err := store.take(0); twin != nil || err != nil {
		t.Fatal(twin, err)
	}
	if err := os.WriteFile(store.file(0), []byte(`{"session_id":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := store.load(0, 0, time.Now()); ok {
		t.Error("a broken file gives a session")
	}
}
