package attach

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"cordial/runtime/repl"
)

// Protocol is the version of the protocol that this package speaks.
const Protocol = 1

// maxFrame bounds a frame, in bytes.
const maxFrame = 4 << 20

// maxPart bounds the text in one frame of a longer text.
const maxPart = 32 << 10

// maxSource bounds what is evaluated at a time; in base64 it fits into a frame.
const maxSource = 2 << 20

// maxError bounds the text of an error.
const maxError = 64 << 10

// Info says which script it is that runs.
type Info struct {
	Script  string    `json:"script"` // its name
	Path    string    `json:"path"`
	PID     int       `json:"pid"`
	Since   time.Time `json:"since"`
	Version string    `json:"version"` // of cordial
}

func (i Info) String() string { return fmt.Sprintf("%s (pid %d)", i.Script, i.PID) }

// The types of frames.
const (
	typeHello    = "hello"
	typeEval     = "eval"
	typeTail     = "tail"
	typeCancel   = "cancel"
	typeComplete = "complete"
	typeTasks    = "tasks"
	typeStop     = "stop"
	typeAnswer   = "answer"
	typeOut      = "out"
	typeValue    = "value"
	typeAsk      = "ask"
	typeDone     = "done"
	typeFound    = "found"
	typeBye      = "bye"
)

// How something has ended.
const (
	endError       = "error"
	endInterrupted = "interrupted"
	endExit        = "exit" // by os.exit of this client
	endOver        = "over" // because the script ends
	endEOF         = "eof"
)

// frame is a message of either side. The package's documentation says which
// type has which members.
type frame struct {
	Type       string           `json:"type"`
	ID         int64            `json:"id,omitempty"`
	Protocol   int              `json:"protocol,omitempty"`
	Info       *Info            `json:"info,omitempty"`
	Columns    int              `json:"columns,omitempty"`
	Name       string           `json:"name,omitempty"`
	Events     []string         `json:"events,omitempty"`
	Task       int64            `json:"task,omitempty"`
	Data       []byte           `json:"data,omitempty"`
	Text       string           `json:"text,omitempty"`
	Stderr     bool             `json:"stderr,omitempty"`
	Yes        bool             `json:"yes,omitempty"`
	Asks       bool             `json:"asks,omitempty"`
	End        string           `json:"end,omitempty"`
	Completion *repl.Completion `json:"completion,omitempty"`
}

var errTooLong = errors.New("a frame is longer than 4 MB")

// encode writes a frame as a line.
func encode(f frame) []byte {
	line, err := json.Marshal(f)
	if err != nil {
		panic(err) // there is nothing in a frame that JSON does not have
	}
	return append(line, '\n')
}

// frameReader reads frames.
type frameReader struct{ *bufio.Reader }

func newFrameReader(r io.Reader) frameReader { return frameReader{bufio.NewReader(r)} }

// next reads a frame. The error is io.EOF between two frames only.
func (r frameReader) next() (frame, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > maxFrame {
			return frame{}, errTooLong
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return decode(line)
		case err == io.EOF && len(line) > 0:
			return frame{}, io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return frame{}, err
		}
	}
}

func decode(line []byte) (frame, error) {
	var f frame
	if err := json.Unmarshal(line, &f); err != nil {
		return frame{}, fmt.Errorf("what came is no frame: %w", err)
	}
	if f.Type == "" {
		return frame{}, errors.New("what came is no frame: it has no type")
	}
	return f, nil
}

// parts splits a text so that each part fits into a frame.
func parts(text string) []string {
	var list []string
	for len(text) > maxPart {
		list = append(list, text[:maxPart])
		text = text[maxPart:]
	}
	return append(list, text)
}
