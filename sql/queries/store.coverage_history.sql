-- purpose: all that was ever said of the periods of one source by runs that were committed, in the order in which it was said
-- parameters: organisation, source, the same organisation, the same source
-- columns: those of coverage
SELECT organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run
FROM coverage FINAL
WHERE organisation = ? AND source = ? AND run IN (SELECT run FROM runs WHERE organisation = ? AND source = ?)
ORDER BY channel, part, metric, grain, from_day, version, run
