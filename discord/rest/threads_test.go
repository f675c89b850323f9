package rest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
)

// owner is who owns the guild.
const owner = discord.Snowflake("346450717025894400")

// TestArchivedThreads walks over more archived threads than a page has, as one who manages threads and as one who does not: that one
// sees only the private threads that it is in.
func TestArchivedThreads(t *testing.T) {
	clock := clockwork.NewFakeClockAt(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
	world := sandbox.DefaultWorld(clock)
	client := onWorld(t, world)
	me, other := sandbox.Actor{User: bot}, sandbox.Actor{User: owner}
	archive := func(who sandbox.Actor, name string, kind sandbox.ChannelType) {
		t.Helper()
		clock.Advance(time.Second)
		thread, err := world.StartThread(who, general, sandbox.NewThread{Name: name, Type: kind})
		if err == nil {
			_, err = world.ModifyThread(who, thread.ID, sandbox.ThreadParams{Archived: sandbox.Field[bool]{Set: true, Value: true}})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var public []string
	for i := range 101 {
		archive(me, fmt.Sprint("public ", i), sandbox.PublicThread)
		public = append([]string{fmt.Sprint("public ", i)}, public...)
	}
	archive(me, "mine", sandbox.PrivateThread)
	archive(other, "another's", sandbox.PrivateThread)
	check := func(private bool, want ...string) {
		t.Helper()
		found, err := client.ArchivedThreads(general, private).Collect(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, thread := range found {
			names = append(names, thread.Str("name"))
		}
		if diff := cmp.Diff(append(public[:len(public):len(public)], want...), names); diff != "" {
			t.Errorf("private=%v (-want +got):\n%s", private, diff)
		}
	}
	check(false)
	check(true, "another's", "mine")
	demote(t, world, client)
	check(true, "mine")
}

// demote takes from all roles the permission to manage threads.
func demote(t *testing.T, world *sandbox.World, client *rest.Client) {
	t.Helper()
	roles, err := client.List(context.Background(), "list_guild_roles", rest.Args{"guild_id": guild})
	if err != nil {
		t.Fatal(err)
	}
	some := discord.PermissionViewChannel | discord.PermissionReadMessageHistory
	for _, role := range roles {
		_, err := world.ModifyRole(sandbox.Actor{User: owner}, guild, role.ID(), sandbox.RoleParams{Permissions: sandbox.Field[discord.Permissions]{Set: true, Value: some}})
		if err != nil {
			t.Fatal(err)
		}
	}
}
