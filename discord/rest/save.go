package rest

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"

	"cordial/discord"
)

var errPipe = errors.New("nothing can be saved to a named pipe")

// Save is Download into a file, and gives its path. In a directory, the file gets the last part of the address, made safe, as its
// name. An ordinary file appears, or takes the place of an older one, when it is complete; a device or a link is written to as it stands. A
// named pipe is refused, because opening one waits for a reader without end.
func (c *Client) Save(ctx context.Context, address, name string) (string, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		u, err := parseAddress(address)
		if err != nil {
			return "", err
		}
		name = filepath.Join(name, discord.SafeFileName(path.Base(u.Path)))
	}
	save := c.saveBeside
	if info, err := os.Stat(name); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		return "", fileError(name, errPipe)
	}
	if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() {
		save = c.saveInPlace
	}
	if err := save(ctx, address, name); err != nil {
		return "", err
	}
	return name, nil
}

func (c *Client) saveInPlace(ctx context.Context, address, name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return fileError(name, err)
	}
	return c.saveTo(ctx, address, f, name)
}

// saveBeside writes a file that becomes name when it is complete. Unlike os.CreateTemp it leaves the mode to the umask.
func (c *Client) saveBeside(ctx context.Context, address, name string) error {
	f, err := os.OpenFile(name+"."+newNonce()[:8]+".part", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fileError(name, err)
	}
	if err = c.saveTo(ctx, address, f, name); err == nil {
		if err = os.Rename(f.Name(), name); err == nil {
			return nil
		}
		err = fileError(name, err)
	}
	if removing := os.Remove(f.Name()); removing != nil {
		return errors.Join(err, removing)
	}
	return err // as it is, so that callers find out what it is
}

// saveTo downloads into f and closes it; name is what its errors call it.
func (c *Client) saveTo(ctx context.Context, address string, f *os.File, name string) error {
	_, err := c.Download(ctx, address, f)
	if closing := f.Close(); err == nil && closing != nil {
		err = fileError(name, closing)
	}
	return err
}
