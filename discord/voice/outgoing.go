package voice

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/coder/websocket"

	"cordial/discord"
)

// outgoing is a frame for the voice server.
type outgoing struct {
	kind websocket.MessageType
	data []byte
	sent func() // is called when it was sent; may be nil
}

// maxOutgoing bounds the frames that wait to be sent, which are many more than there are at once. When there is no room the link ends.
const maxOutgoing = 256

// writeTimeout is how long the voice server may take to accept a frame.
const writeTimeout = 10 * time.Second

// errUnread is why a link ends whose frames are not taken.
var errUnread = errors.New("the voice server takes no more frames")

// send has a JSON frame be sent. A failure ends the link.
func (l *link) send(op discord.VoiceOpcode, data any) { l.sendThen(op, data, nil) }

// sendThen is send, and calls a function when the frame was sent.
func (l *link) sendThen(op discord.VoiceOpcode, data any, sent func()) {
	frame, err := encode(op, data)
	if err != nil {
		l.end(loss{kind: lossFatal, err: err})
		return
	}
	l.push(outgoing{websocket.MessageText, frame, sent})
}

// push has a frame be sent after those that wait. It never waits itself: those who read and send sound call it, who have no time.
func (l *link) push(frame outgoing) {
	select {
	case l.out <- frame:
	default:
		l.end(loss{kind: lossNetwork, err: errUnread})
	}
}

// write sends frames until the link ends. A failure ends it.
func (l *link) write() {
	for {
		select {
		case <-l.ctx.Done():
			return
		case frame := <-l.out:
			if err := l.writeFrame(frame); errors.Is(err, net.ErrClosed) {
				return // and the reader tells why it is closed
			} else if err != nil {
				l.end(loss{kind: lossNetwork, err: err})
			} else if frame.sent != nil {
				frame.sent()
			}
		}
	}
}

func (l *link) writeFrame(frame outgoing) error {
	ctx, cancel := context.WithTimeout(l.ctx, writeTimeout)
	defer cancel()
	return l.ws.Write(ctx, frame.kind, frame.data)
}
