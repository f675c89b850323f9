// Package voice keeps a bot connected to voice channels. A Manager joins channels through the gateway's events, and each Connection
// keeps its voice websocket and its UDP socket alive: it beats, resumes, follows moves and changes of the voice server, encrypts
// and decrypts, and ends only where every further try would end in the same way.
//
// What is heard comes to listeners as Opus packets, one by one as they arrive; package jitter puts them in order. What is said is
// given as Opus packets, whose pace is the caller's; package play keeps it.
//
// The protocol is version 8 of Discord's voice gateway, with end-to-end encryption by package dave.
package voice
