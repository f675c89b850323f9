// Command caller serves the sandbox and is a bot of cordial's in its voice channels, beside which another program has its own. It prints
// what cordial sandbox --json prints, then reads requests, a line of JSON each, and prints what came of each, also a line of JSON. It ends
// with its input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"cordial/discord"
	"cordial/discord/sandbox"
	"cordial/discord/sandbox/voice"
	"cordial/discord/voice/record"
	"cordial/discord/voice/rtp"
)

// request is something that cordial's bot is to do.
type request struct {
	// Do is "join", "leave", "secure", which tells how the end-to-end encryption stands, "record", "stop", which ends the recording, or
	// "play", which takes as long as the file.
	Do      string            `json:"do"`
	Channel discord.Snowflake `json:"channel"` // to join
	User    discord.Snowflake `json:"user"`    // whom the bot is to verify
	Path    string            `json:"path"`    // of the file to record to or to play
}

// reply is what came of it.
type reply struct {
	Version      int               `json:"version"`      // of the end-to-end encryption
	PrivacyCode  string            `json:"privacy_code"` // 30 digits, which are the same for all in the call
	Verification string            `json:"verification"` // 45 digits, which the user has to see as well
	Recording    *record.Recording `json:"recording,omitempty"`
	Error        string            `json:"error,omitempty"`
}

func main() {
	mode := flag.String("mode", string(rtp.AES256GCM), "the encryption of packets that the voice server offers")
	plain := flag.Bool("plain", false, "let clients without end-to-end encryption in")
	flag.Parse()
	o := voice.Options{Modes: []rtp.Mode{rtp.Mode(*mode)}}
	if *plain {
		o.DAVE = voice.DAVEAllowed
	}
	if err := run(o, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(o voice.Options, in io.Reader, out io.Writer) (err error) {
	server, err := sandbox.Start(sandbox.Options{Voice: o})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	b, err := newBot(server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	write := json.NewEncoder(out)
	if err := write.Encode(server.Info()); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		answer, err := b.answer(lines.Bytes())
		if err != nil {
			answer.Error = err.Error()
		}
		if err := write.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// answer does what a line asks for.
func (b *bot) answer(line []byte) (reply, error) {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return reply{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	switch r.Do {
	case "join":
		return reply{}, b.join(ctx, r.Channel)
	case "leave":
		return reply{}, b.connection.Leave(ctx)
	case "secure":
		e := b.connection.E2EE()
		return reply{Version: e.Version, PrivacyCode: e.Code, Verification: b.connection.VerificationCode(r.User)}, nil
	case "record":
		return reply{}, b.record(r.Path)
	case "stop":
		recording, err := b.stopRecording()
		return reply{Recording: recording}, err
	case "play":
		return reply{}, b.play(ctx, r.Path)
	}
	return reply{}, fmt.Errorf("the bot cannot %q", r.Do)
}
