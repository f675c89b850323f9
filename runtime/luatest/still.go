package luatest

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	goruntime "runtime"
	"slices"
	"strings"
)

// labelKey marks the goroutines of a test: all that its first one starts, directly or not, have its label.
const labelKey = "cordial.test"

// LabelGoroutines has Go's runtime tell the labels of goroutines, for the rest of the process. It is for a program that runs several
// tests side by side: without it a test cannot tell its goroutines from those of another, and waits for them, too.
func LabelGoroutines() error {
	const setting = "tracebacklabels=1"
	settings := os.Getenv("GODEBUG")
	if strings.Contains(settings, setting) {
		return nil
	}
	return os.Setenv("GODEBUG", strings.TrimPrefix(settings+","+setting, ","))
}

// stillness tells whether something goes on in a test: whether one of its goroutines runs or could. It asks Go's runtime, which knows
// it for certain, because what the goroutines of a test tell each other does not leave the process.
type stillness struct {
	label  string
	buffer []byte
	alone  bool // no labels are told: all goroutines of the process may be the test's
}

// blocked are the states of goroutines that wait for another one, or for what is outside. Those that wait for a lock are not among them:
// whoever has it goes on, and may be of another test, as with what encoding/json or crypto/tls prepare once for all.
var blocked = []string{"chan receive", "chan send", "select", "IO wait", "sync.Cond.Wait", "sync.WaitGroup.Wait", "finalizer wait", "force gc"}

// header is the first line of a goroutine: its number, its state and, maybe, for how long and its labels.
var header = regexp.MustCompile(`^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[([^],]*?)(?:, [^]]*?)?(?: labels:\{(.*)\})?\]:$`)

// locked are the states of goroutines that wait for a lock.
var locked = []string{"sync.Mutex.", "sync.RWMutex."}

// Parts of the stacks of goroutines that are not what their state says.
var (
	// away are goroutines that wait for other machines and programs, which the clock must not overtake.
	away = []string{"cordial/runtime/luatest.outside", "os/exec.(*Cmd).Wait("}
	// apart are goroutines of Go itself that look as if they ran.
	apart = []string{"os/signal.signal_recv("}
	// behind are goroutines that wait for a lock which the test's own hold while they wait.
	behind = []string{"cordial/runtime/luatest.(*Time).take(", "net.(*pipe).write("}
)

// moving names a goroutine that runs or could, "" when there is none besides the caller.
func (s *stillness) moving() string {
	for rest := s.stacks(); ; {
		stack, others, more := bytes.Cut(rest, []byte("\n\n"))
		if name := s.judge(string(stack)); name != "" {
			return name
		}
		if !more {
			return ""
		}
		rest = others
	}
}

// stacks are the stacks of all goroutines but the calling one, taken at one moment.
func (s *stillness) stacks() []byte {
	for {
		if n := goruntime.Stack(s.buffer, true); n < len(s.buffer) {
			own, others, _ := bytes.Cut(s.buffer[:n], []byte("\n\n"))
			s.alone = !bytes.Contains(own[:max(0, bytes.IndexByte(own, '\n'))], []byte(s.label))
			return others
		}
		s.buffer = make([]byte, max(2*len(s.buffer), 128<<10))
	}
}

// judge names a goroutine of the test that goes on.
func (s *stillness) judge(stack string) string {
	first, frames, _ := strings.Cut(stack, "\n")
	match := header.FindStringSubmatch(first)
	if match == nil {
		return first // of a version of Go that tells it in another way
	}
	state, labels := match[1], match[2]
	if !s.alone && !strings.Contains(labels, s.label) {
		return ""
	}
	is := func(states []string) bool {
		return slices.ContainsFunc(states, func(prefix string) bool { return strings.HasPrefix(state, prefix) })
	}
	has := func(parts []string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(frames, part) })
	}
	if is(blocked) && !has(away) || is(locked) && has(behind) || has(apart) {
		return ""
	}
	function, _, _ := strings.Cut(frames, "(")
	return fmt.Sprintf("%s (%s)", function, state)
}
