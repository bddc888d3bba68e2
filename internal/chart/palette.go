package chart

// Colours on white. Lines and marks reach 3:1 at least, texts 4.5:1; none carries a meaning alone: a symbol, a dash, a
// hatching or a word always says the same.
const (
	blue   = "#0072B2" // the line that the chart is about
	slate  = "#5F6B7A" // what it is held against
	green  = "#007A5A" // targets
	plum   = "#A6467F" // events
	rust   = "#B34700" // breaks
	ink    = "#1F2933" // texts
	quiet  = "#4B5563" // texts of axes
	hair   = "#E3E8ED" // grid lines
	mist   = "#EEF1F4" // ground of what was not measured
	hatch  = "#8A96A3" // hatching on it
	white  = "#FFFFFF"
	family = `-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif`
)
