package modules

// cache keeps what was made of texts: the last so many of them, each of a
// bounded length. When it is full the oldest goes. The caller holds the Lua
// state.
type cache[V any] struct {
	values map[string]V
	order  []string // of the keys; a ring once it is full
	oldest int
}

// Bounds of a cache.
const (
	cacheEntries = 256
	cacheKey     = 16 << 10 // bytes of a text
)

// get returns what is made of a text. An error is not kept.
func (c *cache[V]) get(text string, make func(text string) (V, error)) (V, error) {
	if v, ok := c.values[text]; ok {
		return v, nil
	}
	v, err := make(text)
	if err == nil && len(text) <= cacheKey {
		c.add(text, v)
	}
	return v, err
}

func (c *cache[V]) add(text string, v V) {
	if c.values == nil {
		c.values = map[string]V{}
	}
	c.values[text] = v
	if len(c.order) < cacheEntries {
		c.order = append(c.order, text)
		return
	}
	delete(c.values, c.order[c.oldest])
	c.order[c.oldest] = text
	c.oldest = (c.oldest + 1) % cacheEntries
}
