package ipc

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Object is what one opens of a mechanism: a channel of messages, a lock or a region.
type Object interface {
	Addr() Addr
	// Files are the descriptors by which another process joins it, with Join. They stay
	// the object's.
	Files() []*os.File
	Close() error
}

// Spec says how an object is made. Each kind reads only the fields that it has.
type Spec struct {
	Slots int  // messages that it holds
	Size  int  // bytes of the longest message, or of a region
	Count int  // a semaphore's value, or a barrier's parties
	Auto  bool // an event resets itself
}

// operations are what this system has built of a mechanism. What is nil it has not, or the
// usual stands for it.
type operations struct {
	create func(a Addr, s Spec, o NameOptions) (Object, error)
	open   func(ctx context.Context, a Addr) (Object, error)
	join   func(a Addr, files []*os.File) (Object, error)
	files  int // how many descriptors join takes; 0 stands for one

	// Byte streams that connect two processes.
	listen func(a Addr, o NameOptions) (Listener, error)
	dial   func(ctx context.Context, a Addr) (*os.File, error)
	pair   func() (r, w *os.File, err error)

	// Of a name: its path, the file that has it, and its removal.
	path   func(name string) (string, error)
	look   func(name string) (Look, error)
	unlink func(name string) error
	shown  folder

	trial  Spec                                // what Try and Roomy make, but for the size of a message
	use    func(context.Context, Object) error // what Try does with it; nil sends a message through
	try    func() error                        // instead, where Create alone is not enough
	limits func() string
}

// folder is where the system shows the names of a kind, each with a prefix, also those that
// other programs have made.
type folder struct{ path, prefix string }

// errNotHere is a mechanism that weir has not built for this system yet.
var errNotHere = errors.New("weir has not built this mechanism for this system yet")

// notHere says why there is no mechanism of a kind here, and what to use instead.
func notHere(k Kind) error {
	if s := SupportHere(k); s.Instead != "" {
		return fmt.Errorf("this system has none; use %s: %w", s.Instead, errors.ErrUnsupported)
	}
	return fmt.Errorf("%s: %w", Unbuilt(k), errNotHere)
}

// Create makes an object; one without a name is private. A socket is a server's.
func Create(a Addr, s Spec, o NameOptions) (Object, error) {
	if create := a.Kind.row().create; create != nil {
		return create(a, s, o)
	}
	return nil, &Error{"create", a, notHere(a.Kind)}
}

// Open joins the object that has the name, or connects to the server that has it. ctx ends
// a connection that is being made.
func Open(ctx context.Context, a Addr) (Object, error) {
	if open := a.Kind.row().open; open != nil {
		return open(ctx, a)
	}
	return nil, &Error{"open", a, notHere(a.Kind)}
}

// Join makes an object of the descriptors that its Files gave, in this process or in one
// that inherited them. It takes them over.
func Join(a Addr, files []*os.File) (Object, error) {
	row := a.Kind.row()
	var err error
	switch want := max(row.files, 1); {
	case row.join == nil:
		err = notHere(a.Kind)
	case len(files) != want:
		err = fmt.Errorf("%d descriptors came, not %d", len(files), want)
	default:
		return row.join(a, files)
	}
	for _, f := range files {
		f.Close()
	}
	return nil, &Error{"join", a, err}
}

// JoinMessages is Join for a channel of messages.
func JoinMessages(a Addr, files []*os.File) (Messages, error) {
	return AsMessages(Join(a, files))
}

// AsMessages is what Create, Open or Join gave, as a channel of messages.
func AsMessages(o Object, err error) (Messages, error) {
	if err != nil {
		return nil, err
	}
	if ch, ok := o.(Messages); ok {
		return ch, nil
	}
	o.Close()
	return nil, &Error{"open", o.Addr(), fmt.Errorf("a %s carries no messages", o.Addr().Kind)}
}

// object keeps a nil pointer from becoming an interface that is not nil.
func object[T Object](o T, err error) (Object, error) {
	if err != nil {
		return nil, err
	}
	return o, nil
}

// opener and joiner are the operations of kinds whose objects need only a name, or only one
// descriptor.
func opener[T Object](open func(name string) (T, error)) func(context.Context, Addr) (Object, error) {
	return func(_ context.Context, a Addr) (Object, error) { return object(open(a.Name)) }
}

func joiner[T Object](join func(f *os.File, name string) (T, error)) func(Addr, []*os.File) (Object, error) {
	return func(a Addr, files []*os.File) (Object, error) { return object(join(files[0], a.Name)) }
}

// PathOf gives the path of an object's name in the file system; a queue's is the name itself.
func PathOf(a Addr) (string, error) {
	row := a.Kind.row()
	switch {
	case row.naming == ByPath && row.path != nil:
		return row.path(a.Name)
	case row.naming == ByPath:
		return a.Name, nil
	}
	name, err := objectName(a.Name)
	switch {
	case err != nil:
		return "", err
	case row.path != nil:
		return row.path(name)
	}
	return ownPath(a.Kind, name)
}

// Unlink removes the name of an object. Whoever has it open keeps it. errors.ErrUnsupported is
// a name that the system alone removes, with the last handle.
func Unlink(a Addr) error {
	path, err := PathOf(a)
	if err == nil {
		err = RemoveName(a.Kind, path)
	}
	if err != nil {
		return &Error{"unlink", a, err}
	}
	return nil
}

// RemoveName removes the name that PathOf gave.
func RemoveName(k Kind, path string) error {
	if unlink := k.row().unlink; unlink != nil {
		return unlink(path)
	}
	return removeName(k, path)
}

// LookAtName looks at what has the name that PathOf gave.
func LookAtName(k Kind, path string) (Look, error) {
	if look := k.row().look; look != nil {
		return look(path)
	}
	return lookAtName(k, path)
}

// Folder is where the system shows the names of a kind, each with a prefix, also those of
// other programs. Both are empty if it does not show them.
func Folder(k Kind) (path, prefix string) {
	f := k.row().shown
	return f.path, f.prefix
}
