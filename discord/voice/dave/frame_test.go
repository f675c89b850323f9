package dave

import (
	"bytes"
	"encoding/hex"
	"slices"
	"testing"
)

func TestParseFrame(t *testing.T) {
	const tag = "0102030405060708"
	tests := []struct {
		name, data string
		ok         bool
		body       string
		nonce      uint32
	}{
		{"no body", tag + "05" + "0cfafa", true, "", 5},
		{"body", "aabb" + tag + "05" + "0cfafa", true, "aabb", 5},
		{"long nonce", "aa" + tag + "ffffffff0f" + "10fafa", true, "aa", 0xffffffff},
		{"range", "aabbcc" + tag + "05" + "0102" + "0efafa", true, "aabbcc", 5},
		{"two ranges", "aabbcc" + tag + "05" + "00010201" + "10fafa", true, "aabbcc", 5},
		{"nonce over 32 bits", "aa" + tag + "ffffffff1f" + "10fafa", false, "", 0},
		{"nonce does not end", "aa" + tag + "ffffffffff" + "10fafa", false, "", 0},
		{"range past the end", "aabbcc" + tag + "05" + "0202" + "0efafa", false, "", 0},
		{"ranges in disorder", "aabbcc" + tag + "05" + "01010001" + "10fafa", false, "", 0},
		{"range without a length", "aabbcc" + tag + "05" + "01" + "0dfafa", false, "", 0},
		{"huge range", "aabbcc" + tag + "05" + "ffffffff0f" + "ffffffff0f" + "16fafa", false, "", 0},
		{"size too small", "aabb" + tag + "05" + "0bfafa", false, "", 0},
		{"size too large", tag + "05" + "0dfafa", false, "", 0},
		{"no marker", "aabb" + tag + "05" + "0cfafb", false, "", 0},
		{"short", "0cfafa", false, "", 0},
		{"silence", "f8fffe", false, "", 0},
		{"nothing", "", false, "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data, err := hex.DecodeString(test.data)
			if err != nil {
				t.Fatal(err)
			}
			f, ok := parseFrame(data)
			if ok != test.ok {
				t.Fatalf("it is a frame: %v, want %v", ok, test.ok)
			}
			if ok && (hex.EncodeToString(f.body) != test.body || hex.EncodeToString(f.tag) != tag || f.nonce != test.nonce) {
				t.Errorf("body %x, tag %x, nonce %d", f.body, f.tag, f.nonce)
			}
		})
	}
}

func TestUnencryptedRanges(t *testing.T) {
	f := frame{body: []byte("aBBcDe"), ranges: []byte{1, 2, 4, 1}}
	if !f.checkRanges() {
		t.Fatal("the ranges are refused")
	}
	secret, clear := f.split(nil, nil)
	if string(secret) != "ace" || string(clear) != "BBD" {
		t.Errorf("split into %q and %q", secret, clear)
	}
	if got := f.join([]byte(">"), []byte("xyz")); string(got) != ">xBByDz" {
		t.Errorf("joined to %q", got)
	}
}

// sealed is a frame with unencrypted ranges, as senders of video make them.
func sealed(r *ratchet, nonce uint32, body string, ranges []byte) []byte {
	f := frame{body: []byte(body), ranges: ranges}
	secret, clear := f.split(nil, nil)
	var iv [nonceSize]byte
	putNonce(&iv, nonce)
	out := r.at(nonce>>generationShift, testTime).Seal(nil, iv[:], secret, clear)
	secret, tag := out[:len(secret)], out[len(secret):][:tagSize]
	out = f.join(nil, secret)
	out = append(append(out, tag...), byte(nonce))
	out = append(out, ranges...)
	return append(append(out, byte(tagSize+1+len(ranges)+trailerSize)), marker...)
}

func TestFrameWithUnencryptedRanges(t *testing.T) {
	sender, receiver := newRatchet(make([]byte, baseKeySize)), newReceiver(1, make([]byte, baseKeySize))
	data := sealed(&sender, 7, "aBBcDe", []byte{1, 2, 4, 1})
	if !bytes.Contains(data, []byte("BB")) || bytes.Contains(data, []byte("aBB")) {
		t.Errorf("the frame is %q", data)
	}
	forged := bytes.Replace(data, []byte("BB"), []byte("CC"), 1)
	f, ok := parseFrame(forged)
	if !ok {
		t.Fatal("it is no frame")
	}
	var m scratch
	if _, err := receiver.decrypt(nil, &f, &m, testTime); err != ErrForged {
		t.Errorf("a forged unencrypted range gives %v", err)
	}
	if f, ok = parseFrame(data); !ok {
		t.Fatal("it is no frame")
	}
	if got, err := receiver.decrypt(nil, &f, &m, testTime); err != nil || string(got) != "aBBcDe" {
		t.Errorf("it comes as %q: %v", got, err)
	}
}

func TestDisplayable(t *testing.T) {
	code := displayable(slices.Concat(make([]byte, 5), []byte{0, 0, 1, 0, 1}, bytes.Repeat([]byte{255}, 5)), 15)
	if want := "00000" + "65537" + "27775"; code != want { // 2^40-1 is 1099511627775
		t.Errorf("the code is %s, want %s", code, want)
	}
}
