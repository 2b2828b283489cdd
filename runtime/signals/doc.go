// Package signals is what weir needs of signals beside os/signal: their names, their
// default actions, and blocking them for one call.
package signals
