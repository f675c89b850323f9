package gateway

import (
	"bytes"
	"encoding/json"
	"testing"

	"cordial/discord"
)

func TestScan(t *testing.T) {
	tests := []struct {
		frame string
		want  envelope
		ok    bool
	}{
		{`{"t":"MESSAGE_CREATE","s":42,"op":0,"d":{"id":"1"}}`, envelope{0, 42, []byte("MESSAGE_CREATE"), []byte(`{"id":"1"}`)}, true},
		{`{"t":"A","s":42,"op":0,"d":{"a":{"b":{}}}}`, envelope{0, 42, []byte("A"), []byte(`{"a":{"b":{}}}`)}, true},
		{`{"t":"A","s":42,"op":0,"d":{} }`, envelope{0, 42, []byte("A"), []byte(`{}`)}, true},
		{`{"t":"A","op":0,"d":{"a":{}},"s":42}`, envelope{0, 42, []byte("A"), []byte(`{"a":{}}`)}, true},
		{`{"op":11}`, envelope{op: 11}, true},
		{`{"d":null,"op":11,"s":null,"t":null}`, envelope{op: 11, data: []byte("null")}, true},
		{" {\n\"d\" : [ \"}\" , \"\\\"]\" ] ,\t\"op\" : 9 }\r\n", envelope{op: 9, data: []byte(`[ "}" , "\"]" ]`)}, true},
		{`{"op":1,"op":2,"d":1,"d":true}`, envelope{op: 2, data: []byte("true")}, true},
		{`{"\u006fp":3}`, envelope{op: 3}, true},
		{`{"op":0,"t":"A\"B","x":{"op":5}}`, envelope{op: 0, name: []byte(`A"B`)}, true},
		{`{"op":0,"t":"A","t":null}`, envelope{}, true},
		{`{"op":0,"d":"\\"}`, envelope{data: []byte(`"\\"`)}, true},
		{`{}`, envelope{}, false},
		{`{"op":"0"}`, envelope{}, false},
		{`{"op":0,"s":"1"}`, envelope{}, false},
		{`{"op":0,"t":5}`, envelope{}, false},
		{`{"op":0`, envelope{}, false},
		{`{"op":0,"d":{"a":"}`, envelope{}, false},
		{`{"op":0}{}`, envelope{}, false},
		{`[]`, envelope{}, false},
		{``, envelope{}, false},
	}
	for _, test := range tests {
		got, err := scan([]byte(test.frame))
		if (err == nil) != test.ok {
			t.Errorf("%s: error %v", test.frame, err)
			continue
		}
		if test.ok && (got.op != test.want.op || got.seq != test.want.seq || !bytes.Equal(got.name, test.want.name) || !bytes.Equal(got.data, test.want.data)) {
			t.Errorf("%s: op %d, s %d, t %q, d %s", test.frame, got.op, got.seq, got.name, got.data)
		}
	}
}

// FuzzScan compares scan with encoding/json on all that is JSON, and sees to it that nothing breaks it.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"t":"MESSAGE_CREATE","s":42,"op":0,"d":{"id":"1","content":"\"}{[\\"}}`,
		`{"op":10,"d":{"heartbeat_interval":41250,"_trace":["[\"x\",{\"micros\":0.0}]"]},"s":null,"t":null}`,
		`{"op":9,"d":false}`, `{"\u006Fp":1,"op":2,"op":3}`, `{"op":-1,"s":9223372036854775807}`, `{"op":0,"d":[[],{},"",0.5e3]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		got, err := scan(bytes.Clone(frame))
		if !json.Valid(frame) {
			return
		}
		if err == nil && got.data != nil && !json.Valid(got.data) {
			return // d is not last, where Discord writes it
		}
		want, ok := decodeEnvelope(frame)
		if (err == nil) != ok {
			t.Fatalf("%s: error %v, encoding/json takes it: %v", frame, err, ok)
		}
		if ok && (got.op != want.op || got.seq != want.seq || !bytes.Equal(got.name, want.name) || !bytes.Equal(got.data, want.data)) {
			t.Fatalf("%s: %+v, want %+v", frame, got, want)
		}
	})
}

// decodeEnvelope is scan with encoding/json.
func decodeEnvelope(frame []byte) (envelope, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(frame, &fields) != nil || fields["op"] == nil || string(fields["op"]) == "null" {
		return envelope{}, false
	}
	var e envelope
	var op int64
	var name *string
	if json.Unmarshal(fields["op"], &op) != nil ||
		fields["s"] != nil && json.Unmarshal(fields["s"], &e.seq) != nil ||
		fields["t"] != nil && json.Unmarshal(fields["t"], &name) != nil {
		return envelope{}, false
	}
	e.op, e.data = discord.Opcode(op), fields["d"]
	if name != nil {
		e.name = []byte(*name)
	}
	return e, true
}

func TestScanAllocatesNothing(t *testing.T) {
	frame := []byte(`{"t":"MESSAGE_CREATE","s":42,"op":0,"d":{"id":"1","content":"hello"}}`)
	allocs := testing.AllocsPerRun(100, func() {
		if e, err := scan(frame); err != nil || e.event() != "MESSAGE_CREATE" {
			t.Fatal(e, err)
		}
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}
