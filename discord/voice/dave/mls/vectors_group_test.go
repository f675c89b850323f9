package mls

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"slices"
	"testing"
)

// passive is a client that is welcomed into a group and follows its commits.
type passive struct {
	Suite int `json:"cipher_suite"`
	PSKs  []struct {
		ID  octets `json:"psk_id"`
		Key octets `json:"psk"`
	} `json:"external_psks"`
	KeyPackage    octets `json:"key_package"`
	Signature     octets `json:"signature_priv"`
	Encryption    octets `json:"encryption_priv"`
	Init          octets `json:"init_priv"`
	Welcome       octets `json:"welcome"`
	Tree          octets `json:"ratchet_tree"`
	Authenticator octets `json:"initial_epoch_authenticator"`
	Epochs        []struct {
		Proposals     []octets
		Commit        octets
		Authenticator octets `json:"epoch_authenticator"`
	}
}

// candidate is the client before it is welcomed.
func (p *passive) candidate(t *testing.T) *Candidate {
	t.Helper()
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), p.Signature)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ParseKeyPackage(p.KeyPackage)
	if err != nil {
		t.Fatal(err)
	}
	return &Candidate{
		KeyPackage: *k, signer: signerOf(key),
		initPrivate: must(kem.NewPrivateKey(p.Init)), encryptionPrivate: must(kem.NewPrivateKey(p.Encryption)),
	}
}

// join enters the group; the Welcome is in an MLSMessage here, bare in DAVE.
func (p *passive) join(t *testing.T) *Group {
	t.Helper()
	g, err := p.candidate(t).join(p.Welcome[4:], p.Tree)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "authenticator", g.Authenticator(), p.Authenticator)
	return g
}

func suiteOf(p passive) int { return p.Suite }

func TestVectorWelcome(t *testing.T) {
	count := 0
	for _, p := range ours(t, vectors[passive](t, "passive-client-welcome"), suiteOf) {
		if len(p.PSKs) == 0 { // DAVE has none
			p.join(t)
			count++
		}
	}
	t.Logf("%d welcomes", count)
}

// joinWithKeys is join for a Welcome with pre-shared keys, which DAVE does not have (section 8.4).
func (p *passive) joinWithKeys(t *testing.T) *Group {
	t.Helper()
	c := p.candidate(t)
	w, err := parseWelcome(p.Welcome[4:])
	if err != nil {
		t.Fatal(err)
	}
	encrypted, err := w.find(c.Reference())
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := decryptWithLabel(c.initPrivate, "Welcome", w.groupInfo, encrypted.sealed)
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{data: secrets}
	joiner, path := r.vec(), []byte(nil)
	if r.optional() {
		path = r.vec()
	}
	if len(p.PSKs) != 1 {
		t.Fatalf("there are %d pre-shared keys, not 1", len(p.PSKs))
	}
	none := make([]byte, hashSize)
	label := slices.Concat(r.vec(), u16(0), u16(1))
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	input := ExpandWithLabel(extract(none, p.PSKs[0].Key), "derived psk", label, hashSize)
	g, err := c.seat(w, extract(joiner, extract(input, none)), path, p.Tree)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "authenticator", g.Authenticator(), p.Authenticator)
	return g
}

// memberProposal reads a member's Add or Remove, nil for other proposals. In DAVE's groups only the external sender proposes.
func memberProposal(data []byte) *Proposal {
	r := &reader{data: data}
	m := parsePublicMessage(r)
	if r.end() != nil {
		return nil
	}
	return &Proposal{reference: m.reference(), add: m.proposal.add, leaf: m.proposal.remove}
}

// A commit that DAVE's groups cannot have (proposals in it, updates, pre-shared keys, new extensions) ends its vector.
func TestVectorCommits(t *testing.T) {
	count := 0
	for i, p := range ours(t, vectors[passive](t, "passive-client-handling-commit"), suiteOf) {
		g := p.joinWithKeys(t)
		for n, e := range p.Epochs {
			var known []*Proposal
			for _, data := range e.Proposals {
				if proposal := memberProposal(data); proposal != nil {
					known = append(known, proposal)
				}
			}
			r := &reader{data: e.Commit}
			if parsePublicMessage(r); r.end() != nil || len(known) < len(e.Proposals) {
				break
			}
			next, err := g.Process(e.Commit, known)
			if err != nil {
				t.Fatalf("vector %d, epoch %d: %v", i, n, err)
			}
			same(t, "authenticator", next.Authenticator(), e.Authenticator)
			g = next
			count++
		}
	}
	t.Logf("%d commits", count)
	if count < 2 {
		t.Error("there are no commits that DAVE's groups can have")
	}
}
