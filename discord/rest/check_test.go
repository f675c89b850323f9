package rest

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

func TestLimitsAreCheckedBeforeSending(t *testing.T) {
	c := serve(t, Options{}, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, tt := range []struct {
		op   string
		args Args
		want ArgumentError
	}{
		{"create_message", Args{"channel_id": "1", "embeds": []any{map[string]any{"title": strings.Repeat("x", 300)}}},
			ArgumentError{"create_message", "embeds[0].title", "must be 256 or fewer in length, got 300"}},
		{"create_message", Args{"channel_id": "1", "embeds": []*discord.Object{object(t, discord.KindObject, `{"title":"t","url":"gopher://x"}`)}},
			ArgumentError{"create_message", "embeds[0].url", "scheme \"gopher\" must be one of ('http', 'https')"}},
		{"create_message", Args{"channel_id": "1", "components": []any{map[string]any{"type": 13, "file": map[string]any{"url": "attachment://b.txt"}}}, "flags": 1 << 15,
			"files": []File{FileBytes("a.txt", nil)}},
			ArgumentError{"create_message", "components[0].file.url", "the referenced attachment was not found"}},
		{"create_interaction_response", Args{"interaction_id": "1", "interaction_token": "x", "type": 9, "data": map[string]any{"custom_id": "m", "title": "t", "components": []any{}}},
			ArgumentError{"create_interaction_response", "data.components", "must be between 1 and 40 in length, got 0"}},
	} {
		_, err := c.Call(t.Context(), tt.op, tt.args)
		got, ok := errors.AsType[*ArgumentError](err)
		if !ok {
			t.Errorf("%s: got %v, want an *ArgumentError", tt.op, err)
		} else if diff := cmp.Diff(tt.want, *got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// What Discord may accept although nobody here knows it is sent as it was given.
func TestWhatIsNotKnownIsSent(t *testing.T) {
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		if got, want := readAll(t, r.Body), `{"components":[{"shiny":true,"type":99}],"nonce":"n"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	components := []any{map[string]any{"type": 99, "shiny": true}}
	if _, err := c.Call(t.Context(), "create_message", Args{"channel_id": "1", "nonce": "n", "components": components}); err != nil {
		t.Error(err)
	}
	// Discord may replace characters of a file's name, so what refers to it may be right.
	components = []any{map[string]any{"type": 13, "file": map[string]any{"url": "attachment://my_file.txt"}}}
	args := Args{"channel_id": "1", "components": components, "flags": 1 << 15, "files": []File{FileBytes("my file.txt", []byte("x"))}}
	if _, err := newRequest(catalogue.Lookup("create_message"), args); err != nil {
		t.Error(err)
	}
}
