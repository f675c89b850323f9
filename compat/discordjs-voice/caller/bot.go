package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log"
	"net/http"
	"slices"
	"time"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/play"
	"cordial/discord/voice/record"
)

// patience is how long a request may take.
const patience = 30 * time.Second

// bot is a client of cordial's.
type bot struct {
	guild    discord.Snowflake
	stop     context.CancelFunc // ends the client
	stopped  chan error
	channels *voice.Manager

	connection *voice.Connection // to the channel that was joined last
	recorder   *record.Recorder
	deafen     func() // ends what the recorder hears
}

// newBot logs in. The voice server is reached over TLS, as Discord's is.
func newBot(server *sandbox.Server) (*bot, error) {
	info := server.Info()
	api, err := rest.New(rest.Options{Token: info.BotToken, BaseURL: info.APIURL})
	if err != nil {
		return nil, err
	}
	b := &bot{guild: info.GuildID, stopped: make(chan error, 1)}
	client, err := gateway.New(gateway.Options{
		Token: info.BotToken, Rest: api, Intents: discord.IntentGuilds | discord.IntentGuildVoiceStates,
		Interested: func(event string) bool { return slices.Contains(voice.Events(), event) },
		Handle:     func(e *gateway.Event) { b.channels.Handle(e.Type, e.Data) },
	})
	if err != nil {
		return nil, err
	}
	trusting := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: server.Voice().CertPool()}}
	b.channels = voice.NewManager(voice.Options{
		User: info.ApplicationID, Gateway: client, HTTP: &http.Client{Transport: trusting},
		OnNotice: func(n voice.Notice) { log.Print(n) },
	})
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	go func() { b.stopped <- client.Run(ctx) }()
	return b, nil
}

// close leaves all channels and logs out.
func (b *bot) close() error {
	err := b.channels.Close()
	b.stop()
	return errors.Join(err, <-b.stopped)
}

func (b *bot) join(ctx context.Context, channel discord.Snowflake) (err error) {
	b.connection, err = b.channels.Join(ctx, b.guild, channel, voice.JoinOptions{})
	return err
}

// record begins to record everybody.
func (b *bot) record(path string) (err error) {
	if b.recorder, err = record.Start(path, record.Options{}); err != nil {
		return err
	}
	b.deafen = b.connection.Listen(b.recorder.Packet)
	return nil
}

// stopRecording ends the recording and tells what is in it.
func (b *bot) stopRecording() (*record.Recording, error) {
	b.deafen()
	made, err := b.recorder.Stop()
	return &made, err
}

// play plays a file from its beginning to its end.
func (b *bot) play(ctx context.Context, path string) error {
	source, err := audio.Open(ctx, path)
	if err != nil {
		return err
	}
	return play.Start(ctx, mouth{b.connection}, source, play.Options{}).Wait(ctx)
}

// mouth is where a playback goes.
type mouth struct{ *voice.Connection }

// Speaking tells the others whether the bot speaks.
func (m mouth) Speaking(on bool) error {
	if on {
		return m.Connection.Speaking(voice.Microphone)
	}
	return m.Connection.Speaking(0)
}
