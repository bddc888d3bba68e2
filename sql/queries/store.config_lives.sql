-- purpose: every configuration, when it was first known, when a run was last made with it and how many were, oldest first
-- parameters: the moment, the same moment (both ms since 1970)
-- columns: hash, ms since 1970, ms since 1970 (0: no run), how many runs
SELECT hash, toInt64(min(seen_1)) AS first_ms, toInt64(max(last_1)) AS last_ms, toInt64(sum(runs_1)) AS many
FROM (
    SELECT hash, seen_ms AS seen_1, toInt64(0) AS last_1, toInt64(0) AS runs_1 FROM configs FINAL WHERE seen_ms < ?
    UNION ALL
    SELECT config AS hash, min(committed_ms) AS seen_1, max(committed_ms) AS last_1, toInt64(count()) AS runs_1 FROM runs FINAL WHERE config != '' AND committed_ms < ? GROUP BY config
)
GROUP BY hash
ORDER BY first_ms, hash
