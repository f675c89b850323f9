package rest

import (
	"encoding/json"
	"fmt"
	"strings"

	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
)

// checkLimits refuses what Discord would refuse of a message or a modal, before anything is sent. What Discord may have added since
// the catalogue was made, such as a new type of component, passes. The body stays encoded, so that this is done once.
func (b *builder) checkLimits() error {
	if b.req.Body == nil || !limits.Carries(b.op) {
		return nil
	}
	payload, err := encode(b.req.Body)
	if err != nil {
		return err
	}
	var body any
	if err := catalogue.DecodeBody(payload, &body); err != nil {
		return fmt.Errorf("request body: %w", err)
	}
	if f := limits.First(limits.CheckRequest(b.op, body, b.fileNames()), body); f != nil {
		return b.fail(f.Place(0), f.Message)
	}
	b.req.Body = json.RawMessage(payload)
	return nil
}

// fileNames are the names that the request's files will have as attachments; nil when one of them has characters that Discord may
// replace.
func (b *builder) fileNames() []string {
	names := []string{}
	for _, f := range b.req.Files {
		name := partName(f.Name)
		if strings.ContainsFunc(name, func(r rune) bool { return !plainInNames(r) }) {
			return nil
		}
		names = append(names, name)
	}
	return names
}

// plainInNames reports whether Discord keeps a character of a file's name.
func plainInNames(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_-.", r)
}
