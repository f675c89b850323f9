package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestRequestsLeaveInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		discord := &fakeDiscord{announce: true, perBucket: 3, window: time.Second, perSecond: 50}
		c := newFakeClient(t, Options{}, discord)
		var wg sync.WaitGroup
		var want []string
		for i := range 40 {
			path := fmt.Sprintf("/guilds/1/bans/%02d", i)
			want = append(want, "GET "+path)
			wg.Go(func() { c.Do(t.Context(), &Request{Method: "GET", Path: path}) })
			synctest.Wait()
		}
		wg.Wait()
		for window := range slices.Chunk(discord.seen, 3) { // those of one window go at the same moment
			slices.Sort(window)
		}
		if !slices.Equal(discord.seen, want) {
			t.Errorf("sent in the order %q", discord.seen)
		}
	})
}

// Messages arrive in the order in which they were sent, however long each is on its way; other requests go side by side.
func TestMessagesArriveInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived []string
		discord := &fakeDiscord{announce: true, perBucket: 5, window: 5 * time.Second, perSecond: 50, latency: jitter,
			respond: func(r *http.Request) (int, string) {
				arrived = append(arrived, r.URL.Query().Get("n"))
				return http.StatusOK, "{}"
			}}
		c := newFakeClient(t, Options{}, discord)
		var wg sync.WaitGroup
		var want []string
		for i := range 12 {
			n := fmt.Sprint(i)
			want = append(want, n)
			wg.Go(func() {
				if _, err := c.Do(t.Context(), &Request{Method: "POST", Path: "/channels/1/messages", Query: url.Values{"n": {n}}}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		if !slices.Equal(arrived, want) {
			t.Errorf("arrived in the order %q", arrived)
		}
	})
}
