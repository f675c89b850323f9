package luabind

import (
	"fmt"
	"regexp"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/gateway"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// errorClass declares the error values that refused requests raise.
func errorClass() bind.Class {
	get := func(name, typ, doc string, of func(e *rest.Error) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return of(self.(*rest.Error)), nil }}
	}
	return bind.Class{
		Name: "DiscordError", Doc: "What a request that Discord refused raises.",
		Fields: []bind.Field{
			get("status", "number", "The HTTP status, such as 403.", func(e *rest.Error) any { return e.Status }),
			get("code", "number", "Discord's error code, such as 50013; 0 for none.", func(e *rest.Error) any { return e.Code }),
			get("message", "string", "Discord's words, such as Missing Permissions.", func(e *rest.Error) any { return e.Message }),
			get("errors", "list", "What is wrong with which field: {path=, code=, message=}.", fieldErrors),
			get("method", "string", "The request's HTTP method.", func(e *rest.Error) any { return e.Method }),
			get("path", "string", "The request's path.", func(e *rest.Error) any { return e.Path }),
			get("hint", "string", "What may help; empty when nothing is known.", func(e *rest.Error) any { return e.Hint }),
		},
		Methods: []bind.Func{{
			Name: "detail", Doc: "Describes the error with its field errors and hint, over several lines.", Returns: "string",
			Call: func(c *bind.Call) (any, error) { return c.Self.(*rest.Error).Detail(), nil },
		}},
		ToString: func(self any) string { return self.(*rest.Error).Error() },
	}
}

func fieldErrors(e *rest.Error) any {
	list := make([]any, len(e.Errors))
	for i, f := range e.Errors {
		list[i] = map[string]any{"path": f.Path, "code": f.Code, "message": f.Message}
	}
	return list
}

// clientErrorClass declares the error values of requests that got no answer from Discord: for want of a token, of a network, because
// they would have had to wait too long, or because the guard kept them back. Those of the gateway are such errors too.
func clientErrorClass() bind.Class {
	return bind.Class{
		Name: "ClientError", Doc: "What a request that got no answer raises, and what the gateway does when it fails.",
		Fields: []bind.Field{
			{Name: "kind", Type: "string", Doc: `"auth", "network", "rate_limit", "gateway", "read_only" or "guild".`, Get: func(self any) (any, error) { return errorKind(self), nil }},
			{Name: "message", Type: "string", Doc: "What happened, and what to do.", Get: func(self any) (any, error) { return self.(error).Error(), nil }},
			{Name: "method", Type: "string", Doc: "The request's HTTP method, when it is about one.", Get: func(self any) (any, error) { method, _ := requestOf(self); return method, nil }},
			{Name: "path", Type: "string", Doc: "The request's path, when it is about one.", Get: func(self any) (any, error) { _, path := requestOf(self); return path, nil }},
		},
		ToString: func(self any) string { return self.(error).Error() },
	}
}

// errorKind sorts the client's own errors; "" for any other value.
func errorKind(v any) string {
	switch v.(type) {
	case *rest.AuthError:
		return "auth"
	case *rest.NetworkError:
		return "network"
	case *rest.RateLimitError, *rest.QueueFullError, *rest.BreakerError:
		return "rate_limit"
	case *rest.ReadOnlyError:
		return "read_only"
	case *rest.GuildError:
		return "guild"
	case *gateway.CloseError, *gateway.LimitError, *gateway.ShardsError, *gateway.StoppedError, *gateway.SizeError, *gateway.QueueFullError, *gateway.NoAnswerError:
		return "gateway"
	}
	return ""
}

// requestOf is the request that an error of the client is about; nil for none.
func requestOf(v any) (method, path any) {
	switch e := v.(type) {
	case *rest.NetworkError:
		return e.Method, e.Path
	case *rest.RateLimitError:
		return e.Method, e.Path
	case *rest.ReadOnlyError:
		return orNil(e.Method), orNil(e.Path)
	case *rest.GuildError:
		return orNil(e.Method), orNil(e.Path)
	}
	return nil, nil
}

// orNil is nil for an empty text.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// convertError makes values of the errors that scripts and the command line tell apart; others are raised as text.
func (b *binding) convertError(v any) (lua.LValue, bool) {
	if e, ok := v.(*rest.Error); ok {
		return b.r.Wrap("DiscordError", e), true
	}
	if errorKind(v) != "" {
		return b.r.Wrap("ClientError", v), true
	}
	return nil, false
}

var placeInList = regexp.MustCompile(`\[(\d+)\]`)

// luaArgument is the error of an argument in the words of the script: the function that it called, and places counted from 1.
func luaArgument(c *bind.Call, e *rest.ArgumentError) error {
	where := placeInList.ReplaceAllStringFunc(e.Argument, func(place string) string {
		n, _ := strconv.Atoi(place[1 : len(place)-1]) // digits, by the pattern
		return fmt.Sprintf("[%d]", n+1)
	})
	if where != "" {
		where += ": "
	}
	return &bind.ArgumentError{Func: c.Name(), Reason: where + e.Message}
}
