-- purpose: of sources of organisations the newest two runs before a moment that tell how it does; who waits, was stopped or reads the past again in vain does not
-- parameters: organisations, sources, the moment (ms since 1970)
-- columns: organisation, source, run, when (ms since 1970), result, reason, the parts that it could not read, why
SELECT organisation, source, run, committed_1, result, reason, failing_part, failing_reason
FROM (
    SELECT organisation, source, run, committed_ms AS committed_1, result, reason, failing_part, failing_reason
    FROM runs FINAL
    WHERE organisation IN ? AND source IN ? AND committed_ms < ? AND kind != 'retract' AND result != 'waiting' AND reason != 'stopped' AND (backfill = 0 OR result = 'ok' OR result = 'nodata')
    ORDER BY committed_1 DESC, run DESC
    LIMIT 2 BY organisation, source)
ORDER BY organisation, source, committed_1 DESC, run DESC
