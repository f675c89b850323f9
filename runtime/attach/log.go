package attach

import (
	"bytes"
	"io"
	"sync"
)

// Of the lines that were written the newest are kept, for who comes later.
const (
	keptLines = 20
	maxLine   = 4 << 10 // bytes of a line that are kept and shown
)

// Log sees what a script and its host write, line by line, and passes it on.
// It costs little while nobody follows it.
type Log struct {
	mu     sync.Mutex
	recent []string
	tails  map[*queue]struct{}
}

// NewLog makes a log in which nothing is written yet.
func NewLog() *Log { return &Log{tails: map[*queue]struct{}{}} }

// Writer passes on to w what is written.
func (l *Log) Writer(w io.Writer) io.Writer { return &logWriter{log: l, w: w} }

// logWriter is one stream of a log.
type logWriter struct {
	log     *Log
	w       io.Writer
	mu      sync.Mutex
	partial []byte // of a line that has not ended
}

// Write implements [io.Writer].
func (w *logWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	for line := range bytes.Lines(b) {
		w.partial = append(w.partial, line[:min(len(line), max(0, maxLine-len(w.partial)))]...)
		if line[len(line)-1] == '\n' {
			w.log.add(lastState(w.partial))
			w.partial = w.partial[:0]
		}
	}
	w.mu.Unlock()
	return w.w.Write(b)
}

// lastState is a line as it was seen last: progress bars draw one again and
// again from its beginning.
func lastState(line []byte) string {
	line = bytes.TrimRight(line, "\r\n")
	return string(line[bytes.LastIndexByte(line, '\r')+1:])
}

func (l *Log) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.recent) == keptLines {
		l.recent = append(l.recent[:0], l.recent[1:]...)
	}
	l.recent = append(l.recent, line)
	for q := range l.tails {
		q.push(func() string { return line })
	}
}

// follow puts the newest lines into a queue, and those that come, until stop
// is called.
func (l *Log) follow(q *queue) (stop func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.recent {
		q.push(func() string { return line })
	}
	l.tails[q] = struct{}{}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.tails, q)
	}
}
