package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jonboulle/clockwork"
)

// BenchmarkStart is what every run on the sandbox pays: start, one request, stop.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		srv, err := Start(Options{})
		if err != nil {
			b.Fatal(err)
		}
		fetch(b, http.DefaultClient, srv, "/guilds/"+string(seedGuild))
		http.DefaultClient.CloseIdleConnections()
		if err := srv.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRequest is one page of messages.
func BenchmarkRequest(b *testing.B) {
	unlimited := Limit{1 << 30, 1}
	srv, err := Start(Options{Limits: &Limits{Announce: true, Global: unlimited, Default: unlimited}})
	if err != nil {
		b.Fatal(err)
	}
	defer srv.Close()
	defer http.DefaultClient.CloseIdleConnections()
	for b.Loop() {
		fetch(b, http.DefaultClient, srv, "/channels/"+string(seedGeneral)+"/messages?limit=100")
	}
}

func BenchmarkDefaultWorld(b *testing.B) {
	for b.Loop() {
		DefaultWorld(clockwork.NewRealClock())
	}
}

func fetch(b *testing.B, client *http.Client, srv *Server, path string) {
	req, err := http.NewRequestWithContext(b.Context(), "GET", srv.APIURL()+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+srv.BotToken())
	req.Header.Set("User-Agent", "DiscordBot (https://example.com, 1.0)")
	res, err := client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Fatal(res.StatusCode, err, string(body))
	}
}

// BenchmarkLoadWorld reads a guild of 10 000 members, each named with a role and the author of a message.
func BenchmarkLoadWorld(b *testing.B) {
	file := bigWorld(10_000)
	for b.Loop() {
		w, err := LoadWorld(strings.NewReader(file), clockwork.NewRealClock())
		if err != nil {
			b.Fatal(err)
		}
		w.Close()
	}
}

// bigWorld is a world file with n people in one guild.
func bigWorld(n int) string {
	var users, members, messages []string
	for i := range n {
		users = append(users, fmt.Sprintf(`{"name": "user %d"}`, i))
		members = append(members, fmt.Sprintf(`{"user": "user %d", "roles": ["role %d"]}`, i, i%50))
		messages = append(messages, fmt.Sprintf(`{"author": "user %d", "content": "hello %d"}`, i, i))
	}
	var roles []string
	for i := range 50 {
		roles = append(roles, fmt.Sprintf(`{"name": "role %d"}`, i))
	}
	list := func(items []string) string { return "[" + strings.Join(items, ",") + "]" }
	return fmt.Sprintf(`{"users": %s, "guilds": [{"name": "big", "roles": %s, "members": %s, "channels": [{"name": "general", "messages": %s}]}]}`,
		list(users), list(roles), list(members), list(messages))
}
