package attach

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// helloTime is how long the other side may take to say hello.
const helloTime = 5 * time.Second

// Running is a script that runs.
type Running struct {
	Info
	Socket string // its path
	Err    error  // why it cannot be talked to, nil if it can
}

// List finds the scripts that run, the oldest first. Sockets that dead
// processes have left are removed.
func List(ctx context.Context, place Place) ([]Running, error) {
	dir, _ := place.Dir()
	_, err := checkOwner(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var list []Running
	var looking sync.WaitGroup
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if strings.HasPrefix(entry.Name(), ".") {
			removeOld(entry, path)
			continue
		}
		if filepath.Ext(path) != ending {
			continue
		}
		looking.Go(func() {
			if running, ok := look(ctx, path); ok {
				mu.Lock()
				defer mu.Unlock()
				list = append(list, running)
			}
		})
	}
	looking.Wait()
	slices.SortFunc(list, func(a, b Running) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.PID, b.PID), cmp.Compare(a.Socket, b.Socket))
	})
	return list, context.Cause(ctx)
}

// startTime is more than it takes to open a socket and give it its name.
const startTime = time.Minute

// removeOld removes the socket of a process that has died while it opened it.
func removeOld(entry fs.DirEntry, path string) {
	if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > startTime {
		_ = os.Remove(path) // another one may have been faster
	}
}

// look asks a socket who is there; ok is false when nobody is.
func look(ctx context.Context, path string) (running Running, ok bool) {
	running = Running{Socket: path}
	conn, _, hello, err := connect(ctx, path)
	if conn != nil {
		_ = conn.Close() // nothing was written
	}
	switch {
	case abandoned(err):
		_ = os.Remove(path) // another one may have been faster
		return running, false
	case err != nil:
		running.Script, running.PID = parseSocketName(path)
		running.Err = err
	default:
		running.Info = *hello.Info
		running.Err = checkProtocol(hello)
	}
	return running, true
}

// parseSocketName reads what socketName has written.
func parseSocketName(path string) (script string, pid int) {
	name := strings.TrimSuffix(filepath.Base(path), ending)
	at := strings.LastIndexByte(name, '-')
	if at < 0 {
		return name, 0
	}
	if _, err := fmt.Sscanf(name[at+1:], "%d", &pid); err != nil {
		return name, 0
	}
	return name[:at], pid
}

// refusedOnWindows is WSAECONNREFUSED.
const refusedOnWindows = syscall.Errno(10061)

// abandoned tells whether nobody listens to a socket any more.
func abandoned(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, refusedOnWindows) || errors.Is(err, fs.ErrNotExist)
}

// connect connects to a socket and waits for the server's hello.
func connect(ctx context.Context, path string) (net.Conn, frameReader, frame, error) {
	ctx, cancel := context.WithTimeout(ctx, helloTime)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, frameReader{}, frame{}, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Now()) })
	r := newFrameReader(conn)
	hello, err := r.next()
	if !stop() && err == nil {
		err = ctx.Err()
	}
	switch {
	case err != nil:
		err = fmt.Errorf("it does not answer: %w", err)
	case hello.Type == typeBye:
		err = errors.New(hello.Text)
	case hello.Type != typeHello || hello.Info == nil:
		err = errors.New("what answers is no cordial")
	}
	return conn, r, hello, err
}

// checkProtocol says what to do when a script's cordial speaks another
// protocol.
func checkProtocol(hello frame) error {
	if hello.Protocol == Protocol {
		return nil
	}
	return fmt.Errorf("%s runs with cordial %s, which speaks version %d of the protocol of attach, and this one version %d; attach with that cordial, or run the script with this one",
		hello.Info, hello.Info.Version, hello.Protocol, Protocol)
}
