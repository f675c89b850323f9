package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord/sandbox/voice"
)

// Options say what a Server serves, and where.
type Options struct {
	World   *World         // DefaultWorld on the real clock when nil; the server closes it only then
	Addr    string         // of the API; "127.0.0.1:0" when empty
	CDNAddr string         // of the CDN; a free port at the API's host when empty
	Listen  Listen         // opens both; net.Listen when nil
	Limits  *Limits        // DefaultLimits when nil
	Gateway *GatewayLimits // DefaultGatewayLimits when nil
	Voice   voice.Options  // of the voice server; Host, Public, Clock and Logger are the server's own
	Logger  *slog.Logger   // gets every request at level debug; silent when nil
}

// Listen opens an address as net.Listen does. The listener's own address is a [*net.TCPAddr].
type Listen func(network, address string) (net.Listener, error)

// Server serves a World over HTTP: the REST API, at the same address the gateway's websockets, and at addresses of their own the CDN and
// voice.
type Server struct {
	world    *World
	ownWorld bool
	logger   *slog.Logger
	open     Listen
	limiter  *limiter
	faults   faults
	gateway  *gateway
	voice    *voice.Server
	api, cdn *endpoint
	stop     context.CancelFunc // ends requests that wait for a fault's delay
}

// endpoint is an HTTP server on a listener of its own.
type endpoint struct {
	listener net.Listener
	http     *http.Server
	done     chan struct{}
}

// Start serves until Close.
func Start(o Options) (*Server, error) {
	s := &Server{world: o.World, logger: o.Logger, open: o.Listen}
	if s.world == nil {
		s.world, s.ownWorld = DefaultWorld(clockwork.NewRealClock()), true
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	if s.open == nil {
		s.open = net.Listen
	}
	limits := DefaultLimits()
	if o.Limits != nil {
		limits = *o.Limits
	}
	s.limiter = newLimiter(limits, s.world.clock)
	gatewayLimits := DefaultGatewayLimits()
	if o.Gateway != nil {
		gatewayLimits = *o.Gateway
	}
	s.gateway = newGateway(s.world, gatewayLimits, s.logger)
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	var err error
	if s.cdn, err = s.listen(ctx, cmp.Or(o.CDNAddr, besides(o.Addr)), s.world.cdnHandler()); err == nil {
		s.api, err = s.listen(ctx, o.Addr, http.HandlerFunc(s.serveAPI))
	}
	if err == nil {
		err = s.startVoice(o.Voice)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the sandbox cannot listen: %w", err), s.Close())
	}
	s.world.serveCDNAt(s.CDNURL())
	s.gateway.open(s.GatewayURL())
	return s, nil
}

// besides is a free port at the host of an address.
func besides(addr string) string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil { // "", or an address that listening refuses
		return ""
	}
	return net.JoinHostPort(host, "0")
}

// listen serves a handler at an address, with requests whose contexts end with ctx.
func (s *Server) listen(ctx context.Context, addr string, h http.Handler) (*endpoint, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := s.open("tcp", addr)
	if err != nil {
		return nil, err
	}
	e := &endpoint{listener: l, done: make(chan struct{}), http: &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute, // of a whole request, which comes from the same machine
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn),
	}}
	go func() {
		defer close(e.done)
		e.http.Serve(l) // ends when close is called
	}()
	return e, nil
}

// address is where others reach the endpoint. One that listens on every address of the machine is named by the machine's own.
func (e *endpoint) address() string {
	addr := e.listener.Addr().(*net.TCPAddr)
	if !addr.IP.IsUnspecified() {
		return addr.String()
	}
	return net.JoinHostPort(machineAddress(), strconv.Itoa(addr.Port))
}

// machineAddress is the first address by which other machines can reach this one, and the loopback address without a network.
func machineAddress() string {
	addrs, _ := net.InterfaceAddrs() // none without a network
	for _, a := range addrs {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.To4() != nil && ip.IP.IsGlobalUnicast() {
			return ip.IP.String()
		}
	}
	return "127.0.0.1"
}

// close lets requests finish until ctx ends, and cuts what is left. An endpoint that has not been opened is closed already.
func (e *endpoint) close(ctx context.Context) error {
	if e == nil {
		return nil
	}
	var err error
	if e.http.Shutdown(ctx) != nil {
		err = e.http.Close()
	}
	<-e.done
	return err
}

// closeGrace is how long Close waits for requests that are being answered.
const closeGrace = 500 * time.Millisecond

// Close stops serving. The gateway's connections are cut and its sessions end. Requests that are being answered may finish for a short
// while, then their connections are cut.
func (s *Server) Close() error {
	s.stop()
	s.gateway.close()
	s.stopVoice()
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	err := errors.Join(s.api.close(ctx), s.cdn.close(ctx))
	if s.ownWorld {
		err = errors.Join(err, s.world.Close())
	}
	return err
}

// World is the world that is served.
func (s *Server) World() *World { return s.world }

// APIURL is the base of the REST API in its current version.
func (s *Server) APIURL() string { return "http://" + s.api.address() + "/api/v10" }

// GatewayURL is the address that GET /gateway answers with.
func (s *Server) GatewayURL() string { return "ws://" + s.api.address() }

// CDNURL is the base of the addresses of files.
func (s *Server) CDNURL() string { return "http://" + s.cdn.address() }
