//go:build !windows

package oracle

func underWine() bool { return false }
