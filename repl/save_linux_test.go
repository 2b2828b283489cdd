package repl

import (
	"fmt"
	"math/rand"
	"os"
	"regexp"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/config"
	"weir/script"
	"weir/script/interp"
	"weir/script/syntax"
)

// TestSave: what was saved does, as a script, what the session did.
func TestSave(t *testing.T) {
	t.Chdir(t.TempDir())
	session := "x = 20\nlocal y = 1; print(y)\nprint(y)\nx + 1\n_ * 2\n\"seq 3\" | \"wc -l\" -- three\n$ echo it\\'s\n= x\nnone.x = 1\ngrep?\nhelp\"x\"\nfor i = 1, 2 do\nprint(i)\nend\nprint(\"call\")\n"
	before := said(t, session+":save s.lua\n:save s.lua\n")
	if !strings.Contains(before, "10 inputs are in s.lua: weir run s.lua\nleft out: 2 for the prompt alone\nas comments: 1 failed\n") || !strings.Contains(before, "save s.lua: it is there already") {
		t.Errorf("the session said %s", before)
	}
	data, err := os.ReadFile("s.lua")
	if err != nil {
		t.Fatal(err)
	}
	after := said(t, ":run s.lua\n")
	const want = "1\nnil\n21\n42\n3\nit's\n20\n1\n2\ncall\n"
	if after != want {
		t.Errorf("%s\n says %q\nwant %q", data, after, want)
	}
	if !strings.Contains(string(data), "-- failed: input 9") {
		t.Errorf("what failed is not told: %s", data)
	}
}

// savedInputs are inputs that a script must take as the prompt does.
var savedInputs = []string{
	"return 5", "return 1, 2", "do return 3 end", "return", "return nil", "return -- c", "return 7 -- c", "return; ", "if true then return 8 end", "x = 1 return x",
	"= 1, 2", "_", "= _, _", "1;", "x = 4; x", "= x -- so", "nil", "= nil, 2", "...", "-- nothing", "--[[ a\nb ]] 3", "--[==[ ]] ]==] x = 9",
	"(function() end)()", "(function() return 1 end)()", "x = print", "(print)(3)", "for i = 1, 2 do\nprint(i)\nend", "do ::l:: end", "::l:: print(1)",
	"local y = 3; print(y)", "print(y)", "x = 1 local y = x print(y)", "local function f() return f end", "function g(a)\n  return a\nend", "g(1)", "= g(2)", "g",
	"[[long\nstring]]", "s = [==[\n]] -- no comment\n]==]", "#s", "\"a -- b\"", "'it''s'", "{1, 2}", "none.x = 1", "x x", "error('\\n--]]')",
	"seq = \"seq 3\"", "\"seq 3\" | \"wc -l\"", "\"seq 3\" | \"cat\" -- c", "return \"seq 2\" | \"cat\"", "= 5, sh\"echo a\", 6, sh\"true\"", "seq | \"tac\"",
	"$ echo it\\'s", "$", "$ echo $HOME", "_.ok", "help(x)", "help(x), 5", "x = 5 help(x)", "x?", ":type 5", " print('blank')", "#x", "=", "= ;", "break", "_ = 3", "print(_)",
	"local a <const> = 1", "print(...)", "t = {}; t.x = 1", "\u00e4 = 1", "x = \"\\\n\"", "goto l", "repeat local z = 1 until z", "config.prompt = 'a'", "return print", "return (print)",
}

// TestSaveCompiles: whatever was entered, the script compiles, and prints what the
// session printed.
func TestSaveCompiles(t *testing.T) {
	t.Chdir(t.TempDir())
	random := rand.New(rand.NewSource(1))
	for i := range len(savedInputs) + 60 {
		session := append([]string{}, savedInputs[i%len(savedInputs)])
		for i >= len(savedInputs) && len(session) < 12 {
			session = append(session, savedInputs[random.Intn(len(savedInputs))])
		}
		checkSaved(t, fmt.Sprintf("s%d.lua", i), session)
	}
}

var addresses = regexp.MustCompile(`0x[0-9a-f]+|, \d+\.\d+ s\n( .*\n?)+`) // and what a run took

// checkSaved saves a session; the oracle is what print writes of the values that its
// inputs gave.
func checkSaved(t *testing.T, name string, inputs []string) {
	t.Helper()
	p, _ := newPrompt(t, "")
	oracle, out := newPrompt(t, "")
	for _, p := range []*Prompt{p, oracle} {
		p.VM.Lua().SetGlobal(config.Global, p.VM.Lua().NewTable())
	}
	oracle.VM.Lua().SetGlobal("help", oracle.VM.Lua().NewFunction(func(*lua.LState) int { return 0 }))
	for _, text := range inputs {
		err := p.input("input", text)
		p.session.add(text, err)
		in := p.session.inputs[len(p.session.inputs)-1]
		if _, why := (scriptForm{}).input(in); why == "" {
			printed(t, oracle, text)
		}
	}
	if err := p.colonSave(name); err != nil {
		t.Errorf("%q: %v", inputs, err)
		return
	}
	saved, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if n := p.session.script().counts[inNoScript]; n > 0 {
		t.Errorf("%d inputs are comments:\n%s", n, saved)
	}
	data, _ := os.ReadFile(out.Name())
	want := addresses.ReplaceAllString(string(data), "0x")
	if got := addresses.ReplaceAllString(said(t, ":run "+name+"\n"), "0x"); got != want {
		t.Errorf("%q\nwas saved as\n%s\nwhich says %q\nnot          %q", inputs, saved, got, want)
	}
}

// printed evaluates an input, and has print write what it gives.
func printed(t *testing.T, p *Prompt, text string) {
	if line, ok := strings.CutPrefix(text, "$ "); ok {
		text = "sh" + script.Quote(line)
	}
	values, err := p.VM.EvalExpression("oracle", text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if topologies := script.Topologies(values); len(topologies) > 0 {
		result, err := p.VM.RunTopologies(topologies)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		p.VM.SetLast(result)
		return
	}
	if len(values) > 0 {
		p.VM.SetLast(values[0])
		L := p.VM.Lua()
		if _, err := interp.Invoke(L, L.GetGlobal("print"), values...); err != nil {
			t.Fatal(err)
		}
		if err := p.VM.WriteOut(""); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSaveTells: what is not in a script is told, and why.
func TestSaveTells(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.Mkdir("sub", 0o755); err != nil {
		t.Fatal(err)
	}
	for i, row := range []struct {
		inputs []string
		want   string // of the script, without its first line; DIR is the folder
		told   string
	}{
		{[]string{"config.prompt = \"% \"", "x = 1", "config.colours, config.prompt = false, function() return os.date() end"}, "x = 1\n", "1 input is in F: weir run F\nleft out: 2 to set config\n"},
		{[]string{"config.prompt = \"% \"", "config.prompt"}, "config = {prompt = \"weir> \", more = \"   .. \", colours = true, editing = \"emacs\"}\nconfig.prompt = \"% \"\nprint(config.prompt)\n", "2 inputs are in F: weir run F\n"},
		{[]string{" x = 1", "x"}, "print(x)\n", "1 input is in F: weir run F\nleft out: 1 with a blank in front\n"},
		{[]string{"$ pwd", "$ cd sub", "$ pwd", "sh\"pwd\" | \"cat\"", "y = 1", "z = run(\"pwd\")", "$ cd ..", "$ pwd"},
			"run(sh\"pwd\":dir(\"DIR\"))\n-- $ cd sub\nrun(sh\"pwd\":dir(\"DIR/sub\"))\nrun((sh\"pwd\" | \"cat\"):dir(\"DIR/sub\"))\ny = 1\n-- in DIR/sub\nz = run(\"pwd\")\n-- $ cd ..\nrun(sh\"pwd\":dir(\"DIR\"))\n",
			"6 inputs are in F: weir run F\nas comments: 2 with cd\ncheck: 1 with files of a folder that the script does not go to\n"},
		{[]string{"grep?", ":type 5", "x x"}, "-- failed: input:1:3: unexpected 'x'\n-- x x\n", "0 inputs are in F: weir run F\nleft out: 2 for the prompt alone\nas comments: 1 failed\n"},
	} {
		p, out := newPrompt(t, "")
		p.VM.Lua().SetGlobal(config.Global, p.VM.Lua().NewTable())
		for _, text := range row.inputs {
			p.session.add(text, p.input("input", text))
		}
		name := fmt.Sprintf("%s/t%d.lua", dir, i)
		before, _ := os.ReadFile(out.Name())
		if err := p.colonSave(name); err != nil {
			t.Fatal(err)
		}
		after, _ := os.ReadFile(out.Name())
		if told := strings.ReplaceAll(string(after[len(before):]), name, "F"); told != row.told {
			t.Errorf("%q\n told %s\nwant %s", row.inputs, told, row.told)
		}
		saved, _ := os.ReadFile(name)
		if _, text, _ := strings.Cut(string(saved), "\n"); text != strings.ReplaceAll(row.want, "DIR", dir) {
			t.Errorf("%q\nwas saved as %s", row.inputs, saved)
		}
	}
}

// FuzzSave: whatever two inputs are and gave, what is saved compiles.
func FuzzSave(f *testing.F) {
	for i, text := range savedInputs {
		f.Add(text, savedInputs[(i*7+3)%len(savedInputs)], uint8(i%5), i%4 == 0, i%3 == 0)
	}
	f.Fuzz(func(t *testing.T, first, second string, values uint8, ran, moved bool) {
		s := session{}
		if moved {
			s.setFolder("/a", "/a/b\n")
		}
		for _, text := range []string{first, second, "_"} {
			_, err := syntax.CompileInput("", text)
			s.now.values = int(values)
			if ran && values > 0 {
				s.now.ran = []int{1}
			}
			s.add(text, err)
		}
		saved := s.script()
		if _, err := syntax.Compile("saved", saved.text); err != nil {
			t.Errorf("%q, %q: %v\n%s", first, second, err, saved.text)
		}
	})
}
