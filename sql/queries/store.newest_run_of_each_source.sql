-- purpose: of each source of organisations the newest run before a moment that says how it does (one that fetched days long past does only where there is no other), when the first was, and when one last answered
-- parameters: organisations, the moment (ms since 1970)
-- columns: organisation, source, newest run, when the first was (ms), when one last answered (ms, 0 never)
SELECT organisation, source, argMax(run, (now_1, committed_ms, run)) AS newest, toInt64(min(committed_ms)) AS first_ms,
    toInt64(if(sum(now_1) = 0, maxIf(committed_ms, good), maxIf(committed_ms, good AND now_1 = 1))) AS answered_ms
FROM (
    SELECT organisation, source, run, committed_ms, backfill = 0 OR window_to + 1 >= toDate(toUInt16(intDiv(started_ms, 86400000))) AS now_1,
        result = 'ok' OR result = 'nodata' OR result = 'partial' AS good
    FROM runs
    WHERE organisation IN ? AND committed_ms < ? AND kind != 'retract')
GROUP BY organisation, source
ORDER BY organisation, source
