// Package luabind is where Lua and Discord meet: it declares the client, the objects and their methods to a host. Each method is a
// thin layer over an operation of package rest; what is more than that lives in package rest or discord, so that Go programs have it too.
package luabind
