// Command people serves the sandbox and lets another program act as the people in it. It prints what cordial sandbox --json prints,
// then reads requests, a line of JSON each, and prints what came of each, also a line of JSON. It ends with its input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"cordial/discord"
	"cordial/discord/sandbox"
)

// request is something that a person does.
type request struct {
	User    string            `json:"user"`
	Channel discord.Snowflake `json:"channel"`
	Message discord.Snowflake `json:"message"`
	Do      string            `json:"do"`   // "slash", "click", "select" or "submit", which answers the modal that came last
	Name    string            `json:"name"` // of a command, or the custom_id of a component
	Options map[string]any    `json:"options"`
	Values  []string          `json:"values"`
}

// reply is what the person sees of it.
type reply struct {
	Status  sandbox.OutcomeStatus `json:"status"`
	Message *sandbox.Message      `json:"message,omitempty"`
	Modal   map[string]any        `json:"modal,omitempty"`
	Error   string                `json:"error,omitempty"`
}

// settleTime is how long an answer that was deferred is waited for.
const settleTime = 10 * time.Second

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(in io.Reader, out io.Writer) (err error) {
	server, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	write := json.NewEncoder(out)
	if err := write.Encode(server.Info()); err != nil {
		return err
	}
	p := people{world: server.World()}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		answer, err := p.answer(lines.Bytes())
		if err != nil {
			answer.Error = err.Error()
		}
		if err := write.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// people acts for the people of a world.
type people struct {
	world *sandbox.World
	last  *sandbox.Interaction
}

// answer does what a line asks for.
func (p *people) answer(line []byte) (reply, error) {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return reply{}, err
	}
	user, err := p.world.PersonNamed(r.User)
	if err != nil {
		return reply{}, err
	}
	p.last, err = p.use(sandbox.Actor{User: user.ID}, r)
	if err != nil {
		return reply{}, err
	}
	o, err := p.world.Settled(context.Background(), p.last, settleTime)
	return reply{Status: o.Status, Message: o.Message, Modal: o.Modal, Error: o.Error}, err
}

func (p *people) use(actor sandbox.Actor, r request) (*sandbox.Interaction, error) {
	switch r.Do {
	case "slash":
		return p.world.UseCommand(actor, r.Channel, r.Name, r.Options)
	case "click":
		return p.world.Click(actor, r.Channel, r.Message, r.Name)
	case "select":
		return p.world.Select(actor, r.Channel, r.Message, r.Name, r.Values)
	case "submit":
		return p.world.SubmitModal(actor, p.last, r.Options)
	}
	return nil, fmt.Errorf("nobody can %q", r.Do)
}
