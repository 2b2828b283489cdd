//go:build !linux

package scarce

func files() string { return "raise the limit, as with `ulimit -n`" }

func processes() string { return "end some, or raise the limit, as with `ulimit -u`" }

func memory() string { return "the system has no more to give" }
