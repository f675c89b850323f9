package mp3

// A region is a stretch of pairs that are written with one table.
type region struct {
	end   int // the line behind it
	table int // as the side information names it
}

// A split says how many bands the first two regions have, each less one.
type split struct{ first, second int }

// splits are splits by the number of bands that hold pairs: about a third for the first region, a quarter for the second.
var splits = [23]split{
	{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 1}, {1, 2}, {2, 2}, {2, 3}, {2, 3},
	{3, 4}, {3, 4}, {3, 4}, {4, 5}, {4, 5}, {4, 6}, {5, 6}, {5, 6}, {5, 7}, {6, 7}, {6, 7},
}

// tables are the tables of pairs by number. Those from 16 to 31 differ in the bits behind a code.
var tables = func() (t [32]*huffmanTable) {
	copy(t[:], []*huffmanTable{nil, &huffman1, &huffman2, &huffman3, nil, &huffman5, &huffman6, &huffman7, &huffman8, &huffman9,
		&huffman10, &huffman11, &huffman12, &huffman13, nil, &huffman15})
	for i := range 8 {
		t[16+i], t[24+i] = &huffman16, &huffman24
	}
	return t
}()

// escapes are the bits behind a code for what a value has beyond 15, by table.
var escapes = [32]int{16: 1, 2, 3, 4, 6, 8, 10, 13, 4, 5, 6, 7, 8, 9, 11, 13}

// A family is the tables of one size, of which the best for a region is chosen. lengths holds what a pair takes with each of them,
// signs included, 16 bits for each table, in rows of 16.
type family struct {
	tables  []int
	lengths [256]uint64
}

// families are by the largest value of a region, up to 15. The last is for larger ones, without the bits behind the codes.
var families = func() (f [17]*family) {
	groups := map[int][]int{1: {1}, 2: {2, 3}, 3: {5, 6}, 5: {7, 8, 9}, 7: {10, 11, 12}, 15: {13, 15}, 16: {16, 24}}
	for value := 16; value > 0; value-- {
		if group, ok := groups[value]; ok {
			f[value] = newFamily(group)
		} else {
			f[value] = f[value+1]
		}
	}
	return f
}()

func newFamily(group []int) *family {
	f := &family{tables: group}
	for i, number := range group {
		t := tables[number]
		for x := range t.width {
			for y := range t.width {
				length := uint64(t.lengths[x*t.width+y])
				length += uint64(min(x, 1) + min(y, 1))
				f.lengths[x<<4|y] |= length << (16 * i)
			}
		}
	}
	return f
}

// The codes for four values of 0 or 1, the first of which counts 8: of table A, and how long those are. In table B the codes are the
// inverted values.
var (
	quadCodes   = [16]uint8{1, 5, 4, 5, 6, 5, 4, 4, 7, 3, 6, 0, 7, 2, 3, 1}
	quadLengths = [16]uint8{1, 4, 4, 5, 4, 6, 5, 6, 4, 5, 5, 6, 5, 6, 6, 6}
)

// plan decides how the values are written, and counts the bits.
func (s *spectrum) plan() {
	end := s.used
	for end > 0 && s.values[end-1]|s.values[end-2] == 0 {
		end -= 2
	}
	s.pairs = end
	for s.pairs >= 4 && uint32(s.values[s.pairs-1]|s.values[s.pairs-2]|s.values[s.pairs-3]|s.values[s.pairs-4]) <= 1 {
		s.pairs -= 4
	}
	s.ones = end - s.pairs
	s.bits = s.planFours() + s.planPairs()
}

// planFours chooses the table for values of 0 and 1.
func (s *spectrum) planFours() int {
	a, b := 0, 0
	for i := s.pairs; i < s.pairs+s.ones; i += 4 {
		v := (*[4]int32)(s.values[i:])
		a += int(quadLengths[v[0]<<3|v[1]<<2|v[2]<<1|v[3]])
		b += 4
		signs := int(v[0] + v[1] + v[2] + v[3])
		a, b = a+signs, b+signs
	}
	s.quads = 0
	if b < a {
		s.quads = 1
	}
	return min(a, b)
}

// planPairs parts the pairs into regions and chooses their tables.
func (s *spectrum) planPairs() (bits int) {
	bands := 0
	for bandEdges[bands] < s.pairs {
		bands++
	}
	s.split = splits[bands]
	s.regions[0].end = min(bandEdges[s.split.first+1], s.pairs)
	s.regions[1].end = min(bandEdges[s.split.first+s.split.second+2], s.pairs)
	s.regions[2].end = s.pairs
	begin := 0
	for i := range s.regions {
		r := &s.regions[i]
		var n int
		r.table, n = choose(s.values[begin:r.end])
		bits += n
		begin = r.end
	}
	return bits
}

// choose gives the table that writes values in the fewest bits.
func choose(values []int32) (table, bits int) {
	var all, peak int32
	for _, v := range values {
		all |= v
		peak = max(peak, v)
	}
	switch {
	case all == 0:
		return 0, 0
	case peak > 15:
		return chooseEscaped(values, int(peak)-15)
	}
	f := families[peak]
	var sums uint64
	for i := 0; i+1 < len(values); i += 2 {
		sums += f.lengths[uint8(values[i]<<4|values[i+1])]
	}
	for i, number := range f.tables {
		if sum := int(sums >> (16 * i) & 0xFFFF); i == 0 || sum < bits {
			table, bits = number, sum
		}
	}
	return table, bits
}

// chooseEscaped is choose for values of which some have something beyond 15, over at the most.
func chooseEscaped(values []int32, over int) (table, bits int) {
	var sums uint64
	escaped := 0
	for i := 0; i+1 < len(values); i += 2 {
		x, y := values[i], values[i+1]
		if x >= 15 {
			x = 15
			escaped++
		}
		if y >= 15 {
			y = 15
			escaped++
		}
		sums += families[16].lengths[uint8(x<<4|y)]
	}
	bits = tooMany
	for i, begin := range families[16].tables {
		number := begin
		for over >= 1<<escapes[number] {
			number++
		}
		if sum := int(sums>>(16*i)&0xFFFF) + escaped*escapes[number]; sum < bits {
			table, bits = number, sum
		}
	}
	return table, bits
}

// write writes the values as planned.
func (s *spectrum) write(w *bitWriter) {
	begin := 0
	for _, r := range s.regions {
		if r.table > 0 {
			s.writePairs(w, begin, r)
		}
		begin = r.end
	}
	for i := s.pairs; i < s.pairs+s.ones; i += 4 {
		v := (*[4]int32)(s.values[i:])
		four := uint32(v[0]<<3 | v[1]<<2 | v[2]<<1 | v[3])
		if s.quads == 1 {
			w.write(15-four, 4)
		} else {
			w.write(uint32(quadCodes[four]), int(quadLengths[four]))
		}
		for k, value := range v {
			if value != 0 {
				w.write(s.sign(i+k), 1)
			}
		}
	}
}

func (s *spectrum) writePairs(w *bitWriter, begin int, r region) {
	t, extra := tables[r.table], escapes[r.table]
	for i := begin; i < r.end; i += 2 {
		x, y := int(s.values[i]), int(s.values[i+1])
		code := min(x, t.width-1)*t.width + min(y, t.width-1)
		w.write(uint32(t.codes[code]), int(t.lengths[code]))
		s.writeRest(w, i, x, extra)
		s.writeRest(w, i+1, y, extra)
	}
}

// writeRest writes what stands behind the code for a value of a pair: what it has beyond 15, and its sign.
func (s *spectrum) writeRest(w *bitWriter, line, value, extra int) {
	if extra > 0 && value >= 15 {
		w.write(uint32(value-15), extra)
	}
	if value != 0 {
		w.write(s.sign(line), 1)
	}
}

func (s *spectrum) sign(line int) uint32 {
	if s.lines[line] < 0 {
		return 1
	}
	return 0
}
