package mp3

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Each table of codes is a whole one in which no code begins another.
func TestTables(t *testing.T) {
	for number, table := range tables {
		if table == nil {
			continue
		}
		var room float64
		for i, length := range table.lengths {
			room += math.Exp2(-float64(length))
			for k := range table.lengths {
				if longer := table.lengths[k]; i != k && longer >= length && table.codes[k]>>(longer-length) == table.codes[i] {
					t.Errorf("table %d: code %d begins code %d", number, i, k)
				}
			}
		}
		if len(table.lengths) != table.width*table.width || len(table.codes) != len(table.lengths) || room != 1 {
			t.Errorf("table %d: %d lengths and %d codes fill %g", number, len(table.lengths), len(table.codes), room)
		}
	}
}

func TestCosines(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var x, scratch [subbands]float32
	for i := range x {
		x[i] = float32(random.NormFloat64())
	}
	in := x
	cosines(x[:], scratch[:])
	for i, got := range x {
		var want float64
		for m, v := range in {
			want += float64(v) * math.Cos(float64((2*i+1)*m)*math.Pi/(2*subbands))
		}
		if math.Abs(float64(got)-want) > 1e-4 {
			t.Errorf("%d: %g, want %g", i, got, want)
		}
	}
}

// A block is the transform of the standard (C.1.5.3.3.1), of the 36 windowed samples.
func TestBlock(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var m mdct
	for i := range slots {
		m.last[5][i], m.fresh[5][i] = float32(random.NormFloat64()), float32(random.NormFloat64())
	}
	var out [slots]float32
	m.block(5, &out)
	for k, got := range out {
		var want float64
		for i := range 2 * slots {
			v := m.last[5][i%slots]
			if i >= slots {
				v = m.fresh[5][i-slots]
			}
			want += float64(v) * math.Sin(math.Pi/36*(float64(i)+0.5)) * math.Cos(math.Pi/72*float64((2*i+19)*(2*k+1))) / 9
		}
		if math.Abs(float64(got)-want) > 1e-4 {
			t.Errorf("line %d: %g, want %g", k, got, want)
		}
	}
}

// What is planned is what is written, for values of every size.
func TestPlannedBits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var lines [granuleSamples]float32
	var seen [32]bool
	for range 20000 {
		loud, width := random.Float64()*14, random.IntN(granuleSamples)
		for i := range lines {
			lines[i] = 0
			if i < width {
				lines[i] = float32(math.Exp2(loud*random.Float64()) * random.NormFloat64() / 8)
			}
		}
		var s spectrum
		s.load(&lines)
		for i := range s.used {
			s.values[i] = min(int32(math.Abs(float64(lines[i]))), largest)
		}
		s.plan()
		var w bitWriter
		s.write(&w)
		if got := 8*len(w.bytes) + w.count; got != s.bits {
			t.Fatalf("%d bits written, %d planned, regions %v", got, s.bits, s.regions)
		}
		for _, r := range s.regions {
			seen[r.table] = true
		}
	}
	for number, chosen := range seen {
		if tables[number] != nil && !chosen {
			t.Errorf("table %d was never chosen", number)
		}
	}
}
