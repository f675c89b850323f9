package web

import (
	"bufio"
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
	body := &tracked{r: resp.Body}
	content, err := decoded(r, resp, body)
	if err != nil {
		return nil, body.explain(err)
	}
	saves := target != nil && answer.ok()
	limit := r.maxSize
	if target != nil && !saves && limit == 0 {
		limit = defaultMaxSize
	}
	if limit > 0 {
		if resp.ContentLength > limit && r.method != http.MethodHead {
			return nil, tooLarge(limit, saves)
		}
		content = &bounded{r: content, left: limit, err: tooLarge(limit, saves)}
	}
	if saves {
		answer.size, err = copyTo(target, content)
		if err == nil {
			answer.path, err = target.name, target.commit()
		}
		return answer, body.explain(err)
	}
	var text strings.Builder
	if resp.ContentLength > 0 && r.method != http.MethodHead {
		text.Grow(int(min(resp.ContentLength, maxGrow)))
	}
	_, err = copyTo(&text, content)
	answer.body, answer.size = text.String(), int64(text.Len())
	return answer, body.explain(err)
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
