// Package calltest holds calls between bots and people through real sockets, and checks what recordings and listeners get of them. It has
// tests only: each of them needs several packages of voice at once, and the sandbox.
package calltest
