package api

import "fmt"

// mostPages bounds how many pages of a list are asked for: more of them is a list that never ends.
const mostPages = 2000

// Through asks for page after page of a list until all is there. ask is told how many entries came so far and the number of the
// page, from 1 on; it says how many more came, and how many there are altogether. A list that ends before it should, or never,
// is not what the platform is known to answer.
func Through(ask func(so, page int) (came, all int, err error)) error {
	so := 0
	for page := 1; ; page++ {
		came, all, err := ask(so, page)
		if err != nil {
			return err
		}
		so += came
		switch {
		case so >= all:
			return nil
		case came == 0:
			return bad("the answer is a list of %d that ends after %d", all, so)
		case page >= mostPages:
			return fmt.Errorf("the list has more than %d pages: %w", mostPages, bad("it has no end"))
		}
	}
}

// Follow asks for page after page of a list of which each page names the next. ask is told what the page before said, "" for the
// first, and says what the next is called, "" where there is none or no more are wanted. A list that leads back to where it was,
// or never ends, is not what the platform is known to answer.
func Follow(ask func(cursor string) (next string, err error)) error {
	been := map[string]bool{}
	for cursor := ""; ; {
		next, err := ask(cursor)
		switch {
		case err != nil || next == "":
			return err
		case been[next]:
			return bad("the list leads back to a page that was there already")
		case len(been) >= mostPages-1:
			return fmt.Errorf("the list has more than %d pages: %w", mostPages, bad("it has no end"))
		}
		been[next], cursor = true, next
	}
}
