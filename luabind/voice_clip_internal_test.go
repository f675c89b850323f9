package luabind

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"cordial/discord/voice/record"
)

// The files of clips are bounded: the oldest go, and are written again when somebody asks.
func TestClipFilesAreBounded(t *testing.T) {
	var files clipFiles
	defer files.remove()
	path := func(c *clip) string {
		t.Helper()
		path, err := files.of(c)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	exists := func(path string) bool {
		_, err := os.Lstat(path)
		return err == nil
	}
	clips := make([]*clip, maxClipFiles+2)
	for i := range clips {
		clips[i] = &clip{Clip: &record.Clip{User: "1", Start: time.Unix(0, 0), End: time.Unix(1, 0)}}
		if first, again := path(clips[i]), path(clips[i]); first != again {
			t.Fatalf("%s, and then %s", first, again)
		}
		if i == 0 {
			if err := os.Rename(clips[0].path, clips[0].path+".moved"); err != nil { // by the script
				t.Fatal(err)
			}
		}
	}
	if exists(clips[1].path) || !exists(clips[2].path) {
		t.Error("the oldest files are not those that have gone")
	}
	if gone := clips[1].path; path(clips[1]) == gone || !exists(clips[1].path) || exists(clips[2].path) {
		t.Errorf("%s was not written again in place of the oldest", gone)
	}
	if err := files.remove(); err != nil || exists(files.folder) {
		t.Errorf("the folder is still there: %v", err)
	}
}

// People are told when speech begins to be lost, and at the end how much it was.
func TestLostSpeechIsTold(t *testing.T) {
	var told []string
	l := losses{warn: func(text string) { told = append(told, text) }}
	l.look(0, 0)
	l.look(0, 100)
	l.look(2, 150)
	l.sum(2, 150)
	l.sum(2, 150)
	const begin = "voice: speech is missing from utterances, because this program is too busy: "
	if want := []string{begin + "0 clips, and packets of 2s", begin + "2 clips, and packets of 3s"}; !slices.Equal(told, want) {
		t.Errorf("told %s", fmt.Sprintf("%q", told))
	}
}
