package web

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"cordial/runtime"
)

func TestIsPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"1.1.1.1": true, "8.8.8.8": true, "100.63.255.255": true, "100.128.0.0": true, "172.15.0.1": true, "172.32.0.1": true, "192.169.0.1": true,
		"223.255.255.255": true, "126.255.255.255": true, "128.0.0.1": true, "198.20.0.1": true,
		"2606:4700:4700::1111": true, "2a00:1450:4001::1": true, "2001:4860:4860::8888": true, "2001:200::1": true,
		"64:ff9b::8.8.8.8": true, "::ffff:8.8.8.8": true, "3fff:1000::1": true,

		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "10.255.255.255": false, "100.64.0.1": false, "100.127.255.255": false,
		"127.0.0.1": false, "127.255.255.254": false, "169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.0.0.8": false, "192.0.2.1": false, "192.88.99.1": false, "192.168.0.1": false, "192.168.255.255": false, "198.18.0.1": false, "198.19.255.255": false,
		"198.51.100.7": false, "203.0.113.7": false, "224.0.0.1": false, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::7f00:1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:0:127.0.0.1": false,
		"64:ff9b::127.0.0.1": false, "64:ff9b::10.0.0.1": false, "64:ff9b::169.254.169.254": false, "64:ff9b:1::8.8.8.8": false,
		"100::1": false, "2001::1": false, "2001:0:4136:e378:8000:63bf:3fff:fdd2": false, "2001:2::1": false, "2001:10::1": false, "2001:db8::1": false,
		"2002:7f00:1::": false, "2002:808:808::1": false, "3fff::1": false, "3fff:fff::1": false, "fc00::1": false, "fd00:ec2::254": false, "fe80::1": false,
		"fe80::1%eth0": false, "fec0::1": false, "ff02::1": false, "4000::1": false,
	} {
		if got := IsPublic(netip.MustParseAddr(text)); got != want {
			t.Errorf("IsPublic(%s) = %v", text, got)
		}
	}
	if IsPublic(netip.Addr{}) {
		t.Error("no address at all is public")
	}
}

// guarded runs a script on a host whose names are what n says, and gives what it prints.
func guarded(t *testing.T, n *names, options Options, globals map[string]string, source string) string {
	t.Helper()
	var out bytes.Buffer
	options.Dialer = &net.Dialer{Resolver: n.resolver()}
	host := newHost(t, &out, options, runtime.Options{})
	define(host, globals)
	if err := host.RunString(t.Context(), "test.lua", source); err != nil {
		t.Error(runtime.Explain(err))
	}
	return out.String()
}

// TestSpellings asks a server on loopback under all the names that it has. None of them reaches it.
func TestSpellings(t *testing.T) {
	server := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("reached as %s", r.Host) }))
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	loopback := [][]string{{"127.0.0.1"}}
	n := &names{addresses: map[string][][]string{
		"localhost": loopback, "0x7f000001": loopback, "0x7f.0.0.1": loopback, // some systems read numbers as addresses
		"internal.test": loopback, "six.test": {{"::1"}}, "mapped.test": {{"::ffff:127.0.0.1"}}, "metadata.test": {{"169.254.169.254"}},
		"both.test": {{"10.0.0.1", "127.0.0.1", "fd00::1"}}, "xn--bcher-kva.test": loopback, "nat.test": {{"64:ff9b::7f00:1"}},
	}}
	for kind, hosts := range map[string][]string{
		kindPrivate: {
			"127.0.0.1", "localhost", "localhost.", "LOCALHOST", "0x7f000001", "0x7f.0.0.1", "0.0.0.0", "127.127.127.127", "[::1]", "[::]",
			"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[fe80::1%25lo]",
			"169.254.169.254", "[fd00:ec2::254]", "10.0.0.1", "100.64.0.1", "192.168.1.1", "224.0.0.1",
			"internal.test", "INTERNAL.test.", "six.test", "mapped.test", "metadata.test", "both.test", "nat.test",
			"bücher.test", "１２７.0.0.1", "127。0。0。1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ⅼocalhost",
		},
		kindDNS: {"2130706433", "017700000001", "0177.0.0.1", "127.1", "0", "127.0.0.1."}, // Go takes them neither for addresses nor for names
		kindURL: {"user:pass@127.0.0.1", "a@127.0.0.1", "1.1.1.1@127.0.0.1", "127.0.0.1%2f", "%31%32%37.0.0.1", "127.0.0.1\\@1.1.1.1", "127.0.0.1\t", "[127.0.0.1"},
	} {
		for _, host := range hosts {
			got := guarded(t, n, Options{}, map[string]string{"address": "http://" + host + ":" + port + "/"},
				`local ok, err = pcall(http.get, address, {public_only = true, timeout = 0}) print(ok, err.kind)`)
			if want := "false\t" + kind + "\n"; got != want {
				t.Errorf("%s: got %q, want %q", host, got, want)
			}
		}
	}
}

// In these tests 127.0.0.1 stands for a public address, and 127.0.0.2 for a private one.
func isOne(addr netip.Addr) bool { return addr == netip.MustParseAddr("127.0.0.1") }

func TestPublicOnly(t *testing.T) {
	server := serve(t, site())
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	noProxy := func(r *http.Request) (*url.URL, error) {
		if !strings.HasPrefix(r.URL.Path, "/status") {
			t.Errorf("a proxy was looked for, for %s", r.URL)
		}
		return nil, nil
	}
	test := func(name, source, want string) {
		t.Run(name, func(t *testing.T) {
			n := &names{addresses: map[string][][]string{
				"public.test": {{"127.0.0.1"}}, "private.test": {{"127.0.0.2"}}, "mixed.test": {{"127.0.0.2", "127.0.0.1"}},
				"rebound.test": {{"127.0.0.1"}, {"127.0.0.2"}},
			}}
			source = strings.ReplaceAll(source, "PORT", port)
			got := guarded(t, n, Options{public: isOne, Proxy: noProxy}, nil, `
				local function get(url, opts)
					opts = opts or {}
					opts.public_only = true
					local ok, got = pcall(http.get, url, opts)
					print(ok, ok and got.status or got.kind, not ok and got.message or "")
				end
				`+source)
			if got = strings.ReplaceAll(got, port, "PORT"); got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
	refused := func(from string) string {
		return fmt.Sprintf("false\tprivate\tHTTPError(private): GET %s: public_only refuses 127.0.0.2:PORT, which is no address of the public internet\n", from)
	}
	test("a public host", `get("http://public.test:PORT/json")`, "true\t200\t\n")
	test("a private one", `get("http://private.test:PORT/json")`, refused("http://private.test:PORT/json"))
	test("of several the public one", `get("http://mixed.test:PORT/json")`, "true\t200\t\n")
	test("a redirect", `get("http://public.test:PORT/to?url=http://private.test:PORT/json")`, refused("http://private.test:PORT/json"))
	test("a redirect with a user", `get("http://public.test:PORT/to?url=http://a:b@public.test:PORT/json")`,
		"false\tredirect\tHTTPError(redirect): GET http://public.test:PORT/to: a redirect to an address with a user, which public_only refuses\n")
	test("a user", `get("http://a:b@public.test:PORT/json")`,
		"false\turl\tHTTPError(url): GET http://a:xxxxx@public.test:PORT/json: the address has a user, which public_only refuses; take it out\n")
	test("another scheme", `get("file:///etc/passwd")`, `false`+"\turl\t"+`HTTPError(url): GET file:///etc/passwd: an address begins with "https://" or "http://"`+"\n")
	test("a name that changes", `
		get("http://rebound.test:PORT/short")  -- which closes the connection
		get("http://rebound.test:PORT/json")`,
		"false\tconnection\tHTTPError(connection): GET http://rebound.test:PORT/short: the server closed the connection before the end of its answer; try again later\n"+
			refused("http://rebound.test:PORT/json"))
	test("a file of any size", `get("http://public.test:PORT/bytes/32000001", {save = "x.bin"})`,
		"false\ttoo_large\tHTTPError(too_large): GET http://public.test:PORT/bytes/32000001: the answer is larger than 32 MB; pass max_size= to allow more\n")
}

// TestConnectionsAreNotShared opens a connection without the rule, which a request with the rule must not use.
func TestConnectionsAreNotShared(t *testing.T) {
	server := serve(t, site())
	got := guarded(t, &names{}, Options{}, map[string]string{"here": server.URL}, `
		print(http.get(here .. "/json").status)
		print(select(2, pcall(http.get, here .. "/json", {public_only = true})).kind)
		print(http.get(here .. "/json").status)`)
	if want := "200\nprivate\n200\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
