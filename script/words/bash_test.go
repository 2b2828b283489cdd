package words

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// vars is what both bash and Parse see; HOME is added by world.
var vars = map[string]string{
	"A": "a", "SP": "one  two", "PAD": " x ", "EMPTY": "", "GLOB": "*.txt", "TAB": "p\tq\nr", "BS": `a\*b`, "NUM": "7",
	"LIST": "a:b::c:", "PATHLIKE": "/usr/lib/libx.so.1", "UTF": "größe", "QT": `it's "q"`, "RAW": "x\xffy", "TILDE": "~", "BR": "{a,b}",
	"REF": "NUM", "DASH": "-", "HEX": "0x1f",
}

// world makes the folder that globs look at.
func world(t testing.TB) Env {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"a.txt", "b.txt", "with space", ".hidden", "sub/c.txt", "sub/.dot", "sub2/c.txt", "[x]", "B.TXT", "é.txt", "raw\xff.bin", "back\\slash", "-n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("sub", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(dir, "home dir")
	return Env{
		Dir: dir,
		Lookup: func(name string) (string, bool) {
			if name == "HOME" {
				return home, true
			}
			v, ok := vars[name]
			return v, ok
		},
		Home: func(user string) (string, bool) {
			switch user {
			case "":
				return home, true
			case "root":
				return "/root", true
			}
			return "", false
		},
	}
}

// bash runs a script in the world and gives its output.
func bash(t *testing.T, env Env, script string) string {
	t.Helper()
	c := exec.Command("bash", "-c", script)
	c.Dir = env.Dir
	home, _ := env.Home("")
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LC_ALL=C.UTF-8"}
	for k, v := range vars {
		c.Env = append(c.Env, k+"="+v)
	}
	out, err := c.CombinedOutput()
	if err != nil {
		t.Errorf("bash: %v: %s", err, out)
	}
	return string(out)
}

var bashRows = []string{
	// words and quotes
	`a b  c`, "a\tb", `'a b' c`, `"a b" c`, `a\ b`, `'a'"b"c`, `''`, `""`, `a '' b`, `'it'\''s'`, `"a\"b"`, `"a\$b\\c\d"`, `'a\b'`,
	`\a\b\\`, `a\`, "a\\\nb", "\"a\\\nb\"", "'a\nb'", `$'a\tb\n'`, `$'\x41\101\e\''`, `$'\u00e9\U1F600'`, `$'\xff'`, `$'a\0b'c`, `$'\z'`,
	`$"hello"`, `a#b`, `a #b c`, `"#"`, `é ü`, `a=b`, `-n --x=y`, `a,b a:b a@b a%b a+b`, `!`, `a!b "!"`, `{ }`, `if then`, `[ a ]`, `]`, `[`, `^a`, `=`,
	// variables
	`$A`, `${A}`, `$A$A`, `"$A"`, `'$A'`, `\$A`, `$SP`, `"$SP"`, `$PAD`, `"$PAD"`, `a${PAD}b`, `$EMPTY`, `"$EMPTY"`, `$UNSET`, `"$UNSET"`, `a$UNSET`, `$UNSET$EMPTY`, `""$EMPTY`,
	`$TAB`, `"$TAB"`, `$GLOB`, `"$GLOB"`, `$BS`, `"$BS"`, `$QT`, `$RAW`, `"$RAW"`, `$TILDE`, `$BR`, `$A.txt`, `${A}b`, `$`, `a$ b`, `"$"`, `$%`, `"$ $A"`, `x$SP$SP'y'`,
	// ${...}
	`${UNSET:-x}`, `${UNSET-x}`, `${EMPTY:-x}`, `${EMPTY-x}`, `${A:-x}`, `${A:+y}`, `${EMPTY:+y}`, `${EMPTY+y}`, `${UNSET+y}`, `${UNSET:-a b}`, `"${UNSET:-a b}"`,
	`${UNSET:-$SP}`, `${UNSET:-*.txt}`,
	`${U1:=v w} "$U1"`, `${U1=z}${U1}`, `${#A} ${#UTF} ${#UNSET}`, `${PATHLIKE##*/}`, `${PATHLIKE#*/}`, `${PATHLIKE%.*}`, `${PATHLIKE%%.*}`, `${PATHLIKE%/*}`, `${PATHLIKE#"*"}`, `${BS#a\\}`, `${UTF#gr?}`,
	`${PATHLIKE/lib/LIB}`, `${PATHLIKE//lib/LIB}`, `${PATHLIKE//[\/.]/_}`, `${PATHLIKE//x}`, `"${SP/  /-}"`, `${SP// /$A}`, `${UTF:1:2}`, `${UTF: -2}`, `${UTF:1:-1}`, `${A:5}`, `${UTF:0}`, `${UTF^}`, `${UTF^^}`, `${UTF^^[ö]}`, `${GLOB,,}`, `"${QT//\'/q}"`, `${RAW#x}`,
	`${A//a/'*'}`, `${A/*/x}`, `${LIST//:/ }`,
	// ~
	`~`, `~/x`, `"~"`, `\~`, `a~`, `~root`, `~root/x`, `~nosuchuser`, `~"x"`, `~/"x y"`, `--x=~`, `a:~`, `~$A`,
	`a=~`, `a=~/x`, `a=~root:~/"y z":~nosuch`, `a+=~`, `a=x:~`, `_1=~`, `a=b=~`, `1a=~`, `a-b=~`, `é=~`, `"a"=~`, `a\=~`, `a=\~`, `a="~"`, `a=~"x"`, `a=~$A`, `a=$A:~`, `a=$A~`, `$A=~`,
	`a="x":~`, `a="x:"~`, `a=x\:~`, `a=\x\:~`, `a=::~:`, `a={~,b}`, `a={b,c}:~`, `a{b,c}=~`, `a=~*`, `a=~/*`, `~:x`, `~:~`, `~+`, `~+/x`, `a=~+:~`, `~~`, `a=~~`, `a=~\root`, `a=~/a\ b:~`, `~root:x`, `a=~\`,
	// globs
	`*`, `*.txt`, `?.txt`, `[ab].txt`, `[!a].txt`, `[^a].txt`, `[a-c].txt`, `[[:upper:]]*`, `.*`, `.h*`, `*/`, `*/*`, `*/c.txt`, `sub/*`, `./*.txt`, `*.nope`, `"*".txt`, `\*.txt`, `*"."txt`, `"a"*`, `'['x']'`, `[[]x]`, `[x]`, `\[x\]`, `with*`, `*space`, `[`, `[a`, `a[`, `*[`, `s*/c*`, `s*/nope`, `../*/sub/c.txt`, `link/*`, `lin*/`, `**`, `**/c.txt`, `-*`, `raw*`, `raw?.bin`, `?aw*.bin`, `back*`, `back\\*`, `"b"ack[\\]slash`, `[]x]*`, `[-n]*`, `*\ *`, `$A*`, `"$A"*`, `$SP*`, `[z-a]`, `é*`, `[é].txt`, `sub/.*`, `[.]hidden`, `?hidden`, `sub[/]c.txt`,
	// braces
	`{a,b}`, `x{a,b}y`, `{1..3}`, `{3..1}`, `{01..03}`, `{a..e..2}`, `{a,b}{1,2}`, `{a,{b,c}}`, `{a}`, `{}`, `{,}`, `x{,y}`, `"{a,b}"`, `\{a,b}`, `{a,b`, `{a,"b c"}`, `{$A,$SP}`, `{*.txt,x}`, `{1..0x}`, `a={1,2}`, `{1..10..4}`, `{-1..1}`, `{a,b}$EMPTY`, `{$UNSET,x}`, `{a..c}.txt`, `{1..3..0}`, `x={~,a}`,
	// arithmetic
	`$((1+2*3))`, `"$((NUM*2))"`, `$((NUM>3 ? 10 : 20))`, `$(($NUM+1))`, `$((REF+1))`, `$((010+0x10))`, `$((2**10))`, `$((-7/2)) $((-7%2))`, `$((UNSET+1))`, `$((N1=3)) $N1`, `$((NUM++)) $NUM`, `$((16#ff))`, `$(( (1+2)*3 ))`, `$((1&&0)) $((1||0))`, `$((~0))`, `$((1<<4))`, `$[1+1]`, `$((HEX))`, `$((5))a`, `${UTF:$((1+1)):1}`,
	// bytes
	"a\xffb", "'\xff\xfe'", "\"\xe9$A\"", "a\rb", "\"a\r\"", "\xff*", "raw\xff*", "raw[\xff].bin", "\xf4\x8f\xb8\x81", "\\\xff", "${UNSET:-\xff}", "\xc3\xa9\xc3", "$'\xff'",
}

// TestBash reads every row with bash and with Parse.
func TestBash(t *testing.T) {
	env := world(t)
	for _, words := range bashRows {
		want := bash(t, env, `p() { for a; do printf '%s\0' "$a"; done; }; p `+words)
		commands, err := Parse("p "+words, env)
		if err != nil {
			t.Errorf("%q: %v", words, err)
			continue
		}
		got := ""
		for _, a := range commands[0].Args[1:] {
			got += a + "\x00"
		}
		if got != want {
			t.Errorf("%q:\n got  %q\n bash %q", words, strings.Split(got, "\x00"), strings.Split(want, "\x00"))
		}
	}
}

// TestBashAssignment compares what env prints.
func TestBashAssignment(t *testing.T) {
	env := world(t)
	for _, line := range []string{`X=1`, `X=`, `X=$SP`, `X="$SP"`, `X=*`, `X=~/a`, `X=~`, `X=a:~`, `X=~:~/"b":~root`, `X=~nosuch:~`, `X=x=~`, `X=$SP:~`, `X=a\:~`, `X="a:"~`, `X=~"a":~`, `A+=~`, `A+=:~`, `X=~+`, `X={a,b}`, `X=1 Y=$X$A`, `A+=b`, `X=a\ b`, `X=$UNSET`, `X='a  b'"c"`, `X=$((1+1))`, `A=new X=$A`} {
		line += " printenv -0 X Y A"
		want := bash(t, env, line+" || :")
		commands, err := Parse(line, env)
		if err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		set := map[string]string{"A": vars["A"]}
		for _, a := range commands[0].Assign {
			set[a.Name] = a.Value
		}
		got := ""
		for _, name := range []string{"X", "Y", "A"} {
			if v, ok := set[name]; ok {
				got += v + "\x00"
			}
		}
		if got != want {
			t.Errorf("%q:\n got  %q\n bash %q", line, got, want)
		}
	}
}

func TestQuoteIsReadByBash(t *testing.T) {
	env := world(t)
	for _, s := range []string{"", "a", "a b", "it's", `"`, "a\nb", "\x01\x7f", "\xff\xfea", "é", "$A", "`x`", "*", "~", "a=b", "#x", "!", "\\", "if", "{a,b}", "\t", "\r", "'", "\x1b[0m", "-n", "\u00a0"} {
		if got := bash(t, env, "printf %s "+Quote(s)); got != s {
			t.Errorf("Quote(%q) = %s, which bash reads as %q", s, Quote(s), got)
		}
		commands, err := Parse("x "+Quote(s), env)
		if err != nil || !reflect.DeepEqual(commands[0].Args, []string{"x", s}) {
			t.Errorf("Quote(%q) = %s, which Parse reads as %v, %v", s, Quote(s), commands, err)
		}
	}
}
