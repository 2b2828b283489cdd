//go:build !linux

package command

import "errors"

const echoCommand = "bench-echo"

func measureAll() ([]figure, error) {
	return nil, errors.New("bench measures what this version of weir has built for Linux only")
}

func echo([]string) error { return errors.ErrUnsupported }
