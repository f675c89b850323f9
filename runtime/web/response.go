package web

import (
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"cordial/runtime"
	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// Response is the answer to a request.
type Response struct {
	method  string
	status  int
	header  http.Header
	body    string
	url     string // after redirects
	path    string // of the file that it was saved to
	size    int64  // of the body, in bytes
	elapsed time.Duration
}

func (r *Response) ok() bool { return 200 <= r.status && r.status < 300 }

// String is the answer in short: Response(200, application/json, 1.2 kB).
func (r *Response) String() string {
	parts := []string{strconv.Itoa(r.status)}
	if kind, _, err := mime.ParseMediaType(r.header.Get("Content-Type")); err == nil {
		parts = append(parts, kind)
	}
	return "Response(" + strings.Join(append(parts, size(r.size)), ", ") + ")"
}

// size is a number of bytes for a person.
func size(n int64) string {
	value, unit := float64(n), "B"
	for _, larger := range []string{"kB", "MB", "GB", "TB"} {
		if value < 999.5 {
			break
		}
		value, unit = value/1000, larger
	}
	if unit == "B" || value >= 99.95 || value == float64(int64(value)) {
		return fmt.Sprintf("%.0f %s", value, unit)
	}
	return fmt.Sprintf("%.1f %s", value, unit)
}

func responseClass() bind.Class {
	get := func(name, typ, doc string, of func(r *Response) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return of(self.(*Response)), nil }}
	}
	return bind.Class{
		Name: "Response", Doc: "The answer to a request.",
		Fields: []bind.Field{
			get("status", "number", "The status, such as 200 or 404.", func(r *Response) any { return r.status }),
			get("ok", "boolean", "Whether the status is one of 200 to 299.", func(r *Response) any { return r.ok() }),
			get("headers", "Headers", `The headers: resp.headers["content-type"], in any case.`, func(r *Response) any { return r.header }),
			get("body", "string", "The body; empty when it was saved.", func(r *Response) any { return r.body }),
			get("size", "number", "The length of the body in bytes, also of one that was saved.", func(r *Response) any { return r.size }),
			get("url", "string", "The address that answered, after redirects.", func(r *Response) any { return r.url }),
			get("elapsed", "number", "The seconds from the call to the end of the body.", func(r *Response) any { return r.elapsed }),
			get("path", "string", "The file that the body was saved to; nil when it was not.", func(r *Response) any {
				if r.path == "" {
					return nil
				}
				return r.path
			}),
		},
		Methods: []bind.Func{{
			Name: "json", Doc: "Reads the body as json.decode does. What is not JSON raises an HTTPError.", Returns: "any",
			Params:  []bind.Param{{Name: "nulls", Type: bind.Boolean, Doc: "gives json.null in objects too"}},
			Example: `local city = http.get("https://example.com/weather.json"):json().city`,
			Call:    func(c *bind.Call) (any, error) { return c.Self.(*Response).json(c.L, c.Bool("nulls")) },
		}},
		ToString: func(self any) string { return self.(*Response).String() },
	}
}

func (r *Response) json(L *lua.LState, nulls bool) (lua.LValue, error) {
	value, err := runtime.DecodeJSON(L, r.body, nulls)
	if err == nil {
		return value, nil
	}
	reason := fmt.Sprintf("%s is not JSON: %s", r, err)
	if r.path != "" {
		reason = "the answer was saved to " + r.path + "; read it from there"
	}
	return nil, &Error{Kind: kindJSON, Method: r.method, URL: r.url, Reason: reason, Response: r, Err: err}
}

// headersClass declares the headers of an answer.
func headersClass() bind.Class {
	return bind.Class{
		Name: "Headers", Doc: `The headers of an answer: headers["Content-Type"], headers.content_type. Several of one name are joined by ", ".`,
		Index: func(self any, key string) (any, bool, error) {
			values := valuesOf(self, key)
			return strings.Join(values, ", "), len(values) > 0, nil
		},
		Keys: func(self any) []string { return slices.Sorted(maps.Keys(self.(http.Header))) },
		Methods: []bind.Func{{
			Name: "all", Doc: "Lists the values of a header that is there several times, such as Set-Cookie.", Returns: "list of string",
			Params:  []bind.Param{{Name: "name", Type: bind.String, Required: true}},
			Example: `for _, cookie in ipairs(resp.headers:all("set-cookie")) do print(cookie) end`,
			Call:    func(c *bind.Call) (any, error) { return append([]string{}, valuesOf(c.Self, c.String("name"))...), nil },
		}},
		ToString: func(self any) string {
			header := self.(http.Header)
			var lines []string
			for _, name := range slices.Sorted(maps.Keys(header)) {
				for _, value := range header[name] {
					lines = append(lines, name+": "+value)
				}
			}
			return strings.Join(lines, "\n")
		},
	}
}

// valuesOf finds the values of a header, also by a name that could be a field's: content_type.
func valuesOf(self any, name string) []string {
	header := self.(http.Header)
	if values := header[textproto.CanonicalMIMEHeaderKey(name)]; len(values) > 0 {
		return values
	}
	return header[textproto.CanonicalMIMEHeaderKey(strings.ReplaceAll(name, "_", "-"))]
}

// convert makes Lua values of what the module gives.
func convert(r *bind.Registry) func(v any) (lua.LValue, bool) {
	return func(v any) (lua.LValue, bool) {
		switch v := v.(type) {
		case *Response:
			return r.Wrap("Response", v), true
		case http.Header:
			return r.Wrap("Headers", v), true
		case *Error:
			return r.Wrap("HTTPError", v), true
		}
		return nil, false
	}
}
