-- purpose: runs of one source that were committed and are not marked as applied
-- parameters: organisation, source, the same organisation, the same source
-- columns: organisation, source, run, committed_ms
SELECT organisation, source, run, committed_ms
FROM runs FINAL
WHERE organisation = ? AND source = ? AND run NOT IN (SELECT run FROM applied WHERE run IN (SELECT run FROM runs WHERE organisation = ? AND source = ?))
ORDER BY committed_ms, run
