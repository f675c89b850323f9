package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"

	"cordial/runtime"
	"cordial/runtime/repl"
)

// raw is a client that speaks frames, and reads only what it wants to.
type raw struct {
	net.Conn
	frameReader
}

// dialRaw connects and says hello.
func dialRaw(t *testing.T, b *bot) *raw {
	t.Helper()
	conn, err := net.Dial("unix", b.server.Path())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	r := &raw{conn, newFrameReader(conn)}
	if hello := r.read(t); hello.Type != typeHello || hello.Protocol != Protocol || hello.Info.Script != "bot" {
		t.Errorf("the server says %+v", hello)
	}
	r.write(t, frame{Type: typeHello, Protocol: Protocol})
	return r
}

func (r *raw) write(t *testing.T, f frame) {
	t.Helper()
	if _, err := r.Write(encode(f)); err != nil {
		t.Fatal(err)
	}
}

func (r *raw) read(t *testing.T) frame {
	t.Helper()
	f, err := r.next()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// expectBye reads up to the end of the connection.
func (r *raw) expectBye(t *testing.T, text string) {
	t.Helper()
	for {
		f, err := r.next()
		if err != nil {
			t.Fatalf("%v before bye", err)
		}
		if f.Type != typeBye {
			continue
		}
		if !strings.Contains(f.Text, text) {
			t.Errorf("bye: %q, want %q", f.Text, text)
		}
		if _, err := r.next(); err == nil {
			t.Error("more comes after bye")
		}
		return
	}
}

func TestWhatIsNoFrameEndsTheConnection(t *testing.T) {
	b := start(t, nil)
	for sent, want := range map[string]string{
		"hello\n":                          "no frame",
		"{}\n":                             "it has no type",
		`{"type":"dance"}` + "\n":          `no frame of the type "dance"`,
		strings.Repeat("x", maxFrame+8192): "longer than 4 MB",
		`{"type":"eval","id":1,"data":"c2xlZXAoMTAwMCk="}` + "\n" + `{"type":"eval","id":2}` + "\n": "one thing at a time",
	} {
		r := dialRaw(t, b)
		go io.WriteString(r, sent)
		r.expectBye(t, want)
	}
	conn, err := net.Dial("unix", b.server.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := &raw{conn, newFrameReader(conn)}
	r.write(t, frame{Type: typeHello, Protocol: 99})
	r.expectBye(t, "cordial 1.2, which does not speak version 99")
}

func TestAnotherProtocolIsExplained(t *testing.T) {
	b := start(t, nil)
	b.stop(t)
	l, path, err := b.place.listen("future", 77)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Write(encode(frame{Type: typeHello, Protocol: 99, Info: &Info{Script: "future", PID: 77, Version: "9.9"}}))
			conn.Close()
		}
	}()
	want := "future (pid 77) runs with cordial 9.9, which speaks version 99 of the protocol of attach, and this one version 1; attach with that cordial, or run the script with this one"
	if _, err := Dial(context.Background(), Running{Socket: path}, ClientOptions{}); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	list, err := List(context.Background(), b.place)
	if err != nil || len(list) != 1 || list[0].Script != "future" || list[0].Err.Error() != want {
		t.Errorf("the list is %+v, %v", list, err)
	}
}

func TestKilledScript(t *testing.T) {
	near, far := net.Pipe()
	far.Close()
	c := &Client{info: Info{Script: "bot", PID: 5}, conn: near}
	if err := c.listen(newFrameReader(near)); err.Error() != "bot (pid 5): the connection broke off; the script was killed, perhaps" {
		t.Errorf("got %v", err)
	}
}

func TestStuckScript(t *testing.T) {
	b := start(t, nil)
	p := attachTo(t, b, nil)
	if table, err := p.Tasks(t.Context()); err != nil || table != "" {
		t.Errorf("without a task: %q, %v", table, err)
	}
	if _, err := b.Spawn("endless", b.Registry().L.NewFunctionFromProto(compiled(t, "while true do end"))); err != nil {
		t.Fatal(err)
	}
	table, err := p.Tasks(t.Context())
	if err != nil || !strings.Contains(table, "endless") {
		t.Fatalf("%s%v", table, err)
	}
	r := dialRaw(t, b)
	for i, asked := range []frame{{Type: typeComplete, Data: []byte("pri")}, {Type: typeEval, Data: []byte("1")}} {
		asked.ID = int64(i + 1)
		r.write(t, asked)
		r.write(t, frame{Type: typeCancel, ID: asked.ID})
		answer := r.read(t)
		if offered := answer.Completion != nil && len(answer.Completion.Candidates) > 0; answer.ID != asked.ID || offered || answer.Data != nil {
			t.Errorf("%s is answered with %+v", asked.Type, answer)
		}
	}
	if err := p.Cancel(t.Context(), 99); err == nil || err.Error() != "there is no task 99" {
		t.Errorf("got %v", err)
	}
	if err := p.Cancel(t.Context(), b.Tasks()[0].ID()); err != nil {
		t.Error(err)
	}
	p.eval(t, "1", "1\n")
}

func compiled(t *testing.T, source string) *lua.FunctionProto {
	t.Helper()
	chunk, err := parse.Parse(strings.NewReader(source), "bot")
	if err != nil {
		t.Fatal(err)
	}
	proto, err := lua.Compile(chunk, "bot")
	if err != nil {
		t.Fatal(err)
	}
	return proto
}

// A client that takes nothing holds up what it evaluates, and nothing else.
func TestStuckClient(t *testing.T) {
	b := start(t, nil)
	r := dialRaw(t, b)
	r.write(t, frame{Type: typeEval, ID: 1, Data: []byte(`n = 0 for i = 1, 100000 do print(("x"):rep(1000)) n = i end`)})
	for waits := false; !waits; {
		values, err := b.Eval(context.Background(), "bot", "sleep(0.001) return n")
		if err != nil {
			t.Fatal(err)
		}
		if values[0].String() == "100000" {
			t.Fatal("it did not wait")
		}
		tasks := b.Tasks()
		waits = values[0].String() != "nil" && len(tasks) == 1 && tasks[0].Status() == runtime.Waiting
	}
	p := attachTo(t, b, nil)
	p.eval(t, "1", "1\n")
	b.stop(t)
}

func TestSlowTailLeavesLinesOut(t *testing.T) {
	shows := make(chan func(line func() string), 1)
	b := start(t, func(o *Options) {
		o.Events = func(_ []string, show func(line func() string)) (func(), error) {
			shows <- show
			return func() {}, nil
		}
	})
	r := dialRaw(t, b)
	r.write(t, frame{Type: typeTail, ID: 1, Name: tailEvents})
	show := <-shows
	const total = 20_000
	for i := range total {
		show(func() string { return fmt.Sprintf("%d %s", i, strings.Repeat("x", 1000)) })
	}
	show(func() string { return "the last" })
	shown, left := 0, 0
	for {
		f := r.read(t)
		if f.Type != typeOut {
			t.Fatalf("got %+v", f)
		}
		if f.Stderr {
			n := 0
			if _, err := fmt.Sscanf(string(f.Data), "… %d lines are left out", &n); err != nil {
				t.Fatalf("%q: %v", f.Data, err)
			}
			left += n
			continue
		}
		if strings.HasPrefix(string(f.Data), "the last") {
			break
		}
		shown++
	}
	if left == 0 || shown+left != total {
		t.Errorf("%d lines are shown and %d left out, of %d", shown, left, total)
	}
}

func TestFramesGoAndCome(t *testing.T) {
	want := []frame{
		{Type: typeHello, Protocol: 3, Info: &Info{Script: "bot", Path: "/bot.lua", PID: 7, Since: time.Unix(1e9, 0).UTC(), Version: "1"}, Columns: 80},
		{Type: typeOut, Data: []byte("\xff\x00\n"), Stderr: true},
		{Type: typeFound, ID: 5, Completion: &repl.Completion{Start: 2, Candidates: []repl.Candidate{{Text: "a", Kind: "method"}}}},
		{Type: typeTail, ID: 6, Name: tailEvents, Events: []string{"READY"}},
	}
	var text strings.Builder
	for _, f := range want {
		text.Write(encode(f))
	}
	r := newFrameReader(strings.NewReader(text.String()))
	var got []frame
	for {
		f, err := r.next()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, f)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What comes over a socket never panics, and what was read can be written and
// read again.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("{\"type\":\"eval\",\"id\":1,\"data\":\"MQ==\"}\n{\"type\":\"bye\"}\n"))
	f.Add([]byte("{\"type\":\"hello\",\"info\":{\"since\":\"2026-01-02T03:04:05Z\"}}\n"))
	f.Add([]byte("{\"type\":\"done\"}"))
	f.Add([]byte("\n\n[]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := newFrameReader(strings.NewReader(string(data)))
		for {
			read, err := r.next()
			if err != nil {
				if err == io.EOF && len(data) > 0 && data[len(data)-1] != '\n' {
					t.Error("the end of half a frame is no end")
				}
				return
			}
			again, err := newFrameReader(strings.NewReader(string(encode(read)))).next()
			if err != nil && !errors.Is(err, errTooLong) {
				t.Fatalf("%+v cannot be read again: %v", read, err)
			}
			if diff := cmp.Diff(encode(read), encode(again)); err == nil && diff != "" {
				t.Errorf("read again (-first +second):\n%s", diff)
			}
		}
	})
}

func FuzzSocketNames(f *testing.F) {
	f.Add("bot", 12)
	f.Add("my-bot.lua", 1)
	f.Add("../../etc/ü", 4_000_000)
	f.Fuzz(func(t *testing.T, script string, pid int) {
		pid &= 1<<31 - 1
		name := socketName("/state/attach", script, pid)
		if name != filepath.Base(name) || strings.HasPrefix(name, ".") || len("/state/attach/."+name) > maxPath {
			t.Errorf("%q", name)
		}
		if _, got := parseSocketName("/state/attach/" + name); got != pid {
			t.Errorf("%q has the number %d, want %d", name, got, pid)
		}
	})
}
