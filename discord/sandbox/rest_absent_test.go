package sandbox

import "testing"

func TestWhatAGuildDoesNotHaveHere(t *testing.T) {
	r := newRig(t)
	equal(t, "rules", r.bot("GET", guildPath+"/auto-moderation/rules", nil).ok(200).get("#").Raw, "0")
	r.as("sam_rivera", "GET", guildPath+"/auto-moderation/rules", nil).refused(403, 50013)
	equal(t, "sounds", r.bot("GET", guildPath+"/soundboard-sounds", nil).ok(200).get("items").Raw, "[]")
	onboarding := r.as("sam_rivera", "GET", guildPath+"/onboarding", nil).ok(200)
	equal(t, "guild", onboarding.id("guild_id"), seedGuild)
	equal(t, "enabled", onboarding.get("enabled").Raw, "false")
	equal(t, "prompts", onboarding.get("prompts").Raw, "[]")
	r.bot("GET", guildPath+"/welcome-screen", nil).refused(404, 10069)
	r.as("sam_rivera", "GET", guildPath+"/welcome-screen", nil).refused(403, 50013)
	r.bot("GET", "/guilds/1/soundboard-sounds", nil).refused(404, 10004)
}
