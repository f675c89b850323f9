package sandbox

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cordial/discord"
)

// linkLife is how long the link of an attachment works.
const linkLife = 24 * time.Hour

// linkKey signs the links of attachments. They do not outlive the process.
var linkKey = sync.OnceValue(func() []byte {
	key := make([]byte, 32)
	rand.Read(key) // never fails
	return key
})

// signature is the query of a link that is handed out now: when it expires (ex) and was issued (is), as hexadecimal seconds, and
// the proof (hm). It ends with "&" as Discord's do.
func signature(path string, now time.Time) string {
	expires, issued := strconv.FormatInt(now.Add(linkLife).Unix(), 16), strconv.FormatInt(now.Unix(), 16)
	return fmt.Sprintf("ex=%s&is=%s&hm=%s&", expires, issued, linkProof(path, expires, issued))
}

func linkProof(path, expires, issued string) string {
	mac := hmac.New(sha256.New, linkKey())
	fmt.Fprintf(mac, "%s\n%s\n%s", path, expires, issued)
	return hex.EncodeToString(mac.Sum(nil))
}

// linkWorks reports whether the query of a link proves that it was handed out and has not expired.
func linkWorks(path string, query url.Values, now time.Time) bool {
	expires, err := strconv.ParseInt(query.Get("ex"), 16, 64)
	proof := linkProof(path, query.Get("ex"), query.Get("is"))
	return err == nil && hmac.Equal([]byte(proof), []byte(query.Get("hm"))) && now.Unix() < expires
}

// pictureRoutes are the paths at the CDN that lead to pictures, without the folder and the format. A picture that nobody has uploaded
// is drawn.
var pictureRoutes = regexp.MustCompile(`^/(?:(?:avatars|banners|icons|splashes|discovery-splashes|role-icons|app-icons|guild-events)/\d+/\w+|` +
	`embed/avatars/\d|emojis/\d+|stickers/\d+|guilds/\d+/users/\d+/(?:avatars|banners)/\w+)\.(?:png|jpe?g|gif|webp|json)$`)

// cdnHandler serves the files of a world: attachments to those who have a signed link, pictures to everybody.
func (w *World) cdnHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /attachments/{channel}/{id}/{filename}", w.serveAttachment)
	mux.HandleFunc("GET /", w.servePicture)
	return mux
}

func (w *World) serveAttachment(rw http.ResponseWriter, r *http.Request) {
	channelID, id := discord.Snowflake(r.PathValue("channel")), discord.Snowflake(r.PathValue("id"))
	if !linkWorks(r.URL.Path, r.URL.Query(), w.clock.Now()) {
		refuseFile(rw, "This content is no longer available.")
		return
	}
	w.mu.Lock()
	a := w.attachmentAt(channelID, id, r.PathValue("filename"))
	if a == nil {
		w.mu.Unlock()
		refuseFile(rw, "This content is no longer available.")
		return
	}
	f, err := a.blob.open()
	w.mu.Unlock()
	if err != nil {
		refuseFile(rw, "This content is no longer available.")
		return
	}
	defer f.Close()
	rw.Header().Set("Content-Type", a.ContentType)
	rw.Header().Set("Content-Disposition", `attachment; filename="`+a.Filename+`"`)
	rw.Header().Set("Cache-Control", "private, max-age=86400")
	http.ServeContent(rw, r, a.Filename, a.ID.Time(), f)
}

// refuseFile answers as the CDN does for what is gone, and for links that do not work any more.
func refuseFile(rw http.ResponseWriter, message string) { http.Error(rw, message, http.StatusNotFound) }

func (w *World) servePicture(rw http.ResponseWriter, r *http.Request) {
	if !pictureRoutes.MatchString(r.URL.Path) {
		refuseFile(rw, "Not Found")
		return
	}
	name := strings.TrimPrefix(strings.TrimSuffix(r.URL.Path, path.Ext(r.URL.Path)), "/")
	w.mu.Lock()
	uploaded := w.images[name]
	known := uploaded != nil || w.pictureExists(name)
	w.mu.Unlock()
	switch {
	case !known:
		refuseFile(rw, "Not Found")
	case uploaded != nil:
		w.serveBlob(rw, r, uploaded)
	default:
		drawn, err := drawPicture(name)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", "image/png")
		http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(drawn))
	}
}

func (w *World) serveBlob(rw http.ResponseWriter, r *http.Request, b *blob) {
	w.mu.Lock()
	f, err := b.open()
	w.mu.Unlock()
	if err != nil {
		refuseFile(rw, "Not Found")
		return
	}
	defer f.Close()
	http.ServeContent(rw, r, "", time.Time{}, f)
}

// pictureExists reports whether a picture that nobody has uploaded belongs to something of this world, whatever its hash is: emojis
// and stickers must be there, the rest hangs on hashes that only this world has given out.
func (w *World) pictureExists(name string) bool {
	kind, rest, _ := strings.Cut(name, "/")
	id := discord.Snowflake(rest)
	holds := func(has func(*guild) bool) bool {
		for _, g := range w.guilds {
			if has(g) {
				return true
			}
		}
		return false
	}
	switch kind {
	case "emojis":
		return w.appEmojis[id] != nil || holds(func(g *guild) bool { return g.emojis[id] != nil })
	case "stickers":
		return holds(func(g *guild) bool { return g.stickers[id] != nil })
	}
	owner, _, _ := strings.Cut(rest, "/")
	known := []bool{kind == "embed", w.users[discord.Snowflake(owner)] != nil, w.guilds[discord.Snowflake(owner)] != nil,
		w.webhooks[discord.Snowflake(owner)] != nil, w.app.ID == discord.Snowflake(owner),
		holds(func(g *guild) bool {
			return g.roles[discord.Snowflake(owner)] != nil || g.events[discord.Snowflake(owner)] != nil
		})}
	return slices.Contains(known, true)
}
