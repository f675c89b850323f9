package runtime

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// streams are the standard streams of a host: where print and io.write go, and
// what io.read reads.
type streams struct {
	in     *Input
	out    *sharedWriter
	err    *sharedWriter
	input  lua.LValue // of io.read: the standard input or a file of Lua's
	output lua.LValue // of io.write
}

// sharedWriter is an output that several goroutines write to: tasks, and the
// commands that they run.
type sharedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements [io.Writer].
func (s *sharedWriter) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(b)
}

// stream is a standard stream as a Lua object.
type stream struct {
	host *Host
	name string
}

// talk writes to the standard error.
func (s *streams) talk(text string) {
	// There is nobody left to tell that the standard error takes nothing.
	_, _ = io.WriteString(s.err, text)
}

func (s *streams) print(text string) error {
	_, err := io.WriteString(s.out, text)
	return err
}

func (h *Host) installStreams() {
	h.streams.in = NewInput(h.options.Stdin)
	h.streams.out = &sharedWriter{w: h.options.Stdout}
	h.streams.err = &sharedWriter{w: h.options.Stderr}
	h.registry.AddClass(h.streamClass())
	L := h.L
	lib := L.GetGlobal(lua.IoLibName).(*lua.LTable)
	for _, name := range []string{"stdin", "stdout", "stderr"} {
		lib.RawSetString(name, h.registry.Wrap("Stream", &stream{h, name}))
	}
	h.streams.input, h.streams.output = lib.RawGetString("stdin"), lib.RawGetString("stdout")
	original := func(name string) *lua.LFunction { return lib.RawGetString(name).(*lua.LFunction) }
	open, kind, closeFile, lines := original("open"), original("type"), original("close"), original("lines")
	for name, fn := range map[string]lua.LGFunction{
		"write":  func(L *lua.LState) int { return callMethod(L, h.streams.output, "write") },
		"read":   func(L *lua.LState) int { return callMethod(L, h.streams.input, "read") },
		"flush":  func(L *lua.LState) int { return callMethod(L, h.streams.output, "flush") },
		"input":  func(L *lua.LState) int { return redirect(L, &h.streams.input, open, "r") },
		"output": func(L *lua.LState) int { return redirect(L, &h.streams.output, open, "w") },
		"lines":  func(L *lua.LState) int { return h.ioLines(L, lines) },
		"type":   func(L *lua.LState) int { return ioType(L, kind) },
		"close":  func(L *lua.LState) int { return h.ioClose(L, closeFile) },
	} {
		lib.RawSetString(name, L.NewFunction(fn))
	}
	methods := L.GetTypeMetatable("FILE*").(*lua.LTable).RawGetString("__index").(*lua.LTable)
	read := methods.RawGetString("read").(*lua.LFunction).GFunction
	methods.RawSetString("read", L.NewFunction(func(L *lua.LState) int { return fileRead(L, read) }))
	L.SetGlobal("print", L.NewFunction(h.luaPrint))
}

func (h *Host) luaPrint(L *lua.LState) int {
	var line strings.Builder
	for i := 1; i <= L.GetTop(); i++ {
		if i > 1 {
			line.WriteByte('\t')
		}
		line.WriteString(L.ToStringMeta(L.Get(i)).String())
	}
	line.WriteByte('\n')
	if err := h.write(L, line.String(), false); err != nil {
		L.RaiseError("print: %s", err.Error())
	}
	return 0
}

// callMethod calls a method of v with the arguments on the stack.
func callMethod(L *lua.LState, v lua.LValue, name string) int {
	n := L.GetTop()
	L.Insert(v, 1)
	L.Insert(L.GetField(v, name), 1)
	L.Call(n+1, lua.MultRet)
	return L.GetTop()
}

// redirect is io.input and io.output: with a name it opens the file.
func redirect(L *lua.LState, current *lua.LValue, open *lua.LFunction, mode string) int {
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LString:
		L.Push(open)
		L.Push(v)
		L.Push(lua.LString(mode))
		L.Call(2, 2)
		if L.Get(-2) == lua.LNil {
			L.RaiseError("%s", L.Get(-1).String())
		}
		*current = L.Get(-2)
	default:
		*current = v
	}
	L.Push(*current)
	return 1
}

func (h *Host) ioLines(L *lua.LState, original *lua.LFunction) int {
	if L.Get(1) == lua.LNil {
		return callMethod(L, h.streams.input, "lines")
	}
	if _, err := os.Stat(L.CheckString(1)); err != nil { // of which gopher-lua says nothing
		L.RaiseError("io.lines: %s", err.Error())
	}
	L.Insert(original, 1)
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

// fileRead is the read of files. gopher-lua makes room for as many bytes as it
// is asked for, whatever the file has.
func fileRead(L *lua.LState, original lua.LGFunction) int {
	for i := 2; i <= L.GetTop(); i++ {
		if n, ok := L.Get(i).(lua.LNumber); ok && (n < 0 || n > maxString) {
			L.RaiseError("read: expected a number of bytes from 0 to %d, got %s; read a large file in parts", maxString, n.String())
		}
	}
	return original(L)
}

func ioType(L *lua.LState, original *lua.LFunction) int {
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if _, ok := ud.Value.(*stream); ok {
			L.Push(lua.LString("file"))
			return 1
		}
	}
	return original.GFunction(L)
}

func (h *Host) ioClose(L *lua.LState, original *lua.LFunction) int {
	if L.GetTop() == 0 {
		L.Push(h.streams.output)
	}
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if _, ok := ud.Value.(*stream); ok {
			L.RaiseError("io.close: the standard streams stay open")
		}
	}
	return original.GFunction(L)
}

func (h *Host) streamClass() bind.Class {
	rest := bind.Param{Name: "values", Type: bind.String, Rest: true}
	format := bind.Param{Name: "formats", Type: bind.Either(bind.Integer, bind.String), Rest: true,
		Doc: `"*l" a line, "*L" a line with its end, "*n" a number, "*a" all, or a number of bytes`}
	return bind.Class{
		Name: "Stream",
		Doc:  "A standard stream: io.stdin, io.stdout or io.stderr.",
		Methods: []bind.Func{
			{Name: "write", Doc: "Writes texts and numbers.", Params: []bind.Param{rest}, Returns: "the stream", Call: streamWrite},
			{Name: "read", Doc: "Reads, waiting for input; gives nil at the end.", Params: []bind.Param{format}, Returns: "string or number", Call: streamRead},
			{Name: "lines", Doc: "Walks the lines that are left.", Returns: "iterator", Call: streamLines,
				Example: "for line in io.stdin:lines() do print(line) end"},
			{Name: "flush", Doc: "Does nothing: the stream has no buffer.", Call: func(c *bind.Call) (any, error) { return c.Receiver, nil }},
		},
		ToString: func(self any) string { return "Stream(" + self.(*stream).name + ")" },
	}
}

func streamWrite(c *bind.Call) (any, error) {
	s := c.Self.(*stream)
	var text strings.Builder
	for _, v := range c.Args() {
		text.WriteString(v.(string))
	}
	switch s.name {
	case "stdout":
		return c.Receiver, s.host.write(c.L, text.String(), false)
	case "stderr":
		return c.Receiver, s.host.write(c.L, text.String(), true)
	default:
		return nil, fmt.Errorf("%s: %s cannot be written", c.Name(), s.name)
	}
}

func streamRead(c *bind.Call) (any, error) {
	formats := c.Args()
	if len(formats) == 0 {
		formats = []any{"*l"}
	}
	var values bind.Values
	for _, format := range formats {
		v, err := c.Self.(*stream).read(c, format)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if v == nil {
			break
		}
	}
	return values, nil
}

func streamLines(c *bind.Call) (any, error) {
	s := c.Self.(*stream)
	return bind.Iterator(func(c *bind.Call) (any, error) { return s.read(c, "*l") }), nil
}

func (s *stream) read(c *bind.Call, format any) (value any, err error) {
	if s.name != "stdin" {
		return nil, fmt.Errorf("%s: %s cannot be read", c.Name(), s.name)
	}
	err = c.Wait(func(ctx context.Context) error {
		return s.host.stdin(c.L).use(ctx, func(text *bufio.Reader) error {
			value, err = readFormat(text, format)
			return err
		})
	})
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	return value, err
}

func readFormat(in *bufio.Reader, format any) (any, error) {
	if n, ok := format.(int); ok {
		return readBytes(in, n)
	}
	switch strings.TrimPrefix(format.(string), "*") {
	case "l":
		line, err := readLine(in)
		return strings.TrimRight(line, "\r\n"), err
	case "L":
		return readLine(in)
	case "a":
		all, err := io.ReadAll(io.LimitReader(in, maxString))
		return string(all), err
	case "n":
		var n float64
		if _, err := fmt.Fscan(in, &n); err != nil {
			return nil, io.EOF
		}
		return n, nil
	default:
		return nil, fmt.Errorf(`read: unknown format %q; known are "*l", "*L", "*n", "*a" and a number of bytes`, format)
	}
}

func readBytes(in *bufio.Reader, n int) (any, error) {
	buf := make([]byte, min(max(n, 0), maxString))
	read, err := io.ReadFull(in, buf)
	if read > 0 || n == 0 {
		err = nil
	}
	return string(buf[:read]), err
}
