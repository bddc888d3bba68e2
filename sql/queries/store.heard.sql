-- purpose: when each part of sources was first spoken of, and when it answered last (0: never)
-- parameters: organisations, sources, organisations, the moment (ms since 1970)
-- columns: organisation, source, part, ms since 1970, ms since 1970
SELECT organisation, source, part, toInt64(min(known_ms)) AS first_ms, toInt64(max(answered * known_ms)) AS answered_ms
FROM (
    SELECT organisation, source, part, run, toInt64(result = 'ok' OR result = 'nodata') AS answered
    FROM coverage
    WHERE organisation IN ? AND source IN ? AND state = 'value' AND part != '') AS c
ALL INNER JOIN (
    SELECT run, toInt64(max(committed_ms)) AS known_ms
    FROM runs
    WHERE organisation IN ? AND committed_ms < ?
    GROUP BY run) AS r USING (run)
GROUP BY organisation, source, part
ORDER BY organisation, source, part
