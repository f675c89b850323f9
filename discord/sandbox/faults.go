package sandbox

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
	"time"

	"cordial/discord/rest/catalogue"
)

// Fault makes the next requests fail in a way that Discord sometimes does. What is left zero does nothing.
type Fault struct {
	Operation string        // an operation id of the catalogue; "" for any
	Method    string        // an HTTP method; "" for any
	Times     int           // how many requests it hits; 0 means one
	Delay     time.Duration // waits before anything else, by the world's clock
	Status    int           // answers with this status instead of serving, such as 502
	Body      string        // of that answer; sent as HTML, empty for no body
	Scope     string        // answers 429 with this scope: "user", "global" or "shared"
	Retry     time.Duration // what a 429 asks to wait
	Cut       bool          // serves the request, but cuts the connection in the middle of the answer
}

// faults is the list of faults that are still to come.
type faults struct {
	mu      sync.Mutex
	pending []Fault
}

// maxFaults bounds the faults that stand in line, of requests and of the gateway each.
const maxFaults = 1000

// inLine adds a fault to a line. The oldest one makes room if there are too many.
func inLine[F any](line []F, f F) []F {
	if len(line) >= maxFaults {
		line = slices.Delete(line, 0, 1)
	}
	return append(line, f)
}

// Fault orders a fault. Several stand in line: a request meets the first that is meant for it. Of more than a thousand, the oldest are
// forgotten.
func (s *Server) Fault(f Fault) {
	f.Times = max(f.Times, 1)
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.pending = inLine(s.faults.pending, f)
}

// ClearFaults forgets the faults that have not happened, of requests, of the gateway and of voice.
func (s *Server) ClearFaults() {
	s.gateway.clearFaults()
	s.voice.ClearFaults()
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.pending = nil
}

// next takes the first fault that is meant for a request.
func (f *faults) next(r *http.Request, op *catalogue.Operation) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.pending {
		p := &f.pending[i]
		if (p.Operation != "" && p.Operation != op.ID) || (p.Method != "" && p.Method != r.Method) {
			continue
		}
		hit := *p
		if p.Times--; p.Times == 0 {
			f.pending = slices.Delete(f.pending, i, i+1)
		}
		return hit, true
	}
	return Fault{}, false
}

// strike applies a fault to a request. It gives the status if the request has been answered by it, or else 0 and the writer that the
// answer goes to.
func (s *Server) strike(rw http.ResponseWriter, r *http.Request, op *catalogue.Operation) (http.ResponseWriter, int) {
	f, ok := s.faults.next(r, op)
	if !ok {
		return rw, 0
	}
	if f.Delay > 0 {
		select {
		case <-s.world.clock.After(f.Delay):
		case <-r.Context().Done(): // the client has gone, or the server is closed
			cutConnection()
		}
	}
	switch {
	case f.Scope != "":
		return rw, s.write(rw, op, nil, tooSoon(f.Scope, f.Retry))
	case f.Status != 0:
		rw.Header().Set("Content-Type", "text/html; charset=UTF-8")
		rw.WriteHeader(f.Status)
		rw.Write([]byte(f.Body)) // a client that has gone away needs no answer
		return rw, f.Status
	case f.Cut:
		return cutWriter{rw}, 0
	}
	return rw, 0
}

// cutWriter sends the first half of an answer and cuts the connection. Of an answer without a body it sends nothing.
type cutWriter struct{ http.ResponseWriter }

// WriteHeader sends the status, unless it is all of the answer.
func (c cutWriter) WriteHeader(status int) {
	if status == http.StatusNoContent {
		cutConnection()
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write sends half of the body.
func (c cutWriter) Write(body []byte) (int, error) {
	n, err := c.ResponseWriter.Write(body[:len(body)/2])
	if err = cmp.Or(err, http.NewResponseController(c.ResponseWriter).Flush()); err == nil {
		cutConnection()
	}
	return n, err
}

// cutConnection ends a request without an answer. The panic is how a handler tells net/http to do so; it goes no further.
func cutConnection() { panic(http.ErrAbortHandler) }
