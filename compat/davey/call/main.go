// Command call hosts a voice call with end-to-end encryption: the voice server's side, and sessions of our own as members. Another
// program brings further members, with another implementation. It reads requests, a line of JSON each, and answers each with a line;
// it ends with its input.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
)

// request is what the other program asks for. Bytes are base64.
type request struct {
	Do string `json:"do"` // the name of a method of host

	User    uint64 `json:"user,string"`
	Channel uint64 `json:"channel,string"`
	Ours    bool   `json:"ours"`    // join: with a session of ours
	Version int    `json:"version"` // join: the highest that the client speaks

	Op         discord.VoiceOpcode `json:"op"` // send
	Binary     []byte              `json:"binary"`
	Transition uint16              `json:"transition"`

	From  uint64 `json:"from,string"` // decrypt: the sender; state: whom to compare codes with
	Frame []byte `json:"frame"`
}

// reply is what came of a request, and what the server has for the other program's members.
type reply struct {
	Error    string    `json:"error,omitempty"`
	Refused  string    `json:"refused,omitempty"` // why a commit does not count
	Messages []message `json:"messages,omitempty"`
	Busy     bool      `json:"busy,omitempty"` // our members have something to do: step

	Frame []byte `json:"frame,omitempty"`
	State *state `json:"state,omitempty"`
}

// message is one for a member of the other program.
type message struct {
	To         uint64              `json:"to,string"`
	Op         discord.VoiceOpcode `json:"op"`
	Binary     []byte              `json:"binary,omitempty"`
	Transition uint16              `json:"transition"`
	Version    int                 `json:"version"`
	Epoch      uint64              `json:"epoch"`
	Users      []string            `json:"users,omitempty"` // of Clients Connect
}

// state is how one of our members sees the call.
type state struct {
	Version  int      `json:"version"`
	Ready    bool     `json:"ready"`
	Epoch    uint64   `json:"epoch"`
	Members  []string `json:"members"`
	Code     string   `json:"code"`
	CodeWith string   `json:"code_with"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(in io.Reader, out io.Writer) error {
	var h *host
	write := json.NewEncoder(out)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return err
		}
		if r.Do == "begin" {
			h = &host{channel: r.Channel, server: delivery.New(r.Channel, dave.MaxVersion), members: map[uint64]*dave.Session{}}
		}
		if err := write.Encode(h.answer(r)); err != nil {
			return err
		}
	}
	return lines.Err()
}

// answer does what a request asks for.
func (h *host) answer(r request) (answer reply) {
	var err error
	switch r.Do {
	case "begin":
	case "join":
		h.join(r.User, r.Version, r.Ours)
	case "leave":
		h.leave(r.User)
	case "send":
		err = h.receive(r.User, dave.Message{Op: r.Op, Binary: r.Binary, Transition: r.Transition})
	case "step":
		err = h.step()
	case "revoke":
		h.post(h.server.Revoke())
	case "propose":
		h.post(h.server.Propose())
	case "break":
		h.broken = r.User
	case "encrypt":
		answer.Frame, err = h.members[r.User].Encrypt(nil, r.Frame)
	case "decrypt":
		answer.Frame, err = h.members[r.User].Decrypt(nil, r.From, r.Frame)
	case "state":
		answer.State = stateOf(h.members[r.User], r.From)
	default:
		err = fmt.Errorf("%q is not known", r.Do)
	}
	if err != nil {
		answer.Error = err.Error()
	}
	answer.Messages, h.outward = h.outward, nil
	answer.Busy = len(h.inward)+len(h.upward) > 0
	answer.Refused, h.refused = h.refused, ""
	return answer
}

func stateOf(s *dave.Session, other uint64) *state {
	now := s.State()
	st := &state{Version: now.Version, Ready: now.Ready, Epoch: now.Epoch, Code: now.Code, CodeWith: s.CodeWith(other)}
	for _, user := range s.Members() {
		st.Members = append(st.Members, fmt.Sprint(user))
	}
	return st
}
