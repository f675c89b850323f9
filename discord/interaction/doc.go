// Package interaction holds what a bot needs for application commands and the interactions that they and components cause: the
// comparison of declared commands with those that Discord has ([Diff]), the answer to one interaction ([Responder]), what a person
// chose and typed in ([Options], [Selected], [Fields]), patterns for custom_ids ([Pattern]) and cooldowns ([Cooldown]).
package interaction
