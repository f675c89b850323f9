package main

import (
	"fmt"
	"slices"
)

// amendments are fields that Discord documents and takes, and that its OpenAPI file lacks (interactions/application-commands:
// nsfw, and file_types of 2026-08-05; components/reference: file_types of uploads).
var amendments = map[string]entry[field]{
	"ApplicationCommandCreateRequest":       {"nsfw", field{T: "?boolean"}},
	"ApplicationCommandPatchRequestPartial": {"nsfw", field{T: "?boolean"}},
	"ApplicationCommandUpdateRequest":       {"nsfw", field{T: "?boolean"}},

	"ApplicationCommandAttachmentOption":         {"file_types", field{T: "?[]string", constraints: constraints{MaxItems: 10}}},
	"FileUploadComponentForModalRequest":         {"file_types", field{T: "?[]string", constraints: constraints{MaxItems: 10}}},
	"ApplicationCommandAttachmentOptionResponse": {"file_types", field{T: "[]string"}},
}

// amend adds the fields that the facts lack. It fails once the facts have one, so that it goes from here.
func (s *schemasFile) amend() error {
	for name, f := range amendments {
		amended, ok := s.Schemas[name]
		if !ok || slices.ContainsFunc(amended.F, func(have entry[field]) bool { return have.Key == f.Key }) {
			return fmt.Errorf("%s.%s is no longer missing from the facts: take it out of amend.go", name, f.Key)
		}
		amended.F = append(amended.F, f)
		s.Schemas[name] = amended
	}
	return nil
}
