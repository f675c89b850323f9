package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// JSONSyntaxError says where a text is not JSON.
type JSONSyntaxError struct {
	Line, Column int
	Reason       string
}

func (e *JSONSyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

func decodeJSON(L *lua.LState, text string, nulls bool) (lua.LValue, error) {
	d := jsonDecoder{L: L, tokens: json.NewDecoder(strings.NewReader(text)), text: text, nulls: nulls}
	d.tokens.UseNumber()
	d.null = bind.Of(L).Null()
	v, err := d.value(0)
	if err != nil {
		return nil, err
	}
	end := int(d.tokens.InputOffset())
	if _, err := d.tokens.Token(); !errors.Is(err, io.EOF) {
		rest := strings.TrimLeft(text[end:], " \t\r\n")
		return nil, d.failAt(len(text)-len(rest), "text after the end of the value")
	}
	return v, nil
}

type jsonDecoder struct {
	L      *lua.LState
	tokens *json.Decoder
	text   string
	nulls  bool
	null   lua.LValue
}

// next reads a token.
func (d *jsonDecoder) next() (json.Token, error) {
	token, err := d.tokens.Token()
	if err == nil {
		return token, nil
	}
	// The tokens' own errors do not say exactly where.
	var whole json.RawMessage
	syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal([]byte(d.text), &whole))
	if !ok || strings.HasPrefix(syntax.Error(), "unexpected end") {
		return nil, d.failAt(len(d.text), "unexpected end of the text")
	}
	return nil, d.failAt(int(syntax.Offset)-1, syntax.Error())
}

func (d *jsonDecoder) fail(reason string) error {
	return d.failAt(int(d.tokens.InputOffset()), reason)
}

func (d *jsonDecoder) failAt(offset int, reason string) error {
	before := d.text[:max(0, min(offset, len(d.text)))]
	line := strings.Count(before, "\n") + 1
	return &JSONSyntaxError{Line: line, Column: len(before) - strings.LastIndexByte(before, '\n'), Reason: reason}
}

func (d *jsonDecoder) value(depth int) (lua.LValue, error) {
	token, err := d.next()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case nil:
		return d.null, nil
	case bool:
		return lua.LBool(token), nil
	case string:
		return lua.LString(token), nil
	case json.Number:
		return d.number(string(token))
	}
	if depth == jsonDepth {
		return nil, d.fail(fmt.Sprintf("more than %d lists and objects inside one another", jsonDepth))
	}
	if token == json.Delim('[') {
		return d.list(depth + 1)
	}
	return d.object(depth + 1)
}

// number keeps the digits of an integer that a Lua number cannot hold, such as
// an id.
func (d *jsonDecoder) number(literal string) (lua.LValue, error) {
	if !strings.ContainsAny(literal, ".eE") {
		n, err := strconv.ParseInt(literal, 10, 64)
		if err != nil || n > 1<<53 || n < -1<<53 {
			return lua.LString(literal), nil
		}
		return lua.LNumber(n), nil
	}
	n, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return nil, d.fail("the number " + literal + " is too large")
	}
	return lua.LNumber(n), nil
}

func (d *jsonDecoder) list(depth int) (lua.LValue, error) {
	table := d.L.NewTable()
	table.Metatable = d.L.GetTypeMetatable(arrayMark)
	for i := 1; d.tokens.More(); i++ {
		v, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		table.RawSetInt(i, v)
	}
	_, err := d.next()
	return table, err
}

// object marks what it reads, so that an empty object stays one, and the keys
// keep their order, when it is written again.
func (d *jsonDecoder) object(depth int) (lua.LValue, error) {
	table := d.L.NewTable()
	table.Metatable = d.L.GetTypeMetatable(objectMark)
	for d.tokens.More() {
		key, err := d.next()
		if err != nil {
			return nil, err
		}
		v, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		if v != d.null || d.nulls {
			table.RawSetString(key.(string), v)
		}
	}
	_, err := d.next()
	return table, err
}
