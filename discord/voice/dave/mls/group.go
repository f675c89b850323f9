package mls

import (
	"bytes"
	"crypto/hpke"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Extensions that DAVE uses (section 17.3).
const (
	extensionRatchetTree     = 2
	extensionExternalSenders = 5

	lastDefaultExtension = 5 // those up to here every client knows
)

// ErrEpoch is wrapped by the errors about messages for another epoch than the group's.
var ErrEpoch = errors.New("message for another epoch")

// Group is a member's state in one epoch.
type Group struct {
	id         []byte
	epoch      uint64
	extensions []byte // of the GroupContext, without their length
	external   []byte // the external sender's signature key
	tree       *tree
	self       uint32 // our leaf
	signer     *Signer
	private    map[uint32]hpke.PrivateKey // of the nodes above us that we know, and of our leaf

	confirmed, interim []byte // transcript hashes
	confirmationTag    []byte
	secrets            epochSecrets
}

// Create makes a group of one member. externalSender is an ExternalSender as the voice server gives it.
func Create(id []byte, c *Candidate, externalSender []byte) (*Group, error) {
	key, err := parseExternalSender(externalSender)
	if err != nil {
		return nil, err
	}
	g := &Group{
		id: bytes.Clone(id), extensions: externalExtension(externalSender), external: key, signer: c.signer,
		tree:    &tree{[]node{{leaf: c.leaf}}},
		private: map[uint32]hpke.PrivateKey{0: c.encryptionPrivate},
	}
	epoch := randomBytes(hashSize)
	defer clear(epoch)
	g.secrets = deriveEpoch(epoch)
	g.settle(g.confirm())
	return g, nil
}

// CheckExternalSender fails for what is not an ExternalSender on the wire.
func CheckExternalSender(data []byte) error {
	_, err := parseExternalSender(data)
	return err
}

// parseExternalSender is the signature key of an ExternalSender.
func parseExternalSender(data []byte) (key []byte, err error) {
	r := &reader{data: bytes.Clone(data)}
	key = r.vec()
	parseCredential(r)
	if err := r.end(); err != nil {
		return nil, err
	}
	_, err = parseSignatureKey(key)
	return key, err
}

// externalExtension is how a group's extensions name its only external sender.
func externalExtension(externalSender []byte) []byte {
	return slices.Concat(u16(extensionExternalSenders), vec(vec(externalSender)))
}

// Epoch counts the commits since the group was created.
func (g *Group) Epoch() uint64 { return g.epoch }

// Authenticator is a value that all members of the epoch share, and nobody else knows.
func (g *Group) Authenticator() []byte { return bytes.Clone(g.secrets.authenticator) }

// Member is one of a group.
type Member struct {
	Identity     []byte // the name in the credential
	SignatureKey []byte
}

// Members lists the members in the order of their leaves.
func (g *Group) Members() (list []Member) {
	for i := range g.tree.leaves() {
		if l := g.tree.leaf(i); l != nil {
			list = append(list, Member{l.identity, l.signatureKey})
		}
	}
	return list
}

// Export derives a secret of the epoch for a use outside of MLS (section 8.5). The group must not be wiped.
func (g *Group) Export(label string, context []byte, size int) []byte {
	secret := deriveSecret(g.secrets.exporter, label)
	defer clear(secret)
	return ExpandWithLabel(secret, "exported", hash(context), size)
}

// Wipe overwrites the epoch's secrets; the group cannot be used after it.
func (g *Group) Wipe() {
	g.secrets.wipe()
	clear(g.private)
}

func groupContext(id []byte, epoch uint64, treeHash, confirmed, extensions []byte) []byte {
	return slices.Concat(u16(version10), u16(suite), vec(id), u64(epoch), vec(treeHash), vec(confirmed), vec(extensions))
}

// context is the GroupContext (section 8.1).
func (g *Group) context() []byte {
	return groupContext(g.id, g.epoch, g.tree.hash(g.tree.root()), g.confirmed, g.extensions)
}

// accepts fails for a message that is not of this group and epoch.
func (g *Group) accepts(m *publicMessage) error {
	if !m.ofGroup(g.id) {
		return errors.New("mls: message for another group")
	}
	if m.epoch != g.epoch {
		return fmt.Errorf("mls: %w: %d, the group is at %d", ErrEpoch, m.epoch, g.epoch)
	}
	return nil
}

// next is the group with proposals applied, Removes first (section 12.3): without secrets of the new epoch, and with the
// transcript of the old one. added are the leaves of those who joined.
func (g *Group) next(proposals []*Proposal) (n *Group, added []uint32, err error) {
	copied := *g
	n = &copied
	n.epoch++
	n.tree, n.secrets = g.tree.clone(), epochSecrets{}
	for _, p := range proposals {
		if p.add == nil {
			if err := n.tree.remove(p.leaf); err != nil {
				return nil, nil, err
			}
		}
	}
	for _, p := range proposals {
		if p.add != nil {
			added = append(added, n.tree.add(p.add.leaf))
		}
	}
	if err := n.tree.checkUnique(); err != nil {
		return nil, nil, err
	}
	if n.tree.leaf(g.self) != g.tree.leaf(g.self) {
		return nil, nil, errors.New("mls: the proposals remove us")
	}
	n.private = maps.Clone(g.private)
	maps.DeleteFunc(n.private, func(node uint32, _ hpke.PrivateKey) bool {
		return node >= uint32(len(n.tree.nodes)) || n.tree.nodes[node].blank()
	})
	return n, added, nil
}

// needsPath says whether a commit of proposals must renew the committer's path: whoever leaves must lose the keys, and a commit of
// nothing is there to renew them (section 12.4).
func needsPath(proposals []*Proposal) bool {
	return len(proposals) == 0 || slices.ContainsFunc(proposals, func(p *Proposal) bool { return p.add == nil })
}

// receivers lists the nodes that a path secret is encrypted to: those who have just been added get it by the Welcome.
func (t *tree) receivers(copathChild uint32, added []uint32) []uint32 {
	return slices.DeleteFunc(t.resolution(copathChild), func(node uint32) bool {
		return isLeaf(node) && slices.Contains(added, node/2)
	})
}
