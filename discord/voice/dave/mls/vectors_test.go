package mls

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The vectors are those of the MLS working group, github.com/mlswg/mls-implementations. CORDIAL_MLS_VECTORS names their folder.

// octets are bytes that JSON holds in hexadecimal.
type octets []byte

func (o *octets) UnmarshalJSON(data []byte) error {
	var text *string
	if err := json.Unmarshal(data, &text); err != nil || text == nil {
		return err
	}
	b, err := hex.DecodeString(*text)
	*o = b
	return err
}

// vectors reads one file of vectors.
func vectors[T any](t *testing.T, name string) (list []T) {
	t.Helper()
	folder := os.Getenv("CORDIAL_MLS_VECTORS")
	if folder == "" {
		t.Skip("CORDIAL_MLS_VECTORS names no folder with the official test vectors")
	}
	data, err := os.ReadFile(filepath.Join(folder, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatalf("%s has no vectors", name)
	}
	return list
}

// ours keeps the vectors of the cipher suite that DAVE uses.
func ours[T any](t *testing.T, list []T, suiteOf func(T) int) []T {
	t.Helper()
	list = slices.DeleteFunc(list, func(v T) bool { return suiteOf(v) != suite })
	if len(list) == 0 {
		t.Fatalf("there are no vectors of suite %d", suite)
	}
	return list
}

func same(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s is %x, want %x", what, got, want)
	}
}

func TestVectorLengths(t *testing.T) {
	type vector struct {
		Header octets `json:"vlbytes_header"`
		Length int    `json:"length"`
	}
	for _, v := range vectors[vector](t, "deserialization") {
		same(t, "length", vectorLength(v.Length), v.Header)
		r := &reader{data: v.Header}
		if n := r.length(); n != v.Length || r.end() != nil {
			t.Errorf("%x is read as %d, want %d: %v", v.Header, n, v.Length, r.err)
		}
	}
}

func TestVectorTreeMath(t *testing.T) {
	type vector struct {
		Nodes  uint32    `json:"n_nodes"`
		Root   uint32    `json:"root"`
		Left   []*uint32 `json:"left"`
		Right  []*uint32 `json:"right"`
		Parent []*uint32 `json:"parent"`
		Other  []*uint32 `json:"sibling"`
	}
	for _, v := range vectors[vector](t, "tree-math") {
		tree := &tree{make([]node, v.Nodes)}
		if tree.root() != v.Root {
			t.Errorf("the root of %d nodes is %d, want %d", v.Nodes, tree.root(), v.Root)
		}
		for x := range v.Nodes {
			for _, relation := range []struct {
				name string
				of   func(uint32) uint32
				want *uint32
			}{{"left", left, v.Left[x]}, {"right", right, v.Right[x]}, {"parent", parentOf, v.Parent[x]}, {"sibling", siblingOf, v.Other[x]}} {
				if relation.want != nil && relation.of(x) != *relation.want {
					t.Errorf("%s of %d among %d is %d, want %d", relation.name, x, v.Nodes, relation.of(x), *relation.want)
				}
			}
		}
	}
}

func TestVectorCrypto(t *testing.T) {
	type vector struct {
		Suite  int `json:"cipher_suite"`
		Derive struct {
			Label       string
			Secret, Out octets
		} `json:"derive_secret"`
		Expand struct {
			Label                string
			Secret, Context, Out octets
			Length               int
		} `json:"expand_with_label"`
		Ref struct {
			Label      string
			Value, Out octets
		} `json:"ref_hash"`
		Sign struct {
			Label                         string
			Priv, Pub, Content, Signature octets
		} `json:"sign_with_label"`
		Encrypt struct {
			Label                         string
			Priv, Pub, Context, Plaintext octets
			KEMOutput                     octets `json:"kem_output"`
			Ciphertext                    octets
		} `json:"encrypt_with_label"`
	}
	for _, v := range ours(t, vectors[vector](t, "crypto-basics"), func(v vector) int { return v.Suite }) {
		same(t, "derived secret", deriveSecret(v.Derive.Secret, v.Derive.Label), v.Derive.Out)
		same(t, "expanded secret", ExpandWithLabel(v.Expand.Secret, v.Expand.Label, v.Expand.Context, v.Expand.Length), v.Expand.Out)
		same(t, "reference", reference(v.Ref.Label, v.Ref.Value), v.Ref.Out)
		if err := verify(v.Sign.Pub, v.Sign.Label, v.Sign.Content, v.Sign.Signature); err != nil {
			t.Error(err)
		}
		key := must(kem.NewPrivateKey(v.Encrypt.Priv))
		got, err := decryptWithLabel(key, v.Encrypt.Label, v.Encrypt.Context, sealed{v.Encrypt.KEMOutput, v.Encrypt.Ciphertext})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "plaintext", got, v.Encrypt.Plaintext)
		s, err := encryptWithLabel(v.Encrypt.Pub, v.Encrypt.Label, v.Encrypt.Context, v.Encrypt.Plaintext)
		if err != nil {
			t.Fatal(err)
		}
		if got, err = decryptWithLabel(key, v.Encrypt.Label, v.Encrypt.Context, s); err != nil {
			t.Fatal(err)
		}
		same(t, "plaintext of our own", got, v.Encrypt.Plaintext)
	}
}

func TestVectorKeySchedule(t *testing.T) {
	type vector struct {
		Suite  int    `json:"cipher_suite"`
		Group  octets `json:"group_id"`
		Init   octets `json:"initial_init_secret"`
		Epochs []struct {
			TreeHash      octets `json:"tree_hash"`
			Commit        octets `json:"commit_secret"`
			PSK           octets `json:"psk_secret"`
			Confirmed     octets `json:"confirmed_transcript_hash"`
			Context       octets `json:"group_context"`
			Joiner        octets `json:"joiner_secret"`
			Welcome       octets `json:"welcome_secret"`
			Init          octets `json:"init_secret"`
			Authenticator octets `json:"epoch_authenticator"`
			ExporterKey   octets `json:"exporter_secret"`
			Confirmation  octets `json:"confirmation_key"`
			Membership    octets `json:"membership_key"`
			Exporter      struct {
				Label           string
				Context, Secret octets
				Length          int
			}
		}
	}
	for _, v := range ours(t, vectors[vector](t, "key-schedule"), func(v vector) int { return v.Suite }) {
		init := []byte(v.Init)
		for i, e := range v.Epochs {
			context := groupContext(v.Group, uint64(i), e.TreeHash, e.Confirmed, nil)
			same(t, "context", context, e.Context)
			joiner := joinerSecret(init, e.Commit, context)
			same(t, "joiner secret", joiner, e.Joiner)
			member := extract(joiner, e.PSK)
			same(t, "welcome secret", deriveSecret(member, "welcome"), e.Welcome)
			g := &Group{secrets: deriveEpoch(ExpandWithLabel(member, "epoch", context, hashSize))}
			same(t, "init secret", g.secrets.init, e.Init)
			same(t, "authenticator", g.Authenticator(), e.Authenticator)
			same(t, "exporter secret", g.secrets.exporter, e.ExporterKey)
			same(t, "confirmation key", g.secrets.confirmation, e.Confirmation)
			same(t, "membership key", g.secrets.membership, e.Membership)
			same(t, "exported secret", g.Export(e.Exporter.Label, e.Exporter.Context, e.Exporter.Length), e.Exporter.Secret)
			init = g.secrets.init
		}
	}
}
