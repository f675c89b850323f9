package sandbox

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"cordial/discord/rest/catalogue"
)

func TestGatewayAddress(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/gateway", "/gateway/bot"} {
		if got := r.bot("GET", path, nil).ok(200).get("url").String(); got != r.srv.GatewayURL() {
			t.Errorf("GET %s gives the url %q, want %q", path, got, r.srv.GatewayURL())
		}
	}
}

func TestPathsThatLeadNowhere(t *testing.T) {
	r := newRig(t)
	base := strings.TrimSuffix(r.srv.APIURL(), "/api/v10")
	for _, c := range []struct {
		name, method, url string
		status, code      int
	}{
		{"an unknown path", "GET", "/api/v10/nothing/here", 404, 0},
		{"a path outside of the API", "GET", "/other", 404, 0},
		{"a method that the path does not have", "PUT", "/api/v10/gateway", 405, 0},
		{"a version that never was", "GET", "/api/v99/gateway", 400, 50041},
		{"the API without a version", "GET", "/api/gateway", 200, 0},
		{"version 9", "GET", "/api/v9/gateway", 200, 0},
		{"version 8", "GET", "/api/v8/gateway", 200, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := r.request(c.method, "", nil, "")
			req.URL, _ = req.URL.Parse(base + c.url)
			a := r.send(req)
			if a.status != c.status || a.get("code").Int() != int64(c.code) {
				t.Errorf("%d %s, want %d with code %d", a.status, a.body, c.status, c.code)
			}
		})
	}
}

func TestOperationsThatAreNotServedSayTheirName(t *testing.T) {
	r := newRig(t)
	for _, op := range catalogue.Operations() {
		if slices.Contains(Served(), op.ID) {
			continue
		}
		path := op.Path
		for _, p := range op.PathParams {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", "1327046393453613076")
		}
		a := r.bot(op.Method, path, nil)
		if a.status != http.StatusNotImplemented || !strings.Contains(a.get("message").String(), op.ID) {
			t.Errorf("%s: %d %s", op.ID, a.status, a.body)
		}
	}
}

func TestServedOperationsAreInTheCatalogue(t *testing.T) {
	for _, id := range Served() {
		if catalogue.Lookup(id) == nil {
			t.Errorf("the catalogue has no operation %q", id)
		}
	}
}

func TestAuthorization(t *testing.T) {
	r := newRig(t)
	token := r.srv.BotToken()
	for _, c := range []struct {
		name, header string
		status       int
	}{
		{"the bot's token", "Bot " + token, 200},
		{"a person's token", tokenOf(seedNathan), 200},
		{"no token", "", 401},
		{"an unknown token", "Bot " + tokenOf("1"), 401},
		{"a bot's token without Bot", token, 401},
		{"a person's token with Bot", "Bot " + tokenOf(seedNathan), 401},
		{"another scheme", "Bearer " + token, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := r.send(r.request("GET", "/users/@me", nil, c.header))
			if a.status != c.status {
				t.Errorf("status %d, want %d: %s", a.status, c.status, a.body)
			}
			if a.status == 401 && a.get("message").String() != "401: Unauthorized" {
				t.Errorf("the body is %s", a.body)
			}
		})
	}
	if !strings.HasPrefix(token, "MTM2MTgyMzUwNzY3OTU0MzMwNg.") {
		t.Errorf("the token %q does not begin with the base64 of the bot's id", token)
	}
}

func TestUserAgent(t *testing.T) {
	r := newRig(t)
	for agent, want := range map[string]int{
		"DiscordBot (https://example.com, 1.0)": 200,
		"MyClient/2.0":                          200,
		"":                                      403,
		"Python-urllib/3.12":                    403,
		"Go-http-client/1.1":                    403,
	} {
		req := r.request("GET", "/users/@me", nil, "Bot "+r.srv.BotToken())
		req.Header["User-Agent"] = []string{agent}
		if a := r.send(req); a.status != want || want == 403 && a.get("code").Int() != 40333 {
			t.Errorf("User-Agent %q: %d %s, want %d", agent, a.status, a.body, want)
		}
	}
}

func TestBodies(t *testing.T) {
	r := newRig(t)
	path := "/guilds/" + string(seedGuild) + "/roles"
	for _, c := range []struct {
		name, contentType, body string
		status, code            int
	}{
		{"JSON", "application/json", `{"name":"x"}`, 200, 0},
		{"JSON with a charset", "application/json; charset=utf-8", `{"name":"x"}`, 200, 0},
		{"no body where nothing is required", "", ``, 200, 0},
		{"broken JSON", "application/json", `{"name":`, 400, 50109},
		{"something after the JSON", "application/json", `{} {}`, 400, 50109},
		{"a form where none is taken", "application/x-www-form-urlencoded", `name=x`, 400, 50035},
		{"another content type", "text/plain", `{"name":"x"}`, 400, 50035},
		{"unknown members", "application/json", `{"name":"x","shape":"round"}`, 200, 0},
		{"a wrong type", "application/json", `{"color":"red"}`, 400, 50035},
		{"a list for an object", "application/json", `[]`, 400, 50035},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := r.request("POST", path, c.body, "Bot "+r.srv.BotToken())
			req.Header.Set("Content-Type", c.contentType)
			if c.contentType == "" {
				req.Header.Del("Content-Type")
			}
			if a := r.send(req); a.status != c.status || a.status != 200 && a.get("code").Int() != int64(c.code) {
				t.Errorf("%d %s, want %d with code %d", a.status, a.body, c.status, c.code)
			}
		})
	}
}

func TestPathsAndQueriesAreChecked(t *testing.T) {
	r := newRig(t)
	r.bot("GET", "/guilds/abc", nil).invalid("guild_id", "NUMBER_TYPE_COERCE")
	guild := "/guilds/" + string(seedGuild)
	r.bot("GET", guild+"/members?limit=1001", nil).invalid("limit", "NUMBER_TYPE_MAX")
	r.bot("GET", guild+"/members?limit=few", nil).invalid("limit", "NUMBER_TYPE_COERCE")
	r.bot("GET", guild+"/members/search", nil).invalid("query", "BASE_TYPE_REQUIRED")
	r.bot("GET", guild+"?with_counts=perhaps", nil).invalid("with_counts", "BOOLEAN_TYPE_CONVERT")
}

func TestAuditReason(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name, header, want string
		status             int
	}{
		{"plain", "tidying up", "tidying up", 200},
		{"URL-encoded", "gr%C3%BC%C3%9Fe%20%F0%9F%A6%A6", "grüße 🦦", 200},
		{"512 characters", strings.Repeat("x", 512), strings.Repeat("x", 512), 200},
		{"too long", strings.Repeat("x", 513), "", 400},
		{"not UTF-8", "%ff", "", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := r.request("POST", "/guilds/"+string(seedGuild)+"/roles", `{}`, "Bot "+r.srv.BotToken())
			req.Header.Set("X-Audit-Log-Reason", c.header)
			if a := r.send(req); a.status != c.status {
				t.Fatalf("status %d: %s", a.status, a.body)
			}
			if c.status != 200 {
				return
			}
			log := r.bot("GET", "/guilds/"+string(seedGuild)+"/audit-logs?limit=1", nil).ok(200)
			if got := log.get("audit_log_entries.0.reason").String(); got != c.want {
				t.Errorf("the log says %q, want %q", got, c.want)
			}
		})
	}
}

func TestInfo(t *testing.T) {
	r := newRig(t)
	info := r.srv.Info()
	if info.GuildID != seedGuild || info.ApplicationID != seedBot || info.BotToken != r.srv.BotToken() {
		t.Errorf("the info is %+v", info)
	}
	i := slices.IndexFunc(info.Users, func(u InfoUser) bool { return u.Name == "nathan" })
	if i < 0 {
		t.Fatal("the info does not list nathan")
	}
	if a := r.send(r.request("GET", "/users/@me", nil, info.Users[i].Token)).ok(200); a.id("id") != seedNathan {
		t.Errorf("nathan's token belongs to %s", a.body)
	}
	if !slices.ContainsFunc(info.Channels, func(c InfoChannel) bool { return c.Name == "general" && c.ID == seedGeneral }) {
		t.Errorf("the info does not list general: %v", info.Channels)
	}
}

func TestAnAddressThatIsTaken(t *testing.T) {
	r := newRig(t)
	taken := strings.TrimSuffix(strings.TrimPrefix(r.srv.APIURL(), "http://"), "/api/v10")
	for _, o := range []Options{{Addr: taken}, {CDNAddr: taken}} {
		if srv, err := Start(o); err == nil {
			srv.Close()
			t.Errorf("a second server listens with %+v", o)
		}
	}
}

func TestAddressesOfEveryInterfaceCanBeUsed(t *testing.T) {
	srv, err := Start(Options{Addr: "0.0.0.0:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	info := srv.Info()
	for _, address := range []string{info.APIURL, info.GatewayURL, info.CDNURL} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if ip := net.ParseIP(u.Hostname()); ip == nil || ip.IsUnspecified() {
			t.Errorf("nobody reaches %s", address)
		}
		conn, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
}
