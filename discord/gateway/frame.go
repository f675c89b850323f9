package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"

	"cordial/discord"
)

// envelope is a frame of which the data is only located. name and data point into the frame.
type envelope struct {
	op   discord.Opcode
	seq  int64  // 0 for null
	name []byte // nil for null
	data []byte // nil when it is missing
}

// errFrame says that a frame is not what Discord sends.
var errFrame = errors.New("not a frame of the gateway's")

// scan reads a frame's op, s and t, and finds d without reading it. As in encoding/json, the last of several equal keys counts. d may
// still turn out to be no JSON.
//
// Discord writes d last. An object that comes when all else is known is taken to be what is left of the frame, without a look for its
// end: an event that nobody wants costs the same however long it is.
func scan(frame []byte) (envelope, error) {
	var e envelope
	s := scanner{rest: frame}
	if !s.token('{') {
		return e, errFrame
	}
	hasOp := false
	for first := true; !s.token('}'); first = false {
		if !first && !s.token(',') {
			return e, errFrame
		}
		key, ok := s.string()
		if !ok || !s.token(':') {
			return e, errFrame
		}
		if hasOp && e.seq > 0 && e.name != nil && string(key) == "d" && s.endsWithObject() {
			e.data = s.rest[: len(s.rest)-1 : len(s.rest)-1]
			return e, nil
		}
		value := s.value()
		if value == nil {
			return e, errFrame
		}
		if err := e.set(key, value, &hasOp); err != nil {
			return e, err
		}
	}
	if s.space(); len(s.rest) > 0 || !hasOp {
		return e, errFrame
	}
	return e, nil
}

// set takes over one of the frame's values.
func (e *envelope) set(key, value []byte, hasOp *bool) error {
	isNull := string(value) == "null"
	var ok bool
	switch string(key) {
	case "op":
		var op int64
		if op, ok = integer(value); !ok {
			return errFrame
		}
		e.op, *hasOp = discord.Opcode(op), true
	case "s":
		if e.seq, ok = integer(value); !ok && !isNull {
			return errFrame
		}
	case "t":
		if e.name, ok = text(value); !ok && !isNull {
			return errFrame
		}
	case "d":
		e.data = value
	}
	return nil
}

func integer(value []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(value), 10, 64)
	return n, err == nil
}

// text is what a JSON string says.
func text(value []byte) ([]byte, bool) {
	if len(value) < 2 || value[0] != '"' {
		return nil, false
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1], true
	}
	var s string
	err := json.Unmarshal(value, &s)
	return []byte(s), err == nil
}

// scanner walks over JSON. It finds where values end and leaves what is in them to others.
type scanner struct{ rest []byte }

func (s *scanner) space() {
	for len(s.rest) > 0 && (s.rest[0] == ' ' || s.rest[0] == '\n' || s.rest[0] == '\r' || s.rest[0] == '\t') {
		s.rest = s.rest[1:]
	}
}

// token passes over a character, if it is the next.
func (s *scanner) token(c byte) bool {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// string passes over a string and gives what it says.
func (s *scanner) string() ([]byte, bool) {
	s.space()
	n := stringEnd(s.rest)
	if n == 0 {
		return nil, false
	}
	value := s.rest[:n]
	s.rest = s.rest[n:]
	return text(value)
}

// value passes over a value and gives it, nil where there is none.
func (s *scanner) value() []byte {
	s.space()
	n := valueEnd(s.rest)
	if n == 0 {
		return nil
	}
	value := s.rest[:n:n]
	s.rest = s.rest[n:]
	return value
}

// endsWithObject reports whether what is left looks like an object and the brace that closes the frame.
func (s *scanner) endsWithObject() bool {
	return len(s.rest) > 2 && s.rest[0] == '{' && s.rest[len(s.rest)-2] == '}' && s.rest[len(s.rest)-1] == '}'
}

// valueEnd is the length of the value that b begins with, 0 if it is not complete.
func valueEnd(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	switch b[0] {
	case '"':
		return stringEnd(b)
	case '{', '[':
		return compoundEnd(b)
	}
	end := bytes.IndexAny(b, ",}] \t\r\n")
	if end < 0 {
		return 0 // nothing of the gateway's ends with a literal
	}
	return end
}

// compoundEnd is the length of the object or list that b begins with.
func compoundEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			n := stringEnd(b[i:])
			if n == 0 {
				return 0
			}
			i += n - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// stringEnd is the length of the string that b begins with, quotes included.
func stringEnd(b []byte) int {
	if len(b) == 0 || b[0] != '"' {
		return 0
	}
	for i := 1; ; {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return 0
		}
		i += n + 1
		escapes := 0
		for b[i-2-escapes] == '\\' { // ends at the opening quote at the latest
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
}

// eventNames holds the known events' names, so that naming an event allocates nothing.
var eventNames = func() map[string]string {
	names := map[string]string{}
	for _, e := range discord.Events() {
		names[e.Name] = e.Name
	}
	return names
}()

// event is the frame's name as a string.
func (e envelope) event() string {
	if name, ok := eventNames[string(e.name)]; ok {
		return name
	}
	return string(e.name)
}
