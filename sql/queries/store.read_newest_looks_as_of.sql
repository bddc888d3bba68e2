-- purpose: of each item, counter, source and definition the newest answer that counted at a moment, of some days
-- parameters: organisations, channels, metrics, first day, last day, the moment (ms since 1970)
-- columns: those of observations
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition,
    argMax(part, rank) AS part_1, observed_at, argMax(value, rank) AS value_1, argMax(complete, rank) AS complete_1, argMax(basis, rank) AS basis_1,
    argMax(state, rank) AS state_1, argMax(note, rank) AS note_1, argMax(by_role, rank) AS by_role_1, argMax(version, rank) AS version_1,
    max(rank) AS rank_1, argMax(run, rank) AS run_1
FROM observations
WHERE organisation IN ? AND channel IN ? AND metric IN ? AND grain = 'snapshot' AND from_day >= toDate(?) AND from_day <= toDate(?) AND subject != '' AND dims = ''
  AND run IN (SELECT run FROM runs WHERE committed_ms < ?)
GROUP BY organisation, source, channel, metric, subject, dims, grain, from_day, definition, observed_at
HAVING state_1 = 'value'
ORDER BY organisation, channel, metric, grain, source, subject, dims, definition, from_day DESC, rank_1 DESC, observed_at
LIMIT 1 BY organisation, channel, metric, source, subject, definition
