package delivery_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
	"cordial/discord/voice/dave/mls"
)

const channel = 77

// room is a call and the clients in it.
type room struct {
	*testing.T
	*delivery.Call
	clients map[uint64]*dave.Session
	commits map[uint64][]byte // the newest of each client
}

func newRoom(t *testing.T) *room {
	return &room{t, delivery.New(channel, dave.MaxVersion), map[uint64]*dave.Session{}, map[uint64][]byte{}}
}

// enter brings a client into the call and gives back what the server has to send, after the client's key package.
func (r *room) enter(user uint64) []delivery.Message {
	r.Helper()
	s := dave.New(user, channel, time.Now)
	for other, client := range r.clients {
		client.ClientsConnect(user)
		s.ClientsConnect(other)
	}
	r.clients[user] = s
	version, messages := r.Join(user, dave.MaxVersion)
	for _, m := range s.SessionDescription(version) {
		more, err := r.KeyPackage(user, m.Binary)
		if err != nil {
			r.Fatal(err)
		}
		messages = append(messages, more...)
	}
	return messages
}

// give hands messages to the clients and keeps the commits that they make of them.
func (r *room) give(messages []delivery.Message) {
	r.Helper()
	for _, m := range messages {
		if m.Binary == nil {
			continue
		}
		answers, err := r.clients[m.To].Binary(m.Op, m.Binary)
		if err != nil {
			r.Fatal(err)
		}
		for _, answer := range answers {
			if answer.Op == discord.VoiceOpDAVEMLSCommitWelcome {
				r.commits[m.To] = answer.Binary
			}
		}
	}
}

// take has the server take a client's newest commit.
func (r *room) take(user uint64) []delivery.Message {
	r.Helper()
	messages, err := r.CommitWelcome(user, r.commits[user])
	if err != nil {
		r.Fatal(err)
	}
	return messages
}

// grown is a room whose users, from 1 on, are all in the group, and whose transitions are over.
func grown(t *testing.T, size uint64) *room {
	t.Helper()
	r := newRoom(t)
	r.give(r.enter(1))
	for user := uint64(2); user <= size; user++ {
		r.give(r.enter(user))
		r.give(r.take(1))
		for _, id := range r.Open() {
			r.Execute(id)
		}
	}
	return r
}

func ops(messages []delivery.Message, to uint64) (list []discord.VoiceOpcode) {
	for _, m := range messages {
		if m.To == to {
			list = append(list, m.Op)
		}
	}
	return list
}

func (r *room) wantOps(messages []delivery.Message, to uint64, want ...discord.VoiceOpcode) {
	r.Helper()
	if got := ops(messages, to); !slices.Equal(got, want) {
		r.Errorf("%d is sent %v, want %v", to, got, want)
	}
}

func TestFirstCommitCounts(t *testing.T) {
	r := grown(t, 3)
	r.give(r.enter(4))
	messages := r.take(2)
	for _, member := range []uint64{1, 2, 3} {
		r.wantOps(messages, member, discord.VoiceOpDAVEMLSAnnounceCommitTransition)
	}
	r.wantOps(messages, 4, discord.VoiceOpDAVEMLSWelcome)
	if _, err := r.CommitWelcome(3, r.commits[3]); !errors.Is(err, delivery.ErrCommit) {
		t.Errorf("the second commit gives %v", err)
	}
	if got := r.Members(); !slices.Equal(got, []uint64{1, 2, 3, 4}) || r.Epoch() != 3 {
		t.Errorf("the members are %v at epoch %d", got, r.Epoch())
	}
}

func TestCommitsThatDoNotCount(t *testing.T) {
	withoutWelcome := func(b []byte) []byte {
		header, _, err := mls.ParseCommit(b)
		if err != nil {
			t.Fatal(err)
		}
		return header.Message
	}
	tests := []struct {
		name   string
		commit func(r *room) (user uint64, payload []byte)
	}{
		{"of another member", func(r *room) (uint64, []byte) { return 1, r.commits[2] }},
		{"of an epoch before", func(r *room) (uint64, []byte) {
			old := r.commits[1]
			r.give(r.take(2))
			return 1, old
		}},
		{"without a welcome", func(r *room) (uint64, []byte) { return 1, withoutWelcome(r.commits[1]) }},
		{"with half a welcome", func(r *room) (uint64, []byte) { return 1, r.commits[1][:len(r.commits[1])-1] }},
		{"of revoked proposals", func(r *room) (uint64, []byte) {
			r.Revoke()
			return 1, r.commits[1]
		}},
		{"of some proposals only", func(r *room) (uint64, []byte) {
			old := r.commits[1]
			r.enter(4)
			return 1, old
		}},
		{"after the member is lost", func(r *room) (uint64, []byte) {
			r.InvalidCommitWelcome(1)
			return 1, r.commits[1]
		}},
		{"nothing", func(r *room) (uint64, []byte) { return 1, nil }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := grown(t, 2)
			r.T = t
			r.give(r.enter(3))
			user, payload := test.commit(r)
			epoch := r.Epoch()
			messages, err := r.CommitWelcome(user, payload)
			if err == nil || len(messages) > 0 || r.Epoch() != epoch {
				t.Errorf("it counts: %v, %d messages", err, len(messages))
			}
		})
	}
}

func TestFirstOfAGroupDoesNotAddItself(t *testing.T) {
	r := newRoom(t)
	r.give(r.enter(1))
	messages := r.enter(2)
	r.wantOps(messages, 1, discord.VoiceOpDAVEMLSProposals)
	r.wantOps(messages, 2, discord.VoiceOpDAVEMLSExternalSender, discord.VoiceOpDAVEMLSProposals)
	r.give(messages)
	messages = r.take(2) // who came last may be the first of the group
	r.wantOps(messages, 2, discord.VoiceOpDAVEMLSAnnounceCommitTransition)
	r.wantOps(messages, 1, discord.VoiceOpDAVEMLSWelcome)
	if got := r.Members(); !slices.Equal(got, []uint64{2, 1}) {
		t.Errorf("the members are %v", got)
	}
}

func TestTransitionsWaitForEverybody(t *testing.T) {
	r := grown(t, 2)
	r.give(r.enter(3))
	r.take(1)
	id := r.Open()[0]
	for _, user := range []uint64{1, 1, 2, 9} {
		if messages := r.TransitionReady(user, id); len(messages) > 0 {
			t.Errorf("3 is not ready, but %v are sent", messages)
		}
	}
	messages := r.TransitionReady(3, id)
	for user := range r.clients {
		r.wantOps(messages, user, discord.VoiceOpDAVEExecuteTransition)
	}
	if more := slices.Concat(r.Execute(id), r.TransitionReady(1, id)); len(more) > 0 || len(r.Open()) > 0 {
		t.Errorf("it is executed again: %v", more)
	}
}

func TestNobodyWaitsForWhoHasLeft(t *testing.T) {
	r := grown(t, 3)
	r.give(r.enter(4))
	r.take(1)
	id := r.Open()[0]
	for _, user := range []uint64{1, 2, 4} {
		r.TransitionReady(user, id)
	}
	messages := r.Leave(3)
	r.wantOps(messages, 1, discord.VoiceOpDAVEExecuteTransition, discord.VoiceOpDAVEMLSProposals)
	r.wantOps(messages, 3)
}

func TestExecuteWithoutWaiting(t *testing.T) {
	r := grown(t, 2)
	r.give(r.enter(3))
	r.take(1)
	if messages := r.Execute(r.Open()[0]); len(messages) != 3 {
		t.Errorf("%d members are told, want 3", len(messages))
	}
}

func TestVersions(t *testing.T) {
	r := grown(t, 2)
	version, messages := r.Join(3, 0)
	if version != 0 || r.Version() != 0 {
		t.Errorf("the session is of version %d, the call of %d", version, r.Version())
	}
	r.wantOps(messages, 1, discord.VoiceOpDAVEPrepareTransition)
	r.wantOps(messages, 3)
	if version, messages := r.Join(4, 1); version != 0 || len(messages) > 0 {
		t.Errorf("who joins now gets version %d and %d messages", version, len(messages))
	}
	for _, take := range []func(uint64, []byte) ([]delivery.Message, error){r.KeyPackage, r.CommitWelcome} {
		if _, err := take(1, r.commits[1]); !errors.Is(err, delivery.ErrMember) {
			t.Errorf("without encryption a message of it gives %v", err)
		}
	}
	messages = r.Leave(3)
	for _, user := range []uint64{1, 2, 4} {
		r.wantOps(messages, user, discord.VoiceOpDAVEPrepareEpoch, discord.VoiceOpDAVEMLSExternalSender)
	}
}

func TestCallWithoutEncryption(t *testing.T) {
	stage := delivery.New(channel, 0)
	if version, messages := stage.Join(1, 1); version != 0 || len(messages) > 0 {
		t.Errorf("the session is of version %d, with %d messages", version, len(messages))
	}
	if messages := stage.Leave(1); len(messages) > 0 {
		t.Errorf("who leaves is answered by %v", messages)
	}
}

func TestLastMemberUsesItsOwnGroup(t *testing.T) {
	r := grown(t, 2)
	messages := r.Leave(1)
	r.wantOps(messages, 2, discord.VoiceOpDAVEPrepareEpoch, discord.VoiceOpDAVEMLSExternalSender, discord.VoiceOpDAVEPrepareTransition)
	if last := messages[len(messages)-1]; last.Transition != 0 || last.Version != 1 {
		t.Errorf("transition %d to version %d, want 0 to 1", last.Transition, last.Version)
	}
	if messages := r.Leave(2); len(messages) > 0 || r.Epoch() != 0 {
		t.Errorf("in the empty call %v are sent", messages)
	}
	if messages := r.Leave(2); messages != nil {
		t.Errorf("who is not there leaves: %v", messages)
	}
}

func TestKeyPackages(t *testing.T) {
	id := func(user byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, user} }
	good := mls.NewCandidate(mls.NewSigner(), id(1)).Bytes()
	tests := []struct {
		name    string
		user    uint64
		payload []byte
		taken   bool
	}{
		{"bare", 1, good, true},
		{"in an MLSMessage", 1, slices.Concat([]byte{0, 1, 0, 5}, good), true},
		{"another user's", 1, mls.NewCandidate(mls.NewSigner(), id(2)).Bytes(), false},
		{"of no user", 1, mls.NewCandidate(mls.NewSigner(), []byte("name")).Bytes(), false},
		{"cut", 1, good[:len(good)-1], false},
		{"nothing", 1, nil, false},
		{"of who is not there", 2, mls.NewCandidate(mls.NewSigner(), id(2)).Bytes(), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := delivery.New(channel, 1)
			c.Join(1, 1)
			if _, err := c.KeyPackage(test.user, test.payload); (err == nil) != test.taken {
				t.Errorf("it is taken: %v, want %v: %v", err == nil, test.taken, err)
			}
		})
	}
}

// Whoever sends a key package again is out of the group by their own word: a remove and an add, in one message.
func TestKeyPackageOfAMember(t *testing.T) {
	r := grown(t, 3)
	for range 2 { // the second replaces the first
		var messages []delivery.Message
		for _, m := range r.clients[2].Recover() {
			switch m.Op {
			case discord.VoiceOpDAVEMLSInvalidCommitWelcome:
				r.InvalidCommitWelcome(2)
			case discord.VoiceOpDAVEMLSKeyPackage:
				var err error
				if messages, err = r.KeyPackage(2, m.Binary); err != nil {
					t.Fatal(err)
				}
			}
		}
		r.wantOps(messages, 2)
		r.give(messages)
	}
	messages := r.take(3)
	r.wantOps(messages, 2, discord.VoiceOpDAVEMLSWelcome)
	r.give(messages)
	if got := r.clients[2].Members(); !slices.Equal(got, []uint64{1, 2, 3}) {
		t.Errorf("2 sees the members %v", got)
	}
}
