package web

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
)

// names is a name server. A name with several lists of addresses gives one after the other, the last again and again.
type names struct {
	mu        sync.Mutex
	addresses map[string][][]string
	asked     []string
}

// resolver asks n over a connection in memory.
func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go n.serve(server) // until the resolver closes its end
		return client, nil
	}}
}

func (n *names) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		answer := n.answer(query)
		conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
	}
}

// answer answers a query with one question (RFC 1035, 4.1).
func (n *names) answer(query []byte) []byte {
	var labels []string
	at := 12
	for query[at] != 0 {
		end := at + 1 + int(query[at])
		labels = append(labels, string(query[at+1:end]))
		at = end
	}
	kind := binary.BigEndian.Uint16(query[at+1:])
	question := query[12 : at+5]
	addresses, known := n.lookup(strings.Join(labels, "."), kind)
	var records []byte
	count := 0
	for _, address := range addresses {
		data := address.AsSlice()
		if (kind == 1) == (len(data) == 4) {
			records = append(records, 0xc0, 12, byte(kind>>8), byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(len(data)))
			records = append(records, data...)
			count++
		}
	}
	head := []byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, byte(count), 0, 0, 0, 0}
	if !known {
		head[3] = 0x83
	}
	return append(append(head, question...), records...)
}

// lookup gives the addresses of a name; the answer for IPv4 counts as one.
func (n *names) lookup(name string, kind uint16) (addresses []netip.Addr, known bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name = strings.ToLower(name)
	lists, known := n.addresses[name]
	if !known {
		return nil, false
	}
	if kind == 1 {
		n.asked = append(n.asked, name)
		if len(lists) > 1 {
			n.addresses[name] = lists[1:]
		}
	}
	for _, text := range lists[0] {
		addresses = append(addresses, netip.MustParseAddr(text))
	}
	return addresses, true
}
