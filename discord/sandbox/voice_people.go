package sandbox

import (
	"context"
	"errors"

	"cordial/discord"
	"cordial/discord/sandbox/voice"
	"cordial/discord/voice/audio"
)

// Speak has a person who is in a voice channel say what a source holds, in real time by the world's clock, and returns when all of it was
// said. Several people may speak at once. A person who is muted speaks to nobody. It fails with a PersonError for somebody who is in no
// voice channel or speaks already, and otherwise as voice.Server.Speak does.
func (s *Server) Speak(ctx context.Context, person discord.Snowflake, source audio.Source) error {
	err := s.voice.Speak(ctx, person, source)
	switch name := s.world.nameOf(person); {
	case errors.Is(err, voice.ErrNotInCall):
		return refuseAs("%s is in no voice channel: whoever speaks joins one first", name)
	case errors.Is(err, voice.ErrSpeaking):
		return refuseAs("%s speaks already: wait for the end of that", name)
	}
	return err
}

// SaveHeard writes what has reached a person from a speaker, such as the bot, to a sound file, as voice.Save does: each word in its time,
// beginning with the first. It fails with a PersonError if the person has heard nothing.
func (s *Server) SaveHeard(person, speaker discord.Snowflake, path string) error {
	heard := s.voice.Heard(person, speaker)
	if len(heard) == 0 {
		return refuseAs("%s has heard nothing of %s", s.world.nameOf(person), s.world.nameOf(speaker))
	}
	return voice.Save(path, heard)
}

// nameOf is the name of a user, or the id of nobody.
func (w *World) nameOf(user discord.Snowflake) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u := w.users[user]; u != nil {
		return u.Username
	}
	return string(user)
}
