package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cordial/discord"
)

// savedAge is how old a saved session may be. Discord keeps one for a few minutes, and trying in vain costs little.
const savedAge = 5 * time.Minute

// savedSession is a session that a client left behind for the next one. It is used only if the next one would have begun the
// same, or one with fewer intents.
type savedSession struct {
	session
	Seq     int64     `json:"seq"`
	Shard   [2]int    `json:"shard"` // id and number of shards
	Token   string    `json:"token_hash"`
	Base    string    `json:"gateway_url"`
	SavedAt time.Time `json:"saved_at"`
}

// sessionStore keeps sessions over a stop, in one file per shard.
type sessionStore struct {
	dir   string // "" keeps nothing
	token string // its hash
	base  string
	total int
}

// hashToken makes from a token what tells it from others without giving it away.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:8])
}

func (s sessionStore) file(shard int) string {
	return filepath.Join(s.dir, fmt.Sprintf("session-%s-%d-of-%d.json", s.token, shard, s.total))
}

// load gives a shard's saved session, if it can be resumed with these intents, and removes it: it is good for one try.
func (s sessionStore) load(shard int, intents discord.Intents, now time.Time) (savedSession, bool) {
	var saved savedSession
	if s.dir == "" {
		return saved, false
	}
	data, err := os.ReadFile(s.file(shard))
	if err != nil || os.Remove(s.file(shard)) != nil || json.Unmarshal(data, &saved) != nil {
		return savedSession{}, false
	}
	age := now.Sub(saved.SavedAt)
	ok := saved.ID != "" && saved.Token == s.token && saved.Base == s.base && saved.Shard == [2]int{shard, s.total} &&
		saved.Intents&intents == intents && age >= 0 && age <= savedAge
	return saved, ok
}

// save keeps a shard's session for the next start.
func (s sessionStore) save(shard int, begun session, seq int64, now time.Time) error {
	if s.dir == "" {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	data, err := json.Marshal(savedSession{session: begun, Seq: seq, Shard: [2]int{shard, s.total}, Token: s.token, Base: s.base, SavedAt: now})
	if err != nil {
		return err
	}
	return writeFile(s.file(shard), data)
}
