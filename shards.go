package main

import (
	"fmt"
	"strconv"
	"strings"

	"cordial/luabind"
)

// shardsFlag is the value of --shards: "4" for all of four, "0,2-3/4" for some
// of them.
type shardsFlag luabind.Shards

// UnmarshalText makes it a value of the command line.
func (f *shardsFlag) UnmarshalText(text []byte) error {
	ids, total, some := strings.Cut(string(text), "/")
	if !some {
		ids, total = "", ids
	}
	n, err := strconv.Atoi(total)
	if err != nil || n < 1 {
		return fmt.Errorf("%q: expected a number of shards, or some of them such as 0,2-3/4", text)
	}
	f.Total, f.IDs = n, nil
	if !some {
		return nil
	}
	for part := range strings.SplitSeq(ids, ",") {
		first, last, ok := shardRange(part)
		if !ok || first > last || last >= n {
			return fmt.Errorf("%q: shard %q is not one of 0 to %d", text, part, n-1)
		}
		for id := first; id <= last; id++ {
			f.IDs = append(f.IDs, id)
		}
	}
	return nil
}

// shardRange reads "2" or "2-3".
func shardRange(s string) (first, last int, ok bool) {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	first, err := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	return first, last, err == nil && err2 == nil && first >= 0
}
