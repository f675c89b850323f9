package main

import (
	"fmt"
	goruntime "runtime"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints the version of cordial and of what it was built with.
func (versionCommand) Run(p *process) error {
	_, err := fmt.Fprintln(p.stdout, versionText())
	return err
}

func versionText() string {
	return fmt.Sprintf("cordial %s, %s, %s/%s", version(), goruntime.Version(), goruntime.GOOS, goruntime.GOARCH)
}

// version is the module's version, or the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value[:min(12, len(setting.Value))]
		}
	}
	return "development"
}
