// Package words turns one line of shell words into commands: what sh"line" and
// a bare string beside | mean. It reads the line as bash does (quotes,
// variables, ~, globs, braces, redirections, |) and starts no process. What
// would need a shell, or what the expand package does in another way than bash,
// is an *Error that names the construct and says what to
// write instead.
package words

// Env is what a line may look at outside itself.
type Env struct {
	Dir    string                           // absolute: where globs look, and the value of $PWD
	Lookup func(name string) (string, bool) // variables; nil has none
	Home   func(user string) (string, bool) // ~ and ~user; "" is the own home; nil asks Lookup for HOME
}

// Command is one command of the pipeline.
type Command struct {
	Args   []string     // expanded words, at least one
	Assign []Assignment // NAME=value before the command: its environment
	Redirs []Redir      // in the order written; that of |& comes last
	Col    int          // byte column in the line, from 0
}

// Assignment is NAME=value in front of a command.
type Assignment struct{ Name, Value string }

// Op says what a redirection does to its descriptor.
type Op int

// The operations. &>f and >&f are two of them: Create (or Append) of 1, then
// Dup of 1 to 2; N>&M- is a Dup and a Close.
const (
	Open      Op = iota // < : for reading
	Create              // > and >| : for writing, made or truncated
	Append              // >> : for writing at the end, made where it is missing
	ReadWrite           // <> : for both, made where it is missing, not truncated
	Dup                 // N>&M : FD becomes a copy of Target
	Close               // N>&-
	Data                // <<< and << : for reading what Data holds
)

// Redir is one change to a descriptor.
type Redir struct {
	FD     int // the descriptor that changes
	Op     Op
	Path   string // of Open, Create, Append, ReadWrite; as written: relative to the stage's folder
	Target int    // of Dup
	Data   string // of Data; bash adds a newline to that of <<<
	Col    int    // byte column in the line, from 0
}

// Error is a fault in a line, or a construct that is not part of one.
type Error struct {
	Col, Width int // in bytes, Col from 0, both within the line
	Message    string
	Hint       string // the way out
}

func (e *Error) Error() string { return e.Message }

// Parse gives the commands of the pipeline, left to right. Its errors are
// *Error. Variables that ${x:=v} or $((x++)) set are seen by the rest of the
// same command only, as in a pipeline of bash.
func Parse(line string, env Env) ([]Command, error) {
	if c, ok := plain(line); ok {
		return []Command{c}, nil
	}
	return parse(line, env)
}

// plain splits a line in which no byte means anything to a shell. It is what
// most lines are, and 50 times faster than the parser.
func plain(line string) (Command, bool) {
	n := 0
	blank := true
	for i := 0; i < len(line); i++ {
		switch kindOf[line[i]] {
		case special:
			return Command{}, false
		case space:
			blank = true
		default:
			if blank {
				n++
			}
			blank = false
		}
	}
	if n == 0 {
		return Command{}, false
	}
	c := Command{Args: make([]string, 0, n)}
	for i := 0; i < len(line); {
		if kindOf[line[i]] == space {
			i++
			continue
		}
		from := i
		for i < len(line) && kindOf[line[i]] == plainByte {
			if line[i] == '=' && len(c.Args) == 0 {
				return Command{}, false // an assignment, perhaps
			}
			i++
		}
		if len(c.Args) == 0 {
			c.Col = from
		}
		c.Args = append(c.Args, line[from:i])
	}
	name := c.Args[0]
	if _, refused := builtinWay(name); refused || keyword(name) {
		return Command{}, false
	}
	return c, true
}

// Kinds of bytes for plain.
const (
	special = iota
	space
	plainByte
)

var kindOf = [256]byte{
	' ': space, '\t': space,
	'-': plainByte, '_': plainByte, '.': plainByte, '/': plainByte, '=': plainByte, ',': plainByte,
	':': plainByte, '+': plainByte, '@': plainByte, '%': plainByte,
	'0': plainByte, '1': plainByte, '2': plainByte, '3': plainByte, '4': plainByte,
	'5': plainByte, '6': plainByte, '7': plainByte, '8': plainByte, '9': plainByte,
	'a': plainByte, 'b': plainByte, 'c': plainByte, 'd': plainByte, 'e': plainByte, 'f': plainByte,
	'g': plainByte, 'h': plainByte, 'i': plainByte, 'j': plainByte, 'k': plainByte, 'l': plainByte,
	'm': plainByte, 'n': plainByte, 'o': plainByte, 'p': plainByte, 'q': plainByte, 'r': plainByte,
	's': plainByte, 't': plainByte, 'u': plainByte, 'v': plainByte, 'w': plainByte, 'x': plainByte,
	'y': plainByte, 'z': plainByte,
	'A': plainByte, 'B': plainByte, 'C': plainByte, 'D': plainByte, 'E': plainByte, 'F': plainByte,
	'G': plainByte, 'H': plainByte, 'I': plainByte, 'J': plainByte, 'K': plainByte, 'L': plainByte,
	'M': plainByte, 'N': plainByte, 'O': plainByte, 'P': plainByte, 'Q': plainByte, 'R': plainByte,
	'S': plainByte, 'T': plainByte, 'U': plainByte, 'V': plainByte, 'W': plainByte, 'X': plainByte,
	'Y': plainByte, 'Z': plainByte,
}
