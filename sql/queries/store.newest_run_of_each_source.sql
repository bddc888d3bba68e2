-- purpose: of each source of organisations the newest run before a moment, when the first was, and when one last answered
-- parameters: organisations, the moment (ms since 1970)
-- columns: organisation, source, newest run, when the first was (ms), when one last answered (ms, 0 never)
SELECT organisation, source, argMax(run, (committed_ms, run)) AS newest, toInt64(min(committed_ms)) AS first_ms,
    toInt64(maxIf(committed_ms, result = 'ok' OR result = 'nodata' OR result = 'partial')) AS answered_ms
FROM runs
WHERE organisation IN ? AND committed_ms < ? AND kind != 'retract'
GROUP BY organisation, source
ORDER BY organisation, source
