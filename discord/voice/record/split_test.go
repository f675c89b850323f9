package record

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestSplitFilesAreAligned(t *testing.T) {
	for _, ext := range []string{".ogg", ".wav"} {
		t.Run(ext, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "meeting"+ext)
			stem := strings.TrimSuffix(path, ext)
			var rec Recording
			synctest.Test(t, func(t *testing.T) {
				rec = recordSpeakers(t, path, Options{Mix: true, Split: 4 * time.Second}, 12*time.Second, threeSpeakers()...)
			})
			for user, track := range rec.Speakers {
				checkSplit(t, stem+"_"+string(user), ext, track.Files)
			}
			checkSplit(t, stem+"_mixed", ext, rec.MixedFiles)
			if paths := rec.Speakers["103"].Files; len(paths) == 3 {
				checkHeard(t, paths[1], []stretch{seconds(2.2, 4-wayTime.Seconds())}, 20*time.Millisecond)
				checkHeard(t, paths[2], []stretch{seconds(-wayTime.Seconds(), 3.2)}, 20*time.Millisecond)
			}
		})
	}
}

// checkSplit looks for three files of 4 s.
func checkSplit(t *testing.T, stem, ext string, paths []string) {
	t.Helper()
	var want []string
	for i := range 3 {
		want = append(want, fmt.Sprintf("%s_%03d%s", stem, i+1, ext))
	}
	if fmt.Sprint(paths) != fmt.Sprint(want) {
		t.Errorf("files %v, want %v", paths, want)
		return
	}
	for _, path := range paths {
		checkLength(t, path, 4*time.Second)
	}
}
