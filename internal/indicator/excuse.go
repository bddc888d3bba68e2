package indicator

// excuse is why a source told nothing.
type excuse struct {
	reason       string
	teller       *teller
	said         bool // by the source, not concluded from its silence
	unmeasurable bool
}

func (e excuse) weight() int {
	switch {
	case e.unmeasurable:
		return 0
	case e.said:
		return 2
	}
	return 1
}

func (w *walk) excuse(t tile) excuse {
	e := excuse{teller: t.teller, said: true}
	c := w.s.cell(t.teller, t.grain, t.From)
	said, seen := c.said()
	_, outside := t.teller.outside(t.Period)
	switch {
	case c != nil && c.other:
		e.reason = ReasonOtherRule
	case outside != "" && !(seen && said.Result.NotApplicable()): // what was said of it may be more to the point
		e.reason, e.unmeasurable = outside, true
	case t.teller.Typed && (!seen || said.Result.Answered()):
		return w.typedExcuse(t)
	case seen && said.Result.Answered():
		e.reason = ReasonNotTold
	case seen:
		e.reason, e.unmeasurable = reasonOf(said), said.Result.NotApplicable()
	case t.To > t.teller.today:
		e.reason, e.said = ReasonNotYet, false
	default:
		e.reason, e.said = ReasonNoRun, false
	}
	return e
}
