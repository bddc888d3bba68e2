package config

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxShown   = 60   // characters of a value or key that a message shows
	maxListed  = 24   // names that a message lists
	maxCompare = 200  // names that a wrong one is compared with
	maxMessage = 2000 // characters of a message; only one that a kind makes can be longer
	maxOfKind  = 10   // faults that a kind may tell of one source
)

// clip shortens what a message shows.
func clip(s string) string { return cut(s, maxShown) }

// show quotes a value for a message, without what may be a secret in it.
func show(s string) string { return strconv.Quote(clip(veiled(s))) }

// list joins names for a message.
func list(names []string) string {
	if len(names) > maxListed {
		return strings.Join(names[:maxListed], ", ") + fmt.Sprintf(" and %d more", len(names)-maxListed)
	}
	return strings.Join(names, ", ")
}

// Instead says what may have been meant by a wrong name, and after heading what there is.
func Instead(wrong, heading string, known []string) string {
	if len(known) == 0 {
		return "there is none yet"
	}
	there := heading + " " + list(known)
	if near := nearest(wrong, known); near != "" {
		return "did you mean " + strconv.Quote(near) + "? " + there
	}
	return there
}

// nearest returns the known name that a wrong one is most likely a slip of, or "".
func nearest(wrong string, known []string) string {
	if len(wrong) > maxShown || len(known) > maxCompare {
		return ""
	}
	wrong = strings.ToLower(wrong)
	best, least := "", 1+min(3, (utf8.RuneCountInString(wrong)+2)/3)
	for _, name := range known {
		if d := distance(wrong, strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap with their neighbour to make a into b.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := [3][]int{make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)}
	before, above, row := rows[0], rows[1], rows[2]
	for j := range above {
		above[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			change := 1
			if s[i] == t[j] {
				change = 0
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, above[j]+change)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(t)]
}
