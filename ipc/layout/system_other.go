//go:build !windows

package layout

const longSize, pidSize = 8, 4

var systemTypes []*Type
