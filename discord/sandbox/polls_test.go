package sandbox

import (
	"strings"
	"testing"
	"time"
)

func aPoll() obj {
	return obj{"question": obj{"text": "Tea?"}, "answers": []obj{{"poll_media": obj{"text": "yes"}}, {"poll_media": obj{"text": "no", "emoji": obj{"name": "👎"}}}}}
}

func TestPolls(t *testing.T) {
	r := newRig(t)
	sent := r.bot("POST", generalMessages, obj{"poll": aPoll()}).ok(200)
	equal(t, "answer ids", sent.get("poll.answers.#.answer_id").Raw, "[1,2]")
	equal(t, "emoji", sent.get("poll.answers.1.poll_media.emoji.name").String(), "👎")
	equal(t, "expiry", sent.get("poll.expiry").Time().Sub(startTime), 24*time.Hour)
	message := generalMessages + "/" + string(sent.id("id"))
	poll := "/channels/" + string(seedGeneral) + "/polls/" + string(sent.id("id"))

	vote := func(name string, answers ...int) error {
		return r.w.Vote(Actor{User: r.user(name).ID}, seedGeneral, sent.id("id"), answers...)
	}
	r.must(vote("sam_rivera", 1))
	r.must(vote("nathan", 2))
	r.must(vote("nathan", 1))
	if vote("DBuddy", 1) == nil || vote("mika", 1, 2) == nil {
		t.Error("a bot votes, or somebody twice")
	}
	equal(t, "voters", r.bot("GET", poll+"/answers/1", nil).ok(200).get("users.#.username").Raw, `["nathan","sam_rivera"]`)
	equal(t, "results", r.as("nathan", "GET", message, nil).ok(200).get("poll.results").Raw,
		`{"answer_counts":[{"id":1,"count":2,"me_voted":true}],"is_finalized":false}`)
	r.bot("GET", poll+"/answers/3", nil).refused(400, 50035)

	r.bot("PATCH", message, obj{"content": "x"}).refused(400, 520003)
	r.as("nathan", "POST", poll+"/expire", nil).refused(403, 50013)
	equal(t, "final", r.bot("POST", poll+"/expire", nil).ok(200).get("poll.results.is_finalized").Bool(), true)
	r.bot("POST", poll+"/expire", nil).refused(400, 520001)
	result := r.bot("GET", generalMessages+"?limit=1", nil).ok(200)
	equal(t, "type of the result", result.get("0.type").Int(), int64(PollResultMessage))
	equal(t, "winner", result.get(`0.embeds.0.fields.#(name=="victor_answer_text").value`).String(), "yes")
	if vote("sam_rivera", 2) == nil {
		t.Error("votes count after the end")
	}
	r.bot("POST", strings.Replace(poll, string(sent.id("id")), string(r.say("no poll")), 1)+"/expire", nil).refused(400, 520006)
}

func TestPollsEndByThemselves(t *testing.T) {
	r := newRig(t)
	poll := aPoll()
	poll["duration"] = 2
	id := r.bot("POST", generalMessages, obj{"poll": poll}).ok(200).id("id")
	r.clock.Advance(2 * time.Hour)
	equal(t, "final", r.bot("GET", generalMessages+"/"+string(id), nil).ok(200).get("poll.results.is_finalized").Bool(), true)
}

func TestTheEndOfAPollIsTold(t *testing.T) {
	r := gatewayRig(t, patient)
	s, _ := r.identify(everything)
	id := r.bot("POST", generalMessages, obj{"poll": aPoll()}).ok(200).id("id")
	gone := r.bot("POST", generalMessages, obj{"poll": aPoll()}).ok(200).id("id")
	r.bot("DELETE", generalMessages+"/"+string(gone), nil).ok(204)
	ended := r.bot("POST", generalMessages, obj{"poll": aPoll()}).ok(200).id("id")
	r.bot("POST", generalPath+"/polls/"+string(ended)+"/expire", nil).ok(200)
	s.event("MESSAGE_UPDATE")
	s.event("MESSAGE_CREATE")
	r.clock.Advance(24 * time.Hour)
	update, result := s.event("MESSAGE_UPDATE"), s.event("MESSAGE_CREATE")
	equal(t, "message", update.Get("id").String(), string(id))
	equal(t, "final", update.Get("poll.results.is_finalized").Bool(), true)
	equal(t, "expiry", update.Get("poll.expiry").Time().Sub(startTime), 24*time.Hour)
	equal(t, "result", result.Get("message_reference.message_id").String(), string(id))
	if more := s.sync(); len(more) > 0 {
		t.Errorf("after the only poll's end come %q", more)
	}
	equal(t, "alarms", r.alarms(), 1) // of the seeded event
}

func TestPollLimits(t *testing.T) {
	r := newRig(t)
	answers := func(n int) []obj {
		var list []obj
		for range n {
			list = append(list, obj{"poll_media": obj{"text": "a"}})
		}
		return list
	}
	for _, c := range []struct {
		path, code string
		change     obj
	}{
		{"poll.question.text", "BASE_TYPE_BAD_LENGTH", obj{"question": obj{"text": strings.Repeat("x", 301)}}},
		{"poll.question.text", "BASE_TYPE_REQUIRED", obj{"question": obj{}}},
		{"poll.answers", "BASE_TYPE_BAD_LENGTH", obj{"answers": answers(11)}},
		{"poll.answers", "BASE_TYPE_BAD_LENGTH", obj{"answers": []obj{}}},
		{"poll.answers.0.poll_media.text", "BASE_TYPE_MAX_LENGTH", obj{"answers": []obj{{"poll_media": obj{"text": strings.Repeat("x", 56)}}}}},
		{"poll.answers.0.poll_media.text", "BASE_TYPE_REQUIRED", obj{"answers": []obj{{"poll_media": obj{}}}}},
		{"poll.duration", "NUMBER_TYPE_MAX", obj{"duration": 769}},
	} {
		poll := aPoll()
		for k, v := range c.change {
			poll[k] = v
		}
		r.bot("POST", generalMessages, obj{"poll": poll}).invalid(c.path, c.code)
	}
}
