package modules

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// maxLine bounds a line of fs.lines, in bytes.
const maxLine = 64 << 20

func installFS(host *runtime.Host, f *files) {
	host.Registry().AddModule(bind.Module{
		Name: "fs", Doc: "Files inside the script's folder. Links and .. do not lead out of it.", Global: true,
		Funcs: slices.Concat(f.forContents(), f.forLooking(), f.forFolders()),
		Fields: []bind.Field{{
			Name: "dir", Type: "string", Doc: "The script's folder; in the shell the one that it was started in.",
			Get: func(any) (any, error) {
				folders, err := f.folders()
				if err != nil {
					return nil, err
				}
				return folders[0], nil
			},
		}},
	})
}

// pathParam is the path of what a function is about.
var pathParam = bind.Param{Name: "path", Type: bind.String, Required: true, Doc: "inside the script's folder, or in one that --allow-dir allows"}

// forContents declares what reads and writes files.
func (f *files) forContents() []bind.Func {
	text := bind.Param{Name: "text", Type: bind.String, Required: true}
	number := func(name, doc string, value any) bind.Param {
		return bind.Param{Name: name, Type: bind.Integer, Named: true, Default: value, Doc: doc}
	}
	return []bind.Func{
		{
			Name: "read", Doc: "Reads a file.", Params: []bind.Param{pathParam, number("offset", "where to begin, in bytes", 0), number("limit", "bytes at most", -1)},
			Returns: "string", Example: `local names = json.decode(fs.read("names.json"))`, Call: f.read,
		},
		{
			Name: "write", Doc: "Writes a file anew, in one step: nobody ever finds half of it.", Params: []bind.Param{pathParam, text},
			Example: `fs.write("names.json", json.pretty(names))`,
			Call: f.one(func(c *bind.Call, _ context.Context, p place) error {
				return p.write(strings.NewReader(c.String("text")), 0o666)
			}),
		},
		{
			Name: "append", Doc: "Writes at the end of a file, which is made if there is none.", Params: []bind.Param{pathParam, text},
			Example: `fs.append("visits.log", os.date() .. "\n")`,
			Call:    f.one(func(c *bind.Call, _ context.Context, p place) error { return p.add(c.String("text")) }),
		},
		{
			Name: "truncate", Doc: "Cuts a file off after a number of bytes, or fills it up to them with zeros.",
			Params:  []bind.Param{pathParam, {Name: "size", Type: bind.Integer, Default: 0, Doc: "in bytes"}},
			Example: `fs.truncate("visits.log", 0)`, Call: f.truncate,
		},
		{
			Name: "lines", Doc: "Walks the lines of a file without holding it in memory.", Params: []bind.Param{pathParam},
			Returns: "iterator", Example: `for line in fs.lines("visits.log") do print(line) end`, Call: f.lines,
		},
	}
}

// forLooking declares what finds files and tells of them.
func (f *files) forLooking() []bind.Func {
	here := bind.Param{Name: "path", Type: bind.String, Default: "."}
	return []bind.Func{
		{
			Name: "exists", Doc: "Whether there is a file or folder.", Params: []bind.Param{pathParam}, Returns: "boolean",
			Example: `if not fs.exists("config.json") then error("no config.json") end`, Call: f.exists,
		},
		{
			Name: "stat", Doc: `What is known of a file: name, type ("file", "folder", "link", "other"), size in bytes, modified (Unix seconds), mode.`,
			Params: []bind.Param{pathParam}, Returns: "table", Example: `print(fs.stat("bot.lua").size)`, Call: f.stat,
		},
		{
			Name: "list", Doc: "The names in a folder, sorted.", Params: []bind.Param{here}, Returns: "list of string",
			Example: `for _, name in ipairs(fs.list("data")) do print(name) end`, Call: f.list,
		},
		{
			Name: "walk", Doc: "Walks all files and folders below a folder: the path of each, and what fs.stat tells of it. Links are not followed.",
			Params: []bind.Param{here}, Returns: "iterator", Example: "for path, info in fs.walk(\"data\") do\n  print(path, info.size)\nend", Call: f.walk,
		},
		{
			Name: "glob", Doc: "The paths that a pattern fits, sorted: * and ? stand for characters of a name, [a-z] for one of several, ** for any folders.",
			Params:  []bind.Param{{Name: "pattern", Type: bind.String, Required: true}},
			Returns: "list of string", Example: `for _, path in ipairs(fs.glob("data/**/*.json")) do print(path) end`, Call: f.glob,
		},
	}
}

// forFolders declares what changes which files there are.
func (f *files) forFolders() []bind.Func {
	from, to := bind.Param{Name: "from", Type: bind.String, Required: true}, bind.Param{Name: "to", Type: bind.String, Required: true}
	return []bind.Func{
		{
			Name: "mkdir", Doc: "Makes a folder, and those that it lies in. One that exists stays.", Params: []bind.Param{pathParam}, Example: `fs.mkdir("data/2026")`,
			Call: f.one(func(_ *bind.Call, _ context.Context, p place) error {
				return p.use(func(folder *os.Root) error { return folder.MkdirAll(p.path, 0o777) })
			}),
		},
		{
			Name: "remove", Doc: "Removes a file or an empty folder.", Example: `fs.remove("data", {recursive = true})`,
			Params: []bind.Param{pathParam, {Name: "recursive", Type: bind.Boolean, Named: true, Doc: "removes a folder with all that it holds"}}, Call: f.remove,
		},
		{
			Name: "move", Doc: "Gives a file or folder another path. A file that is there is replaced.", Params: []bind.Param{from, to},
			Example: `fs.move("new.json", "names.json")`, Call: f.two(place.moveTo),
		},
		{
			Name: "copy", Doc: "Copies a file. One that is there is replaced, in one step.", Params: []bind.Param{from, to},
			Example: `fs.copy("names.json", "names.bak")`, Call: f.two(place.copyTo),
		},
		{
			Name: "temp", Doc: "Makes an empty file, or folder, that goes away with the script.", Returns: "its path",
			Params:  []bind.Param{{Name: "suffix", Type: bind.String, Named: true, Doc: `the end of its name, such as ".png"`}, {Name: "folder", Type: bind.Boolean, Named: true}},
			Example: `local path = fs.temp{suffix = ".png"}`, Call: f.temp,
		},
	}
}

// one makes a function that does something with its path while other tasks
// run.
func (f *files) one(work func(c *bind.Call, ctx context.Context, p place) error) func(c *bind.Call) (any, error) {
	return func(c *bind.Call) (any, error) {
		p, err := f.place(c.String("path"))
		if err == nil {
			err = c.Wait(func(ctx context.Context) error { return work(c, ctx, p) })
		}
		return nil, fail(c, err)
	}
}

// two is one for functions with two paths.
func (f *files) two(work func(from place, ctx context.Context, to place) error) func(c *bind.Call) (any, error) {
	return func(c *bind.Call) (any, error) {
		from, err := f.place(c.String("from"))
		if err != nil {
			return nil, fail(c, err)
		}
		to, err := f.place(c.String("to"))
		if err == nil {
			err = c.Wait(func(ctx context.Context) error { return work(from, ctx, to) })
		}
		return nil, fail(c, err)
	}
}

func (f *files) read(c *bind.Call) (any, error) {
	var text string
	offset, limit := c.Int("offset"), c.Int("limit")
	if offset < 0 || c.Has("limit") && limit < 0 {
		return nil, fail(c, errors.New("offset and limit are numbers of bytes, from zero"))
	}
	_, err := f.one(func(_ *bind.Call, _ context.Context, p place) (err error) {
		text, err = p.read(int64(offset), int64(limit))
		return err
	})(c)
	return text, err
}

func (f *files) truncate(c *bind.Call) (any, error) {
	size := c.Int("size")
	if size < 0 {
		return nil, fail(c, errors.New("size is a number of bytes, from zero"))
	}
	return f.one(func(_ *bind.Call, _ context.Context, p place) error {
		p.willWrite()
		return p.use(func(folder *os.Root) error {
			info, err := folder.Stat(p.path)
			if err != nil {
				return err
			}
			if err := regular(info); err != nil {
				return err
			}
			file, err := folder.OpenFile(p.path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			return errors.Join(file.Truncate(int64(size)), file.Close())
		})
	})(c)
}

func (f *files) lines(c *bind.Call) (any, error) {
	p, err := f.place(c.String("path"))
	if err != nil {
		return nil, fail(c, err)
	}
	in := bufio.NewReaderSize(&pieces{place: p}, heavySize)
	name, number := c.Name(), 0
	next := bind.Iterator(func(c *bind.Call) (any, error) {
		line, err := buffered(c, in)
		if number++; err == nil || line != "" && errors.Is(err, io.EOF) {
			return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
		}
		if errors.Is(err, errLongLine) {
			err = &fileError{p.name, fmt.Errorf("line %d: %w", number, err)}
		}
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	})
	// A file that cannot be read is an error here, not in the first step.
	err = c.Wait(func(context.Context) error {
		_, err := in.Peek(1)
		return err
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fail(c, err)
	}
	return next, nil
}

var errLongLine = fmt.Errorf("it is longer than %d MB; fs.read reads parts with offset and limit", maxLine>>20)

// buffered reads a line. Only if it has to wait for the disk other tasks run.
func buffered(c *bind.Call, in *bufio.Reader) (line string, err error) {
	if ready, _ := in.Peek(in.Buffered()); bytes.IndexByte(ready, '\n') >= 0 {
		return in.ReadString('\n')
	}
	err = c.Wait(func(context.Context) error {
		var whole []byte
		for {
			part, err := in.ReadSlice('\n')
			whole = append(whole, part...)
			if len(whole) > maxLine {
				return errLongLine
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				line = string(whole)
				return err
			}
		}
	})
	return line, err
}

func (f *files) exists(c *bind.Call) (any, error) {
	found := true
	_, err := f.one(func(_ *bind.Call, _ context.Context, p place) error {
		err := p.use(func(folder *os.Root) error {
			_, err := folder.Stat(p.path)
			return err
		})
		if errors.Is(err, fs.ErrNotExist) {
			found, err = false, nil
		}
		return err
	})(c)
	return found, err
}

func (f *files) stat(c *bind.Call) (any, error) {
	var info map[string]any
	_, err := f.one(func(_ *bind.Call, _ context.Context, p place) error {
		return p.use(func(folder *os.Root) error {
			found, err := folder.Stat(p.path)
			if err == nil {
				info = describe(found)
			}
			return err
		})
	})(c)
	return info, err
}

// describe is what a script learns of a file.
func describe(info fs.FileInfo) map[string]any {
	kind := "other"
	switch {
	case info.Mode().IsRegular():
		kind = "file"
	case info.IsDir():
		kind = "folder"
	case info.Mode()&fs.ModeSymlink != 0:
		kind = "link"
	}
	return map[string]any{
		"name": info.Name(), "type": kind, "size": info.Size(), "modified": unixSeconds(info.ModTime()), "mode": fmt.Sprintf("%04o", info.Mode().Perm()),
	}
}

func (f *files) list(c *bind.Call) (any, error) {
	names := []string{}
	_, err := f.one(func(_ *bind.Call, _ context.Context, p place) error {
		entries, err := p.entries()
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return err
	})(c)
	return names, err
}

// entries are what a folder holds, sorted by name.
func (p place) entries() (entries []fs.DirEntry, err error) {
	err = p.use(func(folder *os.Root) error {
		dir, err := folder.Open(p.path)
		if err != nil {
			return err
		}
		defer dir.Close()
		entries, err = dir.ReadDir(-1)
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
		return err
	})
	return entries, err
}

func (f *files) remove(c *bind.Call) (any, error) {
	return f.one(func(c *bind.Call, _ context.Context, p place) error {
		if p.path == "." {
			return &fileError{p.name, errors.New("is the folder itself that the script may use; it stays")}
		}
		return p.use(func(folder *os.Root) error {
			if _, err := folder.Lstat(p.path); err != nil { // of which RemoveAll says nothing
				return err
			}
			if c.Bool("recursive") {
				return folder.RemoveAll(p.path)
			}
			return folder.Remove(p.path)
		})
	})(c)
}

func (f *files) temp(c *bind.Call) (any, error) {
	suffix := c.String("suffix")
	if strings.ContainsAny(suffix, `/\*`+"\x00") {
		return nil, fail(c, errors.New("suffix: expected the end of a name"))
	}
	if err := f.host.Denied(runtime.DenyIO, "a temporary file"); err != nil {
		return nil, fail(c, err)
	}
	var path string
	err := c.Wait(func(context.Context) error {
		dir, err := f.temporaryFolder()
		if err != nil {
			return err
		}
		if c.Bool("folder") {
			path, err = os.MkdirTemp(dir, "*"+suffix)
			return err
		}
		file, err := os.CreateTemp(dir, "*"+suffix)
		if err != nil {
			return err
		}
		path = file.Name()
		return file.Close()
	})
	return filepath.ToSlash(path), fail(c, err)
}
