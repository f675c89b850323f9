package sandbox

import "time"

// GatewayFaultKind says what goes wrong at the gateway.
type GatewayFaultKind string

// The faults of the gateway.
const (
	FaultDelay     GatewayFaultKind = "gateway_delay"     // the next event waits for Delay, and everything behind it
	FaultDuplicate GatewayFaultKind = "gateway_duplicate" // the next event is sent twice
	FaultOmit      GatewayFaultKind = "gateway_omit"      // the next event is not sent; only a resume brings it
)

// GatewayFault makes something go wrong at the gateway.
type GatewayFault struct {
	Kind  GatewayFaultKind
	Delay time.Duration
}

func (g *gateway) faultFor(s *session, typ string) GatewayFault { return GatewayFault{} }
