-- purpose: how many runs of sources failed since the last good one; who waits, was stopped or reads the past again neither fails nor does well
-- parameters: organisations, sources, the moment (ms since 1970), organisations, sources, the moment (ms since 1970)
-- columns: organisation, source, how many, when the first of them was (ms since 1970)
SELECT organisation, source, toInt64(count()) AS failed, toInt64(min(failed_ms)) AS first_ms
FROM (
    SELECT organisation, source, run, committed_ms AS failed_ms
    FROM runs FINAL
    WHERE organisation IN ? AND source IN ? AND committed_ms < ? AND kind != 'retract' AND backfill = 0 AND reason != 'stopped'
        AND (result = 'failed' OR result = 'auth' OR result = 'budget' OR result = 'gone' OR result = 'partial' AND reason != 'feed_short' AND reason != 'rolled_over')) AS f
ALL LEFT JOIN (
    SELECT organisation, source, toInt64(max(committed_ms)) AS good_ms
    FROM runs FINAL
    WHERE organisation IN ? AND source IN ? AND committed_ms < ? AND kind != 'retract'
        AND (result = 'ok' OR result = 'nodata' OR result = 'withdrawn' OR result = 'not_offered' OR result = 'partial' AND (reason = 'feed_short' OR reason = 'rolled_over'))
    GROUP BY organisation, source) AS g USING (organisation, source)
WHERE failed_ms > good_ms
GROUP BY organisation, source
ORDER BY organisation, source
