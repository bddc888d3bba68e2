-- purpose: give back to the history the coverage of a source in some days that only the current table has
-- parameters: organisation, source, first day, last day, the same organisation, the same source, the same first day, the same last day
-- columns: none
INSERT INTO coverage (organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run)
SELECT organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run
FROM coverage_current
WHERE organisation = ? AND source = ? AND from_day >= toDate(?) AND from_day <= toDate(?)
  AND (channel, part, metric, grain, from_day, version, run) NOT IN (
    SELECT channel, part, metric, grain, from_day, version, run FROM coverage WHERE organisation = ? AND source = ? AND from_day >= toDate(?) AND from_day <= toDate(?))
