//go:build unix

package calltest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice/audio"
)

// peopleProcess is the environment variable that makes a test process be the voice server and the crowd in its lounge.
const peopleProcess = "CORDIAL_TEST_PEOPLE"

// seatToken is what the bot gets into the crowd's call with.
const seatToken = "token"

// tally is what the process of the people answers to each command.
type tally struct {
	Endpoint  string        // of the voice server
	Said      uint64        // packets that all have said since they began to talk; exact when they are silent
	Processor time.Duration // what the process has used
}

// TestPeople is the process that BenchmarkCrowd starts, so that what the server and the speakers take of the processor does not count as the
// client's. It obeys the commands "seat", which gives the bot a seat, "talk", upon which everybody speaks without an end, "tally" and "hush".
func TestPeople(t *testing.T) {
	if os.Getenv(peopleProcess) == "" {
		t.Skip("runs in a process of its own, which BenchmarkCrowd starts")
	}
	server, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for _, user := range crowd() { // deaf, so that their ears cost nothing
		server.Admit(sandbox.Seat{Guild: guild, User: user, Channel: lounge, Person: true, Deaf: true})
	}
	people := &talkers{server: server, packets: encode(t, chatter(2*audio.SampleRate))}
	answers := json.NewEncoder(os.Stdout)
	for commands := bufio.NewScanner(os.Stdin); commands.Scan(); {
		switch commands.Text() {
		case "seat":
			server.Expel(guild, bot, discord.VoiceCloseDisconnected) // who sat there before
			server.Admit(sandbox.Seat{Guild: guild, User: bot, Channel: lounge, Session: "session", Token: seatToken})
		case "talk":
			people.talk(t)
		case "hush":
			people.hush()
		}
		answers.Encode(tally{server.Endpoint(0), people.said.Load(), processorTime(t)})
	}
	people.hush()
}

// talkers are people who all say the same, over and over.
type talkers struct {
	server  *sandbox.Server
	packets [][]byte
	hushed  atomic.Bool
	said    atomic.Uint64
	talking sync.WaitGroup
}

// talk has all people begin to speak at the same moment, which is how their packets come in the largest heaps.
func (p *talkers) talk(t *testing.T) {
	p.hushed.Store(false)
	p.said.Store(0)
	for _, user := range crowd() {
		p.talking.Go(func() {
			if err := p.server.Speak(t.Context(), user, &talker{talkers: p}); err != nil {
				t.Errorf("%s cannot speak: %v", user, err)
			}
			p.said.Add(silences)
		})
	}
}

// hush has everybody end with frames of silence, and waits for that.
func (p *talkers) hush() {
	p.hushed.Store(true)
	p.talking.Wait()
}

// talker is what one person says.
type talker struct {
	murmur
	*talkers
	next int
}

func (t *talker) NextPacket() ([]byte, error) {
	if t.hushed.Load() {
		return nil, io.EOF
	}
	t.next++
	t.said.Add(1)
	return t.packets[t.next%len(t.packets)], nil
}

// people is the process of the people, as the one that has started it sees it.
type people struct {
	commands io.Writer
	answers  *json.Decoder
}

// gather starts the process of the people.
func gather(b *testing.B) *people {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestPeople$")
	cmd.Env, cmd.Stderr = append(os.Environ(), peopleProcess+"=1"), os.Stderr
	commands, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Kill() // to have everybody leave takes longer, for the keys are changed each time
		cmd.Wait()         // always fails: the process was killed
	})
	return &people{commands, json.NewDecoder(answers)}
}

// ask gives a command.
func (p *people) ask(b *testing.B, command string) (t tally) {
	b.Helper()
	if _, err := fmt.Fprintln(p.commands, command); err != nil {
		b.Fatal(err)
	}
	if err := p.answers.Decode(&t); err != nil {
		b.Fatalf("no answer to %s: %v", command, err)
	}
	return t
}

// processorTime is what this process has used.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
