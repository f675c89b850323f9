package mls

import (
	"bytes"
	"crypto/hmac"
	"crypto/hpke"
	"errors"
	"maps"
	"slices"
)

// Process applies somebody else's commit, whose proposals must all be among known, and gives the next epoch.
func (g *Group) Process(commit []byte, known []*Proposal) (*Group, error) {
	r := &reader{data: bytes.Clone(commit)}
	m := parsePublicMessage(r)
	if err := r.end(); err != nil {
		return nil, err
	}
	if err := g.authenticate(m); err != nil {
		return nil, err
	}
	proposals, err := m.commit.resolve(known)
	if err != nil {
		return nil, err
	}
	n, added, err := g.next(proposals)
	if err != nil {
		return nil, err
	}
	if committer := g.tree.leaf(m.sender.index); n.tree.leaf(m.sender.index) != committer {
		return nil, errors.New("mls: a commit removes its sender")
	}
	commitSecret := make([]byte, hashSize)
	if m.commit.path != nil {
		commitSecret, err = n.follow(m.commit.path, m.sender.index, added)
	} else if needsPath(proposals) {
		err = errors.New("mls: a commit that must renew keys has no path")
	}
	if err != nil {
		return nil, err
	}
	defer clear(commitSecret)
	n.confirmed = m.confirmedTranscript(g.interim)
	clear(n.advance(g.secrets.init, commitSecret))
	if !hmac.Equal(m.confirmationTag, n.confirm()) {
		return nil, errors.New("mls: the confirmation tag of a commit is wrong")
	}
	n.settle(m.confirmationTag)
	return n, nil
}

// authenticate fails unless the message is a commit of another member in this epoch.
func (g *Group) authenticate(m *publicMessage) error {
	if err := g.accepts(m); err != nil {
		return err
	}
	if m.commit == nil || m.sender.kind != senderMember || m.sender.index == g.self {
		return errors.New("mls: message is not another member's commit")
	}
	from := g.tree.leaf(m.sender.index)
	if from == nil {
		return errors.New("mls: a commit comes from a blank leaf")
	}
	context := g.context()
	if !hmac.Equal(m.membershipTag, mac(g.secrets.membership, m.membership(context))) {
		return errors.New("mls: the membership tag of a commit is wrong")
	}
	return verify(from.signatureKey, "FramedContentTBS", m.signed(context), m.signature)
}

// follow applies the path of a commit to the tree and gives the commit secret (section 12.4.2).
func (g *Group) follow(p *updatePath, committer uint32, added []uint32) ([]byte, error) {
	if err := g.checkPathLeaf(p.leaf, committer); err != nil {
		return nil, err
	}
	nodes, copath := g.tree.filteredPath(committer)
	if len(nodes) != len(p.nodes) {
		return nil, errors.New("mls: the path of a commit is of the wrong length")
	}
	receivers := make([][]uint32, len(copath))
	keys := make([][]byte, len(copath))
	for i, child := range copath {
		receivers[i] = g.tree.receivers(child, added)
		if len(receivers[i]) != len(p.nodes[i].pathSecrets) {
			return nil, errors.New("mls: the path of a commit has the wrong number of secrets")
		}
		keys[i] = p.nodes[i].encryptionKey
		if err := checkPublicKey(keys[i]); err != nil {
			return nil, err
		}
	}
	maps.DeleteFunc(g.private, func(node uint32, _ hpke.PrivateKey) bool { return covers(node, 2*committer) })
	if !hmac.Equal(g.tree.setPath(committer, nodes, copath, keys), p.leaf.parentHash) {
		return nil, errors.New("mls: the parent hash of a commit is wrong")
	}
	g.tree.nodes[2*committer].leaf = p.leaf
	if err := g.tree.checkUnique(); err != nil {
		return nil, err
	}
	meet := slices.IndexFunc(nodes, func(node uint32) bool { return covers(node, 2*g.self) })
	if meet < 0 {
		return nil, errors.New("mls: the path of a commit does not reach us")
	}
	secret, err := g.openPathSecret(receivers[meet], p.nodes[meet].pathSecrets)
	if err != nil {
		return nil, err
	}
	return g.climb(secret, nodes[meet:])
}

// checkPathLeaf fails unless the leaf is the committer's with a new encryption key.
func (g *Group) checkPathLeaf(l *leafNode, committer uint32) error {
	old := g.tree.leaf(committer)
	same := bytes.Equal(l.credential, old.credential) && bytes.Equal(l.signatureKey, old.signatureKey)
	if l.source != fromCommit || !same || bytes.Equal(l.encryptionKey, old.encryptionKey) {
		return errors.New("mls: the leaf of a commit is not its sender's with a new key")
	}
	return l.check(g.id, committer)
}

// openPathSecret decrypts the path secret that is meant for one of the nodes we have a key of.
func (g *Group) openPathSecret(receivers []uint32, secrets []sealed) ([]byte, error) {
	for i, node := range receivers {
		if key := g.private[node]; key != nil {
			return decryptWithLabel(key, "UpdatePathNode", g.context(), secrets[i])
		}
	}
	return nil, errors.New("mls: the path of a commit has no secret for us")
}

// climb derives the private keys of the nodes from a path secret up to the root, and the commit secret at its end.
func (g *Group) climb(secret []byte, nodes []uint32) ([]byte, error) {
	for _, node := range nodes {
		key := nodeKey(secret)
		if p := g.tree.nodes[node].parent; p == nil || !bytes.Equal(key.PublicKey().Bytes(), p.encryptionKey) {
			return nil, errors.New("mls: a path secret does not belong to the tree")
		}
		g.private[node] = key
		above := deriveSecret(secret, "path")
		clear(secret)
		secret = above
	}
	return secret, nil
}
