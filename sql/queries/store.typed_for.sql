-- purpose: of each source the newest beginning of what it told, by grain and wholeness; an event log's days stand as snapshots do
-- parameters: organisations, sources, the moment (ms since 1970), organisations, sources, counted metrics, the moment (ms since 1970)
-- columns: organisation, source, grain, whole, newest first day
SELECT organisation, source, told_grain, whole, max(from_day) AS newest
FROM (
    SELECT organisation, source, grain AS told_grain, from_day, argMax(complete, rank) AS whole, argMax(state, rank) AS state_1
    FROM observations
    WHERE organisation IN ? AND source IN ? AND run IN (SELECT run FROM runs WHERE committed_ms < ?)
    GROUP BY organisation, source, channel, metric, subject, dims, grain, from_day, definition, observed_at
    HAVING state_1 = 'value'
    UNION ALL
    SELECT organisation, source, 'snapshot' AS told_grain, from_day, toUInt8(1) AS whole, argMax(state, rank) AS state_1
    FROM coverage
    WHERE organisation IN ? AND source IN ? AND metric IN ? AND run IN (SELECT run FROM runs WHERE committed_ms < ?)
    GROUP BY organisation, source, channel, part, metric, grain, from_day
    HAVING state_1 = 'value' AND (argMax(result, rank) = 'ok' OR argMax(result, rank) = 'nodata')
)
GROUP BY organisation, source, told_grain, whole
ORDER BY organisation, source, told_grain, whole
