package runtime

import (
	"errors"
	"strings"
	"testing"
)

func TestDeny(t *testing.T) {
	tests := []struct {
		deny   string // separated by commas
		source string
		want   string // "" for no error
	}{
		{"io", `io.open("x")`, "io.open is denied (--deny io)"},
		{"io", `io.popen("ls")`, "io.popen is denied (--deny io)"},
		{"io", `for _ in io.lines("x") do end`, "--deny io"},
		{"io", `require("io").open("x")`, "--deny io"},
		{"io", `package.loaded.io.open("x")`, "--deny io"},
		{"io", `dofile("x.lua")`, "dofile is denied (--deny io)"},
		{"io", `loadfile("x.lua")`, "loadfile is denied (--deny io)"},
		{"io", `os.remove("x")`, "os.remove is denied (--deny io)"},
		{"io", `os.execute("rm x")`, "os.execute is denied (--deny io)"},
		{"io", `io.stdout:write("x")`, "--deny io"},
		{"io", `print(os.time(), os.getenv("HOME"))`, ""},
		{"os", `os.execute("ls")`, "os.execute is denied (--deny os)"},
		{"os", `os.getenv("HOME")`, "os.getenv is denied (--deny os)"},
		{"os", `os.rename("a", "b")`, "--deny os"},
		{"os", `io.popen("ls")`, "io.popen is denied (--deny os)"},
		{"os", `return os.time(), os.date(), os.clock(), os.difftime(2, 1)`, ""},
		{"os", `io.write("fine")`, ""},
		{"net", `os.execute("curl")`, "--deny net"},
		{"net,json", `json.encode(1)`, "json.encode is denied (--deny json)"},
		{"json", `require("cordial.json").encode(1)`, "--deny json"},
		{"io", `assert(rawget(io, "open") == nil and next(io) == nil)`, ""},
		{"io", `package.path = "/etc/hostname"; require("x")`, "module 'x' was not found"},
	}
	for _, test := range tests {
		h := New(Options{Stdout: &strings.Builder{}, Stderr: &strings.Builder{}})
		if err := h.Deny(strings.Split(test.deny, ",")...); err != nil {
			t.Fatal(err)
		}
		_, err := h.Eval(t.Context(), "test", test.source)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("--deny %s: %s: %v, want %q", test.deny, test.source, err, test.want)
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestDenyUnknown(t *testing.T) {
	h := New(Options{})
	defer h.Close()
	err := h.Deny("jsn")
	if _, ok := errors.AsType[*UnknownDenialError](err); !ok || !strings.Contains(err.Error(), "did you mean json?") {
		t.Errorf("%v", err)
	}
	if err := h.Denied(DenyIO, "files"); err != nil {
		t.Errorf("%v", err)
	}
}
