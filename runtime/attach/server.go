package attach

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
)

// Options say what a [Server] serves.
type Options struct {
	Host  *runtime.Host
	Info  Info
	Place Place

	// Redact takes secrets out of what is shown: what is written to the writer
	// that it gives goes on to w, in the end on Close. nil takes out nothing.
	Redact func(w io.Writer) io.WriteCloser

	// Log is what the script writes, nil for none.
	Log *Log

	// Events has show called for the events that arrive, those with the names
	// or all, until stop is called. show does not wait, and may be called from
	// any goroutine; line makes the event's line, later. nil for no events.
	Events func(names []string, show func(line func() string)) (stop func(), err error)
}

// maxClients bounds the clients at one time.
const maxClients = 64

// flushTime is how long clients have to take what is left for them in the end.
const flushTime = time.Second

var (
	errGone     = errors.New("nobody is attached any more")
	errStopping = errors.New("the script ends")
)

// Server lets clients attach to a host.
type Server struct {
	options  Options
	listener *net.UnixListener
	path     string
	ctx      context.Context
	stop     context.CancelCauseFunc
	serving  sync.WaitGroup
	running  sync.WaitGroup // what clients have asked for

	mu        sync.Mutex
	clients   int
	functions map[string]*lua.LFunction // that exist in attached sessions only; made for the first of them
}

// Start begins to serve. [Server.Close] must be called before the host is
// closed, and [Server.Wait] after that.
func Start(o Options) (*Server, error) {
	if o.Redact == nil {
		o.Redact = func(w io.Writer) io.WriteCloser { return plain{w} }
	}
	listener, path, err := o.Place.listen(o.Info.Script, o.Info.PID)
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, listener: listener, path: path}
	s.ctx, s.stop = context.WithCancelCause(context.Background())
	s.serving.Go(s.accept)
	return s, nil
}

// plain is a writer that keeps nothing back.
type plain struct{ io.Writer }

// Close implements [io.Closer].
func (plain) Close() error { return nil }

// Path is where the socket is.
func (s *Server) Path() string { return s.path }

// Close cancels what clients have asked for, tells them that the script has
// ended, and removes the socket.
func (s *Server) Close() error {
	err := os.Remove(s.path)
	s.stop(errStopping)
	err = errors.Join(err, s.listener.Close())
	s.serving.Wait()
	return err
}

// Wait waits for what clients have asked for and has not ended with Close: it
// is in a call that does not heed its end, or comes back from one while
// something else has the Lua state. It is called after the host was closed.
func (s *Server) Wait() { s.running.Wait() }

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		switch {
		case s.ctx.Err() != nil:
			if err == nil {
				_ = conn.Close() // nothing was written
			}
			return
		case err != nil: // such as too many open files
			select {
			case <-time.After(100 * time.Millisecond):
			case <-s.ctx.Done():
			}
		default:
			s.serving.Go(func() { s.serve(conn) })
		}
	}
}

// serve serves one client to its end.
func (s *Server) serve(conn net.Conn) {
	c := newClientConn(s, conn)
	var writing sync.WaitGroup
	writing.Go(func() {
		if c.out.writeTo(conn) != nil {
			c.leave(errGone)
		}
	})
	if s.admit() {
		c.converse()
		s.mu.Lock()
		s.clients--
		s.mu.Unlock()
	} else {
		c.out.put(frame{Type: typeBye, Text: "too many clients are attached"})
	}
	c.out.close()
	// A client that takes nothing must not hold up the script's end.
	_ = conn.SetWriteDeadline(time.Now().Add(flushTime))
	writing.Wait()
	_ = conn.Close() // what could not be written has failed before
}

func (s *Server) admit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clients >= maxClients {
		return false
	}
	s.clients++
	return true
}
