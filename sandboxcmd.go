package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/jonboulle/clockwork"

	"cordial/discord/sandbox"
)

type sandboxCommand struct {
	Addr   string `default:"127.0.0.1:0" help:"Address of the REST API; port 0 takes a free one."`
	World  string `placeholder:"FILE" help:"Serve the world that a JSON file describes."`
	JSON   bool   `name:"json" help:"Print addresses and tokens as one line of JSON."`
	Dump   bool   `help:"Print the world as JSON, for --world, and end."`
	Routes bool   `help:"List the operations that are served, and end."`
}

// Run serves the sandbox until it is stopped by a signal.
func (c *sandboxCommand) Run(p *process, g *grammar) (err error) {
	if c.Routes {
		_, err := fmt.Fprintln(p.stdout, strings.Join(sandbox.Served(), "\n"))
		return err
	}
	world, err := c.world()
	if err != nil {
		return err
	}
	defer world.Close()
	if c.Dump {
		return world.Dump(p.stdout)
	}
	logger, err := p.logger(g, p.redactor.Writer(p.stderr), slog.LevelWarn)
	if err != nil {
		return err
	}
	server, err := sandbox.Start(sandbox.Options{World: world, Addr: c.Addr, Logger: logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	ctx, stop := p.interruptible(nil)
	defer stop()
	if err := c.announce(p.stdout, server.Info()); err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, "Serving until stopped (Ctrl-C).")
	<-ctx.Done()
	return nil
}

func (c *sandboxCommand) world() (*sandbox.World, error) {
	clock := clockwork.NewRealClock()
	if c.World == "" {
		return sandbox.DefaultWorld(clock), nil
	}
	file, err := os.Open(c.World)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &usageError{fmt.Sprintf("there is no file %s", c.World)}
	}
	if err != nil {
		return nil, &usageError{err.Error()}
	}
	defer file.Close()
	world, err := sandbox.LoadWorld(file, clock)
	if err != nil {
		return nil, &usageError{c.World + ": " + err.Error()}
	}
	return world, nil
}

// announce prints what other programs need to use the sandbox. Its tokens are
// good for nothing else, and are meant to be copied.
func (c *sandboxCommand) announce(w io.Writer, info sandbox.Info) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(info)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "api_url\t%s\n", info.APIURL)
	fmt.Fprintf(t, "gateway_url\t%s\n", info.GatewayURL)
	fmt.Fprintf(t, "cdn_url\t%s\n", info.CDNURL)
	fmt.Fprintf(t, "bot_token\t%s\n", info.BotToken)
	fmt.Fprintf(t, "application_id\t%s\n", info.ApplicationID)
	fmt.Fprintf(t, "guild_id\t%s\n", info.GuildID)
	fmt.Fprintln(t, "channels")
	for _, channel := range info.Channels {
		fmt.Fprintf(t, "  %s\t%s\n", channel.Name, channel.ID)
	}
	fmt.Fprintln(t, "users (name, token, id)")
	for _, user := range info.Users {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", user.Name, user.Token, user.ID)
	}
	return t.Flush()
}
