package sample

import (
	"testing"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
)

// TestMessageRate: a ring counts its messages exactly, a queue of the system's none.
func TestMessageRate(t *testing.T) {
	for _, kind := range []ipc.Kind{ipc.KindRing, ipc.KindMailbox, ipc.KindQueue} {
		t.Run(string(kind), func(t *testing.T) {
			o, err := ipc.Create(ipc.Addr{Kind: kind}, ipc.Spec{Slots: 5, Size: 100}, ipc.NameOptions{})
			if err != nil {
				t.Skip(err)
			}
			m := o.(ipc.Messages)
			defer m.Close()
			c := &channel{PlannedChannel: &plan.PlannedChannel{Channel: &plan.Channel{Name: "c", Kind: kind, Stat: m.Stat}}}
			s := &Sampler{}
			pass := func(n int) {
				for range n {
					if err := m.Send([]byte("x")); err != nil {
						t.Fatal(err)
					}
					if _, err := m.Receive(make([]byte, 100)); err != nil {
						t.Fatal(err)
					}
				}
				c.look()
				c.endSlice(s)
			}
			pass(2) // before anybody looked
			pass(3)
			pass(4)
			now, rate, total := s.channelNow(c, time.Second), 7.0, int64(9)
			if kind == ipc.KindQueue {
				rate, total = -1, -1
			}
			if now.MessageRate != rate || now.Messages != total || now.Rate != -1 {
				t.Errorf("%+v", now)
			}
		})
	}
}
