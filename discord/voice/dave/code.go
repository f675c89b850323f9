package dave

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/scrypt"

	"cordial/discord/voice/dave/mls"
)

const (
	codeDigits     = 30
	pairDigits     = 45
	digitsPerGroup = 5 // each made of as many bytes

	// Parameters of the verification code (white paper, "Displayable codes").
	scryptN, scryptR, scryptP = 16384, 8, 2
	fingerprintSize           = 64
	fingerprintVersion        = 0
)

// fingerprintSalt is the same for everybody, so that both sides compute the same code.
var fingerprintSalt = []byte{0x24, 0xca, 0xb1, 0x7a, 0x7a, 0xf8, 0xec, 0x2b, 0x82, 0xb4, 0x12, 0xb9, 0x2d, 0xab, 0x19, 0x2e}

// CodeWith is the verification code of 45 digits that we share with another member, "" when they are not in the group. It takes
// about a tenth of a second to compute.
func (s *Session) CodeWith(user uint64) string {
	own, other := s.fingerprint(s.user), s.fingerprint(user)
	if own == nil || other == nil || user == s.user {
		return ""
	}
	pair := [][]byte{own, other}
	slices.SortFunc(pair, slices.Compare)
	key, err := scrypt.Key(slices.Concat(pair...), fingerprintSalt, scryptN, scryptR, scryptP, fingerprintSize)
	if err != nil {
		return "" // the parameters are right
	}
	return displayable(key, pairDigits)
}

// fingerprint is a member's signature key with a version and their id, nil when they are not in the group.
func (s *Session) fingerprint(user uint64) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch.group == nil {
		return nil
	}
	members := s.epoch.group.Members()
	i := slices.IndexFunc(members, func(m mls.Member) bool { return slices.Equal(m.Identity, identity(user)) })
	if i < 0 {
		return nil
	}
	version := binary.BigEndian.AppendUint16(nil, fingerprintVersion)
	return slices.Concat(version, members[i].SignatureKey, identity(user))
}

// displayable writes bytes as digits, group by group.
func displayable(b []byte, digits int) string {
	var out strings.Builder
	for i := 0; i < digits; i += digitsPerGroup {
		var v uint64
		for _, x := range b[i : i+digitsPerGroup] {
			v = v<<8 | uint64(x)
		}
		fmt.Fprintf(&out, "%05d", v%100000)
	}
	return out.String()
}
