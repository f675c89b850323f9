// Package ogg reads and writes Ogg Opus: Opus packets in Ogg pages (RFC 3533, RFC 7845). It looks at no packet's inside but the
// two headers'.
package ogg
