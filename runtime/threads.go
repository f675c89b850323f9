package runtime

import lua "github.com/yuin/gopher-lua"

// The limits of a Lua thread. A thread starts small, so that a sleeping task
// costs little, and grows up to them.
const (
	registryStart = 40      // values
	registryStep  = 40      // values
	registryLimit = 1 << 16 // values, 1 MB
	callDepth     = 1000    // Lua calls inside one another
	pooledThreads = 64
)

func newState() *lua.LState {
	L := lua.NewState(lua.Options{
		RegistrySize:        lua.RegistrySize,
		RegistryGrowStep:    registryStep,
		RegistryMaxSize:     registryLimit,
		CallStackSize:       callDepth,
		MinimizeStackMemory: true,
		SkipOpenLibs:        true,
	})
	L.Options.RegistrySize = registryStart // of the threads; gopher-lua allows a state no less than 128
	return L
}

// threadPool keeps Lua threads that are free. It is used with the Lua state
// held.
type threadPool struct {
	from *lua.LState
	free []*lua.LState
}

func (p *threadPool) get() *lua.LState {
	if n := len(p.free); n > 0 {
		L := p.free[n-1]
		p.free = p.free[:n-1]
		return L
	}
	L, _ := p.from.NewThread()
	return L
}

// put takes a thread whose task has ended well. Others are left to the
// garbage collector, because they may have grown to their limits.
func (p *threadPool) put(L *lua.LState) {
	if len(p.free) < pooledThreads {
		L.SetTop(0)
		L.RemoveContext()
		L.Env = p.from.Env // globals of a generation would live as long as the thread
		p.free = append(p.free, L)
	}
}
