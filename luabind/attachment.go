package luabind

import (
	"errors"

	"cordial/discord"
	"cordial/runtime/bind"
)

// fetchMost bounds what fetch holds in memory unless the script says otherwise, in bytes.
const fetchMost = 64 << 20

func (b *binding) attachmentClass() bind.Class {
	return bind.Class{
		Name: string(discord.KindAttachment), Parent: string(discord.KindObject),
		Doc:     "A file on a message.",
		Methods: b.downloads(`msg.attachments[1]:save("downloads/")`, func(o *ref) string { return o.Str("url") }),
	}
}

// downloads are the methods of an object that stands for a file at an address.
func (b *binding) downloads(example string, address func(o *ref) string) []bind.Func {
	return []bind.Func{
		{
			Name: "fetch", Doc: "Downloads the file into memory. Large files are better saved.", Returns: "string",
			Params: []bind.Param{{Name: "max", Type: bind.Integer, Named: true, Default: fetchMost, Doc: "refuse more bytes than this"}},
			Call: method(func(c *bind.Call, o *ref) (any, error) {
				url, most := address(o), int64(c.Int("max"))
				if err := b.mayDownload(url); err != nil {
					return nil, err
				}
				return wait(c, func(w waiter) ([]byte, error) { return o.client.rest.Fetch(w, url, most) })
			}),
		},
		{
			Name: "save", Doc: "Downloads the file to a path. In a directory it takes the file's own name, made safe.", Returns: "string, the path",
			Params: []bind.Param{{Name: "path", Type: bind.String, Default: "."}}, Example: example,
			Call: method(func(c *bind.Call, o *ref) (any, error) {
				url, path := address(o), c.String("path")
				if err := errors.Join(b.mayWrite(path), b.mayDownload(url)); err != nil {
					return nil, err
				}
				saved, err := wait(c, func(w waiter) (string, error) { return o.client.rest.Save(w, url, path) })
				b.host.Wrote(saved)
				return saved, err
			}),
		},
	}
}
