package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"cordial/discord"
)

// obj is a JSON object in a request.
type obj = map[string]any

const generalMessages = "/channels/" + string(seedGeneral) + "/messages"

// file is a file part of a multipart request.
type file struct {
	field, name, kind string
	content           []byte
}

func textFile(n int, name, content string) file {
	return file{fmt.Sprintf("files[%d]", n), name, "", []byte(content)}
}

// upload sends a multipart request with the bot's token.
func (r *rig) upload(method, path string, payload any, files ...file) *answer {
	r.Helper()
	return r.send(r.multipart(method, path, payload, files...))
}

func (r *rig) multipart(method, path string, payload any, files ...file) *http.Request {
	r.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if payload != nil {
		text, err := json.Marshal(payload)
		if err != nil {
			r.Fatal(err)
		}
		r.must(form.WriteField("payload_json", string(text)))
	}
	for _, f := range files {
		head := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf("form-data; name=%q; filename=%q", f.field, f.name)}}
		if f.kind != "" {
			head.Set("Content-Type", f.kind)
		}
		part, err := form.CreatePart(head)
		r.must(err)
		_, err = part.Write(f.content)
		r.must(err)
	}
	r.must(form.Close())
	req := r.request(method, path, body.String(), "Bot "+r.srv.BotToken())
	req.Header.Set("Content-Type", form.FormDataContentType())
	return req
}

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// say sends a message to general with the bot's token and gives its id.
func (r *rig) say(content string) discord.Snowflake {
	r.Helper()
	return r.bot("POST", generalMessages, obj{"content": content}).ok(200).id("id")
}

// newChannel adds a channel to the guild.
func (r *rig) newChannel(c obj) discord.Snowflake {
	r.Helper()
	return r.bot("POST", "/guilds/"+string(seedGuild)+"/channels", c).ok(201).id("id")
}

// emptyChannel adds a text channel and gives the path of its messages.
func (r *rig) emptyChannel() string {
	r.Helper()
	return "/channels/" + string(r.newChannel(obj{"name": "empty"})) + "/messages"
}

// deny takes permissions away from everybody in a channel, which the bot and the owner do not mind.
func (r *rig) deny(channel discord.Snowflake, p discord.Permissions) {
	r.Helper()
	r.bot("PUT", fmt.Sprintf("/channels/%s/permissions/%s", channel, seedGuild), obj{"type": 0, "deny": p}).ok(204)
}

// get fetches from the CDN.
func (r *rig) get(url string, header ...string) (*http.Response, []byte) {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), "GET", url, nil)
	r.must(err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := r.client.Do(req)
	r.must(err)
	defer res.Body.Close()
	var body bytes.Buffer
	_, err = body.ReadFrom(res.Body)
	r.must(err)
	return res, body.Bytes()
}

// contents lists the contents of an answered list of messages.
func (a *answer) contents() string {
	var list []string
	for _, m := range a.get("@this").Array() {
		list = append(list, m.Get("content").String())
	}
	return strings.Join(list, " ")
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
