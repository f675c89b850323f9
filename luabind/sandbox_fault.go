package luabind

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
	"cordial/discord/sandbox"
	sandboxvoice "cordial/discord/sandbox/voice"
	"cordial/runtime/bind"
)

// What belongs to the faults of requests alone, and what to those of the gateway alone.
var (
	requestFaultOptions = []string{"method", "status", "body", "scope", "retry_after", "cut"}
	gatewayFaultOptions = []string{"code", "resumable", "event", "shard"}
	voiceFaultOptions   = []string{"code", "user", "loss", "duplicate", "reorder", "jitter"}
)

// faultFunc declares sandbox.fault. A name that begins with gateway_ is a fault of the gateway, one that begins with voice_ a fault of
// voice, and any other is an operation whose requests fail.
func faultFunc(s *sandbox.Server) bind.Func {
	return bind.Func{
		Name: "fault", Doc: "Makes the next requests fail in a way that Discord sometimes does, or the gateway, or voice.",
		Params: []bind.Param{
			{Name: "operation", Type: faultName(), Doc: "an operation's id, every operation without it; or a fault of the gateway or of voice, such as gateway_drop or voice_network"},
			{Name: "method", Type: bind.OneOf(methods...), Named: true},
			{Name: "times", Type: bind.Integer, Named: true, Default: 1, Doc: "how many requests, connections or events it hits"},
			{Name: "delay", Type: bind.Duration, Named: true, Doc: "wait before answering; of gateway_delay, gateway_outage and voice_network how long"},
			{Name: "status", Type: bind.Integer, Named: true, Doc: "answer with this status, such as 502"},
			{Name: "body", Type: bind.String, Named: true, Doc: "the text of that answer"},
			{Name: "scope", Type: bind.OneOf("user", "global", "shared"), Named: true, Doc: "answer 429 with this scope"},
			{Name: "retry_after", Type: bind.Duration, Named: true, Doc: "what a 429 asks to wait"},
			{Name: "cut", Type: bind.Boolean, Named: true, Doc: "cut the connection in the middle of the answer"},
			{Name: "code", Type: bind.Integer, Named: true, Doc: "of gateway_close and voice_close: the close code; 4000 or 4015 without it"},
			{Name: "resumable", Type: bind.Boolean, Named: true, Doc: "of gateway_invalid_session: the session can be resumed"},
			{Name: "event", Type: eventName, Named: true, Doc: "of gateway_delay, gateway_duplicate and gateway_omit: the event that it hits, any without it"},
			{Name: "shard", Type: bind.Integer, Named: true, Doc: "of the gateway: the only shard that it hits"},
			{Name: "user", Type: userID, Named: true, Doc: "of voice: whom it hits"},
			{Name: "loss", Type: chance, Named: true, Doc: "of voice_network: the chance that a packet is lost, 0 to 1"},
			{Name: "duplicate", Type: chance, Named: true, Doc: "of voice_network: that it comes twice"},
			{Name: "reorder", Type: chance, Named: true, Doc: "of voice_network: that it comes after the next one"},
			{Name: "jitter", Type: bind.Duration, Named: true, Doc: "of voice_network: how much later than delay a packet may come"},
		},
		Example: `sandbox.fault("create_message", {status=503, times=2})`,
		Call: func(c *bind.Call) (any, error) {
			kind := sandbox.GatewayFaultKind(c.String("operation"))
			if slices.Contains(sandbox.GatewayFaultKinds(), kind) {
				return nil, gatewayFault(s, c, kind)
			}
			if kind := sandbox.VoiceFaultKind(c.String("operation")); slices.Contains(sandbox.VoiceFaultKinds(), kind) {
				return nil, voiceFault(s, c, kind)
			}
			return nil, requestFault(s, c)
		},
	}
}

// requestFault orders a fault of requests.
func requestFault(s *sandbox.Server, c *bind.Call) error {
	if name, given := anyGiven(c, gatewayFaultOptions, voiceFaultOptions); given {
		return fmt.Errorf("sandbox.fault: the option %q is for faults of the gateway or of voice, such as gateway_drop", name)
	}
	s.Fault(sandbox.Fault{
		Operation: c.String("operation"), Method: c.String("method"), Times: c.Int("times"), Delay: c.Duration("delay"),
		Status: c.Int("status"), Body: c.String("body"), Scope: c.String("scope"), Retry: c.Duration("retry_after"), Cut: c.Bool("cut"),
	})
	return nil
}

// gatewayFault orders a fault of the gateway.
func gatewayFault(s *sandbox.Server, c *bind.Call, kind sandbox.GatewayFaultKind) error {
	if name, given := anyGiven(c, requestFaultOptions, voiceFaultOptions[1:]); given {
		return fmt.Errorf("sandbox.fault: %s does not take the option %q, which is for requests or voice", kind, name)
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

// voiceFault orders a fault of voice.
func voiceFault(s *sandbox.Server, c *bind.Call, kind sandbox.VoiceFaultKind) error {
	if name, given := anyGiven(c, requestFaultOptions, gatewayFaultOptions[1:]); given {
		return fmt.Errorf("sandbox.fault: %s does not take the option %q, which is for requests or the gateway", kind, name)
	}
	s.FaultVoice(sandbox.VoiceFault{
		Kind: kind, User: bind.Get[discord.Snowflake](c, "user"), Code: discord.VoiceCloseCode(c.Int("code")), Times: c.Int("times"),
		Network: sandboxvoice.Network{
			Loss: bind.Get[float64](c, "loss"), Duplicate: bind.Get[float64](c, "duplicate"), Reorder: bind.Get[float64](c, "reorder"),
			Delay: c.Duration("delay"), Jitter: c.Duration("jitter"),
		},
	})
	return nil
}

// anyGiven finds an option that a call has.
func anyGiven(c *bind.Call, lists ...[]string) (name string, given bool) {
	for _, name := range slices.Concat(lists...) {
		if c.Has(name) {
			return name, true
		}
	}
	return "", false
}

// chance is a number from 0 to 1.
var chance = bind.Type{Name: "number", From: func(L *lua.LState, v lua.LValue) (any, error) {
	n, err := bind.Number.From(L, v)
	if err == nil && (n.(float64) < 0 || n.(float64) > 1) {
		err = fmt.Errorf("expected a chance from 0 to 1, got %v", n)
	}
	return n, err
}}

// faultName is the id of an operation that the catalogue knows, or a fault of the gateway.
func faultName() bind.Type {
	var names []string
	for _, op := range catalogue.Operations() {
		names = append(names, op.ID)
	}
	for _, kind := range sandbox.GatewayFaultKinds() {
		names = append(names, string(kind))
	}
	for _, kind := range sandbox.VoiceFaultKinds() {
		names = append(names, string(kind))
	}
	t := bind.OneOf(names...)
	t.Name = "operation"
	return t
}
