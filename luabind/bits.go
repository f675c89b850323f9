package luabind

import (
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/internal/suggest"
	"cordial/runtime/bind"
)

// bitSet is a set of named bits that Lua may give as a number, a name or a list of names.
type bitSet[T ~uint64] struct {
	one, many string // what a bit and the set are called: "permission", "permissions"
	named     func(name string) (T, bool)
	names     func() []string
}

var (
	permissionSet = bitSet[discord.Permissions]{"permission", "permissions", discord.PermissionNamed, discord.PermissionNames}
	intentSet     = bitSet[discord.Intents]{"intent", "intents", discord.IntentNamed, discord.IntentNames}
)

// intentsType takes intents. In Go it is discord.Intents.
var intentsType = bind.Type{Name: "intents", Table: true, Choices: discord.IntentNames(), From: func(_ *lua.LState, v lua.LValue) (any, error) { return intentSet.from(v) }}

// permissions takes permissions, also as decimal text, which is how Discord writes them.
func permissions(v lua.LValue) (any, error) {
	switch v := v.(type) {
	case lua.LString:
		if p, err := discord.ParsePermissions(string(v)); err == nil {
			return p, nil
		}
	case *lua.LUserData:
		if p, ok := v.Value.(discord.Permissions); ok {
			return p, nil
		}
	}
	return permissionSet.from(v)
}

func (b bitSet[T]) from(v lua.LValue) (any, error) {
	switch v := v.(type) {
	case lua.LNumber:
		if f := float64(v); f >= 0 && f == math.Trunc(f) && f < 1<<53 {
			return T(v), nil
		}
	case lua.LString:
		return b.bit(v)
	case *lua.LTable:
		var all T
		for i := 1; i <= v.Len(); i++ {
			bit, err := b.bit(v.RawGetInt(i))
			if err != nil {
				return nil, bind.At(fmt.Sprintf("[%d]", i), err)
			}
			all |= bit
		}
		return all, nil
	}
	return nil, bind.Expected(b.many+" as a number, a name or a list of names", v)
}

func (b bitSet[T]) bit(v lua.LValue) (T, error) {
	name, ok := v.(lua.LString)
	if !ok {
		return 0, bind.Expected("the name of one of discord."+b.many, v)
	}
	bit, ok := b.named(string(name))
	if ok {
		return bit, nil
	}
	if near, ok := suggest.Nearest(string(name), b.names()); ok {
		return 0, fmt.Errorf("unknown %s '%s', did you mean '%s'?", b.one, name, near)
	}
	return 0, fmt.Errorf("unknown %s '%s'; see discord.%s", b.one, name, b.many)
}
