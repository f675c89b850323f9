package sandbox

import "testing"

func TestGatewayAddress(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/gateway", "/gateway/bot"} {
		if got := r.bot("GET", path, nil).ok(200).get("url").String(); got != r.srv.GatewayURL() {
			t.Errorf("GET %s gives the url %q, want %q", path, got, r.srv.GatewayURL())
		}
	}
}
