package voice_test

import (
	"context"
	"fmt"

	"cordial/discord"
	"cordial/discord/voice"
)

// ExampleManager joins a channel and tells of what it hears. The gateway's client has UpdateVoiceState, and its Handle is given to
// the manager's.
func ExampleManager() {
	join := func(ctx context.Context, gateway voice.Gateway, events <-chan [2]string) error {
		manager := voice.NewManager(voice.Options{
			User: "1327047046393453636", Gateway: gateway,
			OnNotice: func(n voice.Notice) { fmt.Println(n) },
		})
		defer manager.Close()
		go func() {
			for event := range events {
				manager.Handle(event[0], []byte(event[1]))
			}
		}()
		vc, err := manager.Join(ctx, "81384788765712384", "381870553235193857", voice.JoinOptions{})
		if err != nil {
			return err
		}
		defer vc.Listen(func(p voice.Packet) { fmt.Println(p.User, "says", len(p.Opus), "bytes") })()
		defer vc.OnSpeaking(func(user discord.Snowflake, flags voice.SpeakingFlags) { fmt.Println(user, flags) })()
		<-vc.Done()
		return vc.Err()
	}
	_ = join
}
