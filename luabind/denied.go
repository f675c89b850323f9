package luabind

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/runtime"
)

// mediaHosts are where Discord keeps files.
var mediaHosts = []string{"cdn.discordapp.com", "media.discordapp.net"}

// mayDownload refuses other servers than those that keep Discord's files, if scripts are denied them: the address of an attachment is a
// field, which a script can set.
func (b *binding) mayDownload(address string) error {
	denied := b.host.Denied(runtime.DenyNet, "downloading "+nameOf(address))
	if denied == nil {
		return nil
	}
	to, err := url.Parse(address)
	if err != nil {
		return denied
	}
	cdn := b.client.cdn
	if to.Scheme == "https" && slices.Contains(mediaHosts, to.Host) || cdn != discord.DefaultCDN && strings.HasPrefix(address, cdn+"/") {
		return nil
	}
	return denied
}

// nameOf is the file at an address and where that is, for errors: an attachment's address has a signature, which lets others have the file.
func nameOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "a file from an address that is none"
	}
	return path.Base("/"+u.EscapedPath()) + " from " + u.Host
}

// mayPlay refuses to play files, or what is at an address, if scripts are denied it.
func (b *binding) mayPlay(what string) error {
	if audio.IsURL(what) {
		return b.host.Denied(runtime.DenyNet, "playing "+nameOf(what))
	}
	return b.host.Denied(runtime.DenyIO, "playing "+what)
}

// mayWrite refuses to write a file if scripts are denied files. The script is not loaded anew because of one that it has written.
func (b *binding) mayWrite(path string) error {
	b.host.Wrote(path)
	return b.host.Denied(runtime.DenyIO, "writing "+path)
}
