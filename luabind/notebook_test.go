package luabind_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordial/luabind"
)

// readme is a file as long as the one that the seed document sends, with the same beginning.
var readme = "# cordslite 🍺\n" + strings.Repeat("otter\n", 4690) + "123456"

func newTransport() *http.Client {
	return &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
}

// notebook is what the seed document shows, in its order. NEW stands for the id of a message that was just sent, and TODAY for its day.
const notebook = `Guild(id=1327046393453613076, name="natedog's server")
| ID | Name | Type |
|---|---|---|
| 1327046393453613077 | Text Channels | 4 |
| 1327046393453613078 | Voice Channels | 4 |
| 1327046393453613079 | general | 0 |
| 1327046393453613080 | General | 2 |
| 1327954661960978512 | private | 0 |
Channel(id=1327046393453613079, name='general', type=0)
| ID | Author | Content | Date |
|---|---|---|---|
| 1494381457928618014 | DBuddy | I'm replying to myself 🤓 | 2026-04-16 |
| 1494381464177999893 | DBuddy | Here is a file! | 2026-04-16 |
| 1494381474240270511 | DBuddy | Test our event listener! Otters are awesome 🦦 | 2026-04-16 |
| 1494381547586064515 | DBuddy | Houston, do we have a problem? | 2026-04-16 |
| 1494381604842504372 | DBuddy | Did we re-identify? | 2026-04-16 |
| ID | Author | Content | Date |
|---|---|---|---|
| 1494381604842504372 | DBuddy | Did we re-identify? | 2026-04-16 |
| 1494381547586064515 | DBuddy | Houston, do we have a problem? | 2026-04-16 |
| 1494381474240270511 | DBuddy | Test our event listener! Otters are awesome 🦦 | 2026-04-16 |
| 1494381464177999893 | DBuddy | Here is a file! | 2026-04-16 |
| 1494381457928618014 | DBuddy | I'm replying to myself 🤓 | 2026-04-16 |
JEREMY
nathan, SearchBuddy, DBuddy, Dizcord Util Bot, Search Agent
Message(id=NEW, author='DBuddy', content='Hi, from Solveit!')
Message(id=NEW, author='DBuddy', content="I'm replying to myself 🤓")
Channel(id=1327046393453613079, name='general', type=0)
Message(id=NEW, author='DBuddy', content='Here is a file!')
| ID | Author | Content | Date |
|---|---|---|---|
| NEW | DBuddy | Here is a file! | TODAY |
[Attachment(filename='README.md', size=28163, type=text/markdown; charset=utf-8)]
# cordslite 🍺
| ID | Name | Joined | Roles |
|---|---|---|---|
| 346450717025894400 | nathan | 2025-01-09 | 0 |
| 1327047896436178954 | SearchBuddy | 2025-01-09 | 1 |
| 1361823507679543306 | DBuddy | 2025-04-15 | 1 |
| 1448038710229733398 | Dizcord Util Bot | 2025-12-09 | 1 |
| 1467222191182712986 | Search Agent | 2026-01-31 | 1 |
true
Thread(id=NEW, name='About the file', type=11)
3
`

func TestNotebookShowsWhatTheDocumentShows(t *testing.T) {
	if len(readme) != 28163 {
		t.Fatalf("the file is %d bytes long", len(readme))
	}
	source, err := os.ReadFile("../examples/notebook.lua")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	writeFiles(t)
	var out bytes.Buffer
	h, _ := newHost(t, &out, luabind.Options{})
	if err := h.RunString(context.Background(), "notebook.lua", string(source)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(notebook, forgetNew(out.String())); diff != "" {
		t.Error(diff)
	}
}

// jeremy is the table of jeremyhoward's messages, which the document does not show.
var jeremy = regexp.MustCompile(`(?m)(^\| ID .*\n\|---.*\n)(\| \d+ \| jeremyhoward \| .* \|\n){5}`)

// forgetNew replaces ids and days that differ with every run.
func forgetNew(output string) string {
	output = jeremy.ReplaceAllString(output, "JEREMY\n")
	output = strings.ReplaceAll(output, time.Now().UTC().Format(time.DateOnly), "TODAY")
	known := regexp.MustCompile(`^(13|14[0-8]|149438|34)`)
	return regexp.MustCompile(`\b\d{17,}\b`).ReplaceAllStringFunc(output, func(id string) string {
		if known.MatchString(id) {
			return id
		}
		return "NEW"
	})
}

// gatewayNotebook is what the gateway and bot parts of the document show, with what a shell would show of the values besides.
const gatewayNotebook = `Gateway(state='stopped', intents=33281)
{d = 5, op = 1}

READY
GUILD_CREATE
DBuddy: Test our event listener! Otters are awesome 🦦
DBuddy: Houston, do we have a problem?
DBuddy: Did we re-identify?
Bot(cmds=['echo'])
DBuddy: You said: hello world
error
command err
`

func TestGatewayNotebook(t *testing.T) {
	source, err := os.ReadFile("../examples/gateway.lua")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	h, _ := newHost(t, &out, luabind.Options{})
	if err := h.RunString(t.Context(), "gateway.lua", string(source)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(gatewayNotebook, out.String()); diff != "" {
		t.Error(diff)
	}
}
