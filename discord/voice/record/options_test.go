package record

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cordial/discord"
	"cordial/discord/voice/audio"
)

func TestStartRefuses(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"old_12.ogg", "split_12_001.wav", "third.json", "loud_mixed.mp3", "other_person.ogg"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		path   string
		o      Options
		reason string
		exists bool
	}{
		{"a.xyz", Options{}, `".xyz" is no format that can be recorded: use one of .flac, .mp3, .ogg, .wav`, false},
		{"a.ogg", Options{Format: "aac"}, `".aac" is no format`, false},
		{"a.ogg", Options{Mix: true, MixPath: "m.xyz"}, `".xyz" is no format`, false},
		{"missing/a.ogg", Options{}, "does not exist: create it", false},
		{"a.ogg", Options{MixPath: "/nowhere/at/all/a.ogg"}, "does not exist: create it", false},
		{".ogg", Options{}, "names no file", false},
		{"a.ogg", Options{Split: time.Millisecond}, "split is 1ms", false},
		{"a.ogg", Options{Channels: 3}, "channels is 3", false},
		{"a.ogg", Options{Bitrate: 5}, "bitrate is 5", false},
		{"a.wav", Options{Mix: true, Encoder: audio.FFmpeg}, `encoder is "ffmpeg", which writes .mp3, and no file`, false},
		{"a.mp3", Options{Bitrate: 100000}, "bitrate is 100000, which MP3 does not have: use 32000", false},
		{"a.ogg", Options{Bitrate: 100000, MixPath: filepath.Join(folder, "m.mp3")}, "which MP3 does not have", false},
		{"a.wav", Options{Bitrate: 64000}, "bitrate is 64000, and no file of this recording has one", false},
		{"a.flac", Options{Bitrate: 64000, Mix: true}, "no file of this recording has one", false},
		{"a.ogg", Options{MixPath: filepath.Join(folder, "a_123.ogg"), Overwrite: true}, "give the mix another name", false},
		{"a.ogg", Options{MixPath: filepath.Join(folder, ".", "A_123_001.OGG"), Split: time.Hour}, "give the mix another name", false},
		{"a.mp3", Options{Encoder: "lame"}, `there is no encoder "lame"`, false},
		{"old.ogg", Options{}, "old_12.ogg: there is a recording of that name already: choose another name", true},
		{"split.wav", Options{Split: time.Hour}, "split_12_001.wav: there is", true},
		{"third.mp3", Options{}, "third.json: there is", true},
		{"loud.mp3", Options{Mix: true}, "loud_mixed.mp3: there is", true},
	}
	for _, test := range tests {
		r, err := Start(filepath.Join(folder, test.path), test.o)
		if err == nil {
			r.Stop()
			t.Errorf("%s with %+v: no error, want %s", test.path, test.o, test.reason)
			continue
		}
		if !strings.Contains(err.Error(), test.reason) || errors.Is(err, ErrExists) != test.exists {
			t.Errorf("%s: %v, want %s", test.path, err, test.reason)
		}
	}
	if names := listFolder(t, folder); len(names) != 5 {
		t.Errorf("refused recordings left files: %v", names)
	}
}

func TestStartRefusesAnEncoderThatIsNotThere(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	folder := t.TempDir()
	_, err := Start(filepath.Join(folder, "a.ogg"), Options{MixPath: filepath.Join(folder, "all.mp3"), Encoder: audio.FFmpeg})
	if !errors.Is(err, audio.ErrNoEncoder) || !strings.Contains(err.Error(), "ffmpeg is not installed") {
		t.Errorf("error %v", err)
	}
	if names := listFolder(t, folder); len(names) != 0 {
		t.Errorf("there are files: %v", names)
	}
}

func TestStartRefusesAFolderThatCannotBeWritten(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(filepath.Join(folder, "a.ogg"), Options{}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("error %v, want that of the folder", err)
	}
}

func TestOptionsAreFollowed(t *testing.T) {
	folder := t.TempDir()
	tests := []struct {
		path  string
		o     Options
		files string
	}{
		{"a", Options{}, "a.json a_101.ogg a_102.ogg a_103.ogg"},
		{"b.OGG", Options{Users: []discord.Snowflake{"102"}}, "b.json b_102.ogg"},
		{"c.ogg", Options{Format: "wav", Users: []discord.Snowflake{"103"}, Mix: true}, "c.json c_103.wav c_mixed.wav"},
		{"d.ogg", Options{Users: []discord.Snowflake{}, MixPath: filepath.Join(folder, "all.wav")}, "all.wav d.json"},
		{"e.ogg", Options{Bitrate: 24000, Users: []discord.Snowflake{"101"}}, "e.json e_101.ogg"},
		{"f.wav", Options{Bitrate: 64000, Users: []discord.Snowflake{"101"}, MixPath: filepath.Join(folder, "f_1.mp3")}, "f.json f_1.mp3 f_101.wav"},
	}
	for _, test := range tests {
		before := listFolder(t, folder)
		for range 2 { // the second one over the first
			synctest.Test(t, func(t *testing.T) {
				test.o.Overwrite = true
				recordSpeakers(t, filepath.Join(folder, test.path), test.o, 12*time.Second, threeSpeakers()...)
			})
		}
		var made []string
		for _, name := range listFolder(t, folder) {
			if !strings.Contains(" "+strings.Join(before, " ")+" ", " "+name+" ") {
				made = append(made, name)
			}
		}
		if got := strings.Join(made, " "); got != test.files {
			t.Errorf("%s: files %s, want %s", test.path, got, test.files)
		}
	}
}

func listFolder(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
