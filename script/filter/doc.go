// Package filter holds weir's own filters, which work on blocks of whole lines
// and call no Lua unless they are given a function. What each makes of its input
// is what the Unix tool of the same kind makes of it in the C locale, byte for
// byte, also of bytes of value 0, of invalid UTF-8 and of lines of any length:
//
//	Grep      grep -a, but for the patterns, which are Lua's
//	Replace   sed s///g, Lua's patterns
//	Fields    awk '{print $n}', with a separator awk -F
//	Upper     tr a-z A-Z
//	Head      head -n
//	Tail      tail -n
//	Uniq      uniq
//	Freq      sort | uniq -c
//	Sort      sort
//	Count     awk 'END {print NR}'
//	Sum       awk '{s += $1} END {print s}'
//
// A last line without a newline gets one from those whose tool gives it one.
package filter
