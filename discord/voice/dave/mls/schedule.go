package mls

// The key schedule (section 8). DAVE has no pre-shared keys: their place is taken by zeros.

// epochSecrets are what a member keeps of an epoch.
type epochSecrets struct {
	init, exporter, membership, confirmation, authenticator []byte
}

func deriveEpoch(epoch []byte) epochSecrets {
	return epochSecrets{
		init:          deriveSecret(epoch, "init"),
		exporter:      deriveSecret(epoch, "exporter"),
		membership:    deriveSecret(epoch, "membership"),
		confirmation:  deriveSecret(epoch, "confirm"),
		authenticator: deriveSecret(epoch, "authentication"),
	}
}

// wipe overwrites the secrets.
func (s *epochSecrets) wipe() {
	for _, secret := range [][]byte{s.init, s.exporter, s.membership, s.confirmation, s.authenticator} {
		clear(secret)
	}
}

// joinerSecret leads from one epoch into the next; it is also what a Welcome carries.
func joinerSecret(init, commit, context []byte) []byte {
	secret := extract(init, commit)
	defer clear(secret)
	return ExpandWithLabel(secret, "joiner", context, hashSize)
}

// memberSecret is what the epoch's and the Welcome's keys come from.
func memberSecret(joiner []byte) []byte { return extract(joiner, make([]byte, hashSize)) }

// enter derives the group's secrets from the member secret, for the context that the group is in now.
func (g *Group) enter(member []byte) {
	epoch := ExpandWithLabel(member, "epoch", g.context(), hashSize)
	defer clear(epoch)
	g.secrets = deriveEpoch(epoch)
}

// advance enters the epoch that follows one with an init secret, and gives the joiner secret for those who are welcomed.
func (g *Group) advance(init, commit []byte) (joiner []byte) {
	joiner = joinerSecret(init, commit, g.context())
	member := memberSecret(joiner)
	defer clear(member)
	g.enter(member)
	return joiner
}

// confirm is the confirmation tag of the epoch.
func (g *Group) confirm() []byte { return mac(g.secrets.confirmation, g.confirmed) }

// settle takes the confirmation tag into the transcript.
func (g *Group) settle(confirmationTag []byte) {
	g.confirmationTag = confirmationTag
	g.interim = hash(g.confirmed, vec(confirmationTag))
}
