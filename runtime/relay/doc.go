// Package relay moves bytes and messages where the kernel alone cannot: between
// stages that know only their standard streams and channels of messages. It
// knows nothing of topologies, runs or journals.
package relay
