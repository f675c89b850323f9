package interaction

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"cordial/discord"
	"cordial/discord/rest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wire is a Discord that grants everything and notes the requests, each in the form "POST callback 4 content flags=64".
type wire struct {
	delay time.Duration // of every answer
	fail  int           // the status of the next answer, 0 for a good one

	mu   sync.Mutex
	sent []string
}

const webhookPath = "/webhooks/2/tok"

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	var body map[string]any
	if req.Body != nil {
		data, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		if len(data) > 0 && data[0] == '{' {
			if err := json.Unmarshal(data, &body); err != nil {
				return nil, err
			}
		}
	}
	select {
	case <-time.After(w.delay):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, describe(req, body))
	status, answer := 200, `{"id": "77", "content": "as sent", "resource": {"type": 4, "message": {"id": "66"}}}`
	if w.fail != 0 {
		status, answer, w.fail = w.fail, `{"code": 10062, "message": "Unknown interaction"}`, 0
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer)), Request: req}, nil
}

func describe(req *http.Request, body map[string]any) string {
	path := strings.TrimPrefix(strings.TrimPrefix(req.URL.Path, "/api"), webhookPath)
	if strings.HasPrefix(path, "/interactions/") {
		path = "callback"
	}
	words := []string{req.Method, path}
	data := body
	if kind, ok := body["type"].(float64); ok && path == "callback" {
		words = append(words, string('0'+byte(kind)))
		data, _ = body["data"].(map[string]any)
	}
	if content, ok := data["content"].(string); ok {
		words = append(words, content)
	}
	if flags, ok := data["flags"].(float64); ok && int(flags)&flagEphemeral != 0 {
		words = append(words, "hidden")
	}
	return strings.Join(words, " ")
}

func (w *wire) requests() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent
}

// The interactions that the tests answer.
const (
	slashCommand   = `{"id": "1", "application_id": "2", "token": "tok", "type": 2, "data": {"name": "a"}}`
	buttonClick    = `{"id": "1", "application_id": "2", "token": "tok", "type": 3, "message": {"id": "9"}}`
	modalOfButton  = `{"id": "1", "application_id": "2", "token": "tok", "type": 5, "message": {"id": "9"}}`
	modalOfCommand = `{"id": "1", "application_id": "2", "token": "tok", "type": 5}`
	autocompletion = `{"id": "1", "application_id": "2", "token": "tok", "type": 4}`
)

func respond(t *testing.T, w *wire, text string, options ResponderOptions) *Responder {
	t.Helper()
	client, err := rest.New(rest.Options{BaseURL: "http://discord.test/api", HTTP: &http.Client{Transport: w}})
	if err != nil {
		t.Fatal(err)
	}
	o, err := discord.NewObject("Interaction", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return NewResponder(t.Context(), client, o, options)
}

func say(text string) Message { return Message{Fields: rest.Args{"content": text}} }
func whisper(text string) Message {
	return Message{Fields: rest.Args{"content": text}, Ephemeral: true}
}

// step is one thing that a script does with an interaction. Its error begins with the text of want.
type step struct {
	do   func(ctx context.Context, r *Responder) error
	want string
}

func reply(m Message) step {
	return step{do: func(ctx context.Context, r *Responder) error { _, err := r.Reply(ctx, m); return err }}
}

func update(text string) step {
	return step{do: func(ctx context.Context, r *Responder) error { _, err := r.Update(ctx, say(text)); return err }}
}

func edit(id discord.Snowflake, text string) step {
	return step{do: func(ctx context.Context, r *Responder) error { _, err := r.Edit(ctx, id, say(text)); return err }}
}

func remove(id discord.Snowflake) step {
	return step{do: func(ctx context.Context, r *Responder) error { return r.Delete(ctx, id) }}
}

func postpone(how Deferral, ephemeral bool) step {
	return step{do: func(ctx context.Context, r *Responder) error { return r.Defer(ctx, how, ephemeral) }}
}

func pass(d time.Duration) step {
	return step{do: func(context.Context, *Responder) error { time.Sleep(d); synctest.Wait(); return nil }}
}

var (
	modal   = step{do: func(ctx context.Context, r *Responder) error { return r.Modal(ctx, form) }}
	choices = step{do: func(ctx context.Context, r *Responder) error { return r.Choices(ctx, []any{}) }}
)

// form is a modal.
var form = map[string]any{"title": "t", "custom_id": "m", "components": []any{
	map[string]any{"type": 18, "label": "l", "component": map[string]any{"type": 4, "custom_id": "c", "style": 1}},
}}

// fails is a step whose error begins with a text.
func fails(s step, want string) step { s.want = want; return s }

func TestEveryStateHasItsRequest(t *testing.T) {
	const late = DeferAfter + time.Millisecond
	tests := map[string]struct {
		interaction string
		options     ResponderOptions
		steps       []step
		requests    []string
	}{
		"a reply":                     {slashCommand, ResponderOptions{}, []step{reply(say("hi"))}, []string{"POST callback 4 hi"}},
		"a hidden reply":              {slashCommand, ResponderOptions{}, []step{reply(whisper("hi"))}, []string{"POST callback 4 hi hidden"}},
		"a second reply":              {slashCommand, ResponderOptions{}, []step{reply(say("a")), reply(whisper("b"))}, []string{"POST callback 4 a", "POST  b hidden"}},
		"an edit":                     {slashCommand, ResponderOptions{}, []step{reply(say("a")), edit("", "b")}, []string{"POST callback 4 a", "PATCH /messages/@original b"}},
		"an edit of a follow-up":      {slashCommand, ResponderOptions{}, []step{reply(say("a")), edit("5", "b")}, []string{"POST callback 4 a", "PATCH /messages/5 b"}},
		"an edit too early":           {slashCommand, ResponderOptions{}, []step{fails(edit("", "b"), "edit: the interaction is not answered yet"), reply(say("a"))}, []string{"POST callback 4 a"}},
		"a deletion":                  {slashCommand, ResponderOptions{}, []step{reply(say("a")), remove("")}, []string{"POST callback 4 a", "DELETE /messages/@original"}},
		"a deferral and a reply":      {slashCommand, ResponderOptions{}, []step{postpone(DeferUsual, false), reply(say("a")), reply(say("b"))}, []string{"POST callback 5", "PATCH /messages/@original a", "POST  b"}},
		"a deferral and an edit":      {slashCommand, ResponderOptions{}, []step{postpone(DeferUsual, true), edit("", "a")}, []string{"POST callback 5 hidden", "PATCH /messages/@original a"}},
		"two deferrals":               {slashCommand, ResponderOptions{}, []step{postpone(DeferUsual, false), postpone(DeferUsual, true)}, []string{"POST callback 5"}},
		"a deferral too late":         {slashCommand, ResponderOptions{}, []step{reply(say("a")), fails(postpone(DeferUsual, true), "defer: the interaction is answered")}, []string{"POST callback 4 a"}},
		"deferred by itself":          {slashCommand, ResponderOptions{}, []step{pass(late), reply(say("a"))}, []string{"POST callback 5", "PATCH /messages/@original a"}},
		"deferred hidden":             {slashCommand, ResponderOptions{Ephemeral: true}, []step{pass(late), reply(whisper("a"))}, []string{"POST callback 5 hidden", "PATCH /messages/@original a"}},
		"hidden after a visible one":  {slashCommand, ResponderOptions{}, []step{pass(late), reply(whisper("a")), edit("", "b")}, []string{"POST callback 5", "DELETE /messages/@original", "POST  a hidden", "PATCH /messages/77 b"}},
		"visible after a hidden one":  {slashCommand, ResponderOptions{Ephemeral: true}, []step{pass(late), reply(say("a"))}, []string{"POST callback 5 hidden", "DELETE /messages/@original", "POST  a"}},
		"not deferred once answered":  {slashCommand, ResponderOptions{}, []step{reply(say("a")), pass(late)}, []string{"POST callback 4 a"}},
		"a large file":                {slashCommand, ResponderOptions{}, []step{reply(Message{Fields: rest.Args{"files": []rest.File{rest.FileBytes("a", make([]byte, largeUpload))}}})}, []string{"POST callback 5", "PATCH /messages/@original"}},
		"a modal":                     {slashCommand, ResponderOptions{}, []step{modal, pass(late)}, []string{"POST callback 9"}},
		"a modal too late":            {slashCommand, ResponderOptions{}, []step{pass(late), fails(modal, "modal: the interaction is deferred")}, []string{"POST callback 5"}},
		"an update without component": {slashCommand, ResponderOptions{}, []step{fails(update("a"), "update: the interaction is not answered yet: there is no component's message")}, nil},
		"choices for a command":       {slashCommand, ResponderOptions{}, []step{fails(choices, "choices: ")}, nil},

		"a reply to a click":           {buttonClick, ResponderOptions{}, []step{reply(say("a")), fails(update("b"), "update: the interaction is answered")}, []string{"POST callback 4 a"}},
		"an update":                    {buttonClick, ResponderOptions{}, []step{update("a"), update("b"), edit("", "c")}, []string{"POST callback 7 a", "PATCH /messages/@original b", "PATCH /messages/@original c"}},
		"a reply after an update":      {buttonClick, ResponderOptions{}, []step{update("a"), reply(say("b")), edit("", "c"), update("d"), remove("")}, []string{"POST callback 7 a", "POST  b", "PATCH /messages/77 c", "PATCH /messages/@original d", "DELETE /messages/77"}},
		"a click deferred by itself":   {buttonClick, ResponderOptions{}, []step{pass(late), reply(say("a")), edit("", "b")}, []string{"POST callback 6", "POST  a", "PATCH /messages/77 b"}},
		"an update after a deferral":   {buttonClick, ResponderOptions{}, []step{pass(late), update("a")}, []string{"POST callback 6", "PATCH /messages/@original a"}},
		"a click deferred visibly":     {buttonClick, ResponderOptions{Deferral: DeferThinking}, []step{pass(late), reply(say("a")), fails(update("b"), "update: ")}, []string{"POST callback 5", "PATCH /messages/@original a"}},
		"a click deferred hidden":      {buttonClick, ResponderOptions{}, []step{postpone(DeferUsual, true), reply(whisper("a"))}, []string{"POST callback 5 hidden", "PATCH /messages/@original a"}},
		"a modal of a click":           {buttonClick, ResponderOptions{}, []step{modal}, []string{"POST callback 9"}},
		"a reply after a modal":        {buttonClick, ResponderOptions{}, []step{modal, reply(say("a")), edit("", "b")}, []string{"POST callback 9", "POST  a", "PATCH /messages/77 b"}},
		"a modal of a modal":           {modalOfButton, ResponderOptions{}, []step{fails(modal, "modal: "), update("a")}, []string{"POST callback 7 a"}},
		"a command's modal":            {modalOfCommand, ResponderOptions{}, []step{pass(late), reply(say("a"))}, []string{"POST callback 5", "PATCH /messages/@original a"}},
		"a component's modal":          {modalOfButton, ResponderOptions{}, []step{pass(late)}, []string{"POST callback 6"}},
		"an autocompletion":            {autocompletion, ResponderOptions{}, []step{choices, fails(choices, "choices: the interaction is answered with choices")}, []string{"POST callback 8"}},
		"an autocompletion that waits": {autocompletion, ResponderOptions{}, []step{pass(late), fails(reply(say("a")), "reply: "), fails(postpone(DeferUsual, false), "defer: "), fails(modal, "modal: ")}, nil},

		"just in time": {slashCommand, ResponderOptions{}, []step{pass(Lifetime - time.Second), reply(say("a"))}, []string{"POST callback 5", "PATCH /messages/@original a"}},
		"too late": {slashCommand, ResponderOptions{}, []step{
			reply(say("a")), pass(Lifetime), fails(reply(say("b")), "reply: the interaction came 15m0s ago"), fails(edit("", "b"), "edit: "), fails(remove(""), "delete: "),
		}, []string{"POST callback 4 a"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{}
				r := respond(t, w, tt.interaction, tt.options)
				for i, s := range tt.steps {
					err := s.do(t.Context(), r)
					if s.want == "" && err != nil || s.want != "" && (err == nil || !strings.HasPrefix(err.Error(), s.want)) {
						t.Errorf("step %d: got %v, want %q", i, err, s.want)
					}
				}
				if diff := cmp.Diff(tt.requests, w.requests()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// An answer and the deferral never cross: whichever comes first is finished before the other looks at the state.
func TestAReplyMeetsTheDeferral(t *testing.T) {
	for _, at := range []time.Duration{DeferAfter - 300*time.Millisecond, DeferAfter, DeferAfter + 300*time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{delay: 500 * time.Millisecond}
			r := respond(t, w, slashCommand, ResponderOptions{})
			time.Sleep(at)
			if _, err := r.Reply(t.Context(), say("a")); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			got := strings.Join(w.requests(), ", ")
			if got != "POST callback 4 a" && got != "POST callback 5, PATCH /messages/@original a" {
				t.Errorf("a reply after %s sent %s", at, got)
			}
			if r.State() != Replied {
				t.Errorf("the state is %s", r.State())
			}
		})
	}
}

func TestManyRepliesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{delay: time.Millisecond}
		r := respond(t, w, slashCommand, ResponderOptions{})
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := r.Reply(t.Context(), say("a")); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		first := 0
		for _, request := range w.requests() {
			if strings.HasPrefix(request, "POST callback") {
				first++
			}
		}
		if n := len(w.requests()); n != 20 || first != 1 {
			t.Errorf("%d requests, %d of them callbacks", n, first)
		}
	})
}

func TestAFailedAnswerCanBeGivenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{fail: 404}
		r := respond(t, w, slashCommand, ResponderOptions{})
		_, err := r.Reply(t.Context(), say("a"))
		if refused, ok := errors.AsType[*rest.Error](err); !ok || refused.Code != 10062 {
			t.Errorf("got %v", err)
		}
		if _, err := r.Reply(t.Context(), say("a")); err != nil || r.State() != Replied {
			t.Errorf("the second try: %v, %s", err, r.State())
		}
	})
}

func TestADeferralThatFailsIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := make(chan error, 1)
		respond(t, &wire{fail: 404}, slashCommand, ResponderOptions{Failed: func(err error) { told <- err }})
		if err := <-told; err == nil || !strings.Contains(err.Error(), "Unknown interaction") {
			t.Errorf("told %v", err)
		}
	})
}

func TestNothingIsDeferredAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		client, err := rest.New(rest.Options{BaseURL: "http://discord.test/api", HTTP: &http.Client{Transport: w}})
		if err != nil {
			t.Fatal(err)
		}
		o, err := discord.NewObject("Interaction", []byte(slashCommand))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		r := NewResponder(ctx, client, o, ResponderOptions{Failed: func(err error) { t.Errorf("told %v", err) }})
		stop()
		time.Sleep(time.Minute)
		if len(w.requests()) != 0 || r.State() != Fresh {
			t.Errorf("sent %q", w.requests())
		}
	})
}

func TestWaitingForAnotherAnswerEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := respond(t, &wire{delay: time.Second}, slashCommand, ResponderOptions{})
		go r.Reply(t.Context(), say("slow"))
		synctest.Wait()
		ctx, stop := context.WithTimeout(t.Context(), time.Millisecond)
		defer stop()
		if _, err := r.Reply(ctx, say("impatient")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		time.Sleep(time.Minute)
	})
}
