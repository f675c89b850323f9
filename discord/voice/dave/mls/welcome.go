package mls

import (
	"bytes"
	"errors"
	"slices"
)

// welcome makes the Welcome for those whom a commit of ours has added (section 12.4.3.1). g is in the new epoch.
func (g *Group) welcome(proposals []*Proposal, added []uint32, path *ownPath, joiner []byte) ([]byte, error) {
	tree := slices.Concat(u16(extensionRatchetTree), vec(g.tree.marshal()))
	info := slices.Concat(g.context(), vec(tree), vec(g.confirmationTag), u32(g.self))
	info = append(info, vec(g.signer.sign("GroupInfoTBS", info))...)
	member := memberSecret(joiner)
	defer clear(member)
	key, nonce := welcomeKey(member)
	encrypted := newGCM(key).Seal(nil, nonce, info, nil)

	var list []byte
	joiners := slices.DeleteFunc(slices.Clone(proposals), func(p *Proposal) bool { return p.add == nil })
	for i, p := range joiners {
		secrets := slices.Concat(vec(joiner), path.secretFor(added[i]), vec())
		s, err := encryptWithLabel(p.add.initKey, "Welcome", encrypted, secrets)
		clear(secrets)
		if err != nil {
			return nil, err
		}
		list = append(append(list, vec(p.add.Reference())...), s.marshal()...)
	}
	return slices.Concat(u16(suite), vec(list), vec(encrypted)), nil
}

// welcomeKey is what the GroupInfo of a Welcome is encrypted with.
func welcomeKey(member []byte) (key, nonce []byte) {
	secret := deriveSecret(member, "welcome")
	defer clear(secret)
	return ExpandWithLabel(secret, "key", nil, keySize), ExpandWithLabel(secret, "nonce", nil, nonceSize)
}

// secretFor is the optional path secret of a new member: that of the lowest renewed node above them.
func (p *ownPath) secretFor(leaf uint32) []byte {
	for i, node := range p.nodes {
		if covers(node, 2*leaf) {
			return append([]byte{present}, vec(p.secrets[i])...)
		}
	}
	return []byte{absent}
}

// parsedWelcome is a Welcome taken apart.
type parsedWelcome struct {
	secrets   []encryptedSecrets
	groupInfo []byte
}

type encryptedSecrets struct {
	wire      []byte
	recipient []byte // reference to their key package
	sealed    sealed
}

func parseWelcome(data []byte) (*parsedWelcome, error) {
	r := &reader{data: data}
	if s := r.u16(); s != suite {
		r.fail("welcome of suite %d", s)
	}
	w := &parsedWelcome{}
	r.each(func(items *reader) {
		start := items.at
		s := encryptedSecrets{recipient: items.vec(), sealed: parseSealed(items)}
		s.wire = items.since(start)
		w.secrets = append(w.secrets, s)
	})
	w.groupInfo = r.vec()
	return w, r.end()
}

func (w *parsedWelcome) find(recipient []byte) (encryptedSecrets, error) {
	i := slices.IndexFunc(w.secrets, func(s encryptedSecrets) bool { return bytes.Equal(s.recipient, recipient) })
	if i < 0 {
		return encryptedSecrets{}, errors.New("mls: a welcome is for other key packages")
	}
	return w.secrets[i], nil
}

// SplitWelcome keeps of a Welcome only what the owner of one key package needs, named by the key package's reference.
func SplitWelcome(welcome, recipient []byte) ([]byte, error) {
	w, err := parseWelcome(welcome)
	if err != nil {
		return nil, err
	}
	s, err := w.find(recipient)
	if err != nil {
		return nil, err
	}
	return slices.Concat(u16(suite), vec(s.wire), vec(w.groupInfo)), nil
}
