package record_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/record"
)

// Everyone who talks on a connection is recorded to a file of their own, and a page tells of it.
func ExampleStart() {
	var conn *voice.Connection // from Manager.Join
	if conn == nil {
		return // nothing to hear in an example
	}
	recorder, err := record.Start("meeting.ogg", record.Options{Mix: true, Split: time.Hour})
	if err != nil {
		log.Fatal(err)
	}
	stopListening := conn.Listen(recorder.Packet)
	time.Sleep(2 * time.Hour)
	stopListening()
	recording, err := recorder.Stop()
	if err != nil {
		log.Print(err) // a file is not whole; the others are
	}
	for _, user := range recording.Users() {
		track := recording.Speakers[user]
		fmt.Println(user, track.Path, track.Spoken())
	}
	if err := recording.Report(context.Background(), "meeting.html"); err != nil {
		log.Print(err)
	}
}

// Each stretch of speech comes as a clip, ready for a service that transcribes.
func ExampleListen() {
	var conn *voice.Connection // from Manager.Join
	if conn == nil {
		return // nothing to hear in an example
	}
	listener := record.Listen(record.UtteranceOptions{Users: []discord.Snowflake{"175928847299117063"}}, func(clip *record.Clip) {
		wav, err := clip.Bytes("wav")
		if err != nil {
			log.Print(err)
			return
		}
		os.Stdout.Write(wav)
	})
	defer listener.Stop()
	defer conn.Listen(listener.Packet)()
	time.Sleep(time.Hour)
}
