package luatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// maxRequest bounds the body of a request to t.serve, in bytes.
const maxRequest = 64 << 20

// serving declares the function that plays a web server.
func (t *trial) serving() bind.Func {
	return bind.Func{
		Name: "serve", Doc: "Plays a web server for the module http, until the end of the test. The function gets a request (method, path, host, " +
			"query, headers, body, and json, form, files if that is what was sent) and returns the answer: the text of a page, or {status=200, headers=, body=, json=}. " +
			"A body may be a function that gives piece after piece.",
		Params:  []bind.Param{fnParam, {Name: "at", Type: bind.String, Named: true, Doc: `the site that it plays, such as "https://api.example.com"`}},
		Returns: "its address",
		Example: "local base = t.serve(function(req)\n  return {json = {city = req.query.city, temp = 21}}\nend)\nt.eq(http.get(base .. \"/weather\", {query = {city = \"Berlin\"}}):json().temp, 21)",
		Call:    t.serve,
	}
}

func (t *trial) serve(c *bind.Call) (any, error) {
	listener, err := t.world.Network.Listen("tcp", "")
	if err != nil {
		return nil, err
	}
	base := "http://" + listener.Addr().String()
	if at := c.String("at"); at != "" {
		site, err := url.Parse(at)
		if err != nil || site.Host == "" || site.Scheme != "http" && site.Scheme != "https" || strings.Trim(site.Path, "/") != "" {
			return nil, errors.Join(fmt.Errorf(`t.serve: at: expected a site such as "https://api.example.com", got %q`, at), listener.Close())
		}
		base = site.Scheme + "://" + site.Host
		t.world.Network.name(site, listener.Addr().String())
	}
	t.play(listener, &site{t, c.Func("fn")})
	return base, nil
}

// play serves a site until the end of the test. What it is asked for then is cancelled; the host waits for the tasks that answer.
func (t *trial) play(listener net.Listener, s *site) {
	ctx, cancel := context.WithCancel(t.ctx)
	played := &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0), BaseContext: func(net.Listener) context.Context { return ctx }}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = played.Serve(listener) // until it is closed
	}()
	t.servers = append(t.servers, func() {
		cancel()
		_ = played.Close() // it ends all the same
		<-served
	})
}

// site answers requests with a function of the test.
type site struct {
	trial *trial
	fn    *lua.LFunction
}

// ServeHTTP has the test's function answer, in a task of its own.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	var a *answer
	err = s.do(r, s.fn, func(L *lua.LState) lua.LValue { return s.request(L, r, string(body)) }, func(L *lua.LState, v lua.LValue) (err error) {
		a, err = answerOf(L, v)
		return err
	})
	if err != nil {
		http.Error(w, runtime.Explain(err), http.StatusInternalServerError)
		return
	}
	for name, value := range a.header {
		w.Header()[name] = value
	}
	w.WriteHeader(a.status)
	if _, err := io.WriteString(w, a.body); err == nil && a.pieces != nil {
		s.stream(w, r, a.pieces)
	}
}

// stream sends what a function gives until it gives nil. An error of it ends the connection before the end of the answer.
func (s *site) stream(w http.ResponseWriter, r *http.Request, pieces *lua.LFunction) {
	flush := http.NewResponseController(w).Flush
	for err := flush(); err == nil; err = flush() {
		var piece string
		more := false
		err := s.do(r, pieces, nil, func(L *lua.LState, v lua.LValue) error {
			if more = v != lua.LNil; !more {
				return nil
			}
			text, err := bind.String.From(L, v)
			if err != nil {
				return fmt.Errorf("t.serve: a piece of the body: %w", err)
			}
			piece = text.(string)
			return nil
		})
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if !more {
			return
		}
		if _, err := io.WriteString(w, piece); err != nil {
			return
		}
	}
}

// do calls a function as a task, which ends when nobody waits for the answer any more. Its error fails the test.
func (s *site) do(r *http.Request, fn *lua.LFunction, arg func(*lua.LState) lua.LValue, then func(*lua.LState, lua.LValue) error) error {
	t, name := s.trial, "t.serve "+r.Method+" "+r.URL.Path
	return t.host.Do(r.Context(), name, func(L *lua.LState) error {
		var args []lua.LValue
		if arg != nil {
			args = append(args, arg(L))
		}
		results, err := t.host.Call(L, fn, append(args, lua.LNil)...)
		if err == nil {
			err = then(L, append(results, lua.LNil)[0])
		}
		if err != nil && r.Context().Err() == nil {
			t.taskFailed(name, err)
		}
		return err
	})
}

// request is what the test's function gets.
func (s *site) request(L *lua.LState, r *http.Request, body string) lua.LValue {
	fields := map[string]any{
		"method": r.Method, "path": r.URL.Path, "host": r.Host, "query": valuesOf(r.URL.Query()), "headers": r.Header, "body": body,
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		if value, err := runtime.DecodeJSON(L, body, true); err == nil {
			fields["json"] = value
		}
	case kind == "application/x-www-form-urlencoded":
		if form, err := url.ParseQuery(body); err == nil {
			fields["form"] = valuesOf(form)
		}
	case kind == "multipart/form-data":
		r.Body = io.NopCloser(strings.NewReader(body))
		if err := r.ParseMultipartForm(maxRequest); err == nil {
			fields["form"], fields["files"] = valuesOf(r.MultipartForm.Value), filesOf(r)
		}
	}
	return bind.Of(L).ToLua(fields)
}

// valuesOf is a table of names: a text, or a list of several.
func valuesOf(values map[string][]string) map[string]any {
	table := map[string]any{}
	for name, all := range values {
		list := make([]any, len(all))
		for i, text := range all {
			list[i] = text
		}
		table[name] = oneOrAll(list)
	}
	return table
}

func oneOrAll(list []any) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// filesOf are the files of a form: {name=, type=, data=}, or a list of several.
func filesOf(r *http.Request) map[string]any {
	table := map[string]any{}
	for field, files := range r.MultipartForm.File {
		var list []any
		for _, file := range files {
			var data bytes.Buffer
			if f, err := file.Open(); err == nil {
				_, _ = io.Copy(&data, f) // from memory
				_ = f.Close()
			}
			list = append(list, map[string]any{"name": file.Filename, "type": file.Header.Get("Content-Type"), "data": data.String()})
		}
		table[field] = oneOrAll(list)
	}
	return table
}
