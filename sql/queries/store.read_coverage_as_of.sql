-- purpose: how the periods of channels and metrics of organisations were answered, as it counted at a moment
-- parameters: organisations, channels, metrics, grains, first day, last day, the moment (ms since 1970)
-- columns: those of coverage
SELECT organisation, source, channel, part, metric, grain, from_day,
    argMax(result, rank) AS result_1, argMax(reason, rank) AS reason_1, argMax(detail, rank) AS detail_1,
    argMax(gap_from, rank) AS gap_from_1, argMax(gap_to, rank) AS gap_to_1, argMax(subjects, rank) AS subjects_1,
    argMax(state, rank) AS state_1, argMax(version, rank) AS version_1, max(rank) AS rank_1, argMax(run, rank) AS run_1
FROM coverage
WHERE organisation IN ? AND channel IN ? AND metric IN ? AND grain IN ? AND from_day >= toDate(?) AND from_day <= toDate(?)
  AND run IN (SELECT run FROM runs WHERE committed_ms < ?)
GROUP BY organisation, source, channel, part, metric, grain, from_day
HAVING state_1 = 'value'
ORDER BY organisation, channel, metric, grain, from_day, source, part
