package sandbox

import (
	"io"
	"regexp"
	"strconv"
)

// Upload is a file on its way into a world: a part of a multipart request, or made by NewUpload.
type Upload struct {
	Field       string // the form field; AttachmentParams describe "files[n]" by its n
	Filename    string
	ContentType string // "" to go by the name and the content

	blob *blob
}

// NewUpload reads a file to be attached to a message, as large as the world's settings allow. Its room is given back when the message
// is deleted, or by Discard if no message comes of it.
func (w *World) NewUpload(filename string, content io.Reader) (Upload, error) {
	w.mu.Lock()
	limit := w.settings.AttachmentLimit
	w.mu.Unlock()
	b, err := w.blobs.put(content, limit)
	return Upload{Filename: filename, blob: b}, err
}

// Discard gives the room of a file back that no message has taken.
func (u Upload) Discard() { u.blob.free() }

// discard gives the room of files back, for a request that comes to nothing.
func discard(uploads []Upload) {
	for _, u := range uploads {
		u.Discard()
	}
}

// fileField matches the names of form fields that are counted.
var fileField = regexp.MustCompile(`^files\[(\d{1,9})\]$`)

// index gives the n of a file whose field is files[n].
func (u Upload) index() (int, bool) {
	m := fileField.FindStringSubmatch(u.Field)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}
