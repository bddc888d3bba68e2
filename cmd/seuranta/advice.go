package main

import (
	"cmp"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
)

// remedies say what to do about each reason that a run can give for what it did not answer; SOURCE stands for the source.
var remedies = map[string]string{
	string(observation.Partial):    "`seuranta check SOURCE` tells more",
	string(observation.Failed):     "`seuranta check SOURCE` tells more",
	string(observation.Waiting):    "nothing: the source asked to be left alone for a while, and a later `seuranta collect` asks again",
	string(observation.Auth):       "it is left alone until then: renew its credential, then `seuranta collect SOURCE`",
	string(observation.Budget):     "nothing, or raise what may be spent on it: a later `seuranta collect` goes on",
	string(observation.Gone):       "take it out of the configuration, or let its life: end where it ended",
	string(observation.NotOffered): "nothing: the source does not offer the figure",
	string(observation.Retired):    "nothing: the source no longer gives the figure",
	collector.ReasonDeadline:       "run `seuranta collect SOURCE` again; if it takes too long again, `seuranta check SOURCE` tells more",
	collector.ReasonStopped:        "run `seuranta collect SOURCE` again",
	collector.ReasonLogSilent:      "was the web server off, or its log written elsewhere? If only nobody came, nothing",
	collector.ReasonLogMissing:     "do paths: take in the older log files, as access.log*, and do they still exist? If so, run `seuranta collect SOURCE`",
	collector.ReasonLogDamaged:     "mend the log file or let it be read, `seuranta check SOURCE` names it, then run `seuranta collect SOURCE`",
	collector.ReasonNotFound:       "there is nothing at the address: has it moved? `seuranta check SOURCE` names it; write the new one into the configuration in place of the old",
	collector.ReasonTooLarge:       "the answer is larger than it may be: is the address in the configuration the right one?",
	collector.ReasonRefused:        "the address leads to a private place: write allow_private: true at the source if that is meant",
	collector.ReasonNotAFeed:       "a page came where a feed was due: find the feed's new address, `seuranta check SOURCE` names the old one, or let its life: end",
	collector.ReasonBadFeed:        "the feed is damaged: tell its publisher if it stays so; `seuranta check SOURCE` tells more",
	collector.ReasonFeedEmpty:      "the feed has lost what it held: look at it in a browser; has it moved?",
	collector.ReasonFeedSilent:     "nothing if there was no news; else look at the feed in a browser: has it moved?",
	collector.ReasonRolledOver:     "read it more often, as schedule: \"*/15 * * * *\"; what was lost can be added by nobody",
	collector.ReasonFeedShort:      "nothing: a feed does not reach back so far",
	collector.ReasonBadAnswer:      "the service answered something else than it should: does base_url lead to it? `seuranta check SOURCE` tells more",
	collector.ReasonBeforeStart:    "nothing: the service did not count yet, or no longer tells of so long ago",
	collector.ReasonWithheld:       "nothing: the service holds small numbers back",
	collector.ReasonNoNumber:       "nothing at first: the service counts late, and the next visit asks again; where it goes on for days, look whether the service shows the number itself, and whether who connected may see it there",
	collector.ReasonPlan:           "the plan that is paid for does not have this: choose another plan, or another kind of source",
	collector.ReasonNotTyped:       "`seuranta record SOURCE METRIC VALUE`, or `seuranta import FILE --source SOURCE`",
	collector.ReasonReminder:       "type a new number: `seuranta record SOURCE METRIC VALUE`",
	schedule.ReasonNotYet:          "nothing: the day is not over where the platform cuts its days, and the next visit asks for it",
	schedule.ReasonNotTold:         "a fault of the program: please report it, with what `seuranta collect SOURCE` prints",
	schedule.ReasonRejected:        "the source gave an impossible number: `seuranta collect SOURCE` names it; please report it",
	schedule.ReasonPanic:           "a fault of the program: please report it, with what `seuranta collect SOURCE` prints",
}

// advice says what to do about a source, "" when nothing is.
func advice(r standing) string {
	reason := r.Reason
	if len(r.Failing) > 0 {
		reason = r.Failing[0].Reason
	}
	remedy := cmp.Or(remedies[reason], remedies[r.Reason], remedies[string(r.Result)])
	switch {
	case r.events && (r.LastRun == nil || r.Late):
		return "type what happened: `seuranta record event \"…\" --source " + r.Source + "`; if nothing did, with --none"
	case r.typed && r.Kind == "entry" && (r.LastRun == nil || r.Late):
		return "type a number: `seuranta record " + r.Source + " METRIC VALUE`"
	case r.LastRun == nil && r.typed && r.NextDue == nil:
		return "hand over a file: `seuranta import FILE --source " + r.Source + "`"
	case r.LastRun == nil:
		return "run `seuranta collect " + r.Source + "`"
	case remedy != "":
		return strings.ReplaceAll(remedy, "SOURCE", r.Source)
	case r.Late && r.typed && !r.scheduled:
		return "hand over a new file: `seuranta import FILE --source " + r.Source + "`"
	case r.Late:
		return "is anything running `seuranta serve`, or `seuranta collect --due`?"
	case r.Measured < r.Expected:
		return "`seuranta figures --period last-month` names the days"
	}
	return ""
}
