package rest

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
)

// File is a file to upload. It is opened once for every try and read as it is sent.
type File struct {
	Name        string
	ContentType string // default: by the ending of Name
	Description string // alternative text of an attachment
	Spoiler     bool   // hide the attachment until clicked
	Open        func() (io.ReadCloser, error)
	Size        int64 // bytes, -1 when unknown

	// Field is the form field of a file that is not an attachment, such as a sticker's "file". "" is for attachments.
	Field string
}

// FilePath names a file on disk. It fails when the file cannot be read, so that the mistake shows before anything is sent.
func FilePath(path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, fileError(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return File{}, fileError(path, err)
	}
	if info.IsDir() {
		return File{}, fileError(path, errors.New("is a directory"))
	}
	size := info.Size()
	if !info.Mode().IsRegular() {
		size = -1
	}
	return File{Name: filepath.Base(path), Size: size, Open: func() (io.ReadCloser, error) { return os.Open(path) }}, nil
}

// FileBytes makes a file of data in memory.
func FileBytes(name string, data []byte) File {
	return File{Name: name, Size: int64(len(data)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
}

// fileError takes the name out of the errors of package os, which would say it twice.
func fileError(name string, err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	return &FileError{Name: name, Err: err}
}

func (f *File) contentType() string {
	if f.ContentType != "" {
		return f.ContentType
	}
	if t := mime.TypeByExtension(filepath.Ext(f.Name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
