package graph

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
)

// DefaultVersion is the version of the Graph API that is asked where the settings say nothing of it.
const DefaultVersion = "v26.0"

// oldest is the oldest version that was alive when this was written; the one before it ended on oldestEnd.
const (
	oldest    = 21
	oldestEnd = "2026-09-24"
)

// ends are the days on which versions end, as Meta has announced them (developers.facebook.com/docs/graph-api/changelog). Meta
// answers a version that has ended by another, and numbers would change their meaning without a word.
var ends = map[int]string{20: oldestEnd, 21: "2027-01-21", 22: "2027-05-20", 23: "2027-10-08", 24: "2028-02-18", 25: "2028-07-29"}

var versionForm = regexp.MustCompile(`^v([1-9][0-9]?)\.0$`)

// FaultsOfVersion returns what is wrong with a version of the Graph API by the key version.
func FaultsOfVersion(version string) []collector.Fault {
	n := number(version)
	switch {
	case n == 0:
		return []collector.Fault{{Key: "version", Message: fmt.Sprintf("%q is no version of the Graph API; write one as %s, or leave the key out", version, DefaultVersion)}}
	case n < oldest:
		return []collector.Fault{{Key: "version", Message: fmt.Sprintf("Meta ended %s on %s or before; write %s, or leave the key out", version, oldestEnd, DefaultVersion)}}
	}
	return nil
}

// number is the number of a version, 0 of what is none.
func number(version string) int {
	m := versionForm.FindStringSubmatch(version)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// ended refuses a version that Meta has ended by now.
func ended(version string, now time.Time) error {
	n := number(version)
	end, known := ends[n]
	if n > 1 && n < oldest {
		end, known = oldestEnd, true
	}
	if known && strings.Compare(now.UTC().Format(time.DateOnly), end) >= 0 {
		return fmt.Errorf("the version %s of the Graph API ended on %s: write another as version of the source, or leave the key out", version, end)
	}
	return nil
}
