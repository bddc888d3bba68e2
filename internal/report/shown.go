package report

import "seuranta/internal/indicator"

// Shown returns every figure that the review shows: those of its weeks, those that they are held against, longer targets, months, what
// comes more seldom, and what publications brought.
func (r *WeeklyReview) Shown() []indicator.Figure {
	out := make([]indicator.Figure, 0, len(r.figures))
	for _, f := range r.figures {
		out = append(out, *f.Figure)
	}
	return out
}
