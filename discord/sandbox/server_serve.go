package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"cordial/discord/rest/catalogue"
)

// apiPath splits the path of a request: /api, then perhaps a version, then the operation's path.
var apiPath = regexp.MustCompile(`^/api(?:/v(\d+))?(/.*)$`)

// apiVersions are the versions that are served, all alike. No version means 6.
var apiVersions = map[string]bool{"": true, "6": true, "7": true, "8": true, "9": true, "10": true}

// maxDrained is how many bytes of a body that nobody wants are read.
const maxDrained = 64 << 20

// serveAPI has the gateway take the requests that are for it; all others are for the REST API.
func (s *Server) serveAPI(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" && strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		s.gateway.serve(rw, r)
		return
	}
	s.serveHTTP(rw, r)
}

// serveHTTP answers one request of the API. It reads the rest of a body that was refused early, because many clients see no answer
// while they cannot send.
func (s *Server) serveHTTP(rw http.ResponseWriter, r *http.Request) {
	defer io.CopyN(io.Discard, r.Body, maxDrained) // an error ends the connection
	if wait := s.limiter.blockedFor(r); wait > 0 {
		refuseAddress(rw, wait)
		return
	}
	op, params, err := route(r)
	status := s.serve(rw, r, op, params, err)
	s.limiter.countInvalid(r, status, rw.Header())
	s.logger.LogAttrs(r.Context(), slog.LevelDebug, "request", slog.String("method", r.Method), slog.Int("status", status),
		slog.String("operation", operationID(op)))
}

// serve answers a request whose route is known, or has a fault answer it, and gives the status.
func (s *Server) serve(rw http.ResponseWriter, r *http.Request, op *catalogue.Operation, params map[string]string, err error) int {
	if err != nil {
		return s.write(rw, op, nil, err)
	}
	rw, status := s.strike(rw, r, op)
	if status != 0 {
		return status
	}
	answer, err := s.answer(rw, r, op, params)
	return s.write(rw, op, answer, err)
}

// operationID names an operation for the log; the path itself may hold a webhook's token.
func operationID(op *catalogue.Operation) string {
	if op == nil {
		return "unknown"
	}
	return op.ID
}

// route finds the operation that a request is for.
func route(r *http.Request) (*catalogue.Operation, map[string]string, error) {
	parts := apiPath.FindStringSubmatch(r.URL.EscapedPath())
	if parts == nil {
		return nil, nil, errNotFound
	}
	if !apiVersions[parts[1]] {
		return nil, nil, Refuse(http.StatusBadRequest, 50041)
	}
	op, params, err := catalogue.Match(r.Method, parts[2])
	switch {
	case errors.Is(err, catalogue.ErrNoMethod):
		return nil, nil, errMethodNotAllowed
	case err != nil:
		return nil, nil, errNotFound
	}
	return op, params, nil
}

// answer checks a request step by step, in Discord's order, and has it served.
func (s *Server) answer(rw http.ResponseWriter, r *http.Request, op *catalogue.Operation, params map[string]string) (any, error) {
	if err := checkAgent(r); err != nil {
		return nil, err
	}
	actor, err := s.world.authenticate(r, op)
	if err != nil {
		return nil, err
	}
	if err := s.limiter.admit(rw.Header(), r, op, params); err != nil {
		return nil, err
	}
	serve := served[op.ID]
	if serve == nil {
		return nil, &Error{Status: http.StatusNotImplemented, Message: "cordial's sandbox does not serve " + op.ID}
	}
	c := &call{Server: s, w: s.world, op: op, actor: actor, params: params, query: r.URL.Query(), header: r.Header}
	var answer any
	if err = c.check(r); err == nil {
		answer, err = serve(c)
	}
	if err != nil {
		discard(c.uploads)
	}
	return answer, err
}

// check checks everything about a request that the catalogue knows: path, query, reason and body.
func (c *call) check(r *http.Request) error {
	if form := c.op.CheckPath(c.params); !form.Empty() {
		return invalidForm(form)
	}
	if form := c.op.CheckQuery(c.query); !form.Empty() {
		return invalidForm(form)
	}
	if err := c.readReason(); err != nil {
		return err
	}
	return c.readBody(r)
}

// maxReason is the longest audit-log reason, in characters.
const maxReason = 512

// readReason reads the audit-log reason, which is URL-encoded UTF-8, on operations that take one.
func (c *call) readReason() error {
	text := c.header.Get("X-Audit-Log-Reason")
	if text == "" || !c.op.Reason {
		return nil
	}
	reason, err := url.PathUnescape(text)
	if err != nil || !utf8.ValidString(reason) {
		return formError("STRING_TYPE_CONVERT", "The audit log reason is not URL-encoded UTF-8.", "reason")
	}
	if utf8.RuneCountInString(reason) > maxReason {
		return formError("BASE_TYPE_MAX_LENGTH", "Must be "+strconv.Itoa(maxReason)+" or fewer in length.", "reason")
	}
	c.actor.Reason = reason
	return nil
}

// write sends an answer or an error, and gives the status it has sent.
func (s *Server) write(rw http.ResponseWriter, op *catalogue.Operation, answer any, err error) int {
	var limited *rateLimited
	var refused *Error
	switch {
	case errors.As(err, &limited):
		limited.headers(rw.Header())
		return s.writeJSON(rw, http.StatusTooManyRequests, limited)
	case errors.As(err, &refused):
		return s.writeJSON(rw, refused.Status, refused)
	case err != nil:
		s.logger.Error("request failed", "operation", operationID(op), "error", err)
		return s.writeJSON(rw, http.StatusInternalServerError, &Error{Message: "500: Internal Server Error"})
	case answer == nil:
		rw.WriteHeader(http.StatusNoContent)
		return http.StatusNoContent
	}
	if r, ok := answer.(reply); ok {
		return s.writeJSON(rw, r.status, r.body)
	}
	return s.writeJSON(rw, op.Responses[0].Status, answer)
}

// writeJSON sends a JSON body. Its text is like Discord's, which leaves <, > and & as they are.
func (s *Server) writeJSON(rw http.ResponseWriter, status int, body any) int {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		s.logger.Error("answer cannot be encoded", "error", err)
		status = http.StatusInternalServerError
		text.Reset()
		text.WriteString(`{"message":"500: Internal Server Error","code":0}`)
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Content-Length", strconv.Itoa(text.Len()))
	rw.WriteHeader(status)
	rw.Write(text.Bytes()) // a client that has gone away needs no answer
	return status
}
