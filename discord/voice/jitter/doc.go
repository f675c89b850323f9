// Package jitter puts the packets of one speaker back in order and says where on the wall clock each of them was spoken.
//
// A Ring holds packets for a short while, so that those which come late find their place. It gives frames in the order of their
// sequence numbers: packets, and frames that stand for lost ones. A gap in sequence with a gap in time is loss; a gap in time alone is
// silence, for which nothing is given. Sequence numbers and timestamps wrap (RFC 3550, section 5.1), and start anew with a new SSRC or
// after a jump; neither shows in the frames but for Frame.Restart.
package jitter
