package voice

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

// Options say how a Server serves. What is left zero has a default.
type Options struct {
	Host   string          // the address to listen at, without a port; "127.0.0.1" when empty
	Public string          // the address that others reach the server at; Host when empty
	Modes  []rtp.Mode      // the encryptions that are offered; all when empty
	Clock  clockwork.Clock // the real one when nil
	Limits *Limits         // DefaultLimits when nil
	DAVE   DAVEPolicy      // who is encrypted end to end
	Seed   uint64          // of the faults that happen by chance: the same packets meet the same ones
	Logger *slog.Logger    // gets why connections end, at level debug; silent when nil
}

// Server is a voice server. Its methods may be called at any time from any goroutine.
type Server struct {
	o         Options
	limits    Limits
	clock     clockwork.Clock
	certified tls.Certificate
	endpoints []*endpoint
	udp       *net.UDPConn
	address   netip.AddrPort  // that READY tells
	ctx       context.Context // ends with the server
	stop      context.CancelFunc
	running   sync.WaitGroup

	mu       sync.Mutex
	seats    map[place]*seat
	calls    map[discord.Snowflake]*call
	bySSRC   map[uint32]*member
	lastSSRC uint32
	conns    map[*conn]bool
	people   map[discord.Snowflake]*person // those who are in a call
	talking  map[discord.Snowflake]bool    // the people whom Speak has speak
	heard    []overheard                   // in the order of time, bounded by the limits
	network  Network
	faults   faults
	closed   bool

	following []func() // what has to be done before the lock is given back
}

// endpoint is one address that clients connect to. The server has two, so that it can move a call to another address.
type endpoint struct {
	listener net.Listener
	http     *http.Server
}

// endpointCount is how many addresses the server has.
const endpointCount = 2

// Start serves until Close. It fails when the addresses cannot be had, or with an rtp.ModeError.
func Start(o Options) (*Server, error) {
	o.Host = cmp.Or(o.Host, "127.0.0.1")
	o.Public = cmp.Or(o.Public, o.Host)
	if len(o.Modes) == 0 {
		o.Modes = rtp.Modes()
	}
	for _, mode := range o.Modes {
		if _, err := rtp.NewCipher(mode, make([]byte, rtp.KeySize)); err != nil {
			return nil, err
		}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, limits: DefaultLimits(), clock: o.Clock, lastSSRC: firstSSRC,
		seats: map[place]*seat{}, calls: map[discord.Snowflake]*call{}, bySSRC: map[uint32]*member{}, conns: map[*conn]bool{},
		people: map[discord.Snowflake]*person{}, talking: map[discord.Snowflake]bool{}, faults: newFaults()}
	if s.clock == nil {
		s.clock = clockwork.NewRealClock()
	}
	if o.Limits != nil {
		s.limits = *o.Limits
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	if err := s.listen(); err != nil {
		s.Close()
		return nil, fmt.Errorf("the voice server cannot listen: %w", err)
	}
	return s, nil
}

// udpBuffer is how many bytes of datagrams may wait for the server: many speak at the same moment.
const udpBuffer = 1 << 20

// listen opens the sockets and serves them.
func (s *Server) listen() error {
	var err error
	if s.certified, err = certify(s.o.Host, s.o.Public); err != nil {
		return err
	}
	for i := range endpointCount {
		l, err := net.Listen("tcp", net.JoinHostPort(s.o.Host, "0"))
		if err != nil {
			return err
		}
		e := &endpoint{listener: l, http: &http.Server{
			Handler:           http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { s.serve(rw, r, i) }),
			ReadHeaderTimeout: 10 * time.Second,
			BaseContext:       func(net.Listener) context.Context { return s.ctx },
			ErrorLog:          slog.NewLogLogger(s.o.Logger.Handler(), slog.LevelDebug),
		}}
		s.endpoints = append(s.endpoints, e)
		s.running.Go(func() { e.http.Serve(eitherListener{l, s.certified}) }) // ends when Close is called
	}
	ip, err := net.ResolveIPAddr("ip", s.o.Host)
	if err != nil {
		return err
	}
	if s.udp, err = net.ListenUDP("udp", &net.UDPAddr{IP: ip.IP, Zone: ip.Zone}); err != nil {
		return err
	}
	s.udp.SetReadBuffer(udpBuffer) // the system may allow less
	public, err := net.ResolveIPAddr("ip", s.o.Public)
	if err != nil {
		return err
	}
	addr, _ := netip.AddrFromSlice(public.IP)
	s.address = netip.AddrPortFrom(addr.Unmap(), uint16(s.udp.LocalAddr().(*net.UDPAddr).Port))
	s.running.Go(s.receive)
	return nil
}

// Close cuts all connections and waits until everything that the server runs has ended. People who speak fall silent.
func (s *Server) Close() {
	s.stop()
	s.lock()
	s.closed = true
	for c := range s.conns {
		c.shut(cutOff)
	}
	for _, seat := range s.seats {
		s.vacate(seat, cutOff)
	}
	s.unlock()
	for _, e := range s.endpoints {
		e.http.Close()
	}
	if s.udp != nil {
		s.udp.Close()
	}
	s.running.Wait()
}

// Endpoint is an address that VOICE_SERVER_UPDATE may tell, without a scheme: ws:// and wss:// are both served there. A server has several;
// any number names one of them. A client with a Seat is expected at the endpoint of that seat.
func (s *Server) Endpoint(number int) string {
	port := s.endpoints[number%endpointCount].listener.Addr().(*net.TCPAddr).Port
	return net.JoinHostPort(s.o.Public, fmt.Sprint(port))
}
