-- purpose: the hash of the configuration that was in force last before a moment: that of the newest run, or of the newest file seen
-- parameters: the moment, the same moment (both ms since 1970)
-- columns: hash, ms since 1970
SELECT hash_1, in_force_ms
FROM (
    SELECT argMax(config, committed_ms) AS hash_1, toInt64(max(committed_ms)) AS in_force_ms FROM runs WHERE config != '' AND committed_ms < ?
    UNION ALL SELECT argMax(hash, seen_ms) AS hash_1, toInt64(max(seen_ms)) AS in_force_ms FROM configs WHERE seen_ms < ?)
WHERE hash_1 != ''
ORDER BY in_force_ms DESC, hash_1
LIMIT 1
