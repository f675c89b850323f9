package mls

import (
	"bytes"
	"crypto/hpke"
	"errors"
	"math"
	"slices"
)

// KeyPackage is what a member needs of somebody to add them to a group (section 10).
type KeyPackage struct {
	wire      []byte
	signed    []byte // all but the signature
	signature []byte
	initKey   []byte
	leaf      *leafNode
}

// ParseKeyPackage reads and verifies a key package, bare or in an MLSMessage: clients send both.
func ParseKeyPackage(data []byte) (*KeyPackage, error) {
	data = bytes.Clone(data)
	wrapper := slices.Concat(u16(version10), u16(wireKeyPackage))
	r := &reader{data: bytes.TrimPrefix(data, wrapper)} // a bare one begins with version and suite 2
	k := parseKeyPackage(r)
	if err := r.end(); err != nil {
		return nil, err
	}
	if err := k.check(); err != nil {
		return nil, err
	}
	return k, nil
}

func parseKeyPackage(r *reader) *KeyPackage {
	start := r.at
	if v, s := r.u16(), r.u16(); v != version10 || s != suite {
		r.fail("key package of version %d and suite %d", v, s)
	}
	k := &KeyPackage{initKey: r.vec(), leaf: parseLeaf(r)}
	r.vec() // extensions
	k.signed = r.since(start)
	k.signature = r.vec()
	k.wire = r.since(start)
	if r.err != nil {
		return nil
	}
	return k
}

// check verifies what section 10.1 asks for.
func (k *KeyPackage) check() error {
	if k.leaf.source != fromKeyPackage || bytes.Equal(k.initKey, k.leaf.encryptionKey) {
		return errors.New("mls: the leaf of a key package is of another kind, or its keys are the same")
	}
	if err := verify(k.leaf.signatureKey, "KeyPackageTBS", k.signed, k.signature); err != nil {
		return err
	}
	if err := checkPublicKey(k.initKey); err != nil {
		return err
	}
	return k.leaf.check(nil, 0)
}

// Bytes is the key package on the wire, without an MLSMessage around it.
func (k *KeyPackage) Bytes() []byte { return k.wire }

// Identity is the name in the credential.
func (k *KeyPackage) Identity() []byte { return k.leaf.identity }

// Reference is the hash by which a Welcome names the key package.
func (k *KeyPackage) Reference() []byte { return reference(keyPackageReference, k.wire) }

// Unlimited says whether the key package never ends, as DAVE asks for.
func (k *KeyPackage) Unlimited() bool { return k.leaf.unlimited() }

// Candidate is a key package of one's own, with the private keys to join the group that it is added to.
type Candidate struct {
	KeyPackage
	signer            *Signer
	initPrivate       hpke.PrivateKey
	encryptionPrivate hpke.PrivateKey
}

// NewCandidate makes a key package with an unlimited lifetime.
func NewCandidate(signer *Signer, identity []byte) *Candidate {
	c := &Candidate{signer: signer, initPrivate: newPrivateKey(), encryptionPrivate: newPrivateKey()}
	lifetime := slices.Concat([]byte{byte(fromKeyPackage)}, u64(0), u64(math.MaxUint64))
	leaf := newLeaf(signer, identity, c.encryptionPrivate.PublicKey().Bytes(), lifetime, nil)
	signed := slices.Concat(u16(version10), u16(suite), vec(c.initPrivate.PublicKey().Bytes()), leaf.wire, vec())
	signature := signer.sign("KeyPackageTBS", signed)
	c.KeyPackage = *parseKeyPackage(&reader{data: slices.Concat(signed, vec(signature))})
	return c
}
