package observation

import "slices"

// Spoken leaves out of coverage what no longer counts: what was said of a source as a whole, because a visit ended before it
// came to the parts, counts only as long as none of them was spoken of. It changes nothing of all.
func Spoken(all []Coverage) []Coverage {
	whole := map[CoverageKey]bool{} // periods that a source as a whole was spoken of; true: a part of it, too
	for _, c := range all {
		if c.Part == "" {
			whole[c.CoverageKey] = false
		}
	}
	if len(whole) == 0 {
		return all
	}
	for _, c := range all {
		key := c.CoverageKey
		key.Part = ""
		if _, ok := whole[key]; ok && c.Part != "" {
			whole[key] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(c Coverage) bool { return c.Part == "" && whole[c.CoverageKey] })
}
