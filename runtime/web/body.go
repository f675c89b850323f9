package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// body is what a request sends. It can be opened again, for a redirect or a new connection.
type body struct {
	contentType string
	pieces      []piece
}

// piece is a part of a body: a text, or a file if it has a name.
type piece struct {
	text string
	file place
}

// parseBody reads the arguments that say what a request sends.
func (m *module) parseBody(c *bind.Call, r *request) (*body, error) {
	b, err := bodyOf(c, r.header)
	if b == nil || err != nil {
		return nil, err
	}
	for i := range b.pieces {
		file := &b.pieces[i].file
		if file.name == "" {
			continue
		}
		if *file, err = m.client.place(r, file.name); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// bodyOf makes a body without the places of its files; header is what the script says about it.
func bodyOf(c *bind.Call, header http.Header) (*body, error) {
	var kinds []string
	for _, kind := range []string{"json", "form", "files", "body"} {
		if gives(c, kind) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return nil, nil
	}
	form := bind.Get[url.Values](c, "form")
	switch {
	case slices.Equal(kinds, []string{"form", "files"}) || slices.Equal(kinds, []string{"files"}):
		if header.Get("Content-Type") != "" {
			return nil, wrong(c, "headers.Content-Type: goes without saying with files; leave it out")
		}
		return formOf(form, bind.Get[[]upload](c, "files"))
	case len(kinds) > 1:
		return nil, wrong(c, fmt.Sprintf("%s and %s exclude each other; only form and files go together", kinds[0], kinds[1]))
	}
	b := &body{}
	switch kinds[0] {
	case "json":
		text, err := runtime.EncodeJSON(c.L, c.Lua("json"))
		if err != nil {
			return nil, wrong(c, "json: "+err.Error())
		}
		b.contentType, b.pieces = "application/json", []piece{{text: text}}
	case "form":
		b.contentType, b.pieces = "application/x-www-form-urlencoded", []piece{{text: form.Encode()}}
	case "body":
		b.pieces = []piece{bind.Get[piece](c, "body")}
	}
	if header.Get("Content-Type") != "" {
		b.contentType = ""
	}
	return b, nil
}

// upload is a file of a form.
type upload struct {
	field, name, contentType string
	piece                    piece
}

// formOf makes a multipart body of fields and files.
func formOf(fields url.Values, files []upload) (*body, error) {
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	b := &body{contentType: w.FormDataContentType()}
	for _, name := range sortedNames(fields) {
		for _, value := range fields[name] {
			if err := w.WriteField(name, value); err != nil {
				return nil, err
			}
		}
	}
	for _, file := range files {
		_, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {multipart.FileContentDisposition(file.field, file.name)},
			"Content-Type":        {file.contentType},
		})
		if err != nil {
			return nil, err
		}
		b.pieces = append(b.pieces, piece{text: head.String()}, file.piece)
		head.Reset()
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	b.pieces = append(b.pieces, piece{text: head.String()})
	return b, nil
}

// sendWith makes a request send b.
func (b *body) sendWith(req *http.Request) error {
	opened, size, err := b.open()
	if err != nil {
		return err
	}
	req.Body, req.ContentLength = opened, size
	req.GetBody = func() (io.ReadCloser, error) {
		again, newSize, err := b.open()
		if err == nil && newSize != size {
			return nil, errors.Join(errChanged, again.Close())
		}
		return again, err
	}
	if size == 0 {
		req.Body, req.GetBody = http.NoBody, nil
		return opened.Close()
	}
	return nil
}

var errChanged = &Error{Kind: kindFile, Reason: "a file has changed while it was sent; send a copy of it"}

// opened is a body that is read.
type opened struct {
	io.Reader
	close func() error
}

// Close closes the files. It may be called while they are read, and again.
func (o *opened) Close() error { return o.close() }

// open opens a body and tells its size.
func (b *body) open() (*opened, int64, error) {
	var readers []io.Reader
	var files []*os.File
	var size int64
	closeAll := sync.OnceValue(func() error {
		var errs []error
		for _, file := range files {
			errs = append(errs, file.Close())
		}
		return errors.Join(errs...)
	})
	for _, p := range b.pieces {
		if p.file.name == "" {
			readers, size = append(readers, strings.NewReader(p.text)), size+int64(len(p.text))
			continue
		}
		file, n, err := p.file.open()
		if err != nil {
			return nil, 0, errors.Join(err, closeAll())
		}
		files = append(files, file)
		readers, size = append(readers, &exactly{file, p.file.name, n}), size+n
	}
	return &opened{io.MultiReader(readers...), closeAll}, size, nil
}

// exactly reads as many bytes as were announced. Of a file that grows, such as a log, the rest is left out.
type exactly struct {
	file *os.File
	name string
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n, err := e.file.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	switch {
	case err == io.EOF && e.left > 0:
		err = errChanged
	case err != nil && err != io.EOF:
		err = fileError(e.name, err)
	}
	return n, err
}

// pieceType is a text, or a table that names a file.
var pieceType = bind.Type{Name: "string|{path=}", Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	table, ok := v.(*lua.LTable)
	if !ok {
		text, err := bind.String.From(L, v)
		if err != nil {
			return nil, bind.Expected(`a string, or a file as {path="…"}`, v)
		}
		return piece{text: text.(string)}, nil
	}
	options, err := texts(L, table, "path")
	if err != nil {
		return nil, err
	}
	if options["path"] == "" {
		return nil, errors.New(`expected a string, or a file as {path="…"}`)
	}
	return piece{file: place{name: options["path"]}}, nil
}}

// uploadsType is a table of form fields with files.
var uploadsType = bind.Type{Name: `{field=path}`, Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	var files []upload
	err := eachNamed(v, func(field string, v lua.LValue) error {
		file, err := uploadOf(L, v)
		file.field = field
		files = append(files, file)
		return err
	})
	return files, err
}}

// uploadOf reads a path, or {path=|data=, name=, type=}.
func uploadOf(L *lua.LState, v lua.LValue) (upload, error) {
	if name, ok := v.(lua.LString); ok {
		return newUpload(map[string]string{"path": string(name)})
	}
	table, ok := v.(*lua.LTable)
	if !ok {
		return upload{}, bind.Expected(`a path, or {path="…"} or {data="…"} with name= and type=`, v)
	}
	options, err := texts(L, table, "path", "data", "name", "type")
	if err != nil {
		return upload{}, err
	}
	return newUpload(options)
}

func newUpload(options map[string]string) (upload, error) {
	file, data := options["path"], options["data"]
	name := options["name"]
	if name == "" && file != "" {
		name = path.Base(strings.ReplaceAll(file, `\`, "/"))
	}
	switch {
	case file != "" && data != "":
		return upload{}, errors.New("path and data exclude each other")
	case name == "":
		return upload{}, errors.New("expected a path, or data with a name")
	}
	kind := options["type"]
	if kind == "" {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	if !validValue(kind) {
		return upload{}, bind.At(".type", errBadValue)
	}
	return upload{name: name, contentType: kind, piece: piece{text: data, file: place{name: file}}}, nil
}
