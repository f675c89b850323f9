package gateway

import (
	"fmt"
	"time"
)

// NoticeKind is what a Notice is about.
type NoticeKind int

// The kinds of notices.
const (
	NoticeGap         NoticeKind = iota // events From to To did not come
	NoticeSessionLost                   // the session could not be resumed; what happened since event From is not told
	NoticeReconnect                     // the connection is gone and comes again after Wait
	NoticeResumed                       // the session went on where it was; nothing was lost
	NoticeIdentify                      // a new session waits its turn, about for Wait
	NoticeTwin                          // another process runs the same program, see Options.Name
)

// Notice is something that an operator may want to know and that the client deals with by itself.
type Notice struct {
	Shard    int
	Kind     NoticeKind
	Text     string // a sentence for people
	From, To int64  // sequence numbers, 0 when unknown
	Wait     time.Duration
}

// String is the notice's sentence.
func (n Notice) String() string { return n.Text }

// notice tells the program, and the log.
func (s *shard) notice(n Notice) {
	n.Shard = s.id
	s.client.o.Logger.Info(n.Text, "shard", s.id)
	if s.client.o.OnNotice != nil {
		s.client.o.OnNotice(n)
	}
}

func (s *shard) noticeGap(from, to int64) {
	s.notice(Notice{Kind: NoticeGap, From: from, To: to, Text: fmt.Sprintf("shard %d: Discord left out events %d to %d", s.id, from, to)})
}

func (s *shard) noticeSessionLost() {
	from := s.seq.Load() + 1
	s.notice(Notice{Kind: NoticeSessionLost, From: from,
		Text: fmt.Sprintf("shard %d: the session could not be resumed: events since number %d may be missing", s.id, from)})
}

func (s *shard) noticeResumed() {
	s.notice(Notice{Kind: NoticeResumed, Text: fmt.Sprintf("shard %d: the session goes on, nothing was lost", s.id)})
}

func (s *shard) noticeIdentify(wait time.Duration) {
	s.notice(Notice{Kind: NoticeIdentify, Wait: wait,
		Text: fmt.Sprintf("shard %d: waits %s until a new session may begin", s.id, wait.Round(time.Second))})
}

// noticeTwin tells of a process, 0 when unknown.
func (s *shard) noticeTwin(name string, pid int) {
	which := ""
	if pid != 0 {
		which = fmt.Sprintf(" (%d)", pid)
	}
	s.notice(Notice{Kind: NoticeTwin, Text: fmt.Sprintf("%s is connected in another process too%s: both get every event and both answer it, "+
		"so stop one of them", name, which)})
}

func (s *shard) noticeReconnect(l loss, resumes bool, pause time.Duration) {
	next := "begins a new session"
	if resumes {
		next = "resumes the session"
	}
	s.notice(Notice{Kind: NoticeReconnect, Wait: pause,
		Text: fmt.Sprintf("shard %d: %s; %s in %s", s.id, l, next, pause.Round(10*time.Millisecond))})
}
