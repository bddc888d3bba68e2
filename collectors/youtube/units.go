package youtube

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// stateUnits is what the units are remembered under that were spent on a day of California. Its name begins with calls, so that
// they stay spent when a visit is killed.
const stateUnits = "calls_units"

// california is where YouTube gives units anew: at midnight.
var california = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		return time.FixedZone("America/Los_Angeles", -8*60*60) // a program without zones
	}
	return zone
})

// units are those that a source may spend in a day. Every call costs one.
type units struct {
	state collector.State
	now   func() time.Time
	most  int
}

func (u *units) today() observation.Date { return observation.DateOf(u.now().In(california())) }

// renewed is when there are all units again.
func (u *units) renewed() *collector.WaitError {
	return &collector.WaitError{Until: u.today().End(california())}
}

// spent returns how many were spent today.
func (u *units) spent() int {
	if u.state == nil {
		return 0
	}
	text, _ := u.state.Get(stateUnits)
	day, count, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(count)
	if err != nil || day != u.today().String() {
		return 0
	}
	return n
}

// note takes down that some were spent.
func (u *units) note(n int) {
	if u.state != nil && n > 0 {
		u.state.Set(stateUnits, fmt.Sprintf("%s %d", u.today(), u.spent()+n))
	}
}

// take spends one, or says until when there is none.
func (u *units) take() error {
	if spent := u.spent(); spent >= u.most {
		return fmt.Errorf("the %d units that the source may spend in a day are spent (units: in its settings says how many): %w", u.most, u.renewed())
	}
	u.note(1)
	return nil
}
