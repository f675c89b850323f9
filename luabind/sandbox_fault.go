package luabind

import (
	"fmt"
	"slices"

	"cordial/discord/rest/catalogue"
	"cordial/discord/sandbox"
	"cordial/runtime/bind"
)

// What belongs to the faults of requests alone, and what to those of the gateway alone.
var (
	requestFaultOptions = []string{"method", "status", "body", "scope", "retry_after", "cut"}
	gatewayFaultOptions = []string{"code", "resumable", "event", "shard"}
)

// faultFunc declares sandbox.fault. A name that begins with gateway_ is a fault of the gateway, any other is an operation whose requests
// fail.
func faultFunc(s *sandbox.Server) bind.Func {
	return bind.Func{
		Name: "fault", Doc: "Makes the next requests fail in a way that Discord sometimes does, or the gateway.",
		Params: []bind.Param{
			{Name: "operation", Type: faultName(), Doc: "an operation's id, every operation without it; or a fault of the gateway, such as gateway_drop"},
			{Name: "method", Type: bind.OneOf(methods...), Named: true},
			{Name: "times", Type: bind.Integer, Named: true, Default: 1, Doc: "how many requests, connections or events it hits"},
			{Name: "delay", Type: bind.Duration, Named: true, Doc: "wait before answering; of gateway_delay and gateway_outage how long"},
			{Name: "status", Type: bind.Integer, Named: true, Doc: "answer with this status, such as 502"},
			{Name: "body", Type: bind.String, Named: true, Doc: "the text of that answer"},
			{Name: "scope", Type: bind.OneOf("user", "global", "shared"), Named: true, Doc: "answer 429 with this scope"},
			{Name: "retry_after", Type: bind.Duration, Named: true, Doc: "what a 429 asks to wait"},
			{Name: "cut", Type: bind.Boolean, Named: true, Doc: "cut the connection in the middle of the answer"},
			{Name: "code", Type: bind.Integer, Named: true, Doc: "of gateway_close: the close code, 4000 without it"},
			{Name: "resumable", Type: bind.Boolean, Named: true, Doc: "of gateway_invalid_session: the session can be resumed"},
			{Name: "event", Type: eventName, Named: true, Doc: "of gateway_delay, gateway_duplicate and gateway_omit: the event that it hits, any without it"},
			{Name: "shard", Type: bind.Integer, Named: true, Doc: "of the gateway: the only shard that it hits"},
		},
		Example: `sandbox.fault("create_message", {status=503, times=2})`,
		Call: func(c *bind.Call) (any, error) {
			kind := sandbox.GatewayFaultKind(c.String("operation"))
			if slices.Contains(sandbox.GatewayFaultKinds(), kind) {
				return nil, gatewayFault(s, c, kind)
			}
			return nil, requestFault(s, c)
		},
	}
}

// requestFault orders a fault of requests.
func requestFault(s *sandbox.Server, c *bind.Call) error {
	for _, name := range gatewayFaultOptions {
		if c.Has(name) {
			return fmt.Errorf("sandbox.fault: the option %q is for faults of the gateway, such as gateway_drop", name)
		}
	}
	s.Fault(sandbox.Fault{
		Operation: c.String("operation"), Method: c.String("method"), Times: c.Int("times"), Delay: c.Duration("delay"),
		Status: c.Int("status"), Body: c.String("body"), Scope: c.String("scope"), Retry: c.Duration("retry_after"), Cut: c.Bool("cut"),
	})
	return nil
}

// gatewayFault orders a fault of the gateway.
func gatewayFault(s *sandbox.Server, c *bind.Call, kind sandbox.GatewayFaultKind) error {
	for _, name := range requestFaultOptions {
		if c.Has(name) {
			return fmt.Errorf("sandbox.fault: %s does not take the option %q, which is for requests", kind, name)
		}
	}
	f := sandbox.GatewayFault{Kind: kind, Code: c.Int("code"), Resumable: c.Bool("resumable"), Times: c.Int("times"), Delay: c.Duration("delay"),
		Event: c.String("event")}
	if f.Code != 0 && (f.Code < 1000 || f.Code > 4999) {
		return fmt.Errorf("sandbox.fault: close codes are from 1000 to 4999, got %d", f.Code)
	}
	if c.Has("shard") {
		shard := c.Int("shard")
		f.Shard = &shard
	}
	s.FaultGateway(f)
	return nil
}

// faultName is the id of an operation that the catalogue knows, or a fault of the gateway.
func faultName() bind.Type {
	var names []string
	for _, op := range catalogue.Operations() {
		names = append(names, op.ID)
	}
	for _, kind := range sandbox.GatewayFaultKinds() {
		names = append(names, string(kind))
	}
	t := bind.OneOf(names...)
	t.Name = "operation"
	return t
}
