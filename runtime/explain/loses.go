package explain

import (
	"strings"

	"weir/runtime/plan"
)

// bashLoses says, by a relay's verb, what bash and the usual tools lack.
var bashLoses = map[string]string{
	"tee": "tee(1) with >(...) ends when one reader leaves, and bash does not wait for what stands in >(...)",
	"deal": "bash has nothing that gives a line to whoever is free; " +
		"parallel(1) --pipe --round-robin comes near, in blocks",
	"shard": "bash has nothing that sends lines by key; " +
		"awk with pipes of its own comes near, and ends when one reader leaves",
	"merge": "two writers to one pipe tear each other's lines where these are longer than PIPE_BUF, " +
		"or where they write in blocks",
	"concat": "cat <(...) <(...) does not wait for what stands in <(...), and has not its exit status",
	"ordered": "bash has nothing that puts the results of several processes in order; " +
		"parallel(1) -k comes near, with a process for each block",
	"meter":    "bash counts nothing; pv(1) comes near, and copies every byte through its memory",
	"progress": "pv(1) comes near, and copies every byte through its memory",
	"spill": "a pipe of bash's has the kernel's capacity; " +
		"a file in between comes near, and its reader does not wait for its writer",
	"ready": "a pipeline of bash's starts all at once",
	"into":  "it moves messages, and bash has only byte streams",
	"from":  "it moves messages, and bash has only byte streams",
	"loop":  "the shell itself would hold the pipe open, and no stage would see its end",
}

// verb is what kind of relay a stage is.
func verb(st *plan.PlannedStage) string {
	return strings.TrimRight(strings.Fields(st.Text + " " + st.Name)[0], "0123456789#")
}

// loses says what bash would lose of a stage; empty is nothing.
func (b *bashScript) loses(st *plan.PlannedStage) string {
	switch {
	case st.Relay != nil:
		if why, ok := bashLoses[verb(st)]; ok {
			return why
		}
		if first, _, _ := strings.Cut(st.Name, " "); bashLoses[first] != "" {
			return bashLoses[first]
		}
		return bashLoses["meter"]
	case st.Restart != nil:
		return "bash has no restart that keeps the pipes open: its neighbours would see the end"
	case st.Ready != nil:
		return bashLoses["ready"]
	case st.Limits != plan.Limits{}:
		return "its limits are ulimit's in a subshell of its own: (ulimit ...; exec ...)"
	}
	for _, end := range st.Ends {
		if b.plan.Channels[end.Channel].Loop {
			return bashLoses["loop"]
		}
	}
	return ""
}
