package mls

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

const basicCredential = 1

// leafSource says how a leaf came into its tree (section 7.2).
type leafSource uint8

const (
	fromKeyPackage leafSource = 1
	fromUpdate     leafSource = 2
	fromCommit     leafSource = 3
)

// leafNode is a member's place in the tree. It keeps the bytes it was read from: hashes and signatures are over them.
type leafNode struct {
	wire   []byte
	signed []byte // all but the signature

	encryptionKey, signatureKey []byte
	credential, identity        []byte // as on the wire, and the name in it
	capabilities                capabilities
	source                      leafSource
	notBefore, notAfter         uint64 // seconds since 1970; fromKeyPackage
	parentHash                  []byte // fromCommit
	extensions                  []uint16
	signature                   []byte
}

// capabilities are what a member's client knows.
type capabilities struct {
	versions, suites, extensions, proposals, credentials []uint16
}

// ownCapabilities are those of DAVE's clients: one version, one suite, basic credentials, nothing that is optional.
var ownCapabilities = slices.Concat(vec(u16(version10)), vec(u16(suite)), vec(), vec(), vec(u16(basicCredential)))

func marshalCredential(identity []byte) []byte {
	return slices.Concat(u16(basicCredential), vec(identity))
}

func parseCredential(r *reader) (identity []byte) {
	if kind := r.u16(); kind != basicCredential {
		r.fail("credential of type %d, not basic", kind)
	}
	return r.vec()
}

// newLeaf makes and signs a leaf: origin is the source and what belongs to it, place what is signed besides (section 7.2).
func newLeaf(signer *Signer, identity, encryptionKey, origin, place []byte) *leafNode {
	signed := slices.Concat(vec(encryptionKey), vec(signer.public), marshalCredential(identity), ownCapabilities, origin, vec())
	signature := signer.sign("LeafNodeTBS", slices.Concat(signed, place))
	return parseLeaf(&reader{data: slices.Concat(signed, vec(signature))})
}

// parseLeaf reads a LeafNode, nil when r failed.
func parseLeaf(r *reader) *leafNode {
	start := r.at
	l := &leafNode{encryptionKey: r.vec(), signatureKey: r.vec()}
	credential := r.at
	l.identity = parseCredential(r)
	l.credential = r.since(credential)
	l.capabilities = capabilities{r.numbers(), r.numbers(), r.numbers(), r.numbers(), r.numbers()}
	switch l.source = leafSource(r.u8()); l.source {
	case fromKeyPackage:
		l.notBefore, l.notAfter = r.u64(), r.u64()
	case fromUpdate:
	case fromCommit:
		l.parentHash = r.vec()
	default:
		r.fail("leaf of source %d", l.source)
	}
	r.each(func(items *reader) {
		l.extensions = append(l.extensions, items.u16())
		items.vec()
	})
	l.signed = r.since(start)
	l.signature = r.vec()
	l.wire = r.since(start)
	if r.err != nil {
		return nil
	}
	return l
}

// place is what the signature of a leaf that is in a tree covers besides the leaf.
func place(group []byte, index uint32) []byte { return slices.Concat(vec(group), u32(index)) }

// check verifies a leaf by itself: its signature, its key, and that its client knows what the group uses (section 7.3).
func (l *leafNode) check(group []byte, index uint32) error {
	signed := l.signed
	if l.source != fromKeyPackage {
		signed = slices.Concat(signed, place(group, index))
	}
	if err := verify(l.signatureKey, "LeafNodeTBS", signed, l.signature); err != nil {
		return err
	}
	if err := checkPublicKey(l.encryptionKey); err != nil {
		return err
	}
	c := l.capabilities
	if !slices.Contains(c.versions, version10) || !slices.Contains(c.suites, suite) || !slices.Contains(c.credentials, basicCredential) {
		return errors.New("mls: a leaf's client does not know the version, suite or credentials of the group")
	}
	for _, extension := range l.extensions {
		if extension > lastDefaultExtension && !slices.Contains(c.extensions, extension) {
			return fmt.Errorf("mls: a leaf has extension %d, which its client does not know", extension)
		}
	}
	return nil
}

// checkLifetime fails for a leaf that must not be added at a moment. Leaves that are in a tree already are not checked: they may
// have outlived their lifetime.
func (l *leafNode) checkLifetime(now time.Time) error {
	if seconds := uint64(max(now.Unix(), 0)); seconds < l.notBefore || seconds > l.notAfter {
		return errors.New("mls: a key package's lifetime has not begun or is over")
	}
	return nil
}

// unlimited says whether the lifetime is that of DAVE: from 1970 to the end of time.
func (l *leafNode) unlimited() bool { return l.notBefore == 0 && l.notAfter == math.MaxUint64 }
