// Package delivery is the voice server's side of DAVE: it proposes who joins and leaves a channel's group, checks which commit counts,
// and tells members when to change keys. It knows who is in the group at which leaf, and no secret of the group.
//
// A [Call] only computes, as the client's session does: each method gives back the messages to send. It has no timer: the caller
// executes transitions that a member does not answer for in time.
package delivery
