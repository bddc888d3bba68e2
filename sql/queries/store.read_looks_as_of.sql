-- purpose: the answers about single items that counted at a moment, told for some days
-- parameters: organisations, channels, metrics, days, the moment (ms since 1970)
-- columns: those of observations
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition,
    argMax(part, rank) AS part_1, observed_at, argMax(value, rank) AS value_1, argMax(complete, rank) AS complete_1, argMax(basis, rank) AS basis_1,
    argMax(state, rank) AS state_1, argMax(note, rank) AS note_1, argMax(by_role, rank) AS by_role_1, argMax(version, rank) AS version_1,
    max(rank) AS rank_1, argMax(run, rank) AS run_1
FROM observations
WHERE organisation IN ? AND channel IN ? AND metric IN ? AND grain = 'snapshot' AND from_day IN ? AND subject != '' AND dims = ''
  AND run IN (SELECT run FROM runs WHERE committed_ms < ?)
GROUP BY organisation, source, channel, metric, subject, dims, grain, from_day, definition, observed_at
HAVING state_1 = 'value'
ORDER BY organisation, channel, metric, grain, from_day, source, subject, dims, definition, observed_at
