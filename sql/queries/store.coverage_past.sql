-- purpose: all that was ever said of the periods that a selection asks for, oldest first, also by runs that were not committed
-- parameters: organisations, channels, metrics, grains, first day, last day
-- columns: those of coverage
SELECT organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run
FROM coverage FINAL
WHERE organisation IN ? AND channel IN ? AND metric IN ? AND grain IN ? AND from_day >= toDate(?) AND from_day <= toDate(?)
ORDER BY organisation, channel, metric, grain, from_day, source, part, version, run
