package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
)

// canAsk tells whether somebody sits at a terminal to answer a question.
func (a *app) canAsk() bool { return !a.json && terminal(os.Stdin) && terminal(a.err) }

// ask puts a question that is answered by yes or no, in any of the languages; whatever is no yes is a no.
func (a *app) ask(ctx context.Context, question string) (bool, error) {
	fmt.Fprintf(a.err, "%s [y/N] ", question)
	answer := make(chan string, 1)
	go func() { // reading cannot be called off: whoever stops the program leaves it behind
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		answer <- line
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.err)
		return false, ctx.Err()
	case line := <-answer:
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes", "k", "kyllä", "j", "ja":
			return true, nil
		}
		return false, nil
	}
}
