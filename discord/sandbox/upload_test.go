package sandbox

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestPeopleAttachFiles(t *testing.T) {
	r := newRig(t)
	nathan := Actor{User: seedNathan}
	note, err := r.w.NewUpload("note.md", strings.NewReader("# note"))
	r.must(err)
	sent, err := r.w.CreateMessage(nathan, seedGeneral, MessageParams{Content: "look", Files: []Upload{note}})
	r.must(err)
	_, body := r.get(sent.Attachments[0].URL)
	equal(t, "content", string(body), "# note")
	equal(t, "type", sent.Attachments[0].ContentType, "text/markdown; charset=utf-8")
	r.must(r.w.DeleteMessage(nathan, seedGeneral, sent.ID))
	equal(t, "bytes left", r.w.blobs.used, 0)

	unused, err := r.w.NewUpload("note.md", strings.NewReader("# note"))
	r.must(err)
	unused.Discard()
	equal(t, "bytes left", r.w.blobs.used, 0)
	r.w.Configure(func(s *Settings) { s.AttachmentLimit = 3 })
	if _, err := r.w.NewUpload("note.md", strings.NewReader("# note")); !errors.Is(err, errFileTooLarge) {
		t.Errorf("a file beyond the limit: %v", err)
	}
	equal(t, "bytes left", r.w.blobs.used, 0)
}

// A file that is repeated stays when the message that it came with goes.
func TestRepeatedFilesOutliveTheirMessage(t *testing.T) {
	for _, size := range []int{10, memoryBlob + 10} { // in memory, on disk
		r := newRig(t)
		original := r.upload("POST", generalMessages, nil, textFile(0, "a.txt", strings.Repeat("x", size))).ok(200).id("id")
		forward := func() *answer {
			return r.bot("POST", "/channels/"+string(seedOffTopic)+"/messages",
				obj{"message_reference": obj{"type": 1, "message_id": original, "channel_id": seedGeneral}}).ok(200)
		}
		one, two := forward(), forward()
		r.bot("DELETE", generalMessages+"/"+string(original), nil).ok(204)
		link := one.get("message_snapshots.0.message.attachments.0.url").String()
		if res, body := r.get(link); res.StatusCode != 200 || len(body) != size {
			t.Errorf("a forwarded file of %d bytes: %s with %d", size, res.Status, len(body))
		}
		r.must(r.w.Dump(io.Discard))
		for _, m := range []*answer{one, two} {
			r.bot("DELETE", "/channels/"+string(seedOffTopic)+"/messages/"+string(m.id("id")), nil).ok(204)
		}
		equal(t, "bytes left", r.w.blobs.used, 0)
	}
}
