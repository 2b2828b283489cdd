package words

// builtinWay reports whether name is a command that means something only
// inside a shell: it changes the shell's own state, and a process of that
// name could not. Builtins that are programs as well (echo, kill, printf,
// pwd, test, true) are left alone.
func builtinWay(name string) (way string, refused bool) {
	switch name {
	case "cd", "pushd", "popd", "dirs":
		return `give the stage its folder: sh"...":dir"path"`, true
	case "export":
		return `os.setenv("NAME", "value") sets it for all stages to come; for one: sh"...":env{NAME="value"}, or ` +
			`NAME=value in front of the command`, true
	case "declare", "typeset", "local", "readonly", "nameref":
		return `give the stage its environment: sh"...":env{NAME="value"}, or NAME=value in front of the command`, true
	case "unset":
		return `env -u NAME in front of the command runs it without the variable`, true
	case "source", ".":
		return `dofile"file.lua" runs Lua`, true
	case "eval":
		return `sh(s) takes a line that a script has put together`, true
	case "exec":
		return `name the program itself: a stage is that program and no shell`, true
	case "set", "shopt", "enable", "builtin", "bind":
		return `no shell runs here whose options could be set`, true
	case "alias", "unalias":
		return `keep the stage in a Lua variable: ll = sh"ls -l"`, true
	case "exit", "logout", "return", "break", "continue", "shift":
		return `at the prompt :quit ends the session; in Lua there are os.exit(n), return, break`, true
	case "trap":
		return `look at the result: .why and each stage's .signal`, true
	case "read", "mapfile", "readarray", "getopts":
		return `read in a Lua stage: io.read(), io.lines()`, true
	case "wait", "jobs", "fg", "bg", "disown", "suspend":
		return `start(t) gives a job with :wait(), :kill() and :stages(); the prompt has jobs(), fg() and bg()`, true
	case "type", "command", "hash":
		return `which NAME says where a program is`, true
	case "umask", "ulimit":
		return `a shell can set it and then become the program: umask 077; exec program`, true
	case "let":
		return "calculate in Lua", true
	case "history", "fc":
		return `the prompt keeps its own history`, true
	case ":":
		return `the program true does nothing and succeeds`, true
	}
	return "", false
}

// shellVariable says what to use for a variable that bash itself makes up;
// a line that names one while the environment lacks it is refused, because
// the empty text would be a surprise.
func shellVariable(name string) (way string, ok bool) {
	switch name {
	case "RANDOM", "SRANDOM":
		return "math.random(0, 32767) in Lua", true
	case "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME":
		return "os.time() or os.clock() in Lua", true
	case "LINENO", "FUNCNAME", "BASH_SOURCE", "BASH_LINENO", "BASH_COMMAND":
		return "debug.getinfo(1) in Lua", true
	case "PIPESTATUS":
		return "each stage of a result has its .code", true
	case "UID", "EUID", "GROUPS", "PPID", "BASHPID", "HOSTNAME", "HOSTTYPE", "MACHTYPE", "OSTYPE",
		"BASH", "BASH_VERSION", "BASH_VERSINFO", "SHELLOPTS", "BASHOPTS", "DIRSTACK", "OPTIND":
		return "capture a program's output: sh\"id -u\":text()", true
	}
	return "", false
}
