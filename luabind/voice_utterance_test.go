package luabind_test

import (
	"io"
	"testing"

	"cordial/luabind"
)

// TestCuttingEndsWithItsHandlers cuts utterances as long as somebody wants them. TestMain sees that nothing of it goes on.
func TestCuttingEndsWithItsHandlers(t *testing.T) {
	h, _ := newHost(t, io.Discard, luabind.Options{})
	for _, step := range []struct {
		source string
		want   int
	}{
		{`vc = bot.join_voice("1327046393453613080")`, 0},
		{`function ignore() end
			one, two, other = vc:on("utterance", ignore), vc:on("utterance", ignore), vc:on("utterance", {pause = 2}, ignore)`, 2}, // in two ways
		{`one:off() other:off()`, 1},
		{`two:off()`, 0},
		{`three = vc:on("utterance", ignore)`, 1},
		{`vc:leave() gateway.stop()`, 0},
	} {
		if _, err := h.Eval(t.Context(), "test", step.source); err != nil {
			t.Fatal(err)
		}
		client, err := h.Eval(t.Context(), "test", "vc")
		if err != nil {
			t.Fatal(err)
		}
		if got := luabind.Cutting(client[0]); got != step.want {
			t.Errorf("%s: %d listeners cut utterances, want %d", step.source, got, step.want)
		}
	}
}
