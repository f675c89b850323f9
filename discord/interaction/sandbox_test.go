package interaction_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/discord/rest"
	"cordial/discord/rest/limits"
	"cordial/discord/sandbox"
)

// general is the sandbox's channel for everybody.
const general = discord.Snowflake("1327046393453613079")

// unlimited are rate limits that no test reaches.
var unlimited = sandbox.Limits{
	Announce: true, Global: sandbox.Limit{Count: 1e6, Window: time.Second}, Default: sandbox.Limit{Count: 1e6, Window: time.Second},
	Rename: sandbox.Limit{Count: 1e6, Window: time.Second},
}

// writes counts the requests that change something.
type writes struct {
	http.RoundTripper
	n int
}

func (w *writes) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		w.n++
	}
	return w.RoundTripper.RoundTrip(r)
}

// open makes a sandbox and its bot's client.
func open(t *testing.T) (*sandbox.Server, *rest.Client, *writes) {
	t.Helper()
	world := sandbox.DefaultWorld(clockwork.NewRealClock())
	server, err := sandbox.Start(sandbox.Options{World: world, Limits: &unlimited})
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	counted := &writes{RoundTripper: transport}
	client, err := rest.New(rest.Options{Token: server.BotToken(), BaseURL: server.APIURL(), HTTP: &http.Client{Transport: counted}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		for _, err := range []error{server.Close(), world.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	return server, client, counted
}

func TestASecondSyncWritesNothing(t *testing.T) {
	server, client, writes := open(t)
	info := server.Info()
	wanted := []interaction.Command{
		{
			"name": "weather", "description": "The weather", "default_member_permissions": discord.PermissionManageMessages, "nsfw": true,
			"name_localizations": map[string]any{"de": "wetter"}, "description_localizations": nil,
			"options": []any{
				map[string]any{"type": 3, "name": "city", "description": "Where", "required": true, "choices": []any{map[string]any{"name": "Bath", "value": "b"}}},
				map[string]any{"type": 7, "name": "where", "description": "Where", "channel_types": []int{5, 0}},
				map[string]any{"type": 4, "name": "days", "description": "How many", "min_value": 0, "max_value": 7, "autocomplete": true},
			},
		},
		{"name": "tickets", "description": "Tickets", "contexts": []int{1, 0}, "options": []any{
			map[string]any{"type": 2, "name": "admin", "description": "For admins", "options": []any{map[string]any{"type": 1, "name": "close", "description": "Close one"}}},
		}},
		{"name": "Report it", "type": limits.MessageCommand},
		{"name": "Greet", "type": limits.UserCommand},
	}
	for _, guild := range []discord.Snowflake{"", info.GuildID} {
		if guild != "" {
			delete(wanted[1], "contexts") // only global commands have them
		}
		for round, want := range []string{"+ tickets\n+ weather\n+ Greet (user menu)\n+ Report it (message menu)", "", ""} {
			before := writes.n
			plan, err := interaction.Sync(t.Context(), client, info.ApplicationID, guild, wanted)
			if err != nil {
				t.Fatal(err)
			}
			if sent := writes.n > before; plan.String() != want || sent != (want != "") {
				t.Errorf("guild %q, round %d: wrote: %v, plan:\n%s", guild, round, sent, plan)
			}
		}
	}
	plan, err := interaction.Sync(t.Context(), client, info.ApplicationID, "", wanted[:1])
	if err != nil || plan.String() != "- tickets\n- Greet (user menu)\n- Report it (message menu)" {
		t.Errorf("got %v, %v", plan, err)
	}
}

// answering is a way to answer.
type answering struct {
	answer func(ctx context.Context, r *interaction.Responder) error
	want   string
}

func say(text string, ephemeral bool) interaction.Message {
	return interaction.Message{Fields: rest.Args{"content": text}, Ephemeral: ephemeral}
}

var answerings = map[string]answering{
	"reply and follow up": {func(ctx context.Context, r *interaction.Responder) error {
		if _, err := r.Reply(ctx, say("a", false)); err != nil {
			return err
		}
		_, err := r.Reply(ctx, say("b", true))
		return err
	}, "answered a b*"},
	"defer, reply, edit": {func(ctx context.Context, r *interaction.Responder) error {
		if err := r.Defer(ctx, interaction.DeferUsual, true); err != nil {
			return err
		}
		if _, err := r.Reply(ctx, say("a", true)); err != nil {
			return err
		}
		_, err := r.Edit(ctx, "", say("b", false))
		return err
	}, "answered b*"},
	"a visible deferral, a hidden reply": {func(ctx context.Context, r *interaction.Responder) error {
		if err := r.Defer(ctx, interaction.DeferUsual, false); err != nil {
			return err
		}
		_, err := r.Reply(ctx, say("psst", true))
		return err
	}, "answered psst*"},
	"reply and delete": {func(ctx context.Context, r *interaction.Responder) error {
		if _, err := r.Reply(ctx, say("a", false)); err != nil {
			return err
		}
		return r.Delete(ctx, "")
	}, "answered"},
}

// Every way to answer is one that the sandbox grants, which checks what Discord checks, also when the answer to the first request is lost.
func TestAnswersAreGranted(t *testing.T) {
	server, client, _ := open(t)
	info := server.Info()
	if _, err := interaction.Sync(t.Context(), client, info.ApplicationID, "", []interaction.Command{{"name": "ping", "description": "Ping"}}); err != nil {
		t.Fatal(err)
	}
	lost := []*sandbox.Fault{
		nil,
		{Operation: "create_interaction_response", Status: http.StatusServiceUnavailable},
		{Operation: "create_interaction_response", Cut: true}, // Discord has taken the answer
	}
	for name, tt := range answerings {
		for i, fault := range lost {
			t.Run(fmt.Sprint(name, " ", i), func(t *testing.T) {
				if fault != nil {
					server.Fault(*fault)
				}
				isAnswered(t, server, client, tt.answer, tt.want)
			})
		}
	}
}

// isAnswered uses /ping as nathan, has it answered, and checks what he sees then.
func isAnswered(t *testing.T, server *sandbox.Server, client *rest.Client, answer func(context.Context, *interaction.Responder) error, want string) {
	t.Helper()
	world := server.World()
	nathan, err := world.PersonNamed("nathan")
	if err != nil {
		t.Fatal(err)
	}
	used, err := world.UseCommand(sandbox.Actor{User: nathan.ID}, general, "ping", nil)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"id": "%s", "application_id": "%s", "token": "%s", "type": 2}`, used.ID, server.Info().ApplicationID, used.Token)
	o, err := discord.NewObject("Interaction", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := answer(t.Context(), interaction.NewResponder(t.Context(), client, o, interaction.ResponderOptions{})); err != nil {
		t.Fatal(err)
	}
	seen, err := world.Outcome(t.Context(), used)
	if err != nil {
		t.Fatal(err)
	}
	if got := wordsOf(seen); got != want {
		t.Errorf("the person sees %q, want %q", got, want)
	}
}

// wordsOf is what the person sees of an answer: how it went, and the messages, those for one person only with a star.
func wordsOf(seen sandbox.Outcome) string {
	messages := seen.FollowUps
	if seen.Message != nil {
		messages = append([]*sandbox.Message{seen.Message}, messages...)
	}
	words := []string{string(seen.Status)}
	for _, m := range messages {
		if m.Flags&sandbox.MessageEphemeral != 0 {
			m.Content += "*"
		}
		words = append(words, m.Content)
	}
	return strings.Join(words, " ")
}
