package attach

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxPath bounds the path of a socket: systems have room for 104 to 108 bytes.
const maxPath = 100

// The name of a socket: that of the script, a dash, the process's number, and
// the ending.
const (
	ending   = ".sock"
	leastFor = 8 // bytes of the script's name
	maxPID   = 10
)

// Place says where sockets lie.
type Place struct {
	State string // the folder for what is kept between runs, an absolute path
	Temp  string // the system's folder for temporary files
}

// Dir is the folder of the sockets: one in the state folder, or, if the paths
// of sockets would be too long there, a short one among the temporary files.
func (p Place) Dir() (dir string, short bool) {
	dir = filepath.Join(p.State, "attach")
	if roomFor(dir) >= leastFor {
		return dir, false
	}
	sum := sha256.Sum256([]byte(p.State))
	return filepath.Join(p.Temp, "cordial-"+hex.EncodeToString(sum[:6])), true
}

// roomFor is how many bytes of a script's name have room in a socket's path.
func roomFor(dir string) int { return maxPath - len(dir) - len("/.-") - maxPID - len(ending) }

// make makes the folder, which nobody else may look into.
func (p Place) make() (dir string, err error) {
	dir, short := p.Dir()
	if roomFor(dir) < 1 {
		return "", fmt.Errorf("the path %s is too long for a socket", dir)
	}
	if !short {
		if err := os.MkdirAll(p.State, 0o700); err != nil {
			return "", err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := checkOwner(dir)
	if err == nil && info.Mode().Perm() != 0o700 {
		err = os.Chmod(dir, 0o700)
	}
	return dir, err
}

// checkOwner refuses a folder that somebody else has made, perhaps to be
// talked to in place of a script.
func checkOwner(dir string) (fs.FileInfo, error) {
	info, err := os.Lstat(dir) // a link could lead anywhere
	if err == nil && (!info.IsDir() || !owned(info)) {
		err = fmt.Errorf("%s is not a folder of yours", dir)
	}
	return info, err
}

// socketName is the name of a script's socket.
func socketName(dir, script string, pid int) string {
	name := strings.Map(func(r rune) rune {
		if r < 128 && (r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') {
			return r
		}
		return '_'
	}, script)
	return name[:min(len(name), roomFor(dir))] + "-" + strconv.Itoa(pid) + ending
}

// listen opens the socket of a script. It appears under its name when others
// can connect to it: one to which nobody listens belongs to a dead process.
func (p Place) listen(script string, pid int) (l *net.UnixListener, path string, err error) {
	dir, err := p.make()
	if err != nil {
		return nil, "", err
	}
	name := socketName(dir, script, pid)
	path, hidden := filepath.Join(dir, name), filepath.Join(dir, "."+name)
	if err := os.Remove(hidden); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, "", err
	}
	l, err = net.ListenUnix("unix", &net.UnixAddr{Name: hidden, Net: "unix"})
	if err != nil {
		return nil, "", err
	}
	l.SetUnlinkOnClose(false) // it has another name by then
	if err = os.Chmod(hidden, 0o600); err == nil {
		err = os.Rename(hidden, path)
	}
	if err != nil {
		return nil, "", errors.Join(err, l.Close(), os.Remove(hidden))
	}
	return l, path, nil
}
