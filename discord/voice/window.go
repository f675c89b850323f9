package voice

// window follows the sequence numbers of a stream, which wrap.
type window struct {
	begun bool
	top   uint16 // the highest number so far
	age   int    // how many numbers before it are accounted for, as come or as lost; span at the most
	seen  uint64 // bit n: top-n came
}

// span is how many numbers a window remembers.
const span = 64

// restartGap is the jump of sequence numbers, 20 s of packets, that is taken for a stream that began anew.
const restartGap = 1000

// arrival is what the number of a packet tells.
type arrival struct {
	lost      int // packets between the highest number so far and this one; -1 when this one was counted as lost before
	late      bool
	duplicate bool
}

// arrived notes a packet. Of one that is older than the window nobody knows whether it came before: it counts as late.
func (w *window) arrived(seq uint16) arrival {
	ahead := int(int16(seq - w.top))
	switch {
	case !w.begun || ahead > restartGap || ahead < -restartGap:
		*w = window{begun: true, top: seq, seen: 1}
		return arrival{}
	case ahead > 0:
		w.top, w.age = seq, min(w.age+ahead, span)
		w.seen = w.seen<<ahead | 1
		return arrival{lost: ahead - 1}
	case -ahead >= span:
		return arrival{late: true}
	case w.seen&(1<<-ahead) != 0:
		return arrival{duplicate: true}
	}
	w.seen |= 1 << -ahead
	if between := -ahead - w.age - 1; between >= 0 { // from before the first packet that came, so that it was not missed; those between are
		w.age = -ahead
		return arrival{late: true, lost: between}
	}
	return arrival{late: true, lost: -1}
}
