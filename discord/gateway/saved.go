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

// readSaved gives the zero savedSession for a file that holds none.
func readSaved(name string) savedSession {
	var saved savedSession
	data, err := os.ReadFile(name)
	if err != nil || json.Unmarshal(data, &saved) != nil {
		return savedSession{}
	}
	return saved
}

// fresh tells whether Discord may still know the session.
func (s savedSession) fresh(now time.Time) bool {
	age := now.Sub(s.SavedAt)
	return s.ID != "" && age >= 0 && age <= savedAge
}

// sessionStore keeps sessions over a stop, in one file per shard, for one of a bot's programs. The first client of the program to come
// owns a shard's file until it stops; meanwhile the others neither get what is in there nor replace it.
type sessionStore struct {
	dir   string         // "" keeps nothing
	turn  ledgerFile     // has the lock by which the bot's clients take turns at taking files and giving them back
	token string         // its hash
	name  string         // of the program
	base  string         // the gateway's address
	total int            // the number of shards
	owned map[int]func() // how to give back the files that this client owns, by shard
}

// hash makes from a token or a name what tells it from others, without giving it away and good for a file's name.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// prefix is what the names of all files about sessions of the bot begin with.
func (s *sessionStore) prefix() string { return "session-" + s.token + "-" }

// path is that of a shard's files, without their endings.
func (s *sessionStore) path(shard int) string {
	return filepath.Join(s.dir, fmt.Sprintf("%s%s-%d-of-%d", s.prefix(), hash(s.name), shard, s.total))
}

func (s *sessionStore) file(shard int) string { return s.path(shard) + ".json" }

// load gives a shard's saved session, if this client owns the file and the session can be resumed with these intents, and removes it:
// it is good for one try.
func (s *sessionStore) load(shard int, intents discord.Intents, now time.Time) (savedSession, bool) {
	if s.owned[shard] == nil {
		return savedSession{}, false
	}
	saved := readSaved(s.file(shard))
	if os.Remove(s.file(shard)) != nil {
		return savedSession{}, false
	}
	ok := saved.fresh(now) && saved.Token == s.token && saved.Base == s.base && saved.Shard == [2]int{shard, s.total} &&
		saved.Intents&intents == intents
	return saved, ok
}

// save keeps a shard's session for the next start, unless somebody else owns the file. The caller has the turn.
func (s *sessionStore) save(shard int, begun session, seq int64, now time.Time) error {
	if _, err := s.take(shard); err != nil || s.owned[shard] == nil {
		return err
	}
	data, err := json.Marshal(savedSession{session: begun, Seq: seq, Shard: [2]int{shard, s.total}, Token: s.token, Base: s.base, SavedAt: now})
	if err != nil {
		return err
	}
	return writeFile(s.file(shard), data)
}
