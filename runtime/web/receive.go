package web

import (
	"bufio"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// receive takes an answer in: into the target if there is one and the request was fulfilled, else into memory.
func receive(r *request, resp *http.Response, target *target) (*Response, error) {
	answer := &Response{status: resp.StatusCode, header: resp.Header, url: resp.Request.URL.String(), method: r.method}
	if !answer.ok() {
		target = nil
	}
	if r.method == http.MethodHead {
		resp.ContentLength = 0 // what a GET would get
	}
	body := &tracked{r: resp.Body}
	content, err := decoded(r, resp, body)
	if err != nil {
		return nil, body.explain(err)
	}
	if content, err = r.limited(resp, content, target != nil); err != nil {
		return nil, err
	}
	if target != nil {
		answer.path = target.name
		if answer.size, err = copyTo(target, content); err == nil {
			err = target.commit()
		}
	} else {
		answer.body, err = readText(content, resp.ContentLength)
		answer.size = int64(len(answer.body))
	}
	if err != nil {
		return nil, body.explain(err)
	}
	return answer, nil
}

// limited makes the content of an answer fail when there is more than allowed. What is kept in memory always has a limit.
func (r *request) limited(resp *http.Response, content io.Reader, saves bool) (io.Reader, error) {
	limit := r.maxSize
	if limit == 0 && saves {
		return content, nil
	}
	limit = cmp.Or(limit, defaultMaxSize)
	if resp.ContentLength > limit {
		return nil, tooLarge(limit, saves)
	}
	return &bounded{r: content, left: limit, err: tooLarge(limit, saves)}, nil
}

// readText reads a body into memory. Its length is what the server says, or -1.
func readText(content io.Reader, length int64) (string, error) {
	var text strings.Builder
	text.Grow(int(max(0, min(length, maxGrow))))
	_, err := copyTo(&text, content)
	return text.String(), err
}

// buffers hold what is on its way from a connection to its place.
var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func copyTo(w io.Writer, r io.Reader) (int64, error) {
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	return io.CopyBuffer(w, r, buffer[:])
}

// maxGrow is how much memory an answer gets at once because it says that it is so long.
const maxGrow = 1 << 20

func tooLarge(limit int64, saves bool) error {
	reason := fmt.Sprintf("the answer is larger than %s; pass save= to write it to a file, or max_size= to allow more", size(limit))
	if saves {
		reason = fmt.Sprintf("the answer is larger than %s; pass max_size= to allow more", size(limit))
	}
	return &Error{Kind: kindTooLarge, Reason: reason}
}

// bounded fails when there is more than allowed.
type bounded struct {
	r    io.Reader
	left int64
	err  error
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p[:min(int64(len(p)), b.left+1)])
	if int64(n) > b.left {
		return int(b.left), b.err
	}
	b.left -= int64(n)
	return n, err
}

// tracked remembers the error of what it reads.
type tracked struct {
	r   io.Reader
	err error
}

func (t *tracked) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.err = err
	return n, err
}

// explain tells an error of the connection from one of the compression.
func (t *tracked) explain(err error) error {
	if err == nil {
		return nil
	}
	if _, own := errors.AsType[*Error](err); own {
		return err
	}
	if t.err != nil && t.err != io.EOF {
		return t.err
	}
	return &Error{Kind: kindEncoding, Reason: "the answer's compression is damaged: " + err.Error() + `; pass headers={["Accept-Encoding"]="identity"}`, Err: err}
}

// decoded takes the compression off an answer, and out of its headers. An encoding that was not asked for stays.
func decoded(r *request, resp *http.Response, body io.Reader) (io.Reader, error) {
	encoding := strings.ToLower(resp.Header.Get("Content-Encoding"))
	if !r.decodes() || resp.ContentLength == 0 || resp.Body == http.NoBody {
		return body, nil
	}
	var content io.Reader
	var err error
	switch encoding {
	case "gzip", "x-gzip":
		content, err = gzip.NewReader(body)
	case "deflate":
		content, err = inflated(body)
	default:
		return body, nil
	}
	if err == io.EOF { // nothing at all
		return body, nil
	}
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength = -1
	return content, err
}

// inflated reads deflate as servers send it: in the format of zlib, as the standard says, or without (RFC 9110, 8.4.1.2).
func inflated(body io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(body)
	head, err := buffered.Peek(2)
	if err != nil {
		return nil, err
	}
	if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(buffered)
	}
	return flate.NewReader(buffered), nil
}
