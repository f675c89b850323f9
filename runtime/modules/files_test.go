package modules_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cordial/runtime"
	"cordial/runtime/modules"
)

// scripts runs scripts in a folder.
type scripts struct {
	t       testing.TB
	dir     string
	options modules.Options
	secrets []string        // variables that scripts do not get
	said    strings.Builder // on the standard error
}

// newScripts makes a folder for scripts, with another one beside it that holds a secret.
func newScripts(t testing.TB) (s *scripts, outside string) {
	t.Helper()
	top := t.TempDir()
	s = &scripts{t: t, dir: filepath.Join(top, "script"), options: modules.Options{TempDir: top}}
	outside = filepath.Join(top, "outside")
	for _, dir := range []string{s.dir, outside} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(outside, "secret"), "secret")
	return s, outside
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func link(t testing.TB, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

// run runs a script and returns what it has printed.
func (s *scripts) run(source string) (string, error) {
	s.t.Helper()
	var out strings.Builder
	host := runtime.New(runtime.Options{Stdout: &out, Stderr: &s.said, Getenv: lookup, Secrets: s.secrets})
	host.SetDir(s.dir)
	modules.Install(host, s.options)
	err := host.RunString(context.Background(), "test.lua", source)
	return out.String(), errors.Join(err, host.Close())
}

// must is run for a script that has to succeed.
func (s *scripts) must(source string) string {
	s.t.Helper()
	out, err := s.run(source)
	if err != nil {
		s.t.Fatalf("%s: %v", source, err)
	}
	return strings.TrimSuffix(out, "\n")
}

func TestLinksDoNotLeadOut(t *testing.T) {
	s, outside := newScripts(t)
	link(t, outside, filepath.Join(s.dir, "folder"))
	link(t, "../outside", filepath.Join(s.dir, "relative"))
	link(t, filepath.Join(outside, "secret"), filepath.Join(s.dir, "file"))
	link(t, "..", filepath.Join(s.dir, "up"))
	write(t, filepath.Join(s.dir, "own"), "own")
	for _, call := range []string{
		`fs.read("file")`, `fs.read("folder/secret")`, `fs.read("relative/secret")`, `fs.read("up/outside/secret")`,
		`fs.append("file", "x")`, `fs.append("folder/new", "x")`, `fs.write("folder/secret", "x")`, `fs.write("up/outside/new", "x")`,
		`fs.lines("file")`, `fs.stat("file")`, `fs.exists("folder/secret")`, `fs.list("folder")`, `fs.walk("relative")`, `fs.mkdir("folder/new")`,
		`fs.remove("folder/secret")`, `fs.remove("up/outside", {recursive = true})`, `fs.copy("file", "copy")`, `fs.copy("own", "folder/new")`,
		`fs.move("folder/secret", "moved")`, `fs.move("own", "relative/new")`, `crypto.hash_file("file")`, `env.load("file")`,
		`for _ in csv.rows{path = "file"} do end`,
	} {
		if _, err := s.run(call); err == nil || !strings.Contains(err.Error(), "leads out of "+s.dir) {
			t.Errorf("%s: got %v, want an error that a link leads out", call, err)
		}
	}
	for _, call := range []string{`fs.read("../outside/secret")`, `fs.read("folder/../../outside/secret")`, `fs.read("` + outside + `/secret")`, `fs.write("..", "x")`} {
		if _, err := s.run(call); err == nil || !strings.Contains(err.Error(), "lies outside of what the script may use: its own folder "+s.dir+";") {
			t.Errorf("%s: got %v, want an error that it lies outside", call, err)
		}
	}
	if got := s.must(`print(#fs.glob("**/secret"), #fs.glob("folder/*"))`); got != "0\t0" {
		t.Errorf("glob followed a link: %s", got)
	}
	// What a link stands for stays, the link itself may go.
	s.must(`fs.write("file", "mine") fs.remove("up") fs.remove("folder", {recursive = true})`)
	entries, err := os.ReadDir(outside)
	if err != nil || len(entries) != 1 || read(t, filepath.Join(outside, "secret")) != "secret" {
		t.Errorf("the other folder was changed: %v, %v", entries, err)
	}
}

func TestLinksInsideAreFollowed(t *testing.T) {
	s, _ := newScripts(t)
	write(t, filepath.Join(s.dir, "a"), "text")
	link(t, "a", filepath.Join(s.dir, "b"))
	if got := s.must(`print(fs.read("b"), fs.stat("b").type) for path, info in fs.walk() do print(path, info.type) end`); got != "text\tfile\na\tfile\nb\tlink" {
		t.Errorf("got %s", got)
	}
}

// Somebody swaps a folder for a link that leads out, again and again, while a script reads in it.
func TestLinksThatComeLater(t *testing.T) {
	s, outside := newScripts(t)
	folder, link := filepath.Join(s.dir, "folder"), filepath.Join(s.dir, "link")
	if err := errors.Join(os.Mkdir(folder, 0o777), os.Symlink(outside, link)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "secret"), "own")
	stop := make(chan struct{})
	var swapping sync.WaitGroup
	swapping.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			aside := filepath.Join(s.dir, "aside")
			err := errors.Join(os.Rename(folder, aside), os.Rename(link, folder), os.Rename(folder, link), os.Rename(aside, folder))
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	got := s.must(`
		local seen = {}
		for i = 1, 3000 do
			local ok, text = pcall(fs.read, "folder/secret")
			if ok then seen[text] = true end
			pcall(fs.append, "folder/new", "x")
		end
		print(seen.secret)`)
	close(stop)
	swapping.Wait()
	if _, err := os.Stat(filepath.Join(outside, "new")); got != "nil" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the script read %s from outside, and wrote there: %v", got, err)
	}
}

func TestAllowedFolders(t *testing.T) {
	s, outside := newScripts(t)
	s.options.Allow = []string{outside}
	got := s.must(`
		print(fs.read("../outside/secret"), fs.read("` + outside + `/secret"))
		fs.write("x", "x")
		fs.move("x", "../outside/x")
		fs.copy("../outside/secret", "copy")
		print(fs.exists("x"), fs.read("../outside/x"), fs.read("copy"), #fs.glob("../outside/*"))
		print(pcall(fs.read, "../other"))`)
	want := "secret\tsecret\nfalse\tx\tsecret\t2\nfalse\ttest.lua:7: fs.read: ../other: lies outside of what the script may use: its own folder " +
		s.dir + ", " + outside + "; --allow-dir=FOLDER allows another"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// Every function that has to do with files asks whether they are denied: also those of fs, of which a script has none left then.
func TestDeniedFiles(t *testing.T) {
	s, _ := newScripts(t)
	write(t, filepath.Join(s.dir, "file"), "A=1\n")
	var out strings.Builder
	host := runtime.New(runtime.Options{Stdout: &out, Getenv: lookup})
	defer host.Close()
	host.SetDir(s.dir)
	modules.Install(host, s.options)
	for _, step := range []func() error{
		func() error {
			return host.RunString(t.Context(), "before", `own = {} for name, fn in pairs(fs) do own[name] = fn end`)
		},
		func() error { return host.Deny(runtime.DenyIO) },
		func() error {
			return host.RunString(t.Context(), "after", `
				own["crypto.hash_file"], own["env.load"] = crypto.hash_file, env.load
				own["csv.rows"] = function(path) return csv.rows{path = path} end
				local arguments = {temp = {}, write = {"file", ""}, append = {"file", ""}, move = {"file", "other"}, copy = {"file", "other"}}
				for name, fn in pairs(own) do
					local ok, err = pcall(fn, unpack(arguments[name] or {"file"}))
					if ok or not tostring(err):find("is denied (--deny io)", 1, true) then print(name, ok, err) end
				end`)
		},
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if out.String() != "" {
		t.Errorf("not refused: %s", out.String())
	}
	if entries, err := os.ReadDir(filepath.Dir(s.dir)); err != nil || len(entries) != 2 {
		t.Errorf("there is a new file: %v, %v", entries, err)
	}
}

func TestTemporaryFilesGo(t *testing.T) {
	s, _ := newScripts(t)
	path := s.must(`local path = fs.temp() fs.write(path, "x") print(path)`)
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", path, err)
	}
	if got := s.must(`print(fs.exists("a"))`); got != "false" {
		t.Errorf("got %s", got)
	}
}

// Who reads a file while it is written finds one text or another, whole.
func TestWritesAreWhole(t *testing.T) {
	s, _ := newScripts(t)
	path := filepath.Join(s.dir, "file")
	write(t, path, strings.Repeat("a", 100_000))
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.must(`for i = 1, 50 do fs.write("file", (i % 2 == 0 and "a" or "b"):rep(100000 + i)) end`)
	}()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		text := read(t, path)
		if len(text) < 100_000 || strings.Count(text, text[:1]) != len(text) {
			t.Fatalf("found %d bytes that begin with %q", len(text), text[:10])
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the mode became %v, %v", info.Mode(), err)
	}
}

func TestLinesOfAFileThatChanges(t *testing.T) {
	s, _ := newScripts(t)
	write(t, filepath.Join(s.dir, "file"), strings.Repeat("line\n", 100_000))
	for change, want := range map[string]string{
		`fs.write("file", "new\n")`:     "fs.lines: file: was replaced while it was read",
		`fs.remove("file")`:             "fs.lines: file: there is no such file",
		`fs.append("file", "appended")`: "",
	} {
		write(t, filepath.Join(s.dir, "file"), strings.Repeat("line\n", 100_000))
		_, err := s.run(`local n = 0 for line in fs.lines("file") do n = n + 1 if n == 1 then ` + change + ` end end assert(n == 100001)`)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", change, err, want)
		}
	}
}

func TestLargeFiles(t *testing.T) {
	s, _ := newScripts(t)
	path := filepath.Join(s.dir, "large")
	write(t, path, "first\n")
	if err := os.Truncate(path, 300<<20); err != nil { // which takes no room on the disk
		t.Fatal(err)
	}
	if got := s.must(`print(#fs.read("large", {offset = 1e6, limit = 10}), fs.read("large", {limit = 5}))`); got != "10\tfirst" {
		t.Errorf("got %s", got)
	}
	if _, err := s.run(`fs.read("large")`); err == nil || !strings.Contains(err.Error(), "fs.read: large: has 300 MB, too many for one string") {
		t.Errorf("reading it whole: %v", err)
	}
	if _, err := s.run(`for line in fs.lines("large") do end`); err == nil || !strings.Contains(err.Error(), "fs.lines: large: line 2: it is longer than 64 MB") {
		t.Errorf("reading a line: %v", err)
	}
}
