-- purpose: how the periods of one source in some days were answered, withdrawn ones too, to compare a run with
-- parameters: organisation, source, first day, last day
-- columns: those of coverage
SELECT organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run
FROM coverage_current FINAL
WHERE organisation = ? AND source = ? AND from_day >= toDate(?) AND from_day <= toDate(?)
ORDER BY channel, metric, grain, from_day, part
