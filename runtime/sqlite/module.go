package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	goruntime "runtime"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// Place finds the folder that scripts may use in which a path lies, and the path inside it, which no link may lead out of. It is called
// with the Lua state held.
type Place func(name string) (folder, path string, err error)

// module is the module sqlite of one host.
type module struct {
	host  *runtime.Host
	place Place

	mu   sync.Mutex
	open map[*DB]struct{}
}

// Install declares the module sqlite to a host's scripts. Close the result after the host: tasks use their databases until they are over.
func Install(host *runtime.Host, place Place) io.Closer {
	m := &module{host: host, place: place, open: map[*DB]struct{}{}}
	r := host.Registry()
	m.installErrors(r)
	r.AddClass(m.class())
	r.AddModule(bind.Module{
		Name: "sqlite", Doc: "Databases in SQLite files, for what a store is too small for.", Global: true,
		Funcs: []bind.Func{{
			Name: "open", Doc: "Opens a database, which is made if there is no such file. It is closed with the script, or when nothing refers to it any more.",
			Params: []bind.Param{
				{Name: "path", Type: bind.String, Required: true, Doc: `as for fs: in the script's folder, or in one that --allow-dir allows; ":memory:" is no file`},
				{Name: "readonly", Type: bind.Boolean, Named: true, Doc: "refuse to change anything; the file must exist"},
			},
			Returns: "Database", Example: `local db = sqlite.open("members.db")`, Call: m.openFile,
		}},
	})
	return m
}

// Close closes the databases that are open.
func (m *module) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var errs []error
	for db := range m.open {
		errs = append(errs, db.Close())
	}
	clear(m.open)
	return errors.Join(errs...)
}

func (m *module) close(db *DB) error {
	m.mu.Lock()
	delete(m.open, db)
	m.mu.Unlock()
	return db.Close()
}

// installErrors makes an [Error] an object that scripts can ask for its kind.
func (m *module) installErrors(r *bind.Registry) {
	r.AddClass(bind.Class{
		Name: "SQLiteError", Doc: "What functions of a Database raise when SQLite refuses.",
		Fields: []bind.Field{
			{Name: "message", Type: "string", Doc: "The error as text.", Get: func(self any) (any, error) { return self.(*Error).Text, nil }},
			{Name: "kind", Type: "string", Doc: "sql, constraint, busy, readonly, full, damaged, unusable or closed.",
				Get: func(self any) (any, error) { return string(self.(*Error).Kind), nil }},
			{Name: "sql", Type: "string", Doc: "The statement, empty without one.", Get: func(self any) (any, error) { return self.(*Error).SQL, nil }},
		},
		ToString: func(self any) string { return self.(*Error).Error() },
	})
	r.Convert(func(v any) (lua.LValue, bool) {
		if e, ok := v.(*Error); ok {
			return r.Wrap("SQLiteError", e), true
		}
		return nil, false
	})
}

func (m *module) openFile(c *bind.Call) (any, error) {
	name := c.String("path")
	find := func() (string, error) { return Memory, nil }
	if name != Memory {
		folder, path, err := m.place(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name(), err)
		}
		find = func() (string, error) { return prepareFile(folder, path, c.Bool("readonly")) }
	}
	var db *DB
	err := c.Wait(func(ctx context.Context) error {
		path, err := find()
		if err != nil {
			return &Error{Kind: Unusable, Text: fmt.Sprintf("%s cannot be opened: %v", name, err), Err: err}
		}
		db, err = Open(ctx, path, Options{Name: name, ReadOnly: c.Bool("readonly")})
		return err
	})
	if err != nil {
		if db != nil { // the task was cancelled meanwhile
			err = errors.Join(err, db.Close())
		}
		return nil, err
	}
	m.mu.Lock()
	m.open[db] = struct{}{}
	m.mu.Unlock()
	handle := &database{module: m, db: db}
	goruntime.AddCleanup(handle, func(db *DB) { _ = m.close(db) }, db) // nobody is there to be told
	return c.Registry().Wrap("Database", handle), nil
}

// prepareFile makes an empty file if there is none, and finds its path without links. No link leads it out of the folder.
func prepareFile(folder, path string, readOnly bool) (string, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return "", err
	}
	defer root.Close()
	flags := os.O_RDWR | os.O_CREATE
	if readOnly {
		flags = os.O_RDONLY
	}
	if info, err := root.Stat(path); err == nil && !info.Mode().IsRegular() {
		return "", errors.New("it is a folder or a device, not a file")
	}
	file, err := root.OpenFile(path, flags, 0o666)
	if err != nil {
		return "", err
	}
	if err := file.Close(); err != nil {
		return "", err
	}
	full, err := filepath.Abs(filepath.Join(folder, path))
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(full)
}
