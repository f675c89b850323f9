package gateway

import (
	"errors"
	"testing"

	"cordial/discord/rest"
)

func TestOptionsThatCannotWork(t *testing.T) {
	api, err := rest.New(rest.Options{Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	isA := func(target any) func(error) bool { return func(err error) bool { return errors.As(err, target) } }
	tests := map[string]struct {
		o  Options
		is func(error) bool
	}{
		"no token":           {Options{Rest: api}, isA(new(*rest.AuthError))},
		"no client":          {Options{Token: testToken}, func(err error) bool { return err != nil }},
		"shards of how many": {Options{Token: testToken, Rest: api, Shards: []int{0}}, isA(new(*ShardsError))},
		"a shard too many":   {Options{Token: testToken, Rest: api, Total: 2, Shards: []int{0, 2}}, isA(new(*ShardsError))},
		"a negative number":  {Options{Token: testToken, Rest: api, Total: -1}, isA(new(*ShardsError))},
		"the API's address":  {Options{Token: testToken, Rest: api, URL: "https://discord.com"}, isA(new(*AddressError))},
		"a large threshold":  {Options{Token: testToken, Rest: api, LargeThreshold: 300}, func(err error) bool { return err != nil }},
	}
	for name, test := range tests {
		if _, err := New(test.o); !test.is(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Options{Token: "Bot " + testToken, Rest: api, Total: 2, Shards: []int{1, 0, 1}, URL: "wss://gateway.discord.gg"}); err != nil {
		t.Error(err)
	}
}

func TestAddress(t *testing.T) {
	for base, want := range map[string]string{
		"wss://gateway.discord.gg":            "wss://gateway.discord.gg/?compress=zstd-stream&encoding=json&v=10",
		"wss://gateway.discord.gg/":           "wss://gateway.discord.gg/?compress=zstd-stream&encoding=json&v=10",
		"ws://127.0.0.1:8080/ws?v=9&region=x": "ws://127.0.0.1:8080/ws?compress=zstd-stream&encoding=json&region=x&v=10",
	} {
		if got, err := address(base, Zstd); got != want || err != nil {
			t.Errorf("%s: %s %v", base, got, err)
		}
	}
}
