package voice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"cordial/discord"
	"cordial/discord/voice/audio"
)

// The errors of people who speak.
var (
	// ErrNotInCall says that nobody without a client is in a call by that id.
	ErrNotInCall = errors.New("the person is in no call")
	// ErrSpeaking says that the person is saying something else.
	ErrSpeaking = errors.New("the person speaks already")
	// ErrClosed says that the server was closed meanwhile.
	ErrClosed = errors.New("the voice server is closed")
)

// The flags of a person's SPEAKING.
const microphone = 1

// stopFrames is how many frames of silence end a stretch of speech.
const stopFrames = 5

// Speak has a person say what a source holds, 20 ms in 20 ms by the server's clock, and returns when all of it was said. A source of Opus
// packets is passed on as it is, any other is encoded. Whoever is moved to another call meanwhile goes on there. It fails with
// ErrNotInCall, ErrSpeaking, ErrClosed, the context's error or the source's. The source stays open.
func (s *Server) Speak(ctx context.Context, user discord.Snowflake, source audio.Source) error {
	next, err := opusOf(source)
	if err != nil {
		return err
	}
	if err := s.beginSpeech(user); err != nil {
		return err
	}
	defer s.endSpeech(user)
	speech := &speech{s: s, user: user, deadline: s.clock.Now()}
	for {
		opus, samples, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("what %s says cannot be read: %w", user, err)
		}
		if err := speech.say(ctx, opus, samples); err != nil {
			return err
		}
	}
	for range stopFrames {
		if err := speech.say(ctx, audio.Silence, audio.FrameSamples); err != nil {
			return err
		}
	}
	return nil
}

// opusOf gives the packets of a source one by one, with their lengths in samples.
func opusOf(source audio.Source) (func() ([]byte, int, error), error) {
	if packets, ok := source.(audio.PacketSource); ok {
		return func() ([]byte, int, error) {
			opus, err := packets.NextPacket()
			if err != nil {
				return nil, 0, err
			}
			samples, err := audio.PacketSamples(opus)
			return opus, samples, err
		}, nil
	}
	const channels = 2
	encoder, err := audio.NewEncoder(channels, audio.DefaultMonoBitrate)
	if err != nil {
		return nil, err
	}
	pcm, opus := make([]int16, channels*audio.FrameSamples), []byte(nil)
	return func() ([]byte, int, error) {
		n, err := source.Read(pcm)
		if n == 0 && err != nil {
			return nil, 0, err
		}
		clear(pcm[channels*n:]) // a reason for fewer samples comes again with the next call
		opus, err = encoder.Encode(opus[:0], pcm)
		return opus, audio.FrameSamples, err
	}, nil
}

// speech is something that is being said.
type speech struct {
	s        *Server
	user     discord.Snowflake
	deadline time.Time // of the next packet
}

// say waits for its time and sends a packet. One that is late follows at once: its timestamp tells when it was to be heard.
func (sp *speech) say(ctx context.Context, opus []byte, samples int) error {
	if wait := sp.deadline.Sub(sp.s.clock.Now()); wait > 0 {
		select {
		case <-sp.s.clock.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		case <-sp.s.ctx.Done():
			return ErrClosed
		}
	}
	sp.deadline = sp.deadline.Add(time.Duration(samples) * time.Second / audio.SampleRate)
	sp.s.lock()
	defer sp.s.unlock()
	p, err := sp.s.personOf(sp.user)
	if err != nil {
		return err
	}
	if p.member.speaking != microphone {
		p.resume()
		p.member.speak(microphone)
	}
	p.say(opus, samples)
	return nil
}

// personOf finds a person who is in a call.
func (s *Server) personOf(user discord.Snowflake) (*person, error) {
	p := s.people[user]
	switch {
	case s.closed:
		return nil, ErrClosed
	case p == nil:
		return nil, ErrNotInCall
	}
	return p, nil
}

// beginSpeech notes that somebody speaks.
func (s *Server) beginSpeech(user discord.Snowflake) error {
	s.lock()
	defer s.unlock()
	if _, err := s.personOf(user); err != nil {
		return err
	}
	if s.talking[user] {
		return ErrSpeaking
	}
	s.talking[user] = true
	return nil
}

// endSpeech notes that somebody is silent again.
func (s *Server) endSpeech(user discord.Snowflake) {
	s.lock()
	defer s.unlock()
	delete(s.talking, user)
	if p, err := s.personOf(user); err == nil && p.member.speaking != 0 {
		p.member.speak(0)
	}
}
