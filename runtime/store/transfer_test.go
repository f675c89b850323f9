package store

import (
	"errors"
	"strings"
	"testing"
)

// TestLinesThatAreNoEntries tells what is wrong with a line, where, and in words that are not those of Go.
func TestLinesThatAreNoEntries(t *testing.T) {
	db := newDB(t, nil)
	for line, want := range map[string]string{
		`junk`:                                  "it is not JSON at column 1: ",
		`{"ns":"a","key":"b"`:                   "it ends in the middle; a line is like {",
		`{"ns":"a","kay":"b","value":1}`:        `the field "kay" is not known; a line is like {`,
		`{"ns":"a","key":"b","value":1}{}`:      "there is something after the entry",
		`{"ns":5,"key":"b","value":1}`:          "ns cannot be of the type number; a line is like {",
		`{"ns":"a","key":"b","expires":"soon"}`: "expires cannot be of the type string; a line is like {",
		`["a","b",1]`:                           "an entry cannot be of the type array; a line is like {",
		`{"ns":"a","key":"b"}`:                  "it has no value",
	} {
		n, err := db.Load(t.Context(), strings.NewReader(`{"ns":"a","key":"a","value":1}`+"\n"+line))
		bad, ok := errors.AsType[*LineError](err)
		if n != 0 || !ok || bad.Line != 2 || !strings.HasPrefix(bad.Err.Error(), want) || strings.Contains(err.Error(), "Go ") {
			t.Errorf("%s: loaded %d, %v, want %q in line 2", line, n, err, want)
		}
	}
}
