package audio

import (
	"os/exec"
	"syscall"
)

// standApart keeps a process that is to be started out of this one's group, to which a console sends Ctrl-C.
func standApart(process *exec.Cmd) {
	process.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
