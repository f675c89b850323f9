package luabind

import (
	"github.com/schollz/progressbar/v3"

	"cordial/runtime/term"
)

// progress draws how far a long call is. Its zero value draws nothing.
type progress struct{ bar *progressbar.ProgressBar }

// progress makes a bar when the script wants one and there is a place for it.
func (b *binding) progress(show bool, doing string) progress {
	if !show || b.opts.Progress == nil {
		return progress{}
	}
	return progress{term.NewBar(b.opts.Progress, doing, 0)}
}

func (p progress) update(done, total int) {
	if p.bar == nil {
		return
	}
	if total > 0 && p.bar.GetMax() != total {
		p.bar.ChangeMax(total)
	}
	_ = p.bar.Set(done) // a bar that cannot be drawn is not worth an error
}

func (p progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
