package luatest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// Network joins the servers and clients of one test inside the process. What is written is with the reader at once and never lies in a
// socket, so that the goroutines alone show whether something is on its way.
type Network struct {
	mu        sync.Mutex
	listeners map[string]*listener
	named     map[string]string // sites, such as https://api.example.com:443, and the addresses that answer for them
	servers   *http.Transport   // to what listens
}

// NewNetwork makes a network with nobody on it.
func NewNetwork() *Network {
	n := &Network{listeners: map[string]*listener{}, named: map[string]string{}}
	n.servers = &http.Transport{DialContext: n.Dial, DisableKeepAlives: true, DisableCompression: true}
	return n
}

// listener takes the connections to an address of the network.
type listener struct {
	network *Network
	address *net.TCPAddr
	conns   chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

// Listen opens a new address of the network; the one that is asked for does not matter.
func (n *Network) Listen(string, string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &listener{network: n, conns: make(chan net.Conn), closed: make(chan struct{})}
	l.address = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: len(n.listeners) + 1}
	n.listeners[l.address.String()] = l
	return l, nil
}

// Dial connects to an address of the network. Other addresses are reached as ever.
func (n *Network) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	l := n.listeners[address]
	n.mu.Unlock()
	if l == nil {
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, fmt.Errorf("dial %s: nobody listens any more", address)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Client makes an HTTP client that reaches the network. Its idle connections must be closed in the end.
func (n *Network) Client() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext, transport.MaxIdleConnsPerHost = n.Dial, 32
	transport.Proxy = nil
	return &http.Client{Transport: transport}
}

// Accept implements [net.Listener].
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements [net.Listener].
func (l *listener) Addr() net.Addr { return l.address }
