package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
)

// FuzzReceive takes answers in with any compression, whole and damaged. They are within the bound, or one of the module's errors.
func FuzzReceive(f *testing.F) {
	for _, encoding := range []string{"gzip", "deflate", "br", ""} {
		f.Add(encoding, []byte("otter"))
		f.Add(encoding, []byte{0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01})
		f.Add(encoding, []byte{0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff})
	}
	f.Fuzz(func(t *testing.T, encoding string, data []byte) {
		const limit = 100
		r := &request{method: http.MethodGet, url: &url.URL{}, header: http.Header{}, maxSize: limit}
		resp := &http.Response{
			StatusCode: 200, Header: http.Header{"Content-Encoding": {encoding}}, ContentLength: -1,
			Body: io.NopCloser(bytes.NewReader(data)), Request: &http.Request{URL: r.url},
		}
		answer, err := receive(r, resp, nil)
		if err != nil {
			if e, ok := errors.AsType[*Error](err); !ok || e.Kind != kindEncoding && e.Kind != kindTooLarge {
				t.Errorf("got %v", err)
			}
			return
		}
		if len(answer.body) > limit || int64(len(answer.body)) != answer.size {
			t.Errorf("%d bytes, said to be %d", len(answer.body), answer.size)
		}
	})
}
