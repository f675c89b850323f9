package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"

	"cordial/runtime/bind"
)

// The kinds of errors.
const (
	kindURL        = "url"        // the address cannot be asked for
	kindTimeout    = "timeout"    // not done in time
	kindDNS        = "dns"        // the host's address is not known
	kindRefused    = "refused"    // nothing listens there
	kindTLS        = "tls"        // no trustworthy encrypted connection
	kindConnection = "connection" // the connection was lost, or could not be made
	kindProtocol   = "protocol"   // the answer is not HTTP
	kindEncoding   = "encoding"   // the answer's compression is damaged
	kindTooLarge   = "too_large"  // the answer is larger than allowed
	kindRedirect   = "redirect"   // a redirect that is not followed
	kindPrivate    = "private"    // public_only met an address that is not public
	kindDenied     = "denied"     // the options of the host do not allow it
	kindProxy      = "proxy"      // the proxy does not let the request through
	kindFile       = "file"       // a file cannot be read or written
	kindStatus     = "status"     // raise=true, and the status is 400 or more
	kindJSON       = "json"       // the answer is not JSON
)

// Error says why a request has no answer that the script can use. In Lua it is an HTTPError.
type Error struct {
	Kind   string
	Method string
	URL    string // without a user and a password
	Reason string // what happened, and what to do
	Err    error  // what is behind it, or nil

	// Response is the answer, if there is a whole one.
	Response *Response
}

// Error leaves out the query of the address, where keys are.
func (e *Error) Error() string {
	label := e.Kind
	if e.Kind == kindStatus {
		label = fmt.Sprint(e.Response.status)
	}
	address, _, _ := strings.Cut(e.URL, "?")
	return fmt.Sprintf("HTTPError(%s): %s %s: %s", label, e.Method, address, e.Reason)
}

// Unwrap returns what is behind the error.
func (e *Error) Unwrap() error { return e.Err }

// Unanswered reports whether the server was not reached, or did not answer as a web server does.
func (e *Error) Unanswered() bool {
	switch e.Kind {
	case kindTimeout, kindDNS, kindRefused, kindTLS, kindConnection, kindProtocol, kindProxy:
		return true
	}
	return false
}

// errTimeout is the cause of a context that has lived for the request's timeout.
var errTimeout = errors.New("timeout")

// failed is the error of a request that ended with err. A cancelled task's error stays as it is.
func (r *request) failed(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause == errTimeout {
		err = &Error{Kind: kindTimeout, Reason: fmt.Sprintf("not done within %s; pass timeout= to wait longer, or timeout=0 to wait without end", r.timeout)}
	} else if cause != nil {
		return cause
	}
	address := r.url.String()
	if outer, ok := errors.AsType[*url.Error](err); ok {
		address, err = outer.URL, outer.Err
	}
	own, ok := errors.AsType[*Error](err)
	if !ok {
		own = classify(err)
	}
	return r.named(own, address)
}

// named adds the request to an error, and the address unless it has another.
func (r *request) named(e *Error, address string) error {
	named := *e
	named.Method, named.URL = r.method, cmp.Or(e.URL, address)
	return &named
}

// classify makes an error of one of net/http's.
func classify(err error) *Error {
	kind, reason := kindConnection, err.Error()
	dns, isDNS := errors.AsType[*net.DNSError](err)
	op, isOp := errors.AsType[*net.OpError](err)
	timeout, isTimeout := errors.AsType[net.Error](err)
	switch {
	case isOp && op.Op == "proxyconnect":
		kind, reason = kindProxy, "the proxy cannot be reached: "+op.Err.Error()+`; pass proxy="" to go without it`
	case isDNS && dns.IsNotFound:
		kind, reason = kindDNS, "there is no host "+dns.Name+"; check its spelling"
	case isDNS:
		kind, reason = kindDNS, "the address of "+dns.Name+" cannot be found: "+dns.Err+"; check the network"
	case isTimeout && timeout.Timeout():
		kind, reason = kindTimeout, "the server does not take the connection: "+reason+"; check the host and the port"
	case refused(err):
		kind, reason = kindRefused, "nothing listens at "+op.Addr.String()+"; check the port, and that the server runs"
	case strings.Contains(reason, "server gave HTTP response to HTTPS client"):
		kind, reason = kindTLS, "the server does not speak https there; try http://"
	case isTLS(err):
		kind, reason = kindTLS, tlsReason(err)
	case strings.Contains(reason, "malformed") || strings.Contains(reason, "http2:") || strings.Contains(reason, "headers exceeded"):
		kind, reason = kindProtocol, "the answer is not proper HTTP: "+reason+"; check the port"
	case strings.Contains(reason, "Location header"):
		_, detail, _ := strings.Cut(reason, `": `)
		kind, reason = kindRedirect, "a redirect that is no address: "+detail
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		reason = "the server closed the connection before the end of its answer; try again later"
	default:
		reason = "the connection failed: " + reason
	}
	return &Error{Kind: kind, Reason: reason, Err: err}
}

// windowsRefused is Windows' error of a connection that is refused (WSAECONNREFUSED).
const windowsRefused = syscall.Errno(10061)

func refused(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Addr != nil && (errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, windowsRefused))
}

func isTLS(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	return certificate || alert || record || strings.Contains(err.Error(), "tls: ")
}

func tlsReason(err error) string {
	if certificate, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the server's certificate is not trusted: " + certificate.Err.Error() + "; check the host's name, and this machine's clock"
	}
	return "no encrypted connection: " + err.Error() + "; check that the port is one of https"
}

func errorClass() bind.Class {
	get := func(name, typ, doc string, of func(e *Error) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return of(self.(*Error)), nil }}
	}
	return bind.Class{
		Name: "HTTPError", Doc: "What a request raises that gets no answer, or with raise=true a bad one.",
		Fields: []bind.Field{
			get("kind", "string", `"timeout", "dns", "refused", "tls", "connection", "protocol", "encoding", "too_large", "redirect", "private", "denied", "proxy", "url", "file", "json" or "status".`,
				func(e *Error) any { return e.Kind }),
			get("message", "string", "What happened, and what to do.", func(e *Error) any { return e.Error() }),
			get("method", "string", "The request's method.", func(e *Error) any { return e.Method }),
			get("url", "string", "The address that failed, after redirects.", func(e *Error) any { return e.URL }),
			get("status", "number", "The answer's status; nil without a whole answer.", func(e *Error) any {
				if e.Response == nil {
					return nil
				}
				return e.Response.status
			}),
			get("response", "Response", "The answer; nil without a whole one.", func(e *Error) any {
				if e.Response == nil {
					return nil
				}
				return e.Response
			}),
		},
		ToString: func(self any) string { return self.(*Error).Error() },
	}
}
