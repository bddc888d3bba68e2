package chart

import "math"

// scale returns the top of an axis that begins at zero and holds largest, and the distance of its ticks: 1, 2, 2.5 or 5
// times a power of ten, six at most. What is counted is whole, so no tick lies between whole numbers.
func scale(largest float64) (top, step float64) {
	if largest <= 4 {
		return 4, 1
	}
	rough := largest / 6
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		step = m * power
		if step >= rough && step == math.Trunc(step) {
			break
		}
	}
	return math.Ceil(largest/step) * step, step
}
