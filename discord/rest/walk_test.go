package rest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
)

const (
	guild   = discord.Snowflake("1327046393453613076")
	general = discord.Snowflake("1327046393453613079")
	bot     = discord.Snowflake("1361823507679543306")
)

// unlimited are limits that no test reaches.
var unlimited = sandbox.Limits{
	Announce: true, Global: sandbox.Limit{Count: 1e6, Window: time.Second}, Default: sandbox.Limit{Count: 1e6, Window: time.Second},
	Rename: sandbox.Limit{Count: 1e6, Window: time.Second},
}

// onWorld makes a client on a server of the world.
func onWorld(t *testing.T, world *sandbox.World) *rest.Client { return onServer(t, world, unlimited) }

// onServer is onWorld with rate limits.
func onServer(t *testing.T, world *sandbox.World, limits sandbox.Limits) *rest.Client {
	t.Helper()
	server, err := sandbox.Start(sandbox.Options{World: world, Limits: &limits})
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	client, err := rest.New(rest.Options{Token: server.BotToken(), BaseURL: server.APIURL(), HTTP: &http.Client{Transport: transport}, GlobalLimit: globalLimit(limits), Clock: world.Clock()})
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
	return client
}

// globalLimit is a server's global limit by the second.
func globalLimit(l sandbox.Limits) int {
	return int(float64(l.Global.Count) / l.Global.Window.Seconds())
}

// newWorld is the default world with n more messages in #general.
func newWorld(t *testing.T, n int, content string) *sandbox.World {
	t.Helper()
	world := sandbox.DefaultWorld(clockwork.NewRealClock())
	for i := range n {
		if _, err := world.CreateMessage(sandbox.Actor{User: bot}, general, sandbox.MessageParams{Content: fmt.Sprintf("%s %d", content, i)}); err != nil {
			t.Fatal(err)
		}
	}
	return world
}

func ids(objects []*discord.Object) []discord.Snowflake {
	list := make([]discord.Snowflake, len(objects))
	for i, o := range objects {
		list[i] = o.ID()
	}
	return list
}

func descending(list []discord.Snowflake) bool {
	return slices.IsSortedFunc(list, func(a, b discord.Snowflake) int { return b.Compare(a) })
}

func TestHistoryWalksBothWays(t *testing.T) {
	client := onWorld(t, newWorld(t, 250, "message"))
	ctx := context.Background()
	collect := func(r rest.Range) []discord.Snowflake {
		t.Helper()
		all, err := client.History(general, r).Collect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return ids(all)
	}
	all := collect(rest.Range{})
	if len(all) <= 250 || !descending(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Fatalf("%d messages, newest first without a repetition: %v", len(all), descending(all))
	}
	for _, test := range []struct {
		name string
		r    rest.Range
		want []discord.Snowflake
	}{
		{"limit", rest.Range{Limit: 130}, all[:130]},
		{"before", rest.Range{Before: all[9], Limit: 5}, all[10:15]},
		{"both bounds", rest.Range{Before: all[9], After: all[150]}, all[10:150]},
		{"a limit that is a page", rest.Range{Limit: 100}, all[:100]},
	} {
		if diff := cmp.Diff(test.want, collect(test.r)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
	forward := slices.Clone(all[:220])
	slices.Reverse(forward)
	if diff := cmp.Diff(forward, collect(rest.Range{After: all[220]})); diff != "" {
		t.Errorf("after: %s", diff)
	}
}

func TestPagesCanBeLeft(t *testing.T) {
	client := onWorld(t, newWorld(t, 0, ""))
	n := 0
	for m, err := range client.History(general, rest.Range{}).All(context.Background()) {
		if err != nil || m.ID() == "" {
			t.Fatal(m, err)
		}
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d messages", n)
	}
	for _, err := range client.History("1", rest.Range{}).All(context.Background()) {
		if e, ok := errors.AsType[*rest.Error](err); !ok || e.Code != 10003 {
			t.Errorf("got %v, want 10003", err)
		}
	}
}

func TestMembersBeyondOnePage(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(`{"users":[{"name":"bot","bot":true},{"name":"owner"}`)
	var names []string
	for i := range 2500 {
		names = append(names, fmt.Sprintf(`{"user":"p%d"}`, i))
		fmt.Fprintf(&b, `,{"name":"p%d"}`, i)
	}
	fmt.Fprintf(&b, `],"guilds":[{"name":"big","owner":"owner","members":[{"user":"bot"},{"user":"owner"},%s]}]}`, strings.Join(names, ","))
	world, err := sandbox.LoadWorld(&b, clockwork.NewRealClock())
	if err != nil {
		t.Fatal(err)
	}
	client := onWorld(t, world)
	ctx := context.Background()
	guilds, err := client.List(ctx, "list_my_guilds", nil)
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]int{0: 2502, 1: 1, 1000: 1000, 1001: 1001, 9999: 2502} {
		members, err := client.Members(guilds[0].ID(), limit).Collect(ctx)
		seen := map[discord.Snowflake]bool{}
		for _, m := range members {
			seen[discord.UserID(m)] = true
		}
		if err != nil || len(members) != want || len(seen) != want {
			t.Errorf("limit %d: %d members, %d of them different, %v; want %d", limit, len(members), len(seen), err, want)
		}
	}
}

func TestSearchAllGoesPastTheLastOffset(t *testing.T) {
	client := onWorld(t, newWorld(t, 10_300, "needle"))
	var done, total int
	found, err := client.SearchAll(context.Background(), rest.Search{Guild: guild, Filters: rest.Args{"content": "needle"}},
		rest.SearchAllOptions{Progress: func(d, all int) { done, total = d, all }})
	if err != nil {
		t.Fatal(err)
	}
	if list := ids(found); len(list) != 10_300 || !descending(list) || len(slices.Compact(list)) != 10_300 {
		t.Errorf("%d messages", len(found))
	}
	if done != 10_300 || total < done {
		t.Errorf("the progress ended at %d of %d", done, total)
	}
}

func TestSearchAllRefusesOrdersThatOverlap(t *testing.T) {
	client := onWorld(t, newWorld(t, 0, ""))
	for name, value := range map[string]string{"sort_order": "asc", "sort_by": "relevance"} {
		if _, err := client.SearchAll(context.Background(), rest.Search{Guild: guild, Filters: rest.Args{name: value}}, rest.SearchAllOptions{}); err == nil {
			t.Errorf("%s=%s was taken", name, value)
		}
	}
}

func TestSearchWaitsForTheIndex(t *testing.T) {
	world := newWorld(t, 3, "needle")
	world.Configure(func(s *sandbox.Settings) { s.SearchDelay = 1 })
	result, err := onWorld(t, world).Search(context.Background(), rest.Search{Guild: guild, Filters: rest.Args{"content": "needle"}})
	if err != nil || result.Total != 3 || len(result.Messages) != 3 {
		t.Errorf("got %+v, %v", result, err)
	}
}

func TestSearchGivesUpWithItsContext(t *testing.T) {
	world := newWorld(t, 0, "")
	world.Configure(func(s *sandbox.Settings) { s.SearchDelay = 1000 })
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := onWorld(t, world).Search(ctx, rest.Search{Guild: guild}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestBulkDelete(t *testing.T) {
	client := onWorld(t, newWorld(t, 210, "delete"))
	ctx := context.Background()
	messages, err := client.History(general, rest.Range{Limit: 210}).Collect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	list := ids(messages)
	old := discord.Snowflake("1494381604842504372")
	var tooOld *rest.TooOldError
	if n, err := client.BulkDelete(ctx, general, append(slices.Clone(list), old), ""); n != 0 || !errors.As(err, &tooOld) || tooOld.Messages[0] != old {
		t.Fatalf("with an old message: %d, %v", n, err)
	}
	if n, err := client.BulkDelete(ctx, general, append(slices.Clone(list[:201]), list[0]), "spring"); n != 201 || err != nil {
		t.Fatalf("201 messages, one of them twice: %d, %v", n, err)
	}
	if n, err := client.BulkDelete(ctx, general, nil, ""); n != 0 || err != nil {
		t.Fatalf("none: %d, %v", n, err)
	}
	left, err := client.History(general, rest.Range{Limit: 10}).Collect(ctx)
	if err != nil || !slices.Equal(ids(left)[:9], list[201:]) || ids(left)[9] != old {
		t.Errorf("left are %v, %v", ids(left), err)
	}
}

func TestPurgeDeletesOldAndNewAndSkipsWhatIsGone(t *testing.T) {
	client := onWorld(t, newWorld(t, 120, "purge"))
	ctx := context.Background()
	messages, err := client.History(general, rest.Range{Limit: 124}).Collect(ctx) // 4 of them old
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteMessage(ctx, general, messages[123].ID(), ""); err != nil {
		t.Fatal(err)
	}
	steps := 0
	n, err := client.Purge(ctx, messages, rest.PurgeOptions{Progress: func(int, int) { steps++ }})
	if n != 123 || err != nil || steps != 2+4 {
		t.Errorf("deleted %d in %d steps, %v; want 123 in 6", n, steps, err)
	}
}

func TestPermissionsOfMembers(t *testing.T) {
	client := onWorld(t, newWorld(t, 0, ""))
	ctx := context.Background()
	owner, err := client.Permissions(ctx, guild, "346450717025894400", general)
	if err != nil || owner != discord.AllPermissions {
		t.Errorf("the owner has %s, %v", owner, err)
	}
	mine, err := client.Permissions(ctx, guild, "", "")
	if err != nil || !mine.Has(discord.PermissionSendMessages) {
		t.Errorf("the bot has %s, %v", mine, err)
	}
	if _, err := client.Object(ctx, "update_channel", rest.Args{"channel_id": general, "permission_overwrites": []any{
		map[string]any{"id": guild, "type": 0, "allow": "0", "deny": discord.PermissionSendMessages},
	}}); err != nil {
		t.Fatal(err)
	}
	everyone, err := client.Permissions(ctx, guild, "1448038710229733398", general)
	if err != nil || everyone.Has(discord.PermissionSendMessages) || !everyone.Has(discord.PermissionViewChannel) {
		t.Errorf("with an overwrite: %s, %v", everyone, err)
	}
}
