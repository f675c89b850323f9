package rest

import (
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
