package tour

import (
	"strconv"
	"strings"
)

// order is what the user wants next.
type order struct {
	do     int
	lesson int // of goTo
}

const (
	goOn       = iota // Enter
	goBack            // b
	again             // r
	goTo              // a number
	leave             // q, or the end of input
	listOrders        // ?
)

// orders are what words stand for.
var orders = map[string]int{
	"": goOn, "back": goBack, "again": again, "q": leave, "quit": leave, "?": listOrders, "help": listOrders,
}

// readOrder reads a line as an order. Letters are orders unless they are guesses; words always are.
func readOrder(line string, letters bool) (order, bool) {
	word := strings.ToLower(strings.TrimSpace(line))
	if n, err := strconv.Atoi(word); err == nil {
		return order{goTo, n}, true
	}
	if letters && word == "b" {
		word = "back"
	} else if letters && word == "r" {
		word = "again"
	}
	do, ok := orders[word]
	return order{do: do}, ok
}

// readGuess is the number of the choice whose letter a line is, with a sign behind it or not; else 0.
func readGuess(line string, choices int) int {
	word := strings.Trim(strings.ToLower(strings.TrimSpace(line)), ".:)")
	if len(word) != 1 || word[0] < 'a' || int(word[0]-'a') >= choices {
		return 0
	}
	return int(word[0]-'a') + 1
}
