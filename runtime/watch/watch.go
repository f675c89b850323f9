// Package watch tells when the contents of files change, however that is
// done: by writing, by renaming another file over them, by deleting and making
// them again, or by turning a symbolic link elsewhere.
package watch

import (
	"crypto/sha256"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/jonboulle/clockwork"
)

// Settle is how long files must be left alone before they are looked at:
// editors write a file in several steps.
const Settle = 50 * time.Millisecond

// patience bounds the time that files which are never left alone are not
// looked at.
const patience = time.Second

// Stamp is a digest of what a file contained; zero if there was none.
type Stamp = [sha256.Size]byte

// Options say how a watcher works. The zero value is for the real world.
type Options struct {
	Clock   clockwork.Clock
	OnError func(error) // is told why changes may go unnoticed
}

// Watcher looks at files.
type Watcher struct {
	options Options
	notify  *fsnotify.Watcher
	files   chan map[string]Stamp
	changed chan []string
	stop    chan struct{}
	done    sync.WaitGroup
}

// New begins to watch; Close ends it.
func New(options Options) (*Watcher, error) {
	if options.Clock == nil {
		options.Clock = clockwork.NewRealClock()
	}
	if options.OnError == nil {
		options.OnError = func(error) {}
	}
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &Watcher{
		options: options, notify: notify,
		files: make(chan map[string]Stamp), changed: make(chan []string, 1), stop: make(chan struct{}),
	}
	w.done.Go(w.run)
	return w, nil
}

// Watch takes the files to look at from now on, by absolute path, with what
// they contained when they were read: a change since then is told too. What
// Changed has not given yet is forgotten.
func (w *Watcher) Watch(files map[string]Stamp) {
	select {
	case w.files <- files:
	case <-w.stop:
	}
}

// Changed gives the files that contain something else than they did, once for
// each content. Files that are gone or empty do not count: they are about to
// be written.
func (w *Watcher) Changed() <-chan []string { return w.changed }

// Close ends the watching.
func (w *Watcher) Close() error {
	close(w.stop)
	err := w.notify.Close()
	w.done.Wait()
	return err
}

// watching is what the watcher's goroutine knows.
type watching struct {
	*Watcher
	files  map[string]Stamp
	names  map[string]bool // the paths whose changes matter: the files, and links on the way to them
	dirs   map[string]bool // that are watched
	settle clockwork.Timer
	since  time.Time // the first event that was not looked at; zero for none
}

func (w *Watcher) run() {
	s := &watching{Watcher: w, dirs: map[string]bool{}, settle: w.options.Clock.NewTimer(time.Hour)}
	defer s.settle.Stop()
	for {
		select {
		case files := <-w.files:
			s.watch(files)
		case e, ok := <-w.notify.Events:
			if ok && (s.names[e.Name] || s.dirs[e.Name]) {
				s.touched()
			}
		case err, ok := <-w.notify.Errors:
			if ok {
				w.options.OnError(err)
				s.touched() // events may be lost
			}
		case <-s.settle.Chan():
			s.look()
		case <-w.stop:
			return
		}
	}
}

// watch changes the files that are watched.
func (s *watching) watch(files map[string]Stamp) {
	select {
	case <-s.changed:
	default:
	}
	s.files = make(map[string]Stamp, len(files))
	for path, stamp := range files {
		s.files[path] = stamp
	}
	s.look()
}

// touched has the files looked at once they are left alone.
func (s *watching) touched() {
	now := s.options.Clock.Now()
	if s.since.IsZero() {
		s.since = now
	}
	s.settle.Reset(min(Settle, max(0, patience-now.Sub(s.since))))
}

// look tells of the files that have changed. The folders are looked up before
// that, so that a change after it is noticed.
func (s *watching) look() {
	s.since = time.Time{}
	s.follow()
	var changed []string
	for path, stamp := range s.files {
		content, err := os.ReadFile(path)
		if err != nil || len(content) == 0 {
			continue
		}
		if now := sha256.Sum256(content); now != stamp {
			s.files[path] = now
			changed = append(changed, path)
		}
	}
	if len(changed) == 0 {
		return
	}
	select {
	case earlier := <-s.changed:
		changed = append(changed, earlier...)
	default:
	}
	slices.Sort(changed)
	s.changed <- slices.Compact(changed) // there is room: only this goroutine fills it
}
