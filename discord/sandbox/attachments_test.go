package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"cordial/discord"
)

func TestUploadAndFetch(t *testing.T) {
	r := newRig(t)
	sent := r.upload("POST", generalMessages, obj{"content": "two", "attachments": []obj{
		{"id": 1, "description": "second", "is_spoiler": true}, {"id": 0, "filename": "a b/cé.md"},
	}}, textFile(0, "ignored.txt", "# one"), textFile(1, "two.txt", "two")).ok(200)
	equal(t, "name", sent.get("attachments.0.filename").String(), "c.md")
	equal(t, "type", sent.get("attachments.0.content_type").String(), "text/markdown; charset=utf-8")
	equal(t, "size", sent.get("attachments.0.size").Int(), 5)
	equal(t, "description", sent.get("attachments.1.description").String(), "second")
	equal(t, "flags", sent.get("attachments.1.flags").Int(), attachmentHidden)

	link := sent.get("attachments.0.url").String()
	res, body := r.get(link)
	equal(t, "status", res.StatusCode, 200)
	equal(t, "content", string(body), "# one")
	equal(t, "Content-Type", res.Header.Get("Content-Type"), "text/markdown; charset=utf-8")
	res, body = r.get(link, "Range", "bytes=2-3")
	equal(t, "status of a range", res.StatusCode, 206)
	equal(t, "range", string(body), "on")
}

func TestLinksExpire(t *testing.T) {
	r := newRig(t)
	sent := r.upload("POST", generalMessages, nil, textFile(0, "a.txt", "a")).ok(200)
	link := sent.get("attachments.0.url").String()
	status := func(link string) int {
		res, _ := r.get(link)
		return res.StatusCode
	}
	bare, _, _ := strings.Cut(link, "?")
	equal(t, "a link without its signature", status(bare), 404)
	equal(t, "a link with a wrong signature", status(strings.Replace(link, "hm=", "hm=0", 1)), 404)
	equal(t, "a link to another file", status(strings.Replace(link, "a.txt", "b.txt", 1)), 404)
	r.clock.Advance(linkLife)
	equal(t, "an expired link", status(link), 404)
	path := generalMessages + "/" + string(sent.id("id"))
	fresh := r.bot("GET", path, nil).ok(200).get("attachments.0.url").String()
	equal(t, "a fresh link", status(fresh), 200)
	r.bot("DELETE", path, nil).ok(204)
	equal(t, "the link of a deleted message", status(fresh), 404)
	if r.w.blobs.used != 0 {
		t.Errorf("%d bytes are still stored", r.w.blobs.used)
	}
}

func TestUploadLimits(t *testing.T) {
	r := newRig(t)
	r.w.Configure(func(s *Settings) { s.AttachmentLimit = 2 << 20 })
	big := file{"files[0]", "big.bin", "", make([]byte, 2<<20+1)}
	r.upload("POST", generalMessages, nil, big).refused(413, 40005)
	var eleven []file
	for i := range 11 {
		eleven = append(eleven, textFile(i, "x.txt", "x"))
	}
	r.upload("POST", generalMessages, nil, eleven...).refused(400, 30015)
	r.upload("POST", generalMessages, obj{"content": "x", "attachments": []obj{{"id": 7}}}, textFile(0, "x.txt", "x")).
		invalid("attachments.0.id", "UPLOADED_FILE_NOT_FOUND")
	r.upload("POST", generalMessages, obj{"content": strings.Repeat("x", 2001)}, textFile(0, "x.txt", "x")).refused(400, 50035)
	bad := r.multipart("POST", generalMessages, nil)
	bad.Header.Set("Content-Type", "multipart/form-data; boundary=other")
	r.send(bad).refused(400, 50109)
	equal(t, "bytes stored after refusals", r.w.blobs.used, 0)

	channel := r.newChannel(obj{"name": "nofiles"})
	r.deny(channel, discord.PermissionAttachFiles)
	req := r.multipart("POST", "/channels/"+string(channel)+"/messages", nil, textFile(0, "x.txt", "x"))
	req.Header.Set("Authorization", tokenOf(seedSam))
	r.send(req).refused(403, 50013)

	r.w.blobs.limit = 10
	r.upload("POST", generalMessages, nil, textFile(0, "x.txt", "more than ten bytes")).refused(413, 40005)
}

func TestFormFieldsInsteadOfJSON(t *testing.T) {
	r := newRig(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	r.must(form.WriteField("content", "12"))
	r.must(form.WriteField("tts", "true"))
	r.must(form.Close())
	req := r.request("POST", generalMessages, body.String(), "Bot "+r.srv.BotToken())
	req.Header.Set("Content-Type", form.FormDataContentType())
	m := r.send(req).ok(200)
	equal(t, "content", m.get("content").String(), "12")
	equal(t, "tts", m.get("tts").Bool(), true)
}

func TestEditAttachments(t *testing.T) {
	r := newRig(t)
	sent := r.upload("POST", generalMessages, obj{"content": "x"}, textFile(0, "a.txt", "a"), textFile(1, "b.txt", "b")).ok(200)
	path := generalMessages + "/" + string(sent.id("id"))
	names := func(a *answer) string { return a.get("attachments.#.filename").Raw }
	equal(t, "after an edit of the text", names(r.bot("PATCH", path, obj{"content": "y"}).ok(200)), `["a.txt","b.txt"]`)
	edited := r.upload("PATCH", path, obj{"attachments": []obj{{"id": sent.id("attachments.1.id"), "description": "kept"}, {"id": 0}}},
		textFile(0, "c.txt", "c")).ok(200)
	equal(t, "after a list", names(edited), `["b.txt","c.txt"]`)
	equal(t, "description", edited.get("attachments.0.description").String(), "kept")
	equal(t, "bytes stored", r.w.blobs.used, 2)
	equal(t, "after null", names(r.bot("PATCH", path, obj{"attachments": nil}).ok(200)), `[]`)
	equal(t, "bytes stored", r.w.blobs.used, 0)
}

func TestPicturesInEmbedsAndComponents(t *testing.T) {
	r := newRig(t)
	drawn, err := drawPicture("x")
	r.must(err)
	picture := file{"files[0]", "p.png", "image/png", drawn}
	m := r.upload("POST", generalMessages, obj{"embeds": []obj{{"image": obj{"url": "attachment://p.png"}}}}, picture).ok(200)
	equal(t, "listed attachments", len(m.get("attachments").Array()), 0)
	res, body := r.get(m.get("embeds.0.image.url").String())
	equal(t, "status", res.StatusCode, 200)
	equal(t, "same picture", bytes.Equal(body, drawn), true)

	m = r.upload("POST", generalMessages, obj{"flags": MessageIsComponentsV2, "components": []obj{{"type": 13, "file": obj{"url": "attachment://p.png"}}}}, picture).ok(200)
	equal(t, "width", m.get("attachments.0.width").Int(), drawnSize)
	equal(t, "name", m.get("components.0.name").String(), "p.png")
	if res, _ := r.get(m.get("components.0.file.url").String()); res.StatusCode != 200 {
		t.Errorf("the file of a component: status %d", res.StatusCode)
	}
}

func TestVoiceMessages(t *testing.T) {
	r := newRig(t)
	sound := file{"files[0]", "voice-message.ogg", "audio/ogg", []byte("OggS")}
	described := []obj{{"id": 0, "duration_secs": 1.5, "waveform": "AAEC"}}
	voice := func(more obj, files ...file) *answer {
		body := obj{"flags": MessageIsVoiceMessage, "attachments": described}
		for k, v := range more {
			body[k] = v
		}
		return r.upload("POST", generalMessages, body, files...)
	}
	equal(t, "duration", voice(nil, sound).ok(200).get("attachments.0.duration_secs").Float(), 1.5)
	voice(obj{"content": "x"}, sound).refused(400, 50159)
	voice(nil, textFile(0, "x.txt", "x")).refused(400, 50160)
	voice(obj{"attachments": []obj{}}, sound).refused(400, 50161)
}

func TestCDNPictures(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/avatars/" + string(seedNathan) + "/abc.png", "/embed/avatars/3.png", "/icons/" + string(seedGuild) + "/abc.png?size=64"} {
		res, body := r.get(r.srv.CDNURL() + path)
		if _, err := png.Decode(bytes.NewReader(body)); res.StatusCode != 200 || err != nil {
			t.Errorf("%s: status %d, %v", path, res.StatusCode, err)
		}
	}
	for _, path := range []string{"/", "/avatars/1/abc.png", "/emojis/1.png", "/etc/passwd"} {
		if res, _ := r.get(r.srv.CDNURL() + path); res.StatusCode != 404 {
			t.Errorf("%s: status %d, want 404", path, res.StatusCode)
		}
	}
}

// TestBigFilesStayOutOfMemory sends and fetches 200 MB while watching the heap.
func TestBigFilesStayOutOfMemory(t *testing.T) {
	const size, allowed = 128 << 20, 48 << 20
	r := newRig(t)
	r.w.Configure(func(s *Settings) { s.AttachmentLimit = size })
	body, pipe := io.Pipe()
	form := multipart.NewWriter(pipe)
	go func() {
		part, err := form.CreateFormFile("files[0]", "big.bin")
		if err == nil {
			_, err = io.Copy(part, io.LimitReader(zeros{}, size))
		}
		pipe.CloseWithError(errors.Join(err, form.Close()))
	}()
	req := r.request("POST", generalMessages, nil, "Bot "+r.srv.BotToken())
	req.Body, req.ContentLength = body, -1
	req.Header.Set("Content-Type", form.FormDataContentType())
	peak := watchHeap(t)
	sent := r.send(req).ok(200)
	req, err := http.NewRequestWithContext(t.Context(), "GET", sent.get("attachments.0.url").String(), nil)
	r.must(err)
	res, err := r.client.Do(req)
	r.must(err)
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	r.must(err)
	equal(t, "fetched", n, size)
	if got := peak(); got > allowed {
		t.Errorf("the heap grew by %d MiB, more than %d", got>>20, allowed>>20)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// watchHeap samples the heap until the function it returns is called, which gives the greatest growth.
func watchHeap(t *testing.T) func() uint64 {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	base, peak := heap(), uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				peak = max(peak, heap())
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return max(peak, base) - base
	}
}

func TestFilenames(t *testing.T) {
	for given, want := range map[string]string{
		"a.txt": "a.txt", "my file (1).txt": "my_file_1.txt", "../../x": "x", `C:\x\y.md`: "y.md", "日本": "unknown", ".hidden": "hidden", "": "unknown",
	} {
		equal(t, fmt.Sprintf("safeFilename(%q)", given), safeFilename(given), want)
	}
}

func FuzzForm(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{}\r\n--b\r\n" +
		"Content-Disposition: form-data; name=\"files[0]\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"))
	f.Add([]byte("--b\r\n\r\n\r\n--b--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		store := &blobs{limit: 1 << 20}
		read, _, err := readForm(multipart.NewReader(bytes.NewReader(body), "b"), store, 1<<10)
		if err == nil {
			if slices.ContainsFunc(read.uploads, func(u Upload) bool { return u.blob.size > 1<<10 }) {
				t.Error("a file is larger than the limit")
			}
			discard(read.uploads)
		}
		if store.used != 0 {
			t.Errorf("%d bytes are left in the store", store.used)
		}
	})
}
