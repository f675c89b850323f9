package luabind_test

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"cordial/luabind"
)

// TestCuttingEndsWithItsHandlers looks for the goroutines that cut utterances: they end when nobody wants any more.
func TestCuttingEndsWithItsHandlers(t *testing.T) {
	h, _ := newHost(t, io.Discard, luabind.Options{})
	run := func(source string) {
		t.Helper()
		if _, err := h.Eval(t.Context(), "test", source); err != nil {
			t.Fatal(err)
		}
	}
	cutting := func() int {
		stacks := make([]byte, 1<<20)
		return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "record.(*Listener).pass(")
	}
	run(`vc = bot.join_voice("1327046393453613080")
		local function ignore() end
		one, two, other = vc:on("utterance", ignore), vc:on("utterance", ignore), vc:on("utterance", {pause = 2}, ignore)`)
	await := func(want int) {
		t.Helper()
		for begun := time.Now(); cutting() != want; time.Sleep(10 * time.Millisecond) {
			if time.Since(begun) > 20*time.Second {
				t.Fatalf("%d listeners cut utterances, want %d", cutting(), want)
			}
		}
	}
	await(2) // in two ways
	run(`one:off() other:off()`)
	await(1)
	run(`two:off()`)
	await(0)
	run(`vc:leave() gateway.stop()`)
}
