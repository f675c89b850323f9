package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"cordial/discord/rest"
	"cordial/runtime/bind"
)

func statsFunc() bind.Func {
	return bind.Func{
		Name: "stats", Doc: "Shows what the client did: requests, retries, waits and rate-limit buckets. Times are in seconds.", Returns: "table",
		Call: func(c *bind.Call) (any, error) {
			return asClient(c).b.shown(statsTable(asClient(c).rest.Stats())), nil
		},
		Example: "dc:stats().requests",
	}
}

// shown makes a table of a map that prints as a literal.
func (b *binding) shown(m map[string]any) lua.LValue {
	t := b.r.ToLua(m).(*lua.LTable)
	b.host.MarkObject(t)
	return t
}

func statsTable(s rest.Stats) map[string]any {
	buckets := make([]any, len(s.Buckets))
	for i, b := range s.Buckets {
		buckets[i] = map[string]any{
			"bucket": b.Hash, "routes": b.Routes, "major": b.Major, "limit": b.Limit, "remaining": b.Remaining, "waiting": b.Waiting,
		}
	}
	return map[string]any{
		"requests": s.Requests, "retries": s.Retries, "waiting": s.Waiting, "waits": s.Waits, "waited": s.Waited,
		"limited": s.Limited, "invalid": s.Invalid, "buckets": buckets,
	}
}
