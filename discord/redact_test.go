package discord

import (
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// madeUpToken has the form of a bot's token and belongs to nobody.
const madeUpToken = "MTMyNzA0NzA0NjM5MzQ1MzYx.GkXzQw.abcdefghijklmnopqrstuvwxyz-_0123456789"

func TestRedactorHidesKnownSecrets(t *testing.T) {
	r := NewRedactor("Bot hunter2hunter2", "hunter2hunter2-and-more", "short")
	for in, want := range map[string]string{
		"nothing here":                       "nothing here",
		"Authorization: Bot hunter2hunter2":  "Authorization: Bot ***",
		"hunter2hunter2-and-more!":           "***!",
		"hunter2hunter2hunter2hunter2":       "******",
		"a short word":                       "a short word",
		"token=" + madeUpToken + "; next":    "token=***; next",
		"x-" + madeUpToken:                   "x-***",
		"1.2.3 and MTIz.no.token":            "1.2.3 and MTIz.no.token",
		strings.Repeat("M", 200):             strings.Repeat("M", 200),
		"Mozilla-words-that-are.not.a-token": "Mozilla-words-that-are.not.a-token",
	} {
		if got := r.String(in); got != want {
			t.Errorf("String(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRedactingWriterSeesTokensAcrossWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[ab]{8,12}`).Draw(t, "secret")
		r := NewRedactor(secret)
		pieces := rapid.SliceOf(rapid.OneOf(
			rapid.StringMatching(`[abMN. \n-]{0,20}`),
			rapid.Just(secret), rapid.Just(madeUpToken), rapid.Just("\n"),
		)).Draw(t, "pieces")
		text := strings.Join(pieces, "")
		var out strings.Builder
		w := r.Writer(&out)
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			if _, err := w.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			if len(w.kept) > 2*(maxTokenForm+len(secret)) {
				t.Fatalf("keeps %d bytes", len(w.kept))
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), secret) || strings.Contains(out.String(), madeUpToken) {
			t.Fatalf("leaked: %q", out.String())
		}
		if want := r.String(text); out.String() != want {
			t.Fatalf("text %q: got %q, want %q", text, out.String(), want)
		}
	})
}

func TestRedactingWriterPassesOrdinaryTextAtOnce(t *testing.T) {
	var out strings.Builder
	w := NewRedactor("hunter2hunter2").Writer(&out)
	for _, s := range []string{"> ", "a line\n", "progress 12%", " hunt"} {
		if _, err := w.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := out.String(), "> a line\nprogress 12% "; got != want {
		t.Errorf("passed on %q, want %q", got, want)
	}
}

func TestRedactorHidesTokensInLogs(t *testing.T) {
	var out strings.Builder
	w := NewRedactor("hunter2hunter2").Writer(&out)
	log := slog.New(slog.NewJSONHandler(w, nil))
	log.Error("failed", "header", "Bot hunter2hunter2", slog.Group("g", "token", madeUpToken))
	if got := out.String(); strings.Contains(got, "hunter2") || strings.Contains(got, "GkXzQw") || !strings.HasSuffix(got, "\n") {
		t.Errorf("logged %q", got)
	}
}

func TestRecordsHaveNoWebhookTokens(t *testing.T) {
	r := NewRedactor("my-secret-token")
	line := `post("https://discord.com/api/webhooks/1234567890/aB-c_9?wait=true", "my-secret-token")`
	if got, want := r.Record(line), `post("https://discord.com/api/webhooks/1234567890/***?wait=true", "***")`; got != want {
		t.Errorf("got %s", got)
	}
	if got := r.String("/webhooks/1234567890/aB-c_9"); got != "/webhooks/1234567890/aB-c_9" {
		t.Errorf("a script cannot show its webhook: %s", got)
	}
}
