package dave

// Nonces are counted over 64 bits here; frames carry the lower 32.
const (
	windowWords = 16
	windowSize  = windowWords*64 - 63 // nonces below the newest that are certain to be remembered
	nonceRange  = 1 << 32
)

// window remembers which of the newest nonces were used: each is accepted once. Older ones count as used.
type window struct {
	newest uint64
	begun  bool
	bits   [windowWords]uint64
}

func (w *window) word(nonce uint64) (word *uint64, bit uint64) {
	return &w.bits[nonce/64%windowWords], 1 << (nonce % 64)
}

// used says whether a nonce was marked or is too old to know.
func (w *window) used(nonce uint64) bool {
	if !w.begun || nonce > w.newest {
		return false
	}
	word, bit := w.word(nonce)
	return w.newest-nonce >= windowSize || *word&bit != 0
}

func (w *window) mark(nonce uint64) {
	if !w.begun || nonce > w.newest {
		w.slide(nonce)
	}
	word, bit := w.word(nonce)
	*word |= bit
}

// slide makes a nonce the newest one.
func (w *window) slide(nonce uint64) {
	words := nonce/64 - w.newest/64
	for i := range min(words, windowWords) {
		w.bits[(nonce/64-i)%windowWords] = 0
	}
	w.newest, w.begun = nonce, true
}

// widen is the nonce nearest to the newest one among those with the given lower 32 bits.
func (w *window) widen(low uint32) uint64 {
	nonce := w.newest&^(nonceRange-1) | uint64(low)
	switch {
	case nonce > w.newest && nonce-w.newest > nonceRange/2 && nonce >= nonceRange:
		return nonce - nonceRange
	case nonce < w.newest && w.newest-nonce > nonceRange/2:
		return nonce + nonceRange
	}
	return nonce
}
