package luabind

import (
	"log/slog"
	"net/http"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/runtime"
	"cordial/runtime/bind"
	"cordial/runtime/term"
)

// Options say what the surroundings of a host are like.
type Options struct {
	// Sandbox is the sandbox that the client talks to, nil for Discord itself. With it scripts have the module sandbox.
	Sandbox *sandbox.Server

	// Token is what discord.client takes when the script names none.
	Token string

	// Guard keeps back what scripts are not to do to Discord; it is that of the client, and those that scripts make get it too. nil
	// keeps nothing back.
	Guard *rest.Guard

	// Columns is the width of the terminal that lists are drawn for, in cells. Without it they print as Markdown.
	Columns func() int

	// Confirm asks a person a question that can be answered with yes; nil for nobody to ask, which counts as yes.
	Confirm func(question string) bool

	// HTTP opens the connections to Discord, but for those of the client itself; nil for the defaults of their packages.
	HTTP *http.Client

	// TestClock moves the time of a test, for sandbox.clock; nil outside of tests.
	TestClock TestClock

	// StartGateway starts the gateway by itself once a script has handlers, and says when the bot is ready.
	StartGateway bool

	// Interactive says that a person sits at the shell, who is told of a lost gateway and can go on without it. Otherwise the host fails.
	Interactive bool

	// GatewayURL is the gateway's address, "" for the one that the API names.
	GatewayURL string

	// Events, if it is not nil, lets others look on at the events of the gateway.
	Events *Events

	// StateDir is where the gateway keeps its sessions over a restart, "" for nowhere.
	StateDir string

	// Name is what tells the script from others that use the StateDir: a restart goes on with the sessions of its own. People are told of
	// another process that runs it, unless it is "".
	Name string

	// Shards are those that this process runs.
	Shards Shards

	// Screen is where progress bars are drawn; nil for nowhere.
	Screen *term.Screen

	// Logger is for the clients that scripts make.
	Logger *slog.Logger
}

// Shards are the shards of a process: all of Total, or those with the IDs. Without a Total there are as many as Discord recommends.
type Shards struct {
	Total int
	IDs   []int
}

// binding is what the declarations of one host share.
type binding struct {
	host    *runtime.Host
	r       *bind.Registry
	opts    Options
	classes map[discord.Kind]bool // the kinds with a class of their own
	lists   listMeta
	client  *client     // dc
	gateway *luaGateway // gateway
	bot     *bot        // bot
	voice   *luaVoice   // voice
	answers answers     // to interactions
}

// Install declares Discord to a host: the global dc for the client, the module discord, and the classes of Discord's objects.
func Install(h *runtime.Host, c *rest.Client, opts Options) error {
	b := &binding{host: h, r: h.Registry(), opts: opts, classes: map[discord.Kind]bool{}}
	b.lists = listMeta{b: b, meta: map[discord.Kind]*lua.LTable{}}
	b.r.Convert(b.convertError)
	b.r.Topic(schemaTopic)
	classes := []bind.Class{
		errorClass(), clientErrorClass(), permissionsClass(), treeClass(), b.objectClass(), b.guildClass(), b.channelClass(), b.threadClass(), b.messageClass(),
		b.attachmentClass(), b.userClass(), b.memberClass(), b.roleClass(), b.webhookClass(), b.inviteClass(), b.emojiClass(), b.stickerClass(), b.eventClass(), b.clientClass(),
		eventClass(), subscriptionClass(), b.gatewayClass(),
		b.voiceClass(), b.voiceClientClass(), voiceHandlerClass(), b.playbackClass(), b.recordingClass(), b.trackClass(), b.clipClass(),
		b.interactionClass(), b.commandsClass(), handlerClass(), errorEntryClass(), b.botClass(),
	}
	for _, class := range append(classes, b.eventDataClasses()...) {
		b.r.AddClass(class)
		b.classes[discord.Kind(class.Name)] = true
	}
	b.r.AddModule(b.discordModule())
	b.r.AddModule(uiModule())
	cdn := discord.DefaultCDN
	if opts.Sandbox != nil {
		cdn = opts.Sandbox.CDNURL()
		for _, class := range []bind.Class{b.sandboxUserClass(), b.sandboxReplyClass(), b.sandboxModalClass()} {
			b.r.AddClass(class)
		}
		b.r.AddModule(b.sandboxModule(opts.Sandbox))
	}
	b.client = &client{b: b, rest: c, token: opts.Token, cdn: cdn}
	b.r.Singleton("dc", "Client", b.client)
	b.voice = b.newVoice() // before the gateway: at the end it leaves while there is one
	b.r.Singleton("voice", "Voice", b.voice)
	b.gateway = b.newGateway(b.client)
	b.voice.meet(b.gateway)
	if opts.Events != nil {
		opts.Events.of.Store(b.gateway)
	}
	b.r.Singleton("gateway", "Gateway", b.gateway)
	b.r.AddFunc(b.eventsFunc())
	b.answers.b = b
	b.bot = b.newBot()
	b.r.Singleton("bot", "Bot", b.bot)
	return nil
}

// confirm asks before something that cannot be undone.
func (b *binding) confirm(c *bind.Call, question string) bool {
	ask := func(waiter) bool { return b.opts.Confirm(question) }
	if console := b.host.Console(); console != nil {
		ask = func(w waiter) bool { return console.Confirm(w, question) }
	} else if b.opts.Confirm == nil {
		return true
	}
	yes, err := wait(c, func(w waiter) (bool, error) { return ask(w), nil })
	return err == nil && yes
}

// columns is the width of the terminal that the code which runs prints to; nil for none.
func (b *binding) columns() func() int {
	if console := b.host.Console(); console != nil {
		if console.Columns() == 0 {
			return nil
		}
		return console.Columns
	}
	return b.opts.Columns
}
