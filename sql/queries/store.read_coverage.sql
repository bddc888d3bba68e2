-- purpose: how the periods of channels and metrics of organisations were answered, as it counts now
-- parameters: organisations, channels, metrics, grains, first day, last day
-- columns: those of coverage
SELECT organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run
FROM coverage_current FINAL
WHERE organisation IN ? AND channel IN ? AND metric IN ? AND grain IN ? AND from_day >= toDate(?) AND from_day <= toDate(?)
  AND state = 'value'
ORDER BY organisation, channel, metric, grain, from_day, source, part
