package sandbox

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
)

// memoryBlob is the size in bytes up to which a file is kept in memory; a bigger one goes to a temporary file.
const memoryBlob = 1 << 20

// defaultBlobLimit bounds the bytes of all files of a world together. What would exceed it is refused like a request that is too
// large, so that a runaway script cannot fill the disk.
const defaultBlobLimit = 4 << 30

var (
	errFileTooLarge = errors.New("the file is larger than the limit for one file")
	errBlobsFull    = errors.New("the world's files have reached their limit: delete messages with files or raise the limit")
	errBlobsClosed  = errors.New("the world is closed")
)

// blobs keeps the bytes of a world's files, small ones in memory and the rest in a temporary folder that Close removes.
type blobs struct {
	limit int64

	mu     sync.Mutex
	used   int64
	dir    string // made with the first file that does not stay in memory
	closed bool
}

// blob is the content of one file. It does not change once it is written. Once it is in a world, who has it belongs to the world's lock.
type blob struct {
	store *blobs // nil for content that is part of the program
	size  int64
	data  []byte // the content, unless path is set
	path  string
	more  int // how many others than the first have it
}

// staticBlob is content that nobody has uploaded and that costs no room.
func staticBlob(data []byte) *blob { return &blob{size: int64(len(data)), data: data} }

// put reads r to its end. It never holds more than memoryBlob bytes of it in memory.
func (s *blobs) put(r io.Reader, maxSize int64) (_ *blob, err error) {
	b := &blob{store: s}
	defer func() {
		if err != nil {
			b.free()
		}
	}()
	src := &meteredReader{r: r, blob: b, max: maxSize}
	head, err := io.ReadAll(io.LimitReader(src, memoryBlob+1))
	if err != nil {
		return nil, err
	}
	if len(head) <= memoryBlob {
		b.data = bytes.Clone(head)
		return b, nil
	}
	if err := b.spill(head, src); err != nil {
		return nil, err
	}
	return b, nil
}

// spill writes the content to a temporary file: what was read of it already, then the rest.
func (b *blob) spill(head []byte, rest io.Reader) (err error) {
	dir, err := b.store.folder()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "blob-")
	if err != nil {
		return err
	}
	b.path = f.Name()
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(head); err != nil {
		return err
	}
	_, err = io.Copy(f, rest)
	return err
}

// open gives the content for reading. A blob that is freed while it is read can be read to its end.
func (b *blob) open() (io.ReadSeekCloser, error) {
	if b.path != "" {
		return os.Open(b.path)
	}
	return nopSeekCloser{bytes.NewReader(b.data)}, nil
}

// head gives up to n bytes of the beginning.
func (b *blob) head(n int) ([]byte, error) {
	f, err := b.open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(n)))
}

// retain gives the content to one more.
func (b *blob) retain() { b.more++ }

// free gives the room of the content back when nobody else has it.
func (b *blob) free() {
	if b.store == nil {
		return
	}
	if b.more > 0 {
		b.more--
		return
	}
	b.store.release(b.size)
	if b.path != "" {
		os.Remove(b.path) // what cannot be removed now goes with the folder
	}
	b.store, b.data = nil, nil
}

func (s *blobs) folder() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", errBlobsClosed
	}
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "cordial-sandbox-")
		if err != nil {
			return "", err
		}
		s.dir = dir
	}
	return s.dir, nil
}

func (s *blobs) reserve(n int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used+n > s.limit {
		return errBlobsFull
	}
	s.used += n
	return nil
}

func (s *blobs) release(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used -= n
}

// close removes the temporary files. The store takes no more of them.
func (s *blobs) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.dir == "" {
		return nil
	}
	dir := s.dir
	s.dir = ""
	return os.RemoveAll(dir)
}

// meteredReader counts what is read of a blob and stops at its own limit and at the store's.
type meteredReader struct {
	r    io.Reader
	blob *blob
	max  int64
}

func (m *meteredReader) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.blob.size+int64(n) > m.max {
		return 0, errFileTooLarge
	}
	if reserved := m.blob.store.reserve(int64(n)); reserved != nil {
		return 0, reserved
	}
	m.blob.size += int64(n)
	return n, err
}

type nopSeekCloser struct{ io.ReadSeeker }

func (nopSeekCloser) Close() error { return nil }
