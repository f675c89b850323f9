package audio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// How long a server may take: to be reached, to begin its answer, and to go on with it.
const (
	streamDial   = 10 * time.Second
	streamAnswer = 20 * time.Second
	streamStall  = 30 * time.Second
)

// streamClient has no limit for the whole of a stream, which may last for ever.
var streamClient = &http.Client{Transport: &http.Transport{
	Proxy:                 http.ProxyFromEnvironment,
	DialContext:           (&net.Dialer{Timeout: streamDial}).DialContext,
	TLSHandshakeTimeout:   streamDial,
	ResponseHeaderTimeout: streamAnswer,
	ForceAttemptHTTP2:     true,
	DisableKeepAlives:     true, // a source is open for long and asks for little
}}

// IsURL reports whether Open takes a name for the address of a stream, and not for a file.
func IsURL(name string) bool {
	lower := strings.ToLower(name[:min(len(name), len("https://"))])
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// stream is a file behind http or https. It can seek if the server serves parts of files; otherwise it can only start again.
type stream struct {
	ctx   context.Context // of the source, from Open
	end   context.CancelCauseFunc
	url   string
	stall time.Duration
	body  io.ReadCloser // nil before the first request at pos
	watch *time.Timer   // ends a body that stalls
	pos   int64
	asked int64 // pos at the last request
	size  int64 // -1 if the server does not say
	parts bool  // the server serves parts
}

// openStream asks for a file. The context ends the stream while it is open.
func openStream(ctx context.Context, url string, stall time.Duration) (*stream, error) {
	ctx, end := context.WithCancelCause(ctx)
	s := &stream{ctx: ctx, end: end, url: url, stall: stall, size: -1}
	s.watch = time.AfterFunc(stall, func() { end(fmt.Errorf("the server sent nothing for %v", stall)) })
	if err := s.request(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// request asks for the file from pos on.
func (s *stream) request() error {
	request, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "cordial")
	request.Header.Set("Accept-Encoding", "identity")
	want := http.StatusOK
	if s.pos > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", s.pos))
		want = http.StatusPartialContent
	}
	s.watch.Reset(s.stall)
	defer s.watch.Stop()
	response, err := streamClient.Do(request)
	if err != nil {
		return s.cause(err)
	}
	if response.StatusCode != want {
		return errors.Join(fmt.Errorf("the server answered %s: see whether the address opens in a browser without a login", response.Status), response.Body.Close())
	}
	if s.pos == 0 {
		s.size = response.ContentLength
		s.parts = s.size >= 0 && strings.EqualFold(response.Header.Get("Accept-Ranges"), "bytes")
	}
	s.body, s.asked = response.Body, s.pos
	return nil
}

// Read goes on with another request when the connection breaks, as it does while a playback is paused for long, if the server serves parts
// and has sent something since the last one.
func (s *stream) Read(p []byte) (int, error) {
	for {
		n, err := s.receive(p)
		if err == nil || err == io.EOF {
			return n, err
		}
		if s.body == nil || !s.parts || s.pos == s.asked || s.ctx.Err() != nil {
			return n, s.cause(err)
		}
		_ = s.body.Close() // it is broken
		s.body = nil
		if n > 0 {
			return n, nil
		}
	}
}

// receive reads from pos on, and asks for it first if that was not done.
func (s *stream) receive(p []byte) (int, error) {
	if s.body == nil {
		if s.size >= 0 && s.pos >= s.size {
			return 0, io.EOF
		}
		if err := s.request(); err != nil {
			return 0, err
		}
	}
	s.watch.Reset(s.stall)
	n, err := s.body.Read(p)
	s.watch.Stop()
	s.pos += int64(n)
	return n, err
}

// Seek only notes the place: the next Read asks for it.
func (s *stream) Seek(offset int64, whence int) (int64, error) {
	switch {
	case whence == io.SeekCurrent:
		offset += s.pos
	case whence == io.SeekEnd && s.parts:
		offset += s.size
	case whence == io.SeekEnd:
		return 0, ErrNoSeek
	}
	switch {
	case offset == s.pos:
		return offset, nil
	case offset != 0 && !s.parts || offset < 0:
		return 0, ErrNoSeek
	}
	var err error
	if s.body != nil {
		err = s.body.Close()
	}
	s.body, s.pos = nil, offset
	return offset, err
}

func (s *stream) Close() error {
	s.watch.Stop()
	s.end(ErrClosed)
	if s.body == nil {
		return nil
	}
	return s.body.Close()
}

// cause says why the context ended the stream, if it did.
func (s *stream) cause(err error) error {
	if cause := context.Cause(s.ctx); cause != nil {
		return cause
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: the server ended the stream at byte %d", ErrTruncated, s.pos)
	}
	return err
}
