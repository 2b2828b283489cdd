package script

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/relay"
	"weir/script/problem"
)

// addShard adds the relay that asks the key function, in a Lua state of its own,
// where each line goes.
func (lo *lowering) addShard(g *group, in *attach, outs []*attach) error {
	rs := lo.top.newStage("shard", "shard", g.Origin)
	data, err := lo.pack(g.key, rs.Name, 1+len(outs))
	if err != nil {
		return err
	}
	opts := lo.vm.opts
	shard := func(x *relay.Crossing, ctx context.Context, files map[int]*os.File) error {
		k, err := newKeyer(ctx, data, files, opts, len(outs))
		if err != nil {
			return err
		}
		defer k.vm.Close()
		return x.Shard(ctx, files, k.place)
	}
	lo.relays.crossing(rs, g.frame, []*attach{in}, outs, shard)
	return nil
}

// keyer finds the keys of lines.
type keyer struct {
	vm *VM
	fn lua.LValue
	n  int
}

func newKeyer(ctx context.Context, data []byte, files map[int]*os.File, o Options, n int) (*keyer, error) {
	vm := New(Options{Args: o.Args, Script: o.Script, Journal: o.Journal, Exe: o.Exe, Interactive: true, Context: ctx,
		Stdin: o.Stdin, Stdout: o.Stdout, Stderr: o.Stderr})
	values, err := decode(vm.L, data, func(fd int) *os.File { return files[fd] })
	if err == nil && len(values) == 0 {
		err = faultf("no function arrived")
	}
	if err != nil {
		vm.Close()
		return nil, err
	}
	return &keyer{vm: vm, fn: values[0], n: n}, nil
}

// place gives the output for a line: a whole number is a place itself, from 1 on
// and round again, any other key is hashed.
func (k *keyer) place(line []byte) (int, error) {
	L := k.vm.L
	L.Push(k.fn)
	L.Push(lua.LString(line))
	if err := k.vm.blame.Call(1, 1); err != nil {
		return 0, k.vm.failures.problemOf(err)
	}
	key := L.Get(-1)
	L.Pop(1)
	switch v := key.(type) {
	case lua.LNumber:
		if f := float64(v); f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return int(((int64(f)-1)%int64(k.n) + int64(k.n)) % int64(k.n)), nil
		}
		return k.hash(v.String()), nil
	case lua.LString:
		return k.hash(string(v)), nil
	case lua.LBool:
		return k.hash(v.String()), nil
	}
	return 0, fmt.Errorf("shard: the key of a line must be a string, a number or a boolean, but is %s: %s",
		problem.Describe(key), shorten(line))
}

func (k *keyer) hash(key string) int {
	h := fnv.New64a()
	h.Write([]byte(key))
	return int(h.Sum64() % uint64(k.n))
}

// shorten quotes the beginning of a line.
func shorten(line []byte) string {
	if len(line) > 60 {
		return problem.Quote(string(line[:60])) + "..."
	}
	return problem.Quote(string(line))
}
