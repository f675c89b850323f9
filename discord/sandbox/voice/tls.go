package voice

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// certificateYears is how long the server's certificate holds. A new one is made at every start.
const certificateYears = 10

// certify makes a certificate for the hosts that is its own authority.
func certify(hosts ...string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now() // the clients' clock, whatever the server lives by
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "cordial sandbox"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(certificateYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, DNSNames: []string{"localhost"},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	text, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{text}, PrivateKey: key}, nil
}

// CertificatePEM is the certificate that clients which connect with wss:// have to trust. Node reads it from the file that
// NODE_EXTRA_CA_CERTS names.
func (s *Server) CertificatePEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.certified.Certificate[0]})
}

// CertPool trusts the server's certificate and nothing else.
func (s *Server) CertPool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.CertificatePEM())
	return pool
}

// eitherListener serves plain connections and TLS at one address. The first byte of a connection tells them apart.
type eitherListener struct {
	net.Listener
	certificate tls.Certificate
}

// Accept waits for a connection, but not for its first byte.
func (l eitherListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &eitherConn{Conn: c, certificate: l.certificate}, nil
}

// tlsHandshake is the first byte of TLS; no request of HTTP begins with it.
const tlsHandshake = 22

// eitherConn finds out with its first Read whether the client speaks TLS. Until then nothing may be written; an HTTP server writes nothing
// before it has read. What is not data (deadlines, Close) goes to the connection below, which another goroutine may do at any time.
type eitherConn struct {
	net.Conn
	certificate tls.Certificate
	talk        net.Conn // plain or TLS; nil until the first byte has come
}

// Read reads what the client has sent, decrypted.
func (c *eitherConn) Read(p []byte) (int, error) {
	if c.talk != nil {
		return c.talk.Read(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := c.Conn.Read(p[:1])
	if n == 0 {
		return 0, err
	}
	if p[0] != tlsHandshake {
		c.talk = c.Conn
		return 1, nil
	}
	c.talk = tls.Server(&prefixedConn{c.Conn, p[0], true}, &tls.Config{Certificates: []tls.Certificate{c.certificate}, MinVersion: tls.VersionTLS12})
	return c.talk.Read(p)
}

// Write sends to a client that has been heard before.
func (c *eitherConn) Write(p []byte) (int, error) { return c.talk.Write(p) }

// prefixedConn is a connection whose first byte has been read already.
type prefixedConn struct {
	net.Conn
	first byte
	held  bool
}

// Read gives the byte that was read before, and then the rest.
func (c *prefixedConn) Read(p []byte) (int, error) {
	if !c.held || len(p) == 0 {
		return c.Conn.Read(p)
	}
	c.held = false
	p[0] = c.first
	return 1, nil
}
