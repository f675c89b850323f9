package mls

import (
	"bytes"
	"testing"
)

// FuzzParse reads anything as each kind of message: it must not panic, and what it takes for good must be what it came from.
func FuzzParse(f *testing.F) {
	c := clubOf(f, 4)
	joiner := c.candidate()
	proposals := c.proposals(append(c.remove("m3"), c.add(joiner)...))
	commit := c.commit(f, "m1", proposals)
	member := c.members["m2"]
	known, err := member.Proposals(proposals, testTime)
	if err != nil {
		f.Fatal(err)
	}
	for _, data := range [][]byte{proposals, commit.Message, commit.Welcome, joiner.Bytes(), member.tree.marshal(), c.sender.Bytes()} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if k, err := ParseKeyPackage(data); err == nil && !bytes.HasSuffix(data, k.Bytes()) {
			t.Error("a key package is another one than was read")
		}
		if tree, err := parseTree(data); err == nil {
			if !bytes.Equal(tree.marshal(), data) {
				t.Error("a tree is written in another way than it was read")
			}
			_ = tree.check(testGroup)
		}
		if next, err := member.Process(data, known); err == nil && !bytes.Equal(next.Authenticator(), commit.Group.Authenticator()) {
			t.Error("a commit leads into another epoch")
		}
		if header, rest, err := ParseCommit(data); err == nil && !bytes.Equal(append(header.Message, rest...), data) {
			t.Error("a commit is another one than was read")
		}
		if _, err := Join(data, joiner, testGroup, c.sender.Bytes()); err == nil && !bytes.Equal(data, commit.Welcome) {
			t.Error("a welcome that nobody made is accepted")
		}
		_, _ = member.Proposals(data, testTime)
		_, _ = ParseReferences(data)
		_ = CheckExternalSender(data)
	})
}
