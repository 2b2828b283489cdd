package explain

// pipesByDescriptor: opening /dev/fd/N, which is in proc(5), opens a pipe anew
// in any direction. So bash can make a pipe without a name, and a stage that
// opens its own /dev/fd/3 does not wait for a writer as it would with a FIFO.
const pipesByDescriptor = true
