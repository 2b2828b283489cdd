package kernel

// File identifies what a descriptor leads to.
type File struct{ Device, Inode uint64 }
