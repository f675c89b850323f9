package rtp

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// answer is an answer of the discovery, made by hand.
func answer(kind, length, address, port string) string {
	return kind + length + "\x00\x00\x12\x34" + address + strings.Repeat("\x00", max(0, 64-len(address))) + port
}

func TestParseDiscovery(t *testing.T) {
	tests := []struct {
		name, datagram, want string
	}{
		{"IPv4", answer("\x00\x02", "\x00\x46", "203.0.113.7", "\xC3\x50"), "203.0.113.7:50000"},
		{"IPv6", answer("\x00\x02", "\x00\x46", "2001:db8::7", "\x00\x01"), "[2001:db8::7]:1"},
		{"IPv4 in IPv6", answer("\x00\x02", "\x00\x46", "::ffff:203.0.113.7", "\xC3\x50"), "203.0.113.7:50000"},
		{"rubbish after the end", answer("\x00\x02", "\x00\x46", "203.0.113.7\x00rubbish", "\xC3\x50"), "203.0.113.7:50000"},
		{"a request", answer("\x00\x01", "\x00\x46", "", "\x00\x00"), ""},
		{"another length", answer("\x00\x02", "\x00\x47", "203.0.113.7", "\xC3\x50"), ""},
		{"longer than it says", answer("\x00\x02", "\x00\x46", "203.0.113.7", "\xC3\x50") + "x", ""},
		{"no address", answer("\x00\x02", "\x00\x46", "", "\xC3\x50"), ""},
		{"a name", answer("\x00\x02", "\x00\x46", "localhost", "\xC3\x50"), ""},
		{"a zone", answer("\x00\x02", "\x00\x46", "fe80::1%eth0", "\xC3\x50"), ""},
		{"no end", answer("\x00\x02", "\x00\x46", strings.Repeat("1", 64), "\xC3\x50"), ""},
		{"no port", answer("\x00\x02", "\x00\x46", "203.0.113.7", "\x00\x00"), ""},
		{"a keepalive", "\x01\x00\x00\x00\x00\x00\x00\x00", ""},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		ssrc, addr, err := ParseDiscovery([]byte(test.datagram))
		if test.want == "" {
			if !errors.Is(err, ErrNotDiscovery) {
				t.Errorf("%s: %v, %v", test.name, addr, err)
			}
			continue
		}
		if err != nil || addr.String() != test.want || ssrc != 0x1234 {
			t.Errorf("%s: %d, %v, %v; want %s", test.name, ssrc, addr, err, test.want)
		}
	}
}

func TestDiscoveryRequest(t *testing.T) {
	request := AppendDiscovery(nil, 0x01020304)
	if want := append([]byte{0, 1, 0, 70, 1, 2, 3, 4}, make([]byte, 66)...); !bytes.Equal(request, want) {
		t.Errorf("%x", request)
	}
	if ssrc, err := ParseDiscoveryRequest(request); err != nil || ssrc != 0x01020304 {
		t.Errorf("%#x, %v", ssrc, err)
	}
	answer := AppendDiscoveryAnswer(nil, 0x01020304, netip.MustParseAddrPort("192.0.2.1:4000"))
	if _, err := ParseDiscoveryRequest(answer); !errors.Is(err, ErrNotDiscovery) {
		t.Errorf("an answer is no request: %v", err)
	}
}

func TestAppendKeepalive(t *testing.T) {
	if got := AppendKeepalive([]byte{9}, 0x01020304); !bytes.Equal(got, []byte{9, 4, 3, 2, 1, 0, 0, 0, 0}) {
		t.Errorf("%x", got)
	}
	if _, _, err := newCipher(t, AES256GCM).Open(AppendKeepalive(nil, 0x7880)); !errors.Is(err, ErrNotAudio) {
		t.Errorf("a keepalive was opened: %v", err)
	}
}
