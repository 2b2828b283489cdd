package lualib

import (
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// date is os.date([format [, time]]).
func date(L *lua.LState) int {
	format := luaio.OptString(L, 1, "date", "%c")
	t := time.Now()
	if L.Get(2) != lua.LNil {
		t = time.Unix(int64(luaio.CheckInteger(L, 2, "date")), 0)
	}
	if strings.HasPrefix(format, "!") {
		t, format = t.UTC(), format[1:]
	}
	if year := t.Year(); year < -1<<31 || year > 1<<31-1 { // struct tm has no room for it
		L.Push(lua.LNil)
	} else if format == "*t" {
		L.Push(dateTable(L, t))
	} else {
		L.Push(lua.LString(strftime(t, format)))
	}
	return 1
}

func dateTable(L *lua.LState, t time.Time) *lua.LTable {
	table := L.NewTable()
	for name, n := range map[string]int{
		"year": t.Year(), "month": int(t.Month()), "day": t.Day(), "hour": t.Hour(), "min": t.Minute(), "sec": t.Second(),
		"wday": int(t.Weekday()) + 1, "yday": t.YearDay(),
	} {
		table.RawSetString(name, lua.LNumber(n))
	}
	table.RawSetString("isdst", lua.LBool(t.IsDST()))
	return table
}

// strftime is strftime(3) in the C locale. What is no conversion stays as it is.
func strftime(t time.Time, format string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(format, "%")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		if rest == "" {
			out.WriteByte('%')
			return out.String()
		}
		if text, ok := conversion(t, rest[0]); ok {
			out.WriteString(text)
		} else {
			out.WriteString("%" + rest[:1])
		}
		format = rest[1:]
	}
}

// composed are the conversions that stand for several others.
var composed = map[byte]string{
	'c': "%a %b %e %H:%M:%S %Y", 'D': "%m/%d/%y", 'F': "%Y-%m-%d", 'r': "%I:%M:%S %p", 'R': "%H:%M",
	'T': "%H:%M:%S", 'x': "%m/%d/%y", 'X': "%H:%M:%S",
}

// words are those that Go's time package has a layout for.
var words = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'h': "Jan", 'p': "PM", 'P': "pm", 'z': "-0700",
}

var signs = map[byte]string{'n': "\n", 't': "\t", '%': "%"}

// conversion gives what one letter stands for.
func conversion(t time.Time, letter byte) (string, bool) {
	if format, ok := composed[letter]; ok {
		return strftime(t, format), true
	}
	if layout, ok := words[letter]; ok {
		return t.Format(layout), true
	}
	if sign, ok := signs[letter]; ok {
		return sign, true
	}
	if letter == 'Z' {
		return zone(t), true
	}
	return numeral(t, letter)
}

// zone is the name of the time zone; C's for universal time is GMT.
func zone(t time.Time) string {
	if t.Location() == time.UTC {
		return "GMT"
	}
	name, _ := t.Zone()
	return name
}

// numeral gives the conversions that are a number.
func numeral(t time.Time, letter byte) (string, bool) {
	year, week := t.ISOWeek()
	format, n := "%02d", 0
	switch letter {
	case 'C':
		n = floorDiv(t.Year(), 100)
	case 'd':
		n = t.Day()
	case 'e':
		format, n = "%2d", t.Day()
	case 'g':
		n = modHundred(year)
	case 'G':
		format, n = "%d", year
	case 'H':
		n = t.Hour()
	case 'I':
		n = twelve(t)
	case 'j':
		format, n = "%03d", t.YearDay()
	case 'k':
		format, n = "%2d", t.Hour()
	case 'l':
		format, n = "%2d", twelve(t)
	case 'm':
		n = int(t.Month())
	case 'M':
		n = t.Minute()
	case 's':
		return fmt.Sprint(t.Unix()), true
	case 'S':
		n = t.Second()
	case 'u':
		format, n = "%d", (int(t.Weekday())+6)%7+1
	case 'U': // weeks that begin on Sunday
		n = (t.YearDay() + 6 - int(t.Weekday())) / 7
	case 'V':
		n = week
	case 'w':
		format, n = "%d", int(t.Weekday())
	case 'W': // weeks that begin on Monday
		n = (t.YearDay() + 6 - (int(t.Weekday())+6)%7) / 7
	case 'y':
		n = modHundred(t.Year())
	case 'Y':
		format, n = "%d", t.Year()
	default:
		return "", false
	}
	return fmt.Sprintf(format, n), true
}

// twelve is the hour of a clock of twelve.
func twelve(t time.Time) int { return (t.Hour()+11)%12 + 1 }

func modHundred(n int) int { return n - 100*floorDiv(n, 100) }

// floorDiv is a/b, rounded down.
func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
