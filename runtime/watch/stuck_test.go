package watch

import (
	"os"
	"slices"
	"testing"

	"weir/ipc/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, nil)) }

// who is a party for the tables: what it reads from, writes to, waits for, and
// holds besides, each a pipe by its number.
type who struct {
	parent     int
	free       bool
	waitsRead  []uint64
	waitsWrite []uint64
	holdsRead  []uint64
	holdsWrite []uint64
	children   bool
	lock       int   // the process that holds the lock it waits for; processes are numbered from 1
	ends       []int // the parties whose ends it waits for
	region     uint64
	shares     []uint64
	mailbox    uint64 // the region of the mailbox in which it waits for room
}

func TestStuck(t *testing.T) {
	const none = -1
	rows := []struct {
		name string
		list []who
		want []bool
	}{
		{"two readers in a circle", []who{{parent: none, waitsRead: []uint64{1}, holdsWrite: []uint64{2}}, {parent: none, waitsRead: []uint64{2}, holdsWrite: []uint64{1}}}, []bool{true, true}},
		{"one of them runs", []who{{parent: none, free: true, holdsWrite: []uint64{2}, holdsRead: []uint64{1}}, {parent: none, waitsRead: []uint64{2}, holdsWrite: []uint64{1}}}, []bool{false, false}},
		{"two writers in a circle", []who{{parent: none, waitsWrite: []uint64{1}, holdsRead: []uint64{2}}, {parent: none, waitsWrite: []uint64{2}, holdsRead: []uint64{1}}}, []bool{true, true}},
		{"a third holds the pipe", []who{{parent: none, waitsRead: []uint64{1}, holdsWrite: []uint64{2}}, {parent: none, waitsRead: []uint64{2}, holdsWrite: []uint64{1}},
			{parent: none, free: true, holdsWrite: []uint64{1}}}, []bool{false, false, false}},
		{"itself", []who{{parent: none, waitsRead: []uint64{1}, holdsWrite: []uint64{1}}}, []bool{true}},
		{"nobody writes: the end of file", []who{{parent: none, waitsRead: []uint64{1}}}, []bool{false}},
		{"any of two", []who{{parent: none, waitsRead: []uint64{1, 3}, holdsWrite: []uint64{2}}, {parent: none, waitsRead: []uint64{2}, holdsWrite: []uint64{1}},
			{parent: none, free: true, holdsWrite: []uint64{3}}}, []bool{false, false, false}},
		{"a shell waits for its child", []who{{parent: none, children: true, holdsWrite: []uint64{1}}, {parent: 0, waitsRead: []uint64{1}, holdsWrite: []uint64{1}}}, []bool{true, true}},
		{"a shell waits for two, and one runs", []who{{parent: none, children: true, holdsWrite: []uint64{1}}, {parent: 0, waitsRead: []uint64{1}, holdsWrite: []uint64{1}}, {parent: 0, free: true}},
			[]bool{false, false, false}},
		{"a parent that runs may kill it", []who{{parent: none, free: true}, {parent: 0, waitsRead: []uint64{1}, holdsWrite: []uint64{1}}}, []bool{false, false}},
		{"it waits for no child", []who{{parent: none, children: true}}, []bool{false}},
		{"behind a circle", []who{{parent: none, waitsRead: []uint64{1}, holdsWrite: []uint64{1}, holdsRead: []uint64{2}}, {parent: none, waitsWrite: []uint64{2}}}, []bool{true, true}},
		{"before a circle, with a reader that runs", []who{{parent: none, waitsRead: []uint64{1}, holdsWrite: []uint64{1}}, {parent: none, waitsWrite: []uint64{2}}, {parent: none, free: true, holdsRead: []uint64{2}}}, []bool{true, false, false}},
		{"two locks in a circle", []who{{parent: none, lock: 2}, {parent: none, lock: 1}}, []bool{true, true}},
		{"its own lock", []who{{parent: none, lock: 1}}, []bool{true}},
		{"the holder runs", []who{{parent: none, lock: 2}, {parent: none, free: true}}, []bool{false, false}},
		{"the holder has died", []who{{parent: none, lock: 7}}, []bool{false}},
		{"the holder awaits the end", []who{{parent: none, lock: 2}, {parent: none, ends: []int{0}}}, []bool{true, true}},
		{"who waits for all may wait for one that goes on", []who{{parent: none, lock: 3}, {parent: none, ends: []int{0, 2}}, {parent: none, free: true}}, []bool{false, false, false}},
		{"who waits for all waits for one that does not", []who{{parent: none, lock: 2}, {parent: none, ends: []int{0, 2}}, {parent: none, free: true}}, []bool{true, true, false}},
		{"a semaphore that nobody posts", []who{{parent: none, region: 1, shares: []uint64{1}}, {parent: none, free: true, shares: []uint64{2}}, {parent: none, ends: []int{0}, shares: []uint64{1}}},
			[]bool{true, false, true}},
		{"a semaphore that another may post", []who{{parent: none, region: 1, shares: []uint64{1}}, {parent: none, free: true, shares: []uint64{1}}}, []bool{false, false}},
		{"two semaphores in a circle", []who{{parent: none, region: 1, shares: []uint64{1, 2}}, {parent: none, region: 2, shares: []uint64{1, 2}}}, []bool{true, true}},
		{"a mailbox from which nobody receives", []who{{parent: none, waitsWrite: []uint64{1}, mailbox: 1, shares: []uint64{1}}}, []bool{true}},
		{"a mailbox whose stage somebody may start", []who{{parent: none, waitsWrite: []uint64{1}, mailbox: 1, shares: []uint64{1}},
			{parent: none, free: true, shares: []uint64{1}}}, []bool{false, false}},
		{"a mailbox whose stage starts after the sender", []who{{parent: none, waitsWrite: []uint64{1}, mailbox: 1, shares: []uint64{1}},
			{parent: none, ends: []int{0}, shares: []uint64{1}}}, []bool{true, true}},
		{"a mailbox from which its sender receives", []who{{parent: none, waitsWrite: []uint64{1}, holdsRead: []uint64{1}, mailbox: 1}}, []bool{true}},
		{"a mailbox from which somebody receives", []who{{parent: none, waitsWrite: []uint64{1}, mailbox: 1}, {parent: none, free: true, holdsRead: []uint64{1}}}, []bool{false, false}},
		{"a lock and a pipe", []who{{parent: none, lock: 2, holdsWrite: []uint64{1}}, {parent: none, waitsRead: []uint64{1}}}, []bool{true, true}},
		{"a lock and a pipe that another writes", []who{{parent: none, lock: 2, holdsWrite: []uint64{1}}, {parent: none, waitsRead: []uint64{1}}, {parent: none, free: true, holdsWrite: []uint64{1}}},
			[]bool{false, false, false}},
	}
	for _, row := range rows {
		var parties []party
		for i, w := range row.list {
			p := party{pid: i + 1, parent: w.parent, free: w.free, tasks: []task{{children: w.children, ends: w.ends}}, stage: i}
			p.tasks[0].shared.Inode = w.mailbox
			if w.lock != 0 {
				p.tasks[0].lock = &Lock{Holder: w.lock}
			}
			if w.region != 0 {
				p.tasks[0].lock = &Lock{Region: Pipe{Inode: w.region}}
			}
			for _, n := range w.shares {
				p.shares = append(p.shares, Pipe{Inode: n})
			}
			for writes, lists := range map[bool][2][]uint64{false: {w.waitsRead, w.holdsRead}, true: {w.waitsWrite, w.holdsWrite}} {
				for _, n := range lists[0] {
					side := Side{Pipe{Inode: n}, writes}
					p.tasks[0].waits = append(p.tasks[0].waits, Wait{Side: side})
					p.holds = append(p.holds, side)
				}
				for _, n := range lists[1] {
					p.holds = append(p.holds, Side{Pipe{Inode: n}, writes})
				}
			}
			parties = append(parties, p)
		}
		if got := stuck(parties); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}
