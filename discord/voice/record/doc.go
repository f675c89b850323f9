// Package record writes what is said in a voice channel to files: one track for each speaker, all of them from the same start and of
// the same length, so that they can be laid side by side in any editor.
//
// Start begins a recording, Recorder.Packet feeds it, Recorder.Stop ends it. The packets are written as they came to .ogg, which needs
// no decoding, and decoded to .wav, .flac and .mp3. Beside the tracks lies a manifest, a JSON file that says who spoke when and what was
// lost on the way; Recording.Report makes a page of it for people. Everything is written while it happens: a process that is killed
// leaves files that play, and lack the last second at most.
//
// Listen cuts the same packets into clips instead, one for each stretch of speech, as transcription wants them.
package record
