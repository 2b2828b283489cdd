package watch

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// socket is what the kernel tells of one, sock_diag(7).
type socket struct {
	peer      uint64 // the inode of the socket at the other end; 0 is not known
	exclusive bool   // nobody but who has the peer can let it receive
	datagram  bool
	pending   []uint64 // who has connected to it and was not accepted
	unread    uint32   // bytes that have come
	unsent    uint32   // bytes that its peer has not read, or for TCP not got
}

// sockets are those of this process's network namespace, by inode.
type sockets struct {
	byInode map[uint64]socket
	byName  map[string]uint64 // those of datagrams
}

// readSockets asks for all Unix sockets, and for those of TCP that listen, or whose both ends are here.
func readSockets() *sockets {
	s := &sockets{map[uint64]socket{}, map[string]uint64{}}
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return s
	}
	defer unix.Close(fd)
	s.unix(fd)
	t := tcp{found: map[ends]uint64{}, listeners: map[uint16][]listener{}}
	t.read(s, fd, unix.AF_INET)
	t.read(s, fd, unix.AF_INET6)
	t.join(s)
	return s
}

// The attributes of a Unix socket, linux/unix_diag.h, each with its bit in the request.
const (
	diagName   = 0
	diagPeer   = 2
	diagIcons  = 3
	diagQueues = 4
)

// The states of TCP, which Unix sockets use too.
const (
	established = 1
	listening   = 10
)

// unix reads struct unix_diag_msg: u8 family, type, state, pad; u32 inode; u32 cookie[2];
// and attributes.
func (s *sockets) unix(fd int) {
	request := make([]byte, 24) // struct unix_diag_req: u8 family, protocol; u16 pad; u32 states, inode, show, cookie[2]
	request[0] = unix.AF_UNIX
	binary.NativeEndian.PutUint32(request[4:], ^uint32(0))
	binary.NativeEndian.PutUint32(request[12:], 1<<diagName|1<<diagPeer|1<<diagIcons|1<<diagQueues)
	named := map[uint64]bool{}
	dump(fd, request, func(m []byte) {
		if len(m) < 16 {
			return
		}
		one, inode := socket{datagram: m[1] == unix.SOCK_DGRAM}, uint64(binary.NativeEndian.Uint32(m[4:]))
		connected := m[2] == established
		for m = m[16:]; len(m) >= 4; {
			n := int(binary.NativeEndian.Uint16(m))
			if n < 4 || n > len(m) {
				break
			}
			switch value := m[4:n]; binary.NativeEndian.Uint16(m[2:]) {
			case diagName:
				if named[inode] = true; one.datagram {
					s.byName[string(value)] = inode
				}
			case diagPeer:
				one.peer = uint64(binary.NativeEndian.Uint32(value))
			case diagIcons:
				for ; len(value) >= 4; value = value[4:] {
					one.pending = append(one.pending, uint64(binary.NativeEndian.Uint32(value)))
				}
			case diagQueues:
				one.unread, one.unsent = binary.NativeEndian.Uint32(value), binary.NativeEndian.Uint32(value[4:])
			}
			m = m[min((n+3)&^3, len(m)):]
		}
		one.exclusive = connected && one.peer != 0 && !one.datagram
		s.byInode[inode] = one
	})
	for _, one := range s.byInode {
		s.await(one.pending)
	}
	// Datagrams come from anybody who knows the name, or from the other of a pair.
	for inode, one := range s.byInode {
		if one.datagram && one.peer != 0 && !named[inode] && s.byInode[one.peer].peer == inode {
			one.exclusive = true
			s.byInode[inode] = one
		}
	}
}

// await notes of those who were not accepted that only who has the socket that listens lets
// them receive.
func (s *sockets) await(pending []uint64) {
	for _, client := range pending {
		if one, known := s.byInode[client]; known {
			one.exclusive = true
			s.byInode[client] = one
		}
	}
}

// ends are the addresses of a connection of TCP's. Of a client by IPv4 at a socket of IPv6 both are those of IPv4.
type ends struct{ from, to netip.AddrPort }

// listener is a socket that listens at an address, or at all of them.
type listener struct {
	at    netip.Addr
	inode uint64
}

// tcp are the sockets of TCP.
type tcp struct {
	found     map[ends]uint64 // the inodes of connections
	pending   []ends          // of those that nobody has accepted
	listeners map[uint16][]listener
}

// read reads struct inet_diag_msg: u8 family, state, timer, retrans; be16 source, target;
// be32 source[4], target[4]; u32 interface, cookie[2], expires, rqueue, wqueue, uid, inode.
func (t *tcp) read(s *sockets, fd int, family byte) {
	// struct inet_diag_req_v2: u8 family, protocol, ext, pad; u32 states; and what to look for
	request := make([]byte, 56)
	request[0], request[1] = family, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(request[4:], 1<<established|1<<listening)
	dump(fd, request, func(m []byte) {
		if len(m) < 72 {
			return
		}
		at := func(port, address int) netip.AddrPort {
			a, _ := netip.AddrFromSlice(m[address:][:map[byte]int{unix.AF_INET: 4, unix.AF_INET6: 16}[family]])
			return netip.AddrPortFrom(a.Unmap(), binary.BigEndian.Uint16(m[port:]))
		}
		e, inode := ends{at(4, 8), at(6, 24)}, uint64(binary.NativeEndian.Uint32(m[68:]))
		switch {
		case m[1] == listening:
			t.listeners[e.from.Port()] = append(t.listeners[e.from.Port()], listener{e.from.Addr(), inode})
			return
		case inode == 0:
			t.pending = append(t.pending, e)
			return
		}
		t.found[e] = inode
		s.byInode[inode] = socket{unread: binary.NativeEndian.Uint32(m[56:]), unsent: binary.NativeEndian.Uint32(m[60:])}
	})
}

// join finds who is at the other end of each connection: within this machine it is the one with the same two
// addresses the other way round, or who listens there. Of several that listen each may accept it.
func (t *tcp) join(s *sockets) {
	for e, inode := range t.found {
		if peer := t.found[ends{e.to, e.from}]; peer != 0 {
			one := s.byInode[inode]
			one.peer, one.exclusive = peer, true
			s.byInode[inode] = one
		}
	}
	for _, e := range t.pending {
		client := t.found[ends{e.to, e.from}]
		if client == 0 {
			continue
		}
		for _, l := range t.listeners[e.from.Port()] {
			if l.at != e.from.Addr() && !l.at.IsUnspecified() {
				continue
			}
			one := s.byInode[l.inode]
			one.pending = append(one.pending, client)
			s.byInode[l.inode] = one
			s.await(one.pending)
		}
	}
}

// dump sends a request and has each answer taken, netlink(7).
func dump(fd int, request []byte, take func([]byte)) {
	message := make([]byte, unix.SizeofNlMsghdr, unix.SizeofNlMsghdr+len(request))
	binary.NativeEndian.PutUint32(message, uint32(cap(message)))
	binary.NativeEndian.PutUint16(message[4:], unix.SOCK_DIAG_BY_FAMILY)
	binary.NativeEndian.PutUint16(message[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	if unix.Sendto(fd, append(message, request...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}) != nil {
		return
	}
	buf := make([]byte, 64<<10)
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n < unix.SizeofNlMsghdr {
			return
		}
		for rest := buf[:n]; len(rest) >= unix.SizeofNlMsghdr; {
			size := int(binary.NativeEndian.Uint32(rest))
			if kind := binary.NativeEndian.Uint16(rest[4:]); kind == unix.NLMSG_DONE || kind == unix.NLMSG_ERROR ||
				size < unix.SizeofNlMsghdr || size > len(rest) {
				return
			}
			take(rest[unix.SizeofNlMsghdr:size])
			rest = rest[min((size+3)&^3, len(rest)):]
		}
	}
}

func hasSocket(table map[int]descriptor) bool {
	for _, d := range table {
		if d.socket {
			return true
		}
	}
	return false
}

// join puts to each socket of a table the one at its other end.
func (s *sockets) join(table map[int]descriptor) {
	if s == nil {
		return
	}
	for fd, d := range table {
		if d.socket {
			d.peer, d.pending = s.byInode[d.id.Inode].peer, s.byInode[d.id.Inode].pending
			table[fd] = d
		}
	}
}

// atSocket is a call that sleeps until data come, or there is room for more.
func (p *process) atSocket(fd int, writes bool) (w Wait, ok bool) {
	w, ok = p.sockets.wait(p.table[fd], fd, writes)
	if writes && !ok {
		ok = w.Side.Pipe.Inode != 0 && p.sleepsIn("unix_wait_for_peer")
	}
	return w, ok && p.waitsLong(fd, writes)
}

// wait is a wait at a socket; ok is false where others than its peer may end it.
func (s *sockets) wait(d descriptor, fd int, writes bool) (w Wait, ok bool) {
	if s == nil {
		return w, false
	}
	one := s.byInode[d.id.Inode]
	if writes {
		return Wait{FD: fd, Side: Side{Pipe{d.id.Device, one.peer}, true}, Socket: true}, one.exclusive
	}
	// What its peer has sent is still under way, as TCP's may be.
	late := !one.datagram && s.byInode[one.peer].unsent > 0
	return Wait{FD: fd, Side: Side{d.id, false}, Socket: true, Pending: one.peer == 0 && !one.datagram},
		one.exclusive && !late
}

// sendsTo is a call that sends to an address: sun_family and sun_path, unix(7).
func (p *process) sendsTo(fd int, address uint64, size uint64) (t task, ok bool) {
	if address == 0 {
		return p.at(none, fd)
	}
	name := make([]byte, min(size, 110))
	if len(name) <= 2 || !p.memory(address, name) || binary.NativeEndian.Uint16(name) != unix.AF_UNIX || p.sockets == nil {
		return t, false
	}
	if name = name[2:]; name[0] != 0 {
		name = append(name[:max(0, slices.Index(append(name, 0), 0))], 0)
	}
	inode := p.sockets.byName[string(name)]
	if inode == 0 || !p.waitsLong(fd, true) || !p.sleepsIn("unix_wait_for_peer") {
		return t, false
	}
	return task{waits: []Wait{{FD: fd, Side: Side{Pipe{p.table[fd].id.Device, inode}, true}, Socket: true}}}, true
}

// sendsMessage reads the name of struct msghdr, sendmsg(2): void *name; u32 size.
func (p *process) sendsMessage(c *call) (t task, ok bool) {
	var head [12]byte
	if !p.memory(c.Args[1], head[:]) {
		return t, false
	}
	return p.sendsTo(c.FD(0), binary.NativeEndian.Uint64(head[:]), uint64(binary.NativeEndian.Uint32(head[8:])))
}

// sleepsIn reports whether a task of the process sleeps in a function of the kernel.
func (p *process) sleepsIn(function string) bool {
	for i := range p.threads {
		if where, err := readAll(fmt.Sprintf("/proc/%d/task/%d/wchan", p.pid, p.threads[i].tid)); err == nil &&
			string(where) == function {
			return true
		}
	}
	return false
}

// waitsLong reports whether no SO_RCVTIMEO or SO_SNDTIMEO of socket(7) ends the wait.
// The descriptor is copied for a moment: that changes nothing for who is stuck there.
func (p *process) waitsLong(fd int, writes bool) bool {
	pidfd, err := unix.PidfdOpen(p.pid, 0)
	if err != nil {
		return false
	}
	defer unix.Close(pidfd)
	copied, err := unix.PidfdGetfd(pidfd, fd, 0)
	if err != nil {
		return false
	}
	defer unix.Close(copied)
	option := unix.SO_RCVTIMEO
	if writes {
		option = unix.SO_SNDTIMEO
	}
	limit, err := unix.GetsockoptTimeval(copied, unix.SOL_SOCKET, option)
	return err == nil && limit.Sec == 0 && limit.Usec == 0
}
