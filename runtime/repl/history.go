package repl

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// historyLimit bounds the lines that are kept.
const historyLimit = 1000

// history is the file of lines that were typed, oldest first. No secret enters
// it: redact takes them out of a line first.
type history struct {
	path   string // "" keeps nothing
	redact func(string) string
}

// load returns the newest lines, and shortens the file when it holds many more.
func (h history) load() ([]string, error) {
	if h.path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(h.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	if len(lines) <= historyLimit {
		return lines, nil
	}
	kept := lines[len(lines)-historyLimit:]
	if len(lines) > 2*historyLimit {
		err = h.rewrite(kept)
	}
	return kept, err
}

// rewrite replaces the file at once, so that a shell that is ended meanwhile
// leaves the old one.
func (h history) rewrite(lines []string) error {
	temporary, err := os.CreateTemp(filepath.Dir(h.path), "history-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	var b bytes.Buffer
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	_, err = temporary.Write(b.Bytes())
	if err = errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), h.path)
}

// add appends line and returns it as it was kept, "" when it was not.
func (h history) add(line string) (string, error) {
	line = strings.TrimSpace(h.redact(line))
	if line == "" || h.path == "" {
		return line, nil
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return line, err
	}
	file, err := os.OpenFile(h.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return line, err
	}
	_, err = file.WriteString(line + "\n")
	return line, errors.Join(err, file.Close())
}

// asLine writes a chunk of several lines as one, so that a whole loop comes
// back with one key. It gives "" for a chunk of one line, and for one that has
// comments or long texts, which end with their lines.
func asLine(chunk string) string {
	lines := strings.Split(strings.TrimSpace(chunk), "\n")
	if len(lines) < 2 || strings.Contains(chunk, "--") || strings.Contains(chunk, "[[") || strings.Contains(chunk, "[=") {
		return ""
	}
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, " ")
}
