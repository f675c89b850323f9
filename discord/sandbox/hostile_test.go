package sandbox

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestHostileBodies(t *testing.T) {
	r := newRig(t)
	nested := func(depth int, open, inside, end string) string {
		return strings.Repeat(open, depth) + inside + strings.Repeat(end, depth)
	}
	for _, c := range []struct {
		name, path, body string
		status, code     int
	}{
		{"many values", generalMessages, `{"embeds":[` + strings.Repeat("1,", maxCommas+1) + `1]}`, 413, 40005},
		{"a list that is too long", generalMessages, `{"embeds":[` + strings.Repeat("1,", 100) + `1]}`, 400, 50035},
		{"deep lists", generalMessages, strings.Repeat("[", 100_000), 400, 50109},
		{"deep objects", generalMessages, nested(5000, `{"embeds":`, "1", "}"), 400, 50035},
		{"deep components", generalMessages, nested(2000, `{"components":[{"type":17,"components":[`, "", "]}]}"), 400, 50035},
		{"deep unknown members", generalMessages, `{"content":"x","x":` + nested(9000, `{"a":`, "1", "}") + `}`, 200, 0},
		{"too many bytes", generalMessages, `{"content":"` + strings.Repeat("x", maxJSON) + `"}`, 413, 40005},
		{"text that is not UTF-8", generalMessages, "{\"content\":\"\xff\"}", 400, 50109},
		{"the same key twice", generalMessages, `{"content":"a","content":"b"}`, 200, 0},
		{"half a character", generalMessages, `{"content":"\ud800"}`, 200, 0},
		{"a number without end", generalMessages, `{"content":"x","flags":1e999999999}`, 400, 50035},
		{"an integer beyond 64 bits", generalMessages, `{"content":"x","flags":99999999999999999999}`, 400, 50035},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a := r.bot("POST", c.path, c.body); a.status != c.status || c.code != 0 && a.get("code").Int() != int64(c.code) {
				t.Errorf("%d %.200s, want %d with code %d", a.status, a.body, c.status, c.code)
			}
		})
	}
}

func TestHostilePaths(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		target string
		status int
	}{
		{"//api/v10/users/@me", 404}, {"/api/v10//users/@me", 404}, {"/api/v10/users//@me", 404}, {"/api/v10/users%2F@me", 404}, {"/api/v10/users/../guilds", 404},
		{"/api/v10/users/%zz", 400}, {"/api/v10/users/%00", 400}, {"/api/v10/users/" + strings.Repeat("9", 30), 400}, {"*", 404},
		{"/api/v10/users/@me?" + strings.Repeat("a=1&", 20_000), 200}, {"/api/v10/users/@me?" + strings.Repeat("a=1&", 400_000), 431},
		{"/api/v10/invites/..%2F..%2Fx", 404},
	} {
		res := r.raw("GET " + c.target + " HTTP/1.1\r\n" + r.rawHeader() + "\r\n")
		if res.StatusCode != c.status {
			t.Errorf("%.60s: %s, want %d", c.target, res.Status, c.status)
		}
	}
}

func TestBodiesThatAreNotWhatTheyAnnounce(t *testing.T) {
	r := newRig(t)
	post := "POST /api/v10" + generalMessages + " HTTP/1.1\r\n" + r.rawHeader() + "Content-Type: application/json\r\n"
	for _, c := range []struct {
		name, request string
		status        int
	}{
		{"in chunks", "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"content\":\"in c\r\n7\r\nhunks\"}\r\n0\r\n\r\n", 200},
		{"in broken chunks", "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
		{"shorter", "Content-Length: 100\r\n\r\n{\"content\":\"x\"}", 400},
		{"longer", "Content-Length: 5\r\n\r\n{\"content\":\"x\"}", 400},
		{"two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}", 400},
		{"more than anybody wants", "Content-Length: 12000000\r\n\r\n" + strings.Repeat(" ", 12_000_000), 413},
	} {
		if res := r.raw(post + c.request); res.StatusCode != c.status {
			t.Errorf("%s: %s, want %d", c.name, res.Status, c.status)
		}
	}
}

func TestHostileForms(t *testing.T) {
	r := newRig(t)
	part := func(name, filename, content string) string {
		return fmt.Sprintf("--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n%s\r\n", name, filename, content)
	}
	for _, c := range []struct {
		name, form string
		status     int
		files      string // the names that come of it
	}{
		{"no payload_json", part("files[0]", "a.txt", "x"), 200, `["a.txt"]`},
		{"a gap", part("files[0]", "a.txt", "x") + part("files[7]", "b.txt", "y"), 200, `["a.txt","b.txt"]`},
		{"a quote", part("files[0]", `a\"b.txt`, "x"), 200, `["ab.txt"]`},
		{"a newline", part("files[0]", "a%0D%0AX: y", "x"), 200, `["a0D0AX_y"]`},
		{"a path", part("files[0]", "../../etc/passwd", "x"), 200, `["passwd"]`},
		{"a name that is not UTF-8", part("files[0]", "\xff\xfe", "x"), 200, `["unknown"]`},
		{"an endless number", part("files[99999999999999999999]", "a", "x"), 200, `["a"]`},
		{"eleven files", strings.Repeat(part("files[0]", "a", "x"), 11), 400, ""},
		{"a hundred parts", strings.Repeat(part("x", "", "x"), 100), 400, ""},
		{"a part without a name", "--b\r\nX: y\r\n\r\nx\r\n", 400, ""},
		{"a payload of 2 MB", part("payload_json", "", strings.Repeat(" ", 2<<20)), 413, ""},
		{"a file of 11 MB", part("files[0]", "a", strings.Repeat("x", 11<<20)), 413, ""},
		{"36 MB", strings.Repeat(part("files[0]", "a", strings.Repeat("x", 9<<20)), 4), 413, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := r.request("POST", generalMessages, c.form+"--b--\r\n", "Bot "+r.srv.BotToken())
			req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			a := r.send(req)
			if got := a.get("attachments.#.filename").Raw; a.status != c.status || got != c.files {
				t.Errorf("%d with files %s: %.200s", a.status, got, a.body)
			}
		})
	}
	req := r.request("POST", generalMessages, part("files[0]", "a", "never ends"), "Bot "+r.srv.BotToken())
	req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	r.send(req).refused(400, 50109)
}

func (r *rig) rawHeader() string {
	return "Host: x\r\nUser-Agent: raw\r\nAuthorization: Bot " + r.srv.BotToken() + "\r\n"
}

// raw sends bytes as they are, ends its side, and reads the answer.
func (r *rig) raw(request string) *http.Response {
	r.Helper()
	conn, err := net.Dial("tcp", r.srv.api.listener.Addr().String())
	r.must(err)
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil && !strings.Contains(request, "a=1&") {
		r.Fatal(err)
	}
	r.must(conn.(*net.TCPConn).CloseWrite())
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	r.must(err)
	return res
}
