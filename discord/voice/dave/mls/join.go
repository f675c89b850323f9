package mls

import (
	"bytes"
	"crypto/hmac"
	"crypto/hpke"
	"errors"
	"fmt"
	"slices"
)

// Join enters a group by a Welcome for a candidate. The group must have the id and no other external sender than the one given.
func Join(welcome []byte, c *Candidate, id, externalSender []byte) (*Group, error) {
	g, err := c.join(bytes.Clone(welcome), nil)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(g.id, id) {
		return nil, errors.New("mls: a welcome leads into another group")
	}
	if !bytes.Equal(g.extensions, externalExtension(externalSender)) {
		return nil, errors.New("mls: the group's extensions are not the expected external sender")
	}
	g.external, err = parseExternalSender(externalSender)
	return g, err
}

// join is Join for any group; tree is the ratchet tree when it is not in the Welcome (section 12.4.3.1).
func (c *Candidate) join(welcome, tree []byte) (*Group, error) {
	w, err := parseWelcome(welcome)
	if err != nil {
		return nil, err
	}
	joiner, pathSecret, err := c.openSecrets(w)
	if err != nil {
		return nil, err
	}
	defer clear(joiner)
	defer clear(pathSecret)
	member := memberSecret(joiner)
	defer clear(member)
	return c.seat(w, member, pathSecret, tree)
}

// seat makes the group from what a Welcome says of it, with the candidate in it.
func (c *Candidate) seat(w *parsedWelcome, member, pathSecret, tree []byte) (*Group, error) {
	info, err := openGroupInfo(member, w.groupInfo)
	if err != nil {
		return nil, err
	}
	if info.tree != nil {
		tree = info.tree
	}
	g, err := info.group(tree)
	if err != nil {
		return nil, err
	}
	if err := g.sit(c); err != nil {
		return nil, err
	}
	if pathSecret != nil {
		if err := g.climbFromSigner(pathSecret, info.signer); err != nil {
			return nil, err
		}
	}
	g.enter(member)
	if !hmac.Equal(info.confirmationTag, g.confirm()) {
		return nil, errors.New("mls: the confirmation tag of a welcome is wrong")
	}
	g.settle(info.confirmationTag)
	return g, nil
}

// openSecrets decrypts the GroupSecrets that are for the candidate.
func (c *Candidate) openSecrets(w *parsedWelcome) (joiner, path []byte, err error) {
	s, err := w.find(c.Reference())
	if err != nil {
		return nil, nil, err
	}
	secrets, err := decryptWithLabel(c.initPrivate, "Welcome", w.groupInfo, s.sealed)
	if err != nil {
		return nil, nil, err
	}
	r := &reader{data: secrets}
	joiner = r.vec()
	if r.optional() {
		path = r.vec()
	}
	if preShared := r.vec(); len(preShared) > 0 {
		r.fail("a welcome needs pre-shared keys")
	}
	return joiner, path, r.end()
}

// groupInfo is the GroupInfo of a Welcome.
type groupInfo struct {
	id                  []byte
	epoch               uint64
	treeHash, confirmed []byte
	extensions          []byte // of the group
	tree                []byte // the ratchet_tree extension, nil without it
	confirmationTag     []byte
	signer              uint32
	signed, signature   []byte
}

func openGroupInfo(member, encrypted []byte) (*groupInfo, error) {
	key, nonce := welcomeKey(member)
	data, err := newGCM(key).Open(nil, nonce, encrypted, nil)
	if err != nil {
		return nil, fmt.Errorf("mls: decrypting a welcome: %w", err)
	}
	r := &reader{data: data}
	if v, s := r.u16(), r.u16(); v != version10 || s != suite {
		r.fail("group of version %d and suite %d", v, s)
	}
	info := &groupInfo{id: r.vec(), epoch: r.u64(), treeHash: r.vec(), confirmed: r.vec(), extensions: r.vec()}
	r.each(func(items *reader) {
		if kind, content := items.u16(), items.vec(); kind == extensionRatchetTree {
			info.tree = content
		}
	})
	info.confirmationTag, info.signer = r.vec(), r.u32()
	info.signed = r.since(0)
	info.signature = r.vec()
	return info, r.end()
}

// group checks the tree and that a member of it has signed, and makes the group without a place in it.
func (info *groupInfo) group(ratchetTree []byte) (*Group, error) {
	if ratchetTree == nil {
		return nil, errors.New("mls: a welcome has no ratchet tree")
	}
	t, err := parseTree(ratchetTree)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(t.hash(t.root()), info.treeHash) {
		return nil, errors.New("mls: the tree of a welcome is not the group's")
	}
	if err := t.check(info.id); err != nil {
		return nil, err
	}
	signer := t.leaf(info.signer)
	if signer == nil {
		return nil, errors.New("mls: a welcome is signed by a blank leaf")
	}
	if err := verify(signer.signatureKey, "GroupInfoTBS", info.signed, info.signature); err != nil {
		return nil, err
	}
	return &Group{id: info.id, epoch: info.epoch, extensions: info.extensions, confirmed: info.confirmed, tree: t}, nil
}

// sit finds the candidate's leaf.
func (g *Group) sit(c *Candidate) error {
	for i := range g.tree.leaves() {
		if l := g.tree.leaf(i); l != nil && bytes.Equal(l.wire, c.leaf.wire) {
			g.self, g.signer = i, c.signer
			g.private = map[uint32]hpke.PrivateKey{2 * i: c.encryptionPrivate}
			return nil
		}
	}
	return errors.New("mls: a welcome leads into a group that we are not in")
}

// climbFromSigner takes the path secret of the lowest node above both the signer and us.
func (g *Group) climbFromSigner(secret []byte, signer uint32) error {
	var nodes []uint32
	for _, node := range g.tree.directPath(2 * signer) {
		if covers(node, 2*g.self) && g.tree.nodes[node].parent != nil {
			nodes = append(nodes, node)
		}
	}
	commitSecret, err := g.climb(slices.Clone(secret), nodes)
	clear(commitSecret)
	return err
}
