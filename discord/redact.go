package discord

import (
	"bytes"
	"encoding/base64"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Redacted stands where a token was.
const Redacted = "***"

// minSecret is the length below which a secret is not hidden: no token is so short, and hiding "a" would hide every text.
const minSecret = 8

// Redactor hides tokens in texts: those it was told, and whatever has the form of a bot's token. It is safe for concurrent use.
type Redactor struct {
	mu       sync.RWMutex
	secrets  []string // longest first
	replacer *strings.Replacer
}

// NewRedactor makes a Redactor that knows the secrets.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{replacer: strings.NewReplacer()}
	for _, s := range secrets {
		r.Add(s)
	}
	return r
}

// Add makes a secret known. A "Bot " or "Bearer " before it does not belong to it. Secrets under 8 characters are not hidden.
func (r *Redactor) Add(secret string) {
	secret = strings.TrimSpace(secret)
	secret = strings.TrimPrefix(strings.TrimPrefix(secret, "Bot "), "Bearer ")
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(secret) < minSecret || slices.Contains(r.secrets, secret) {
		return
	}
	r.secrets = append(r.secrets, secret)
	slices.SortStableFunc(r.secrets, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, s := range r.secrets {
		pairs = append(pairs, s, Redacted)
	}
	r.replacer = strings.NewReplacer(pairs...)
}

// tokenForm is the form of a bot's token: the bot's id in unpadded base64, a time, and a signature. Base64 of a decimal digit
// begins with M, N or O.
var tokenForm = regexp.MustCompile(`[MNO][A-Za-z0-9]{15,39}\.[\w-]{5,10}\.[\w-]{25,60}`)

// String gives the text without tokens.
func (r *Redactor) String(s string) string {
	r.mu.RLock()
	s = r.replacer.Replace(s)
	r.mu.RUnlock()
	return tokenForm.ReplaceAllStringFunc(s, func(match string) string {
		id, _, _ := strings.Cut(match, ".")
		for i := range len(id) - minBotID + 1 { // letters may stand before the token
			if isBotID(id[i:]) {
				return match[:i] + Redacted
			}
		}
		return match
	})
}

// minBotID is the length of the shortest id in base64, and in tokenForm.
const minBotID = 16

// linkToken finds the token in the address of a webhook or an interaction, with which anybody can post.
var linkToken = regexp.MustCompile(`(/(?:webhooks|interactions)/\d+/)[\w-]+`)

// Record is String for a text that is kept, such as a line of a history: it also hides the tokens in addresses of webhooks, which a
// script may well want to print.
func (r *Redactor) Record(s string) string {
	return linkToken.ReplaceAllString(r.String(s), "${1}"+Redacted)
}

// isBotID reports whether a text is a decimal number in unpadded base64.
func isBotID(s string) bool {
	id, err := base64.RawStdEncoding.DecodeString(s)
	return err == nil && len(id) > 0 && len(bytes.Trim(id, "0123456789")) == 0
}

// Writer gives a writer that passes on to w what is written, without tokens. A text that ends in what may be the beginning of a
// token is kept back until more comes, at most some hundred bytes of it; Close passes on what is left and does not close w.
func (r *Redactor) Writer(w io.Writer) *RedactingWriter {
	return &RedactingWriter{redactor: r, w: w}
}

// RedactingWriter is what Redactor.Writer gives. It is safe for concurrent use.
type RedactingWriter struct {
	redactor *Redactor
	mu       sync.Mutex
	w        io.Writer
	kept     []byte
}

// Write takes all of p unless the writer behind fails.
func (w *RedactingWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := string(w.kept) + string(p)
	cut := w.redactor.cut(text)
	w.kept = []byte(text[cut:])
	if err := w.pass(text[:cut]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close passes on what was kept back.
func (w *RedactingWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := string(w.kept)
	w.kept = nil
	return w.pass(text)
}

func (w *RedactingWriter) pass(text string) error {
	if text == "" {
		return nil
	}
	_, err := io.WriteString(w.w, w.redactor.String(text))
	return err
}

// maxTokenForm is the length of the longest text that tokenForm matches.
const maxTokenForm = 40 + 1 + 10 + 1 + 60

// cut is where the text can be cut so that no token, whole or begun, is cut in two.
func (r *Redactor) cut(text string) int {
	cut := len(text) - r.open(text)
	if cut == len(text) {
		return cut
	}
	for whole := r.String(text); cut > 0 && whole != r.String(text[:cut])+r.String(text[cut:]); {
		cut--
	}
	return cut
}

// open is the length of the end of the text that may go on as a token.
func (r *Redactor) open(text string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	open := 0
	for _, secret := range r.secrets {
		for n := min(len(text), len(secret)-1); n > open; n-- {
			if strings.HasSuffix(text, secret[:n]) {
				open = n
			}
		}
	}
	run := len(text)
	for run > 0 && len(text)-run < maxTokenForm && isTokenByte(text[run-1]) {
		run--
	}
	if start := strings.IndexAny(text[run:], "MNO"); start >= 0 {
		open = max(open, len(text)-run-start)
	}
	return open
}

func isTokenByte(b byte) bool {
	return b == '_' || b == '-' || b == '.' || '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}
