package mls

import "slices"

// Commit is a commit of our own and what comes of it if it is the one that counts.
type Commit struct {
	Message []byte // the MLSMessage
	Welcome []byte // a bare Welcome for those who are added, nil when there are none
	Group   *Group // the next epoch
}

// Commit makes a commit of proposals, which must be of this epoch and must not remove us.
func (g *Group) Commit(proposals []*Proposal) (*Commit, error) {
	n, added, err := g.next(proposals)
	if err != nil {
		return nil, err
	}
	path := &ownPath{commitSecret: make([]byte, hashSize)}
	if needsPath(proposals) {
		if path, err = n.renewPath(added); err != nil {
			return nil, err
		}
	}
	defer path.wipe()
	joiner, message := g.seal(n, proposals, path)
	defer clear(joiner)
	c := &Commit{Message: message, Group: n}
	if len(added) > 0 {
		c.Welcome, err = n.welcome(proposals, added, path, joiner)
	}
	return c, err
}

// seal signs the commit that leads from g to n and moves n into its epoch.
func (g *Group) seal(n *Group, proposals []*Proposal, path *ownPath) (joiner, message []byte) {
	var references []byte
	for _, p := range proposals {
		references = append(append(references, byReference), vec(p.reference)...)
	}
	body := slices.Concat(vec(references), path.wire())
	from := sender{senderMember, g.self}
	m := &publicMessage{content: framedContent(g.id, g.epoch, from, contentCommit, body), sender: from, kind: contentCommit}
	context := g.context()
	m.signature = g.signer.sign("FramedContentTBS", m.signed(context))
	n.confirmed = m.confirmedTranscript(g.interim)
	joiner = n.advance(g.secrets.init, path.commitSecret)
	m.confirmationTag = n.confirm()
	n.settle(m.confirmationTag)
	m.membershipTag = mac(g.secrets.membership, m.membership(context))
	return joiner, m.marshal()
}

// ownPath is the renewed path of a commit of our own. The zero path with a commit secret of zeros is that of a commit without one.
type ownPath struct {
	nodes        []uint32
	secrets      [][]byte // the path secret of each node
	commitSecret []byte
	update       []byte // the UpdatePath, nil without one
}

func (p *ownPath) wire() []byte {
	if p.update == nil {
		return []byte{absent}
	}
	return append([]byte{present}, p.update...)
}

func (p *ownPath) wipe() {
	for _, secret := range p.secrets {
		clear(secret)
	}
	clear(p.commitSecret)
}

// renewPath gives our leaf and the nodes above it new keys, and encrypts them for everybody but those just added (section 7.5).
func (g *Group) renewPath(added []uint32) (*ownPath, error) {
	nodes, copath := g.tree.filteredPath(g.self)
	p := &ownPath{nodes: nodes, commitSecret: randomBytes(hashSize)}
	var keys [][]byte
	for _, node := range nodes {
		p.secrets = append(p.secrets, p.commitSecret)
		key := nodeKey(p.commitSecret)
		keys = append(keys, key.PublicKey().Bytes())
		g.private[node] = key
		p.commitSecret = deriveSecret(p.commitSecret, "path")
	}
	g.renewLeaf(g.tree.setPath(g.self, nodes, copath, keys))
	context := g.context() // of the new epoch, with the transcript of the old one
	var update []byte
	for i, child := range copath {
		var secrets []byte
		for _, node := range g.tree.receivers(child, added) {
			s, err := encryptWithLabel(g.tree.nodes[node].encryptionKey(), "UpdatePathNode", context, p.secrets[i])
			if err != nil {
				return nil, err
			}
			secrets = append(secrets, s.marshal()...)
		}
		update = append(update, slices.Concat(vec(keys[i]), vec(secrets))...)
	}
	p.update = slices.Concat(g.tree.leaf(g.self).wire, vec(update))
	return p, nil
}

func (g *Group) renewLeaf(parentHash []byte) {
	key := newPrivateKey()
	g.private[2*g.self] = key
	origin := append([]byte{byte(fromCommit)}, vec(parentHash)...)
	old := g.tree.leaf(g.self)
	g.tree.nodes[2*g.self].leaf = newLeaf(g.signer, old.identity, key.PublicKey().Bytes(), origin, place(g.id, g.self))
}
