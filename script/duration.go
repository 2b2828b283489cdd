package script

import (
	"fmt"
	"math"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/luatext"
)

// parseDuration reads a time as scripts write it: a number of seconds, or a
// string such as "200ms", "5s", "1m30s"; "5" is five seconds. It is more than
// zero.
func parseDuration(v lua.LValue) (time.Duration, error) {
	var d time.Duration
	switch v := v.(type) {
	case lua.LNumber:
		seconds := float64(v)
		if math.IsNaN(seconds) || seconds > math.MaxInt64/float64(time.Second) {
			return 0, fmt.Errorf("a time of %v seconds is too long", seconds)
		}
		d = time.Duration(seconds * float64(time.Second))
	case lua.LString:
		text := strings.ReplaceAll(string(v), " ", "")
		if strings.Trim(text, "0123456789.") == "" {
			text += "s"
		}
		var err error
		if d, err = time.ParseDuration(text); err != nil {
			return 0, fmt.Errorf("bad time %s: must be a number of seconds or like \"200ms\", \"5s\", \"1m30s\"",
				luatext.Quote(string(v)))
		}
	default:
		return 0, fmt.Errorf("bad time: must be a number of seconds or a string like \"5s\", but is a %s", v.Type())
	}
	if d <= 0 {
		return 0, fmt.Errorf("bad time %s: must be more than zero", v.String())
	}
	return d, nil
}

// formatDuration writes a time as parseDuration reads it.
func formatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}
