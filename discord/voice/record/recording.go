package record

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"cordial/discord"
)

// Duration is a time.Duration that is a number of seconds in JSON.
type Duration struct{ time.Duration }

// MarshalJSON writes seconds, to the millisecond.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(d.Round(time.Millisecond).Milliseconds()) / 1000)
}

// UnmarshalJSON reads seconds.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var seconds float64
	if err := json.Unmarshal(data, &seconds); err != nil {
		return err
	}
	if math.Abs(seconds) > 1e9 {
		return fmt.Errorf("%v seconds are no length of a recording", seconds)
	}
	d.Duration = time.Duration(math.Round(seconds * float64(time.Second)))
	return nil
}

// A Recording says what was recorded. Its JSON is the manifest.
type Recording struct {
	Manifest   string                       `json:"-"` // path of the manifest
	Title      string                       `json:"title,omitempty"`
	Started    time.Time                    `json:"started"`
	Duration   Duration                     `json:"duration"` // of every track, all files together
	Complete   bool                         `json:"complete"` // it was stopped; otherwise it goes on, or its process was killed
	Format     string                       `json:"format"`   // extension of the tracks, such as "ogg"
	Codec      string                       `json:"codec"`    // what decodes Opus in the program that recorded
	Channels   int                          `json:"channels"` // of what was decoded: the mix, and tracks that do not keep the packets
	Split      Duration                     `json:"split,omitzero"`
	Mixed      string                       `json:"-"`               // path of the mix, the first file if it is split; "" without a mix
	MixedFiles []string                     `json:"mixed,omitempty"` // all files of the mix
	Dropped    uint64                       `json:"dropped"`         // packets lost because the disk or the processor was too slow
	Speakers   map[discord.Snowflake]*Track `json:"speakers"`
	Errors     []string                     `json:"errors,omitempty"` // what went wrong with which file

	overwrite bool // Mix may replace a file, because the recording might
}

// A Track is what was recorded of one speaker.
type Track struct {
	User       discord.Snowflake `json:"user"`
	Name       string            `json:"name,omitempty"`
	Path       string            `json:"-"`                // the first file
	Files      []string          `json:"files"`            // all of them; in the manifest as paths from its folder
	Segments   []Segment         `json:"segments"`         // when the speaker spoke
	Packets    uint64            `json:"packets"`          // that came, duplicates and late ones included
	Lost       uint64            `json:"lost"`             // that did not come in time
	Late       uint64            `json:"late"`             // that came too late
	Duplicates uint64            `json:"duplicates"`       // that came twice
	Concealed  uint64            `json:"concealed"`        // lost ones for which the decoder made sound up; packets kept as they came have silence instead
	Invalid    uint64            `json:"invalid"`          // that could not be decoded
	Restarts   uint64            `json:"restarts"`         // times that the stream began anew, as after a reconnect
	Adjusted   uint64            `json:"adjusted"`         // packets left out because the speaker's clock is faster than ours, or sent too many
	Unmixed    Duration          `json:"unmixed,omitzero"` // sound that came too late for the mix that is written meanwhile
	Drift      Duration          `json:"drift"`            // how far the speaker's clock went behind ours; the track was corrected for it
}

// Spoken is how long the speaker spoke.
func (t *Track) Spoken() time.Duration {
	var sum time.Duration
	for _, s := range t.Segments {
		sum += s.End.Duration - s.Start.Duration
	}
	return sum
}

// Users are the speakers in the order in which they first spoke.
func (r *Recording) Users() []discord.Snowflake {
	users := slices.Collect(maps.Keys(r.Speakers))
	first := func(u discord.Snowflake) time.Duration {
		if s := r.Speakers[u].Segments; len(s) > 0 {
			return s[0].Start.Duration
		}
		return math.MaxInt64
	}
	slices.SortFunc(users, func(a, b discord.Snowflake) int {
		if d := int(first(a)/time.Millisecond - first(b)/time.Millisecond); d != 0 {
			return d
		}
		return a.Compare(b)
	})
	return users
}

// Load reads a manifest. The recording may go on meanwhile, or its process may have been killed: then Complete is false.
func Load(manifest string) (*Recording, error) {
	data, err := os.ReadFile(manifest)
	if err != nil {
		return nil, err
	}
	var r Recording
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s is no manifest of a recording: %w", manifest, err)
	}
	for user, t := range r.Speakers {
		if t == nil {
			return nil, fmt.Errorf("%s is no manifest of a recording: it has nothing about speaker %s", manifest, user)
		}
	}
	r.Manifest = manifest
	r.locate(func(path string) string { return filepath.Join(filepath.Dir(manifest), filepath.FromSlash(path)) })
	return &r, nil
}

// save writes the manifest, whole or not at all.
func (r *Recording) save() error {
	folder := filepath.Dir(r.Manifest)
	portable := r.clone()
	portable.locate(func(path string) string {
		if relative, err := filepath.Rel(folder, path); err == nil {
			path = relative
		}
		return filepath.ToSlash(path)
	})
	data, err := json.MarshalIndent(portable, "", "\t")
	if err != nil {
		return err
	}
	temporary := r.Manifest + ".new"
	err = os.WriteFile(temporary, append(data, '\n'), 0o666)
	if err == nil {
		err = os.Rename(temporary, r.Manifest)
	}
	if err != nil {
		_ = os.Remove(temporary) // which is not there if the folder takes no files
	}
	return err
}

// clone copies what locate changes.
func (r *Recording) clone() *Recording {
	c := *r
	c.Speakers = make(map[discord.Snowflake]*Track, len(r.Speakers))
	for user, t := range r.Speakers {
		copied := *t
		c.Speakers[user] = &copied
	}
	return &c
}

// locate translates the paths of all files.
func (r *Recording) locate(to func(string) string) {
	translate := func(paths []string) ([]string, string) {
		var list []string
		for _, path := range paths {
			list = append(list, to(path))
		}
		if len(list) == 0 {
			return []string{}, ""
		}
		return list, list[0]
	}
	r.MixedFiles, r.Mixed = translate(r.MixedFiles)
	for _, t := range r.Speakers {
		t.Files, t.Path = translate(t.Files)
	}
}
