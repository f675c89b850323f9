//go:build unix

package main

import (
	"bufio"
	"io"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/sandbox"
)

const (
	chaosMessages = 10_000
	chaosRate     = 200 // messages in a second
	chaosRestarts = 3
	chaosFaults   = 15
)

// chaosBot prints each message that it has handled. Some handlers wait, so that some are at work when the process is stopped.
const chaosBot = `gateway.on("MESSAGE_CREATE", function(msg)
	if tonumber(msg.content) % 7 == 0 then sleep(0.05) end
	print(msg.content)
end)`

// TestChaos sends messages to a bot whose connection is dropped, goes dead, is told to reconnect and loses its session, at random, and
// whose process is stopped and started again. Every message is handled once. Only where Discord has taken the session away with op 9
// false may some be missing, those that were on their way, and the bot says so each time.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: it takes about a minute")
	}
	server, err := sandbox.Start(sandbox.Options{Gateway: &chaosLimits})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &chaos{t: t, server: server, script: script(t, chaosBot), state: t.TempDir(), handled: map[int]int{}, more: make(chan struct{}, 1)}
	c.start()
	faults := c.faults()
	tick := time.NewTicker(time.Second / chaosRate)
	defer tick.Stop()
	for n := range chaosMessages {
		switch {
		case n > 0 && n%(chaosMessages/(chaosRestarts+1)) == 0:
			c.restarts.Go(func() { c.stop(); c.start() })
		case n%(chaosMessages/chaosFaults) == chaosMessages/chaosFaults/2:
			c.strike(faults[0])
			faults = faults[1:]
		}
		c.say(n)
		<-tick.C
	}
	c.restarts.Wait()
	c.await("the last message", func() bool { return c.handled[chaosMessages-1] > 0 })
	c.stop()
	c.check()
}

// chaosLimits let the heart beat fast, so that a dead connection is soon noticed. But a bot that a busy machine makes wait is not taken
// for dead: that would cost it its session, like the faults that are counted.
var chaosLimits = func() sandbox.GatewayLimits {
	l := sandbox.DefaultGatewayLimits()
	l.Heartbeat, l.Silence = 500*time.Millisecond, time.Minute
	l.Frames.Count = 10_000 // beats count
	l.IdentifyWindow = 100 * time.Millisecond
	return l
}()

// chaos is a bot in a process of its own, and what it has said.
type chaos struct {
	t             *testing.T
	server        *sandbox.Server
	script, state string

	bot      *exec.Cmd
	output   sync.WaitGroup // who reads what the bot says
	restarts sync.WaitGroup
	taken    int // sessions that were taken away for good
	probes   int // the last of the messages below 0

	mu          sync.Mutex
	handled     map[int]int // how often, by the number of the message
	ready, lost int         // how often the bot said so
	talk        []string
	more        chan struct{} // the bot has said something
}

// start runs the bot and waits until it is ready.
func (c *chaos) start() {
	c.bot = exec.Command("cordial", "run", c.script)
	c.bot.Env = append(c.bot.Environ(), "DISCORD_BOT_TOKEN="+c.server.BotToken(), "CORDIAL_API_URL="+c.server.APIURL(), "CORDIAL_STATE_DIR="+c.state)
	stdout, err := c.bot.StdoutPipe()
	if err != nil {
		c.t.Error(err)
	}
	stderr, err := c.bot.StderrPipe()
	if err != nil {
		c.t.Error(err)
	}
	c.mu.Lock()
	before := c.ready
	c.mu.Unlock()
	if err := c.bot.Start(); err != nil {
		c.t.Error(err)
	}
	c.output.Go(func() { c.listen(stdout, c.note) })
	c.output.Go(func() { c.listen(stderr, c.hear) })
	c.await("the bot's start", func() bool { return c.ready > before })
}

// listen hands each line to take.
func (c *chaos) listen(r io.Reader, take func(line string)) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		c.mu.Lock()
		take(lines.Text())
		c.mu.Unlock()
		select {
		case c.more <- struct{}{}:
		default:
		}
	}
}

func (c *chaos) note(line string) {
	n, err := strconv.Atoi(line)
	if err != nil {
		c.t.Errorf("the bot printed %q", line)
	}
	c.handled[n]++
}

func (c *chaos) hear(line string) {
	c.talk = append(c.talk, line)
	if strings.HasPrefix(line, "ready: ") {
		c.ready++
	}
	if strings.Contains(line, "may be missing") {
		c.lost++
	}
}

// await waits until the bot has said what makes the condition true.
func (c *chaos) await(what string, met func() bool) {
	late := time.After(time.Minute)
	for {
		c.mu.Lock()
		done := met()
		c.mu.Unlock()
		if done {
			return
		}
		select {
		case <-c.more:
		case <-late:
			c.t.Errorf("waited in vain for %s", what)
			return
		}
	}
}

// stop asks the process to end and waits until it has.
func (c *chaos) stop() {
	if err := c.bot.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Error(err)
	}
	c.output.Wait()
	if err := c.bot.Wait(); err != nil {
		c.t.Errorf("the bot ended with %v", err)
	}
}

// faults are what happens to the connection, in an order that is another one every time.
func (c *chaos) faults() []sandbox.GatewayFault {
	seed := uint64(time.Now().UnixNano())
	c.t.Logf("seed %d", seed)
	var all []sandbox.GatewayFault
	for range chaosFaults / 5 {
		all = append(all, sandbox.GatewayFault{Kind: sandbox.FaultDrop}, sandbox.GatewayFault{Kind: sandbox.FaultNoAcks},
			sandbox.GatewayFault{Kind: sandbox.FaultReconnect}, sandbox.GatewayFault{Kind: sandbox.FaultInvalidSession, Resumable: true},
			sandbox.GatewayFault{Kind: sandbox.FaultInvalidSession})
	}
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// strike has a fault happen. A session is taken away while the bot is there, so that little is on its way, and the bot comes back before
// the next fault.
func (c *chaos) strike(f sandbox.GatewayFault) {
	if f.Kind != sandbox.FaultInvalidSession || f.Resumable {
		c.server.FaultGateway(f)
		return
	}
	c.restarts.Wait()
	c.reach()
	c.server.FaultGateway(f)
	c.taken++
	c.reach()
}

// reach sends messages that do not count until the bot has handled one at once.
func (c *chaos) reach() {
	for range 1000 {
		c.probes--
		c.say(c.probes)
		time.Sleep(100 * time.Millisecond)
		c.mu.Lock()
		back := c.handled[c.probes] > 0
		c.mu.Unlock()
		if back {
			return
		}
	}
	c.t.Error("the bot does not come back")
}

func (c *chaos) say(n int) {
	nathan, _ := c.server.World().UserNamed("nathan")
	if _, err := c.server.World().CreateMessage(sandbox.Actor{User: nathan.ID}, chaosChannel, sandbox.MessageParams{Content: strconv.Itoa(n)}); err != nil {
		c.t.Fatal(err)
	}
}

// chaosChannel is #general.
const chaosChannel = discord.Snowflake("1327046393453613079")

// check finds every message handled once, but for one gap at most for every session that was taken away.
func (c *chaos) check() {
	c.mu.Lock()
	defer c.mu.Unlock()
	gaps, missing, inGap := 0, 0, false
	for n := range chaosMessages {
		times := c.handled[n]
		if times > 1 {
			c.t.Errorf("message %d was handled %d times", n, times)
		}
		if times == 0 {
			missing++
			if !inGap {
				gaps++
			}
		}
		inGap = times == 0
	}
	c.t.Logf("%d messages missing in %d gaps, %d sessions taken away, %d reported as lost", missing, gaps, c.taken, c.lost)
	if missing > chaosMessages/20 {
		c.t.Errorf("%d messages are missing: too many to have been on their way", missing)
	}
	if gaps > c.taken || c.lost != c.taken {
		c.t.Errorf("%d gaps and %d reports of lost sessions, for %d sessions taken away", gaps, c.lost, c.taken)
	}
	if c.t.Failed() {
		c.t.Log(strings.Join(c.talk, "\n"))
	}
}
