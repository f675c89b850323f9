package rest

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// part is one part of a multipart body: its header, then data or a file.
type part struct {
	header string
	data   []byte
	file   *File
}

// payloadBody sends a JSON payload and files the way Discord's message routes take them.
func payloadBody(payload []byte, files []File) (*body, error) {
	parts := []part{{header: disposition("payload_json", "") + "Content-Type: application/json\r\n", data: payload}}
	return multipartBody(parts, files)
}

// formBody sends the payload's members as form fields. A string goes as it is, anything else as its JSON.
func formBody(payload []byte, files []File) (*body, error) {
	fields, err := members("body", payload)
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := []byte(fields[name])
		var s string
		if json.Unmarshal(value, &s) == nil {
			value = []byte(s)
		}
		parts = append(parts, part{header: disposition(name, ""), data: value})
	}
	return multipartBody(parts, files)
}

func multipartBody(parts []part, files []File) (*body, error) {
	n := 0
	for i := range files {
		f := &files[i]
		if f.Open == nil {
			return nil, &FileError{Name: f.Name, Err: errors.New("has no content: set Open")}
		}
		field := f.Field
		if field == "" {
			field = "files[" + strconv.Itoa(n) + "]"
			n++
		}
		header := disposition(field, partName(f.Name)) + "Content-Type: " + headerText(f.contentType()) + "\r\n"
		parts = append(parts, part{header: header, file: f})
	}
	boundary := rand.Text()
	for i := range parts {
		parts[i].header = "\r\n--" + boundary + "\r\n" + parts[i].header + "\r\n"
	}
	parts[0].header = strings.TrimPrefix(parts[0].header, "\r\n")
	end := "\r\n--" + boundary + "--\r\n"
	return &body{
		contentType: "multipart/form-data; boundary=" + boundary,
		size:        multipartSize(parts, end),
		stream:      func() io.ReadCloser { return &multipartReader{parts: parts, end: end} },
	}, nil
}

func multipartSize(parts []part, end string) int64 {
	size := int64(len(end))
	for _, p := range parts {
		size += int64(len(p.header) + len(p.data))
		if p.file != nil {
			if p.file.Size < 0 {
				return -1
			}
			size += p.file.Size
		}
	}
	return size
}

// disposition writes the header line of a form field; a filename makes it a file.
func disposition(field, filename string) string {
	s := `Content-Disposition: form-data; name="` + escapeName(field) + `"`
	if filename != "" {
		s += `; filename="` + escapeName(filename) + `"`
	}
	return s + "\r\n"
}

// escapeName escapes a name as browsers do (WHATWG, multipart/form-data encoding algorithm), so that none can end its header.
var escapeName = strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace

// partName is the name that a file is sent under: without directories and control characters, never empty.
func partName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '_'
		}
		return r
	}, name)
	if name == "" {
		return "file"
	}
	return name
}

// headerText drops what could end a header line.
func headerText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
}

// multipartReader reads the parts one after the other and holds one file open at most. As net/http asks of a body, Close may be
// called while Read runs.
type multipartReader struct {
	parts []part
	end   string
	now   io.Reader // what is being read, nil between parts

	mu     sync.Mutex
	file   io.Closer // the open file
	closed bool
}

func (m *multipartReader) Read(p []byte) (int, error) {
	for {
		if m.now == nil {
			if err := m.next(); err != nil {
				return 0, err
			}
		}
		n, err := m.now.Read(p)
		if err == io.EOF {
			m.now, err = nil, m.hold(nil)
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next goes to the next part, or to the end mark after the last.
func (m *multipartReader) next() error {
	if len(m.parts) == 0 {
		if m.end == "" {
			return io.EOF
		}
		m.now, m.end = strings.NewReader(m.end), ""
		return nil
	}
	p := m.parts[0]
	m.parts = m.parts[1:]
	if p.file == nil {
		m.now = io.MultiReader(strings.NewReader(p.header), bytes.NewReader(p.data))
		return nil
	}
	f, err := p.file.Open()
	if err != nil {
		return fileError(p.file.Name, err)
	}
	var content io.Reader = f
	if p.file.Size >= 0 {
		content = &sizedReader{r: f, name: p.file.Name, size: p.file.Size}
	}
	m.now = io.MultiReader(strings.NewReader(p.header), content)
	return m.hold(f)
}

// hold closes the file that is open and keeps f in its place.
func (m *multipartReader) hold(f io.Closer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var err error
	if m.file != nil {
		err = m.file.Close()
	}
	m.file = f
	if m.closed && f != nil {
		m.file = nil
		f.Close()
		return os.ErrClosed
	}
	return err
}

// Close closes the file that is open.
func (m *multipartReader) Close() error {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	return m.hold(nil)
}

// sizedReader fails when a file turns out longer or shorter than announced, as one does that is written to meanwhile.
type sizedReader struct {
	r          io.Reader
	name       string
	size, read int64
}

func (s *sizedReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.read += int64(n)
	if err != nil && err != io.EOF {
		return n, fileError(s.name, err)
	}
	if s.read > s.size || err == io.EOF && s.read < s.size {
		return 0, &FileError{Name: s.name, Err: fmt.Errorf("changed while it was sent: expected %d bytes, read %d", s.size, s.read)}
	}
	return n, err
}
