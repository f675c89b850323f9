package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Download copies what is at an address, such as an attachment's, to w and gives the number of bytes. It sends no token, and it
// goes on where it was when the connection is lost.
func (c *Client) Download(ctx context.Context, address string, w io.Writer) (int64, error) {
	d, err := newDownload(address, w)
	if err != nil {
		return 0, err
	}
	for failures := 0; ; failures++ {
		pause, err := c.fetch(ctx, d)
		if err == nil {
			return d.done, nil
		}
		if ctx.Err() != nil {
			return d.done, fmt.Errorf("GET %s: %w", d.shown, context.Cause(ctx))
		}
		if pause < 0 || pause > c.maxWait || failures >= c.retries {
			return d.done, err
		}
		if err := c.sleep(ctx, max(pause, backoff(failures))); err != nil {
			return d.done, fmt.Errorf("GET %s: %w", d.shown, err)
		}
	}
}

// Fetch is Download into memory. An answer longer than most bytes is an error.
func (c *Client) Fetch(ctx context.Context, address string, most int64) ([]byte, error) {
	buf := boundedBuffer{most: most}
	_, err := c.Download(ctx, address, &buf)
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// download is the state of one over its tries.
type download struct {
	url   *url.URL
	shown string // without the query, where signatures are
	w     io.Writer
	done  int64  // bytes written
	etag  string // of the version begun with
}

func newDownload(address string, w io.Writer) (*download, error) {
	u, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	return &download{url: u, shown: u.Scheme + "://" + u.Host + shownPath(u.EscapedPath()), w: w}, nil
}

func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the address to download from must begin with http:// or https:// and a host")
	}
	return u, nil
}

// never says that another try is of no use.
const never time.Duration = -1

// fetch makes one try. An error comes with the wait that the server asks for before the next.
func (c *Client) fetch(ctx context.Context, d *download) (time.Duration, error) {
	w := newWatch(ctx, c.clock, c.timeout)
	defer w.stop()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, d.url.String(), nil)
	if err != nil {
		return never, d.failed(errors.New("the address cannot be asked for"))
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept-Encoding", "identity") // byte ranges count what is sent
	if d.done > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.done))
		if d.etag != "" {
			req.Header.Set("If-Range", d.etag)
		}
	}
	resp, err := c.plain.Do(req)
	if err != nil {
		return 0, d.failed(w.reason(err))
	}
	defer resp.Body.Close()
	if err := d.accept(resp); err != nil {
		return pauseAfter(resp), err
	}
	out := &countingWriter{w: d.w, n: &d.done}
	if _, err := io.Copy(out, w.body(resp.Body)); out.err != nil {
		return never, out.err
	} else if err != nil {
		return 0, d.failed(w.reason(err))
	}
	return 0, nil
}

// accept checks that the answer's body goes on where the download stands.
func (d *download) accept(resp *http.Response) error {
	switch resp.StatusCode {
	case http.StatusOK:
		if d.done > 0 {
			return &FileError{Name: d.shown, Err: errors.New("the connection was lost on the way, and the server cannot go on there")}
		}
		if etag := resp.Header.Get("ETag"); !strings.HasPrefix(etag, "W/") {
			d.etag = etag
		}
		return nil
	case http.StatusPartialContent:
		if strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", d.done)) {
			return nil
		}
	}
	e := &Error{Status: resp.StatusCode, Message: http.StatusText(resp.StatusCode), Method: http.MethodGet, Path: d.shown}
	if resp.StatusCode == http.StatusForbidden || resp.StatusCode == http.StatusNotFound {
		e.Hint = "links to attachments expire: fetch the message again for a fresh one"
	}
	return e
}

func (d *download) failed(err error) error {
	return &NetworkError{Method: http.MethodGet, Path: d.shown, Host: d.url.Host, Err: err}
}

// pauseAfter is how long to wait after an answer that has no file, never if another try would give the same.
func pauseAfter(resp *http.Response) time.Duration {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < 500 {
		return never
	}
	after, _ := seconds(resp.Header.Get("Retry-After"))
	return after
}

// countingWriter counts what was written and keeps the writer's error apart from the reader's.
type countingWriter struct {
	w   io.Writer
	n   *int64
	err error
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	*c.n += int64(n)
	c.err = err
	return n, err
}

// boundedBuffer refuses what goes beyond its size.
type boundedBuffer struct {
	bytes.Buffer
	most int64
}

func (b *boundedBuffer) Write(p []byte) (int, error) {
	if int64(b.Len()+len(p)) > b.most {
		return 0, fmt.Errorf("the file is longer than the %d bytes allowed: save it to disk", b.most)
	}
	return b.Buffer.Write(p)
}
