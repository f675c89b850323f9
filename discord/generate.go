package discord

// The tables of this package and of rest/catalogue come from Discord's published facts; CORDIAL_FACTS names the folder that
// holds endpoints.json, schemas.json and enums.json.
//go:generate go run ./internal/gen -facts $CORDIAL_FACTS
