package voice

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/rtp"
)

// media is one session with a voice server: its UDP socket, its keys, and how far its messages were read. It outlives links,
// because a session goes on over another websocket. Its goroutines are the reader of the socket and the keeper; both end with
// close.
type media struct {
	c       *Connection
	channel discord.Snowflake
	server  server
	dave    *dave.Session
	seq     atomic.Int64 // of the last numbered message of the voice server's, -1 for none
	out     sender

	opener atomic.Pointer[rtp.Cipher] // the reader's, there from SESSION DESCRIPTION on
	found  chan netip.AddrPort        // answers of the discovery; buffered
	stop   context.CancelFunc
	wg     sync.WaitGroup

	failure error // why the reader has given up, of Connection.mu; nil while it reads

	mu  sync.Mutex
	udp *net.UDPConn // nil until READY

	// The reader's own.
	plain     []byte    // a frame that was decrypted
	holding   []*stream // those that hold packets
	recoverAt time.Time // when new keys may be asked for again
}

func newMedia(c *Connection, s seat) *media {
	m := &media{c: c, channel: s.channel, server: s.server, found: make(chan netip.AddrPort, 1), plain: make([]byte, 0, maxDatagram)}
	m.dave = dave.New(c.manager.o.User.Uint(), s.channel.Uint(), c.manager.o.Clock.Now)
	m.seq.Store(-1)
	return m
}

func (m *media) lastSeq() int { return int(m.seq.Load()) }

// maxDatagram is more than a voice server sends at once: what fits through the internet in one piece.
const maxDatagram = 1500

// socketBuffer is how much the system may hold of what came before it is read, in bytes. It is some seconds of ten speakers.
const socketBuffer = 1 << 20

// How long to wait for an answer of the discovery, and how often to ask.
const (
	discoveryWait  = time.Second
	discoveryTries = 10
)

// open opens the UDP socket and finds the own address as the server sees it.
func (m *media) open(ctx context.Context, to string, ssrc uint32) (netip.AddrPort, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "udp", to)
	if err != nil {
		return netip.AddrPort{}, err
	}
	udp := conn.(*net.UDPConn)
	udp.SetReadBuffer(socketBuffer) // as much as the system allows
	m.out.begin(ssrc)
	keep, stop := context.WithCancel(context.Background())
	m.mu.Lock()
	m.udp, m.stop = udp, stop
	m.mu.Unlock()
	m.wg.Go(m.read)
	m.wg.Go(func() { m.keep(keep) })
	return m.discover(ctx, udp, ssrc)
}

// discover asks until an answer comes.
func (m *media) discover(ctx context.Context, udp *net.UDPConn, ssrc uint32) (netip.AddrPort, error) {
	var failure error
	for range discoveryTries {
		if _, err := udp.Write(rtp.AppendDiscovery(nil, ssrc)); err != nil {
			failure = err
		}
		timer := m.c.manager.o.Clock.NewTimer(discoveryWait)
		select {
		case own := <-m.found:
			timer.Stop()
			return own, nil
		case <-ctx.Done():
			timer.Stop()
			return netip.AddrPort{}, ctx.Err()
		case <-timer.Chan():
		}
	}
	if failure == nil {
		failure = fmt.Errorf("no answer to %d datagrams: a firewall may keep UDP out", discoveryTries)
	}
	return netip.AddrPort{}, failure
}

// unlock takes the key of the transport encryption.
func (m *media) unlock(mode rtp.Mode, key []byte) error {
	opener, err := rtp.NewCipher(mode, key)
	if err != nil {
		return err
	}
	sealer, err := rtp.NewCipher(mode, key)
	if err != nil {
		return err
	}
	m.opener.Store(opener)
	m.out.unlock(sealer)
	return nil
}

// close ends the session and waits for its goroutines.
func (m *media) close() {
	m.mu.Lock()
	if m.udp != nil {
		m.udp.Close()
		m.stop()
	}
	m.mu.Unlock()
	m.wg.Wait()
}

// poke has the reader look again at what it holds.
func (m *media) poke() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.udp != nil {
		m.udp.SetReadDeadline(time.Unix(1, 0)) // long over: it ends the read that waits, or else the next one
	}
}

// maxReadErrors is how many reads in a row may fail. Single ones tell of packets that went astray.
const maxReadErrors = 100

// read reads the socket until it is closed, or of no use any more.
func (m *media) read() {
	buffer := make([]byte, maxDatagram)
	failures := 0
	for failures < maxReadErrors {
		n, err := m.udp.Read(buffer)
		now := m.c.manager.o.Clock.Now()
		switch {
		case err == nil:
			failures = 0
			m.datagram(buffer[:n], now)
		case errors.Is(err, net.ErrClosed):
			return
		case errors.Is(err, os.ErrDeadlineExceeded): // poked
			m.udp.SetReadDeadline(time.Time{})
			m.release(now)
		default:
			failures++
		}
	}
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	m.failure = errors.New("reading fails again and again")
	m.c.order(loss{kind: lossUDP, err: m.failure})
}

// Intervals of the keeper.
const (
	watchInterval     = time.Second
	keepaliveInterval = 5 * time.Second
)

// keep keeps the way through routers open, and looks out for speech that is not heard.
func (m *media) keep(ctx context.Context) {
	ticker := m.c.manager.o.Clock.NewTicker(watchInterval)
	defer ticker.Stop()
	for tick := uint32(0); ; tick++ {
		if tick%uint32(keepaliveInterval/watchInterval) == 0 {
			m.udp.Write(rtp.AppendKeepalive(nil, tick)) // the next one does as well if this fails
		}
		select {
		case now := <-ticker.Chan():
			m.poke()
			m.c.checkUnheard(now)
		case <-ctx.Done():
			return
		}
	}
}
