package luatest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordial/runtime"
	"cordial/runtime/bind"
	"cordial/runtime/luatest"
)

// write makes a folder with files and works in it.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// open makes a host without Discord.
func open(w *luatest.World) (*luatest.Opened, error) {
	h := runtime.New(runtime.Options{Stdin: strings.NewReader(""), Stdout: w.Output, Stderr: w.Output, Clock: w.Clock})
	return &luatest.Opened{Host: h, Close: h.Close}, nil
}

// run runs the tests of the working folder.
func run(t *testing.T, o luatest.Options) ([]luatest.Result, luatest.Summary) {
	t.Helper()
	files, err := luatest.Find([]string{"."})
	if err != nil {
		t.Fatal(err)
	}
	var results []luatest.Result
	o.Open, o.Report = open, func(r luatest.Result) { results = append(results, r) }
	if o.Parallel == 0 {
		o.Parallel = 2
	}
	return results, luatest.Run(context.Background(), files, o)
}

// runText runs tests that stand in a_test.lua.
func runText(t *testing.T, source string, o luatest.Options) []luatest.Result {
	t.Helper()
	write(t, map[string]string{"a_test.lua": source})
	results, _ := run(t, o)
	return results
}

// only is the body of the one test of a file.
func only(body string) string { return "test(\"it\", function(t)\n" + body + "\nend)" }

func TestExpectationsThatAreMet(t *testing.T) {
	for _, body := range []string{
		`t.eq({a = {1, 2}, b = "x"}, {b = "x", a = {1, 2}})`,
		`local a, b = {}, {} a.self, b.self = a, b t.eq(a, b)`,
		`t.eq(nil, nil) t.eq(nil, nil, "message") t.ne(nil, 1) t.ne(1, nil)`,
		`t.ne({1}, {2}) t.ne(1, "1")`,
		`assert(t.ok("value") == "value")`,
		`local a, b = t.match("from 3 to 4", "(%d) to (%d)") t.eq({a, b}, {"3", "4"})`,
		`t.eq(t.match("abc", "b."), "bc")`,
		`t.eq(t.raises(function() error({code = 7}) end, {code = 7}).code, 7)`,
		`t.raises(function() error("no such otter") end, "such (%a+)")`,
		`t.raises(function() t.eq(1, 2) end, "got 1, want 2")`,
		`t.expect_error("otter") spawn(function() error("an otter") end)`,
		`local n = 0 after("10s", function() n = 1 end) t.eq(t.eventually(function() return n == 1 and "done" end, {timeout = "10s"}), "done")`,
		`local n = 0 t.eventually(function() n = n + 1 sleep(1) t.eq(n, 3) return true end)`,
		`local begun = os.time() sleep("3d") t.eq(os.time() - begun, 3 * 24 * 60 * 60)`,
	} {
		results := runText(t, only(body), luatest.Options{})
		if len(results) != 1 || results[0].Status != luatest.Passed {
			t.Errorf("%s: %+v", body, results)
		}
	}
}

func TestFailuresSayWhatWasExpectedAndWhere(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{`t.eq(1, 2)`, "a_test.lua:2: t.eq: got 1, want 2"},
		{`t.eq(1, 2, "the sum")`, "a_test.lua:2: t.eq: the sum: got 1, want 2"},
		{`t.eq(1)`, "a_test.lua:2: t.eq: want is required: t.eq(got, want, [message])"},
		{`t.eq()`, "a_test.lua:2: t.eq: got is required"},
		{`t.ne(1)`, "a_test.lua:2: t.ne: other is required"},
		{`t.eq(1, nil)`, "a_test.lua:2: t.eq: got 1, want nil"},
		{`t.eq(0/0, 0/0)`, "a_test.lua:2: t.eq: got NaN, want NaN, which equals nothing, itself neither; t.ok(x ~= x) finds it"},
		{`t.eq("1", 1)`, `a_test.lua:2: t.eq: got "1", want 1`},
		{`t.eq({a = 1, b = {2, 3}, c = "x"}, {a = 1, b = {2, 4}, d = 1})`,
			"a_test.lua:2: t.eq: the tables differ:\n  .b[2]: got 3, want 4\n  .c: not expected, got \"x\"\n  .d: missing, want 1"},
		{`t.eq("a\nb\nc", "a\nx\nc")`, "a_test.lua:2: t.eq: the texts differ (-want +got):\n  a\n- x\n+ b\n  c"},
		{`t.ne({1}, {1})`, "a_test.lua:2: t.ne: both are {1}"},
		{`t.ok(nil)`, "a_test.lua:2: t.ok: got nil"},
		{`t.match("abc", "x")`, `a_test.lua:2: t.match: "abc" does not fit the pattern "x"`},
		{`t.match(7, "x")`, "a_test.lua:2: t.match: expected a text, got 7"},
		{`t.match("abc", "(")`, `a_test.lua:2: t.match: the pattern "(" is malformed`},
		{`t.raises(function() end)`, "a_test.lua:2: t.raises: the function has not raised an error"},
		{`t.raises(function() error("a", 0) end, "b")`, "a_test.lua:2: t.raises: the error does not fit the pattern \"b\":\na"},
		{`t.raises(function() error({code = 7}) end, {code = 8})`, "a_test.lua:2: t.raises: the error's code: got 7, want 8"},
		{`t.eventually(function() return false end)`, "a_test.lua:2: t.eventually: a_test.lua:2 has not become true in 5s; it has returned false"},
		{`t.eventually(function() end, {timeout = 60})`, "a_test.lua:2 has not become true in 1m0s; it has returned nothing"},
		{`t.eventually(function() error("not yet") end)`, "has not become true in 5s; its last error:\na_test.lua:2: not yet"},
		{`t.expect_error("never")`, `t.expect_error: no task has failed with an error that fits "never"`},
		{`spawn(function() error("in a task") end)`, "failed: a_test.lua:2: in a task"},
		{`after("1s", function() local x = nil; x() end) sleep(2)`, "failed: a_test.lua:2: "},
		{`t.load("nowhere.lua")`, "a_test.lua:2: t.load: there is no file nowhere.lua"},
		{`test("inner", function() end)`, `a_test.lua:2: test: "inner" is declared inside another test`},
		{`os.exit(3) print("not reached")`, "the script called os.exit(3)\n\ta_test.lua:2: in function <a_test.lua:1>"},
		{`gather(function() sleep("90d") end)`, "its clock has gone on for 30 days"},
		{`t.cleanup(function() error("at the end") end)`, "a_test.lua:2: at the end"},
	} {
		results := runText(t, only(tt.body), luatest.Options{})
		if len(results) != 1 || results[0].Status != luatest.Failed || len(results[0].Failed) != 1 {
			t.Errorf("%s: %+v", tt.body, results)
		} else if got := results[0].Failed[0]; !strings.Contains(got, tt.want) {
			t.Errorf("%s: (-want +got)\n%s", tt.body, cmp.Diff(tt.want, got))
		}
	}
}

// Of values that are large a failure shows where they differ, and no more.
func TestFailuresAreShort(t *testing.T) {
	for _, tt := range []struct {
		body string
		want []string
	}{
		{`local x = ("x"):rep(1e6) t.eq(x .. "got" .. x, x .. "want" .. x)`, []string{`got …xx`, `xgotx`, `want …xx`, `xwantx`}},
		{`local x = ("é"):rep(1e5) t.eq("a\n" .. x .. "got", "a\n" .. x .. "want")`, []string{"\n  a\n- …é", "éwant\n+ …é", "égot"}},
		{`local x = ("x\n"):rep(1e5) t.eq(x .. "got" .. ("x"):rep(1e5), x .. "want")`, []string{"- want\n+ gotx", "x…"}},
		{`local function list(v) for i = 1, 2e4 do v = {next = v} end return v end t.eq(list(1), list(2))`, []string{".next.next", "…: got 1, want 2"}},
		{`t.eq({[("k"):rep(1e6)] = 1}, {})`, []string{`kkk…: not expected, got 1`}},
		{`t.match(("x"):rep(1e6), "y")`, []string{`xxx… does not fit the pattern "y"`}},
	} {
		results := runText(t, only(tt.body), luatest.Options{})
		got := strings.Join(results[0].Failed, "\n")
		if len(got) > 8000 {
			t.Errorf("%s: the failure has %d bytes", tt.body, len(got))
		}
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is missing in %s", tt.body, want, got)
			}
		}
	}
}

// A test may print more than is kept of it, as long as it looks at it now and then.
func TestOutputIsBoundedByWhatIsUnread(t *testing.T) {
	results := runText(t, only(`
local line = ("x"):rep(1023)
for n = 1, 3 do
  for i = 1, 250 do print(line) end
  t.eq(#t.output(), 250 * 1024)
end
t.eq(t.output(), "")
for i = 1, 257 do print(line) end
t.raises(t.output, "t%.output: more than 256 KB were printed since the last call")
print("after")
t.eq(t.output(), "after\n")`), luatest.Options{})
	if len(results) != 1 || results[0].Status != luatest.Passed || len(results[0].Output) > 257<<10 {
		t.Errorf("%s %q, %d bytes of output", results[0].Status, results[0].Failed, len(results[0].Output))
	}
}

func TestTestsThatAreNotThereAgainFail(t *testing.T) {
	write(t, map[string]string{"a_test.lua": `
local f = io.open("seen")
test(f and "second" or "first", function() end)
io.open("seen", "w"):close()`})
	results, _ := run(t, luatest.Options{})
	if len(results) != 1 || len(results[0].Failed) != 1 || !strings.HasPrefix(results[0].Failed[0], `the file has no test "first" any more`) {
		t.Errorf("%+v", results)
	}
}

func TestTestsThatHangAreEnded(t *testing.T) {
	results := runText(t, only("local n = 0\nwhile true do n = n + 1 end"), luatest.Options{Timeout: 500 * time.Millisecond})
	want := "the test has taken longer than 500ms of real time; --timeout allows more\n\ta_test.lua:3: in function <a_test.lua:1>"
	if len(results) != 1 || !slices.Equal(results[0].Failed, []string{want}) {
		t.Errorf("%+v", results)
	}
}

func TestFilesThatAreNoTests(t *testing.T) {
	for _, tt := range []struct{ source, want string }{
		{"local = 1", "a_test.lua:1:7: unexpected '='"},
		{"error('at the top')", "a_test.lua:1: at the top"},
		{"local x = 1", `a_test.lua has no test: test("name", function(t) … end)`},
		{"for i = 1, 2 do test('same', function() end) end", `there are two tests called "same"`},
		{"test('no function')", "fn"},
	} {
		results := runText(t, tt.source, luatest.Options{})
		if len(results) != 1 || results[0].Status != luatest.Failed || results[0].Name != "" || !strings.Contains(results[0].Failed[0], tt.want) {
			t.Errorf("%s: %+v, want %q", tt.source, results, tt.want)
		}
	}
}

func TestScriptsThatAreLoaded(t *testing.T) {
	write(t, map[string]string{
		"fails.lua":  "local function deep() error('deep') end\ndeep()",
		"object.lua": "error({status = 404})",
		"broken.lua": "local = 3",
		"exits.lua":  "os.exit(tonumber(arg[1]))",
		"given.lua":  "given = {...}",
		"a_test.lua": `
test("fails", function(t) t.load("fails.lua") end)
test("breaks", function(t) t.load("broken.lua") end)
test("exits badly", function(t) t.load("exits.lua", "4") end)
test("exits well", function(t) t.load("exits.lua", "0") end)
test("gets its arguments", function(t) t.load("given.lua", "a", "b") t.eq(given, {"a", "b"}) end)
test("raises an object", function(t) t.raises(function() t.load("object.lua") end, {status = 404}) end)`,
	})
	results, summary := run(t, luatest.Options{})
	if summary.Passed != 3 || summary.Failed != 3 {
		t.Errorf("%+v", summary)
	}
	for i, want := range []string{
		"a_test.lua:2: fails.lua:1: deep\n\tfails.lua:1: in function 'deep'\n\tfails.lua:2: in main chunk",
		"a_test.lua:3: broken.lua:1:7: unexpected '='",
		"the script called os.exit(4)",
	} {
		if got := strings.Join(results[i].Failed, "\n"); !strings.Contains(got, want) {
			t.Errorf("%s: (-want +got)\n%s", results[i].Name, cmp.Diff(want, got))
		}
	}
}

func TestCleanupsRunHoweverTheTestEnds(t *testing.T) {
	const source = `
test("fails", function(t)
  t.cleanup(function() print("first") end)
  t.cleanup(function() print("second") end)
  error("it")
end)
test("is skipped", function(t)
  t.cleanup(function() print("cleaned") end)
  t.skip("not on Mondays")
  error("not reached")
end)`
	results := runText(t, source, luatest.Options{})
	if got := results[0].Output; got != "second\nfirst\n" {
		t.Errorf("output %q", got)
	}
	if r := results[1]; r.Status != luatest.Skipped || r.Reason != "not on Mondays" || r.Output != "cleaned\n" {
		t.Errorf("%+v", r)
	}
}

func TestTestsShareNothing(t *testing.T) {
	write(t, map[string]string{"counts.lua": "count = (count or 0) + 1", "a_test.lua": `
n = (n or 0) + 1
for i = 1, 20 do
  test("test " .. i, function(t)
    t.load("counts.lua")
    t.eq({n, count}, {1, 1})
    sleep(i)
    t.eq(os.time(), 1780304400 + i)
  end)
end`})
	if _, summary := run(t, luatest.Options{Parallel: 8}); summary.Passed != 20 {
		t.Errorf("%+v", summary)
	}
}

func TestPatternChoosesAndResultsComeInOrder(t *testing.T) {
	write(t, map[string]string{
		"a_test.lua": `test("one", function() sleep(5) end) test("two", function() end)`,
		"b_test.lua": `test("one more", function() end)`,
	})
	results, _ := run(t, luatest.Options{Pattern: regexp.MustCompile("^one"), Parallel: 4})
	var names []string
	for _, r := range results {
		names = append(names, r.File+" "+r.Name)
	}
	if diff := cmp.Diff([]string{"a_test.lua one", "b_test.lua one more"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestInterruptedTestsEnd(t *testing.T) {
	for name, body := range map[string]string{
		"busy":             "interrupt() while true do end",
		"busy at the side": "spawn(function() interrupt() while true do end end) sleep(0)",
		"busy in the end":  "spawn(function() interrupt() while true do end end)",
	} {
		t.Run(name, func(t *testing.T) {
			write(t, map[string]string{"a_test.lua": only(body)})
			ctx, cancel := context.WithCancelCause(t.Context())
			opened := func(w *luatest.World) (*luatest.Opened, error) {
				o, err := open(w)
				o.Registry().AddFunc(bind.Func{Name: "interrupt", Call: func(*bind.Call) (any, error) {
					cancel(runtime.ErrInterrupted)
					return nil, nil
				}})
				return o, err
			}
			summary := luatest.Run(ctx, []string{"a_test.lua"}, luatest.Options{Open: opened, Parallel: 1})
			if summary.Failed != 1 {
				t.Errorf("%+v", summary)
			}
		})
	}
}

func TestHostThatDoesNotOpenFailsTheTests(t *testing.T) {
	write(t, map[string]string{"a_test.lua": only("")})
	var results []luatest.Result
	luatest.Run(context.Background(), []string{"a_test.lua"}, luatest.Options{
		Open:   func(*luatest.World) (*luatest.Opened, error) { return nil, fmt.Errorf("no sandbox today") },
		Report: func(r luatest.Result) { results = append(results, r) },
	})
	if len(results) != 1 || !slices.Equal(results[0].Failed, []string{"no sandbox today"}) {
		t.Errorf("%+v", results)
	}
}

func TestFind(t *testing.T) {
	write(t, map[string]string{"a_test.lua": "", "b.lua": "", "notes.txt": ""})
	for _, folder := range []string{"sub", ".hidden"} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "c_test.lua"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		paths, want []string
		wrong       string
	}{
		{paths: []string{"."}, want: []string{"a_test.lua", filepath.Join("sub", "c_test.lua")}},
		{paths: []string{"a_test.lua", ".", "b.lua"}, want: []string{"a_test.lua", "b.lua", filepath.Join("sub", "c_test.lua")}},
		{paths: []string{".hidden"}, want: []string{filepath.Join(".hidden", "c_test.lua")}},
		{paths: []string{"nowhere"}, wrong: "there is no file or folder nowhere"},
		{paths: []string{"notes.txt"}, wrong: "notes.txt is no Lua file"},
	} {
		got, err := luatest.Find(tt.paths)
		if fmt.Sprint(err) != tt.wrong && !(err == nil && tt.wrong == "") {
			t.Errorf("Find(%v): %v, want %q", tt.paths, err, tt.wrong)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Find(%v): %s", tt.paths, diff)
		}
	}
}
