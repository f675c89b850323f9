// Package discord holds what every part of a Discord client shares: objects read lazily from JSON, snowflakes, permissions, enums
// and the way objects and lists print. Requests are in package rest, and a Discord of one's own is in package sandbox.
package discord
