package luabind

import (
	"encoding/json"
	"strings"
	"testing"

	"cordial/discord"
)

func TestChooseGuild(t *testing.T) {
	guilds := func(names ...string) []*discord.Object {
		var list []*discord.Object
		for i, name := range names {
			text, _ := json.Marshal(map[string]string{"id": string(rune('1' + i)), "name": name})
			guild, err := discord.NewObject(discord.KindGuild, text)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, guild)
		}
		return list
	}
	for _, test := range []struct {
		guilds []*discord.Object
		name   any
		id     discord.Snowflake
		reason string
	}{
		{guilds("Otters"), nil, "1", ""},
		{guilds("Otters", "Beavers"), "beavers", "2", ""},
		{guilds(), nil, "", "the bot is in no server"},
		{guilds(), "otters", "", "the bot is in no server"},
		{guilds("Otters", "Beavers"), nil, "", "the bot is in several servers; name one of them: Otters (1), Beavers (2)"},
		{guilds("Otters"), "", "", `no server called ""; it is in Otters (1)`},
		{guilds("Otters", "Beavers", "otters"), "Otters", "", `several servers are called "Otters"; use the id: Otters (1), otters (3)`},
	} {
		guild, reason := chooseGuild(test.guilds, test.name)
		if guild == nil && test.id != "" || guild != nil && guild.ID() != test.id || !strings.HasSuffix(reason, test.reason) {
			t.Errorf("%v of %d: got %v, %q", test.name, len(test.guilds), guild, reason)
		}
	}
}
