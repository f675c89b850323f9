package luabind

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"cordial/discord/voice/record"
	"cordial/runtime/bind"
)

// clip is a clip as scripts have it.
type clip struct {
	v *luaVoice
	*record.Clip
	path string // of the last temporary file; under clipFiles.mu
}

// file is the path of a temporary file with the clip.
func (c *clip) file() (path string, err error) {
	if err := c.v.b.mayWrite("a temporary file"); err != nil {
		return "", err
	}
	err = c.v.b.r.Wait(func(waiter) error {
		path, err = c.v.files.of(c)
		return err
	})
	return path, err
}

// maxClipFiles bounds the temporary files of clips.
const maxClipFiles = 64

// clipFiles are the temporary files of clips: those that were written last. All are removed at the end of the script.
type clipFiles struct {
	mu     sync.Mutex
	folder string // made by the first
	count  int
	kept   []string // oldest first
}

// of gives the path of a clip's file, which is written unless it is still there.
func (f *clipFiles) of(c *clip) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := os.Lstat(c.path); err == nil {
		return c.path, nil
	}
	path, err := f.next(string(c.User))
	if err == nil {
		err = c.Write(path)
	}
	if err != nil {
		return "", err
	}
	c.path = path
	return path, f.keep(path)
}

// next names the next file; f.mu is held.
func (f *clipFiles) next(user string) (string, error) {
	if f.folder == "" {
		folder, err := os.MkdirTemp("", "cordial-clips-")
		if err != nil {
			return "", err
		}
		f.folder = folder
	}
	f.count++
	return filepath.Join(f.folder, fmt.Sprintf("utterance_%s_%d.ogg", user, f.count)), nil
}

// keep notes a file, and removes the oldest if there are too many; f.mu is held. A script may have moved it away.
func (f *clipFiles) keep(path string) error {
	f.kept = append(f.kept, path)
	if len(f.kept) <= maxClipFiles {
		return nil
	}
	oldest := f.kept[0]
	f.kept = f.kept[1:]
	if err := os.Remove(oldest); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (f *clipFiles) remove() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.folder == "" {
		return nil
	}
	return os.RemoveAll(f.folder)
}

// clipClass declares what handlers of utterances get.
func (b *binding) clipClass() bind.Class {
	of := func(c *bind.Call) *clip { return c.Self.(*clip) }
	get := func(name, typ, doc string, value func(c *clip) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return value(self.(*clip)), nil }}
	}
	return bind.Class{
		Name: "Clip", Doc: "Something that somebody said, from the first word to the pause after the last.",
		Fields: []bind.Field{
			get("user", "string", "The speaker's id.", func(c *clip) any { return string(c.User) }),
			get("start", "number", "When it began, in seconds since 1970.", func(c *clip) any { return unixSeconds(c.Start) }),
			get("stop", "number", "When it ended.", func(c *clip) any { return unixSeconds(c.End) }),
			get("end", "number", `The same as stop: clip["end"], because end is a word of Lua's.`, func(c *clip) any { return unixSeconds(c.End) }),
			get("duration", "number", "Its length in seconds.", func(c *clip) any { return c.Duration().Seconds() }),
			get("cut", "boolean", "Whether it goes on in the next clip, because this one became too long.", func(c *clip) any { return c.Cut }),
			{Name: "path", Type: "string", Doc: "A temporary Ogg file with it. The last 64 are kept, until the script ends; one that is gone is written again when it is asked for.", Get: func(self any) (any, error) { return self.(*clip).file() }},
		},
		Methods: []bind.Func{
			{
				Name: "bytes", Doc: "Gives it as the text of a file.", Returns: "string",
				Params:  []bind.Param{{Name: "format", Type: bind.OneOf(formats()...), Default: "ogg"}},
				Example: `local wav = clip:bytes("wav")`,
				Call: func(c *bind.Call) (any, error) {
					data, err := wait(c, func(waiter) ([]byte, error) { return of(c).Bytes(c.String("format")) })
					return string(data), err
				},
			},
			{
				Name: "save", Doc: "Writes it to a file; the extension is the format.", Params: []bind.Param{{Name: "path", Type: bind.String, Required: true}},
				Call: func(c *bind.Call) (any, error) {
					if err := b.mayWrite(c.String("path")); err != nil {
						return nil, err
					}
					return nil, c.Wait(func(waiter) error { return of(c).Write(c.String("path")) })
				},
			},
		},
		ToString: func(self any) string {
			c := self.(*clip)
			return fmt.Sprintf("Clip(user=%s, duration=%.1f)", c.User, c.Duration().Seconds())
		},
	}
}
