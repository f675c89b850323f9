//go:build unix

package record

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord/voice/audio"
)

// needFFmpeg skips a test if there is no ffmpeg that encodes MP3.
func needFFmpeg(t *testing.T) {
	t.Helper()
	if err := audio.CheckEncoder(audio.FFmpeg); err != nil {
		t.Skip(err)
	}
}

// feed gives a recorder, whose goroutine does not run, the packets of a time, beat by beat of its fake clock. A bubble of synctest has
// no room for ffmpeg: time would stand still in it.
func feed(r *Recorder, clock *clockwork.FakeClock, until time.Duration, speakers ...speaker) {
	list := arrivals(1, speakers...)
	for now := beat; now <= until; now += beat {
		for ; len(list) > 0 && list[0].after <= now; list = list[1:] {
			p := list[0].Packet
			p.At = r.started.Add(list[0].after)
			r.Packet(p)
		}
		clock.Advance(beat)
		r.intake.advance()
	}
}

// finishAt ends a recording that was fed.
func finishAt(t *testing.T, r *Recorder, clock *clockwork.FakeClock) (Recording, error) {
	t.Helper()
	r.stopped = clock.Now()
	r.intake.drain()
	return r.result, r.err
}

func newFedRecorder(t *testing.T, path string, o Options) (*Recorder, *clockwork.FakeClock) {
	t.Helper()
	clock := clockwork.NewFakeClock()
	o.Clock = clock
	r, err := newRecorder(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return r, clock
}

func TestFFmpegEncodesTracksAndMix(t *testing.T) {
	needFFmpeg(t)
	folder := t.TempDir()
	r, clock := newFedRecorder(t, filepath.Join(folder, "meeting.mp3"), Options{Mix: true, Split: 4 * time.Second, Encoder: audio.FFmpeg})
	feed(r, clock, 12*time.Second, threeSpeakers()...)
	rec, err := finishAt(t, r, clock)
	if err != nil {
		t.Fatal(err)
	}
	for user, track := range rec.Speakers {
		checkSplit(t, filepath.Join(folder, "meeting_"+string(user)), ".mp3", track.Files)
	}
	checkSplit(t, filepath.Join(folder, "meeting_mixed"), ".mp3", rec.MixedFiles)
	all := filepath.Join(folder, "all.mp3")
	if err := rec.Mix(t.Context(), all, audio.FFmpeg); err != nil {
		t.Fatal(err)
	}
	checkLength(t, all, 12*time.Second)
	for _, s := range threeSpeakers() {
		checkAudible(t, all, s.talk)
	}
	for _, path := range slices.Concat(rec.MixedFiles, rec.Speakers["101"].Files) {
		checkEncodedByLAME(t, path)
	}
	if err := rec.Mix(t.Context(), filepath.Join(folder, "all.wav"), audio.FFmpeg); err == nil || !strings.Contains(err.Error(), "no file") {
		t.Errorf("a mix to .wav gives %v", err)
	}
}

// checkEncodedByLAME looks for frames of 128 kbit/s whose data begin in those before them (ISO/IEC 11172-3, 2.4.1.7), which ours never do.
func checkEncodedByLAME(t *testing.T, path string) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const size = 384
	for at := 0; at+size <= len(file); at += size {
		if file[at+4] > 0 || file[at+5]&0x80 > 0 {
			return
		}
	}
	t.Errorf("%s was not written by LAME", path)
}

// Beside a mix by ffmpeg there may be tracks of another format.
func TestFFmpegEncodesTheMixOnly(t *testing.T) {
	needFFmpeg(t)
	folder := t.TempDir()
	r, clock := newFedRecorder(t, filepath.Join(folder, "meeting.wav"), Options{MixPath: filepath.Join(folder, "all.MP3"), Encoder: audio.FFmpeg})
	s := threeSpeakers()[0]
	feed(r, clock, 8*time.Second, s)
	rec, err := finishAt(t, r, clock)
	if err != nil {
		t.Fatal(err)
	}
	checkLength(t, rec.Speakers[s.user].Path, 8*time.Second)
	checkEncodedByLAME(t, rec.Mixed)
	checkAudible(t, rec.Mixed, s.talk)
}

// A track that cannot be written is told of; the others go on.
func TestFFmpegFailsForOneTrack(t *testing.T) {
	needFFmpeg(t)
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no disk that is full: ", err)
	}
	path := filepath.Join(t.TempDir(), "meeting.mp3")
	if err := os.Symlink("/dev/full", strings.TrimSuffix(path, ".mp3")+"_101.mp3"); err != nil {
		t.Fatal(err)
	}
	r, clock := newFedRecorder(t, path, Options{Encoder: audio.FFmpeg, Overwrite: true})
	speakers := threeSpeakers()
	feed(r, clock, 12*time.Second, speakers...)
	rec, err := finishAt(t, r, clock)
	if err == nil || !strings.Contains(err.Error(), "_101.mp3") || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("error %v", err)
	}
	for _, s := range speakers[1:] {
		checkLength(t, rec.Speakers[s.user].Path, 12*time.Second)
		checkAudible(t, rec.Speakers[s.user].Path, s.talk)
	}
}

// TestFFmpegVictim is the process that TestFFmpegOutlivesKill kills.
func TestFFmpegVictim(t *testing.T) {
	path := os.Getenv(victimPath)
	if path == "" {
		t.Skip("runs in a process of its own, which TestFFmpegOutlivesKill starts")
	}
	r, clock := newFedRecorder(t, path, Options{Mix: true, Encoder: audio.FFmpeg})
	feed(r, clock, killedAt.Truncate(beat), speaker{user: "1", ssrc: 1, talk: []stretch{seconds(0.3, 60)}})
	fmt.Println("recorded")
	os.Stdin.Read(make([]byte, 1)) // until it is killed
}

// When the recording process is killed, ffmpeg completes the files with what it got.
func TestFFmpegOutlivesKill(t *testing.T) {
	needFFmpeg(t)
	path := filepath.Join(t.TempDir(), "meeting.mp3")
	recordAndKill(t, "TestFFmpegVictim", path)
	stem := strings.TrimSuffix(path, ".mp3")
	for _, path := range []string{stem + "_1.mp3", stem + "_mixed.mp3"} {
		waitForLength(t, path, killedAt-time.Second)
		found := heard(t, path)
		if len(found) != 1 || found[0].end < killedAt-time.Second || found[0].end > killedAt {
			t.Errorf("%s: heard %v, want sound to the last second before %v", path, found, killedAt)
		}
	}
}

// waitForLength waits until ffmpeg, which is no longer ours, has written a file: it says last how long it is.
func waitForLength(t *testing.T, path string, least time.Duration) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for {
		if source, err := audio.Open(ctx, path); err == nil {
			length, ok := source.Duration()
			source.Close()
			if ok && length > least {
				return
			}
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s does not become %v long", path, least)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
