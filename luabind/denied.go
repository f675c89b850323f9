package luabind

import (
	"errors"
	"net/url"
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
	denied := b.host.Denied(runtime.DenyNet, "downloading "+address)
	if denied == nil {
		return nil
	}
	to, err := url.Parse(address)
	if err != nil {
		return errors.Join(denied, err)
	}
	cdn := b.client.cdn
	if to.Scheme == "https" && slices.Contains(mediaHosts, to.Host) || cdn != discord.DefaultCDN && strings.HasPrefix(address, cdn+"/") {
		return nil
	}
	return denied
}

// mayPlay refuses to play files, or what is at an address, if scripts are denied it.
func (b *binding) mayPlay(what string) error {
	if audio.IsURL(what) {
		return b.host.Denied(runtime.DenyNet, "playing "+what)
	}
	return b.host.Denied(runtime.DenyIO, "playing "+what)
}

// mayWrite refuses to write a file if scripts are denied files. The script is not loaded anew because of one that it has written.
func (b *binding) mayWrite(path string) error {
	b.host.Wrote(path)
	return b.host.Denied(runtime.DenyIO, "writing "+path)
}
