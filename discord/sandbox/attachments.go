package sandbox

import (
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif" // for the sizes of pictures
	_ "image/jpeg"
	_ "image/png"
	"io"
	"iter"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// Limits of attachments (reference, "Uploading Files").
const (
	maxAttachments   = 10
	maxWaveform      = 256 // points
	attachmentHidden = 1 << 3
)

// AttachmentParams describes a file of a request: a new one by the n of its files[n], or one that an edited message keeps by its id.
type AttachmentParams struct {
	ID           discord.Snowflake `json:"id"`
	Filename     string            `json:"filename"`
	Title        string            `json:"title"`
	Description  Field[string]     `json:"description"`
	IsSpoiler    Field[bool]       `json:"is_spoiler"`
	DurationSecs float64           `json:"duration_secs"`
	Waveform     string            `json:"waveform"`
}

func checkAttachmentParams(at *catalogue.FormErrors, list []AttachmentParams) {
	seen := map[discord.Snowflake]bool{}
	for i, a := range list {
		if seen[a.ID] {
			at.At(strconv.Itoa(i), "id").Add("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
		}
		seen[a.ID] = true
		points, err := base64.StdEncoding.DecodeString(a.Waveform)
		if err != nil || len(points) > maxWaveform {
			at.At(strconv.Itoa(i), "waveform").Add("STRING_TYPE_CONVERT", fmt.Sprintf("Must be base64 of at most %d points.", maxWaveform))
		}
	}
}

// paramsOf finds what a request says about an uploaded file.
func paramsOf(u Upload, list []AttachmentParams) AttachmentParams {
	n, numbered := u.index()
	for _, a := range list {
		if numbered && string(a.ID) == strconv.Itoa(n) {
			return a
		}
	}
	return AttachmentParams{}
}

// filenames lists the names that the files of a request will have.
func filenames(list []AttachmentParams, files []Upload) []string {
	var names []string
	for _, u := range files {
		names = append(names, uploadName(u, paramsOf(u, list)))
	}
	return names
}

func attachmentNames(attachments []*Attachment) []string {
	var names []string
	for _, a := range attachments {
		names = append(names, a.Filename)
	}
	return names
}

func uploadName(u Upload, p AttachmentParams) string {
	if p.Filename != "" {
		return safeFilename(p.Filename)
	}
	return safeFilename(u.Filename)
}

// safeFilename keeps the characters that Discord keeps in the name of a file: letters, digits, "_", "-" and "."; spaces become "_".
func safeFilename(name string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '_'
		case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.", r)):
			return r
		}
		return -1
	}, path.Base(strings.ReplaceAll(name, `\`, "/")))
	if safe = strings.TrimLeft(safe, "."); safe == "" {
		return "unknown"
	}
	return safe
}

// newAttachments makes the attachments of a message from uploaded files, in their order.
func (w *World) newAttachments(c *channel, list []AttachmentParams, files []Upload) ([]*Attachment, error) {
	if err := checkUploads(list, files); err != nil {
		return nil, err
	}
	attachments := []*Attachment{}
	for _, u := range files {
		a, err := w.newAttachment(c, u, paramsOf(u, list))
		if err != nil {
			return nil, err
		}
		attachments = append(attachments, a)
	}
	return attachments, nil
}

// checkUploads refuses descriptions of files that were not uploaded.
func checkUploads(list []AttachmentParams, files []Upload) error {
	for i, a := range list {
		uploaded := slices.ContainsFunc(files, func(u Upload) bool {
			n, numbered := u.index()
			return numbered && string(a.ID) == strconv.Itoa(n)
		})
		if !uploaded {
			return formError("UPLOADED_FILE_NOT_FOUND", "There is no file files["+string(a.ID)+"] in the request.", "attachments", strconv.Itoa(i), "id")
		}
	}
	return nil
}

func (w *World) newAttachment(c *channel, u Upload, p AttachmentParams) (*Attachment, error) {
	a := &Attachment{ID: w.newID(), Filename: uploadName(u, p), Size: u.blob.size, Description: p.Description.Value, Title: p.Title,
		DurationSecs: p.DurationSecs, Waveform: p.Waveform, blob: u.blob, channelID: c.ID}
	if p.IsSpoiler.Value || strings.HasPrefix(a.Filename, "SPOILER_") {
		a.Flags |= attachmentHidden
	}
	head, err := u.blob.head(512)
	if err != nil {
		return nil, err
	}
	a.ContentType = contentType(a.Filename, u.ContentType, head)
	if strings.HasPrefix(a.ContentType, "image/") {
		a.Width, a.Height = pictureSize(u.blob)
	}
	return a, nil
}

// knownTypes are the media types of files by the end of their names, so that an answer does not depend on the machine.
var knownTypes = map[string]string{
	".css": "text/css", ".csv": "text/csv", ".flac": "audio/flac", ".gif": "image/gif", ".go": "text/x-go", ".html": "text/html",
	".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".js": "text/javascript", ".json": "application/json", ".log": "text/plain",
	".lua": "text/x-lua", ".m4a": "audio/mp4", ".md": "text/markdown", ".mov": "video/quicktime", ".mp3": "audio/mpeg",
	".mp4": "video/mp4", ".ogg": "audio/ogg", ".pdf": "application/pdf", ".png": "image/png", ".py": "text/x-python",
	".svg": "image/svg+xml", ".txt": "text/plain", ".wav": "audio/wav", ".webm": "video/webm", ".webp": "image/webp",
	".zip": "application/zip",
}

// contentType finds out what a file is: what the client says, else what its name or its beginning tells. Text is in UTF-8 if its
// beginning is.
func contentType(filename, said string, head []byte) string {
	kind, _, err := mime.ParseMediaType(said)
	if err != nil || kind == "application/octet-stream" {
		kind = knownTypes[strings.ToLower(path.Ext(filename))]
	}
	if kind == "" {
		kind, _, _ = mime.ParseMediaType(http.DetectContentType(head))
	}
	if strings.HasPrefix(kind, "text/") && validPrefix(head) {
		return kind + "; charset=utf-8"
	}
	return kind
}

// validPrefix reports whether bytes are UTF-8, apart from a character that is cut off at their end.
func validPrefix(head []byte) bool {
	for cut := range min(utf8.UTFMax, len(head)+1) {
		if utf8.Valid(head[:len(head)-cut]) {
			return true
		}
	}
	return false
}

// pictureSize reads the size of a picture from its head; one that cannot be read has none.
func pictureSize(b *blob) (width, height int) {
	f, err := b.open()
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	config, _, err := image.DecodeConfig(io.LimitReader(f, memoryBlob))
	if err != nil {
		return 0, 0
	}
	return config.Width, config.Height
}

// keepAttachments works out the attachments of an edited message: those of the old ones that the edit lists, changed as it says, and
// then the new files. An edit that has no list keeps all.
func (w *World) keepAttachments(c *channel, m *Message, e MessageEdit) ([]*Attachment, error) {
	kept := m.Attachments
	var fresh []AttachmentParams
	if e.Attachments.Set {
		kept = []*Attachment{}
		for _, p := range e.Attachments.Value {
			i := slices.IndexFunc(m.Attachments, func(a *Attachment) bool { return a.ID == p.ID })
			if i < 0 {
				fresh = append(fresh, p)
				continue
			}
			kept = append(kept, m.Attachments[i].described(p))
		}
	}
	if len(kept)+len(e.Files) > maxAttachments {
		return nil, Refuse(http.StatusBadRequest, 30015)
	}
	added, err := w.newAttachments(c, fresh, e.Files)
	if err != nil {
		return nil, err
	}
	return append(slices.Clip(kept), added...), nil
}

// described is an attachment with what an edit may change of it.
func (a *Attachment) described(p AttachmentParams) *Attachment {
	changed := *a
	p.Description.into(&changed.Description)
	if p.IsSpoiler.Set {
		changed.Flags &^= attachmentHidden
		if p.IsSpoiler.Value {
			changed.Flags |= attachmentHidden
		}
	}
	return &changed
}

// checkVoiceMessage holds a voice message to its rules: one audio file with its length and waveform, and nothing else.
func checkVoiceMessage(by author, p *MessageParams, attachments []*Attachment) error {
	if p.Flags&MessageIsVoiceMessage == 0 {
		return nil
	}
	alone := *p
	alone.Files = nil
	switch {
	case !by.perms.Has(discord.PermissionSendVoiceMessages):
		return Refuse(http.StatusForbidden, 50173)
	case !alone.empty():
		return Refuse(http.StatusBadRequest, 50159)
	case len(attachments) != 1 || !strings.HasPrefix(attachments[0].ContentType, "audio/"):
		return Refuse(http.StatusBadRequest, 50160)
	case attachments[0].DurationSecs == 0 || attachments[0].Waveform == "":
		return Refuse(http.StatusBadRequest, 50161)
	}
	return nil
}

// showAttachments signs the links of files.
func (w *World) showAttachments(attachments []*Attachment) []*Attachment {
	shown := make([]*Attachment, len(attachments))
	for i, a := range attachments {
		signed := *a
		signed.URL = w.cdnURL + attachmentPath(a) + "?" + signature(attachmentPath(a), w.clock.Now())
		signed.ProxyURL = signed.URL
		shown[i] = &signed
	}
	return shown
}

// attachmentPath is where the CDN has a file.
func attachmentPath(a *Attachment) string {
	return fmt.Sprintf("/attachments/%s/%s/%s", a.channelID, a.ID, a.Filename)
}

// attachmentAt finds an attachment by the parts of its path at the CDN, or returns nil.
func (w *World) attachmentAt(channelID, id discord.Snowflake, filename string) *Attachment {
	c := w.channels[channelID]
	if c == nil {
		return nil
	}
	for _, m := range slices.Backward(c.messages) {
		for a := range m.files() {
			if a.ID == id && a.Filename == filename && a.channelID == channelID {
				return a
			}
		}
	}
	for a := range w.privateFiles() {
		if a.ID == id && a.Filename == filename && a.channelID == channelID {
			return a
		}
	}
	return nil
}

// files walks over the files that a message has, itself and in what it forwards.
func (m *Message) files() iter.Seq[*Attachment] {
	return func(yield func(*Attachment) bool) {
		for _, a := range m.Attachments {
			if !yield(a) {
				return
			}
		}
		for _, s := range m.Snapshots {
			for _, a := range s.Message.Attachments {
				if !yield(a) {
					return
				}
			}
		}
	}
}

// repeatedIn is content as a message in another channel repeats it. That message must retain the files.
func (content MessageContent) repeatedIn(channelID discord.Snowflake) MessageContent {
	files := make([]*Attachment, len(content.Attachments))
	for i, a := range content.Attachments {
		copied := *a
		copied.channelID = channelID
		files[i] = &copied
	}
	content.Attachments = files
	return content
}

// retainFiles keeps the files of repeated content, even if the message that they came with is deleted.
func (content MessageContent) retainFiles() {
	for _, a := range content.Attachments {
		a.blob.retain()
	}
}

// freeDropped gives the room of those files back that are not kept.
func freeDropped(attachments, kept []*Attachment) {
	for _, a := range attachments {
		if !slices.ContainsFunc(kept, func(k *Attachment) bool { return k.blob == a.blob }) {
			a.blob.free()
		}
	}
}
