package rest

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestNewRefusesBadOptions(t *testing.T) {
	for want, o := range map[string]Options{
		"expected something like https": {BaseURL: "discord.com/api"},
		"takes no user":                 {BaseURL: "https://me:secret@discord.com/api"},
		"DISCORD_BOT_TOKEN":             {Token: "secret\ntoken"},
		"DISCORD_USER_TOKEN":            {UserToken: "secret\x00"},
		"printable ASCII":               {UserAgent: UserAgent{Name: "a\r\nb"}},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestTokensTakeTheirScheme(t *testing.T) {
	for token, want := range map[string]string{"": "", " abc\n": "Bot abc", "Bot abc": "Bot abc", "Bearer abc": "Bearer abc"} {
		c, err := New(Options{Token: token})
		if err != nil || c.bot.header != want {
			t.Errorf("%q becomes %q, %v", token, c.bot.header, err)
		}
	}
}

func TestAsUserSendsTheUserTokenWithEverything(t *testing.T) {
	var log strings.Builder
	var got []string
	c := serve(t, Options{UserToken: "user-token", AsUser: true, Logger: slog.New(slog.NewTextHandler(&log, nil))}, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Authorization"))
		w.Write([]byte("{}"))
	})
	for _, useUser := range []bool{false, true} {
		if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/users/@me", UseUser: useUser}); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(got, []string{"user-token", "user-token"}) || log.Len() > 0 {
		t.Errorf("the headers are %q, the log says %q", got, log.String())
	}
}
