package luabind

import (
	"errors"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/runtime/bind"
)

// personVoice declares what people do in voice channels.
func (b *binding) personVoice() []bind.Func {
	return []bind.Func{
		p0("speak", "Says what a sound file holds in the voice channel that the person is in, and waits until it is said.",
			[]bind.Param{{Name: "path", Type: bind.String, Required: true, Doc: "Ogg Opus, WAV, MP3, Vorbis or FLAC"}},
			func(c *bind.Call, p *person) error {
				if err := b.mayPlay(c.String("path")); err != nil {
					return err
				}
				source, err := wait(c, func(w waiter) (audio.Source, error) { return audio.Open(w, c.String("path")) })
				if err != nil {
					return err
				}
				err = c.Wait(func(w waiter) error { return p.s.Speak(w, p.user.ID, source) })
				return errors.Join(err, source.Close())
			}),
		{
			Name: "heard", Doc: "Writes what the person has heard of somebody in voice to a file, the extension being the format: of the bot, if nobody is named.",
			Params: []bind.Param{
				{Name: "path", Type: bind.String, Required: true}, {Name: "from", Type: userID, Named: true, Doc: "whom"},
			},
			Call: personMethod(func(c *bind.Call, p *person) (any, error) {
				if err := b.mayWrite(c.String("path")); err != nil {
					return nil, err
				}
				from := p.s.Info().ApplicationID // a bot has its application's id
				if c.Has("from") {
					from = bind.Get[discord.Snowflake](c, "from")
				}
				return nil, c.Wait(func(waiter) error { return p.s.SaveHeard(p.user.ID, from, c.String("path")) })
			}),
			Example: `sandbox.user("nathan"):heard("what-the-bot-played.wav")`,
		},
	}
}
