package luabind_test

import (
	"context"
	"io"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"cordial/luabind"
	"cordial/runtime"
)

// Who looks on changes nothing: neither does the gateway start, nor do the intents become more.
func TestWatchedEventsAskDiscordForNothing(t *testing.T) {
	var events luabind.Events
	if _, err := events.Watch(nil, nil); err == nil {
		t.Error("events without a gateway are no error")
	}
	h, _ := newHost(t, io.Discard, luabind.Options{Events: &events, StartGateway: true})
	lines := make(chan string, 100)
	stop, err := events.Watch(nil, func(line func() string) { lines <- line() })
	if err != nil {
		t.Fatal(err)
	}
	eval := func(source, want string) {
		t.Helper()
		values, err := h.Eval(context.Background(), "test", source)
		if err != nil || len(values) != 1 || values[0].String() != want {
			t.Errorf("%s gives %v, %v, want %s", source, values, err, want)
		}
	}
	eval("gateway.state", "stopped")
	eval("#gateway.intents", "0")
	eval(`gateway.on("MESSAGE_CREATE", function() end) return gateway.start().state`, "ready")
	eval("table.concat(gateway.intents, ' ')", "GUILD_MESSAGES DIRECT_MESSAGES MESSAGE_CONTENT")
	eval(`sandbox.user("nathan"):say("general", "hello\nworld") return true`, "true")
	for line := ""; !strings.HasPrefix(line, "MESSAGE_CREATE  "); line = <-lines {
	}
	stop()
	for name, want := range map[string]string{
		"MESSAGE_CRATE": `there is no event MESSAGE_CRATE; did you mean "MESSAGE_CREATE"?`, "xyz": "there is no event xyz",
	} {
		if _, err := events.Watch([]string{name}, nil); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// desk is the terminal of somebody who is attached.
type desk struct {
	strings.Builder
	asked []string
}

func (d *desk) Write(text string, _ bool) (<-chan struct{}, bool) {
	d.WriteString(text)
	return nil, true
}

func (d *desk) Read([]byte) (int, error) { return 0, io.EOF }

func (d *desk) Confirm(_ context.Context, question string) bool {
	d.asked = append(d.asked, question)
	return false
}

func (d *desk) Columns() int { return 100 }

func TestLinesOfOthersAreAnsweredAtTheirTerminal(t *testing.T) {
	var out strings.Builder
	h, _ := newHost(t, &out, luabind.Options{})
	d := &desk{}
	err := h.DoAt(t.Context(), runtime.NewConsole(d), "attach", func(L *lua.LState) error {
		return L.DoString(`
			print(dc:guilds())
			print(pcall(dc.channel(dc, "1327046393453613079").search_and_delete_all, dc:channel("1327046393453613079"), "Houston"))`)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.asked) != 1 || !strings.HasPrefix(d.asked[0], "Delete 1 message") {
		t.Errorf("asked %q", d.asked)
	}
	if got := d.String(); !strings.HasPrefix(got, "╭") || !strings.Contains(got, "not confirmed, nothing was deleted") {
		t.Errorf("the terminal has %q", got)
	}
	if out.Len() > 0 {
		t.Errorf("the script's output has %q", &out)
	}
}
