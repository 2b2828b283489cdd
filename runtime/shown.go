package runtime

// What drawings and other views of a plan show.

// Visible writes text for a terminal: what would move its cursor, or cannot be
// seen, is spelt out.
func Visible(s string) string { return visible(s) }

// CommandLine is the stage's program and arguments as one writes them in bash;
// a stage that runs in weir's own process has "thread" or "relay".
func (st *PlannedStage) CommandLine() string { return st.call() }

// RunsLua tells whether a stage is a Lua function in a process of its own.
func (p *Plan) RunsLua(st *PlannedStage) bool { return p.runsLua(st) }
