package term

import (
	"io"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/schollz/progressbar/v3"

	"cordial/runtime/bind"
)

// labelWidth bounds the label of a progress bar, so that the bar keeps to one line.
const labelWidth = 32

// NewBar makes a progress bar of the look that all have. A total of 0 is one that is not known. It draws when it is told something, at
// most ten times a second, and nothing stays of it in the end.
func NewBar(w io.Writer, label string, total int) *progressbar.ProgressBar {
	if total == 0 {
		total = -1
	}
	return progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(label),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetSpinnerChangeInterval(0), // no goroutine
		progressbar.OptionSetWidth(20),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetElapsedTime(true),
	)
}

// Progress is a bar on a screen. Texts that others write to the terminal appear above it.
type Progress struct {
	screen *Screen
	bar    *progressbar.ProgressBar // nil when there is nowhere to draw, or it is done; guarded by screen.mu
	total  int                      // 0 when it is not known
	done   int
}

// Progress shows a bar until it is done, in place of one that is shown. Where there is no terminal it draws nothing.
func (s *Screen) Progress(label string, total int) *Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endProgress()
	p := &Progress{screen: s, total: total}
	if s.options.Progress != nil && !s.closed {
		p.bar = NewBar(s.options.Progress, s.label(label), total)
		s.progress = p
	}
	return p
}

// label is a bar's label as it is shown.
func (s *Screen) label(text string) string { return cut(s.options.Redact(text), labelWidth) }

// endProgress takes the bar away, if there is one; s.mu is held. A bar that cannot be drawn is not worth an error.
func (s *Screen) endProgress() {
	if s.progress == nil {
		return
	}
	s.hideProgress()
	s.progress.bar, s.progress = nil, nil
}

// hideProgress makes room for a text; s.mu is held.
func (s *Screen) hideProgress() {
	if s.progress != nil && !s.begunLine && !s.drawn {
		_, _ = io.WriteString(s.options.Progress, ansi.EraseEntireLine+"\r")
	}
}

// noteText notes what was written to the terminal; s.mu is held. The bar leaves a line alone that has not come to its end.
func (s *Screen) noteText(text []byte) {
	if len(text) > 0 {
		s.begunLine = text[len(text)-1] != '\n'
	}
}

// shown tells whether the bar can be drawn now; screen.mu is held.
func (p *Progress) shown() bool { return p.bar != nil && !p.screen.begunLine && !p.screen.drawn }

// Add says that n more are done.
func (p *Progress) Add(n int) {
	p.screen.mu.Lock()
	defer p.screen.mu.Unlock()
	p.set(p.done+n, p.total)
}

// Set says how many are done, and of how many: 0 when that is not known.
func (p *Progress) Set(done, total int) {
	p.screen.mu.Lock()
	defer p.screen.mu.Unlock()
	p.set(done, total)
}

// set draws the bar; screen.mu is held.
func (p *Progress) set(done, total int) {
	p.done, p.total = done, total
	if !p.shown() {
		return
	}
	if total > 0 && max(done, total) != p.bar.GetMax() {
		p.total = max(done, total)
		p.bar.ChangeMax(p.total)
	}
	_ = p.bar.Set(done)
}

// SetLabel changes what stands before the bar.
func (p *Progress) SetLabel(label string) {
	p.screen.mu.Lock()
	defer p.screen.mu.Unlock()
	if p.shown() {
		p.bar.Describe(p.screen.label(label))
	}
}

// Done takes the bar away.
func (p *Progress) Done() {
	p.screen.mu.Lock()
	defer p.screen.mu.Unlock()
	if p.bar != nil {
		p.screen.endProgress()
	}
}

func (m *module) progressFunc() bind.Func {
	return bind.Func{
		Name: "progress", Doc: "Shows a progress bar on the terminal, on stderr, until it is done or the script ends. Without a terminal it draws nothing.",
		Params: []bind.Param{
			{Name: "total", Type: bind.Integer, Doc: "how many there are to do; nil if that is not known"},
			{Name: "label", Type: bind.String, Doc: "what stands before the bar"},
		},
		Returns: "Progress", Example: "local bar = term.progress(#names, \"names\")\nfor _, name in ipairs(names) do\n  bar:add(1)\nend\nbar:done()",
		Call: func(c *bind.Call) (any, error) {
			return c.Registry().Wrap("Progress", m.screen.Progress(c.String("label"), max(0, c.Int("total")))), nil
		},
	}
}

func progressClass() bind.Class {
	method := func(fn func(p *Progress, c *bind.Call)) func(*bind.Call) (any, error) {
		return func(c *bind.Call) (any, error) {
			fn(c.Self.(*Progress), c)
			return nil, nil
		}
	}
	return bind.Class{
		Name: "Progress", Doc: "A progress bar.",
		Methods: []bind.Func{
			{Name: "add", Doc: "Says that so many more are done.", Params: []bind.Param{{Name: "n", Type: bind.Integer, Default: 1}},
				Call: method(func(p *Progress, c *bind.Call) { p.Add(c.Int("n")) })},
			{Name: "label", Doc: "Changes what stands before the bar.", Params: []bind.Param{{Name: "text", Type: bind.String, Required: true}},
				Call: method(func(p *Progress, c *bind.Call) { p.SetLabel(c.String("text")) })},
			{Name: "done", Doc: "Takes the bar away.", Call: method(func(p *Progress, _ *bind.Call) { p.Done() })},
		},
		ToString: func(self any) string { return "Progress" },
	}
}
